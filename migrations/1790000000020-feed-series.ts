/**
 * A vendor's numbers may begin again (its system was restored). Reports keep counting here: the numbers of a later series are raised by
 * `series_offset`, so that they follow those before. What is of before `series_since` is of the series before.
 */
export const FEED_SERIES = `
  ALTER TABLE vendor_feed
    ADD COLUMN series_offset bigint NOT NULL DEFAULT 0 CHECK (series_offset >= 0),
    ADD COLUMN series_offset_before bigint NOT NULL DEFAULT 0 CHECK (series_offset_before BETWEEN 0 AND series_offset),
    ADD COLUMN series_since timestamptz,
    -- The highest number that was taken, and its moment.
    ADD COLUMN newest_position bigint,
    ADD COLUMN newest_as_of timestamptz,
    -- Reports in a row that came with a lower number and a later moment: how many, since when, and the last one's number.
    ADD COLUMN fallen_reports integer NOT NULL DEFAULT 0 CHECK (fallen_reports >= 0),
    ADD COLUMN fallen_since timestamptz,
    ADD COLUMN fallen_to bigint,
    ADD CHECK ((newest_position IS NULL) = (newest_as_of IS NULL)),
    ADD CHECK ((fallen_reports = 0) = (fallen_since IS NULL) AND (fallen_since IS NULL) = (fallen_to IS NULL));
  UPDATE vendor_feed f SET newest_position = r.position, newest_as_of = r.as_of
    FROM (SELECT DISTINCT ON (vendor_id) vendor_id, position, as_of FROM stock_report
      WHERE position IS NOT NULL AND state IN ('applying', 'applied') ORDER BY vendor_id, position DESC, as_of DESC) r
    WHERE r.vendor_id = f.vendor_id;
  CREATE INDEX vendor_feed_fallen ON vendor_feed (fallen_since) WHERE fallen_reports > 1;
`;

/** Numbers that were raised stay so: older code goes on counting from there. */
export const NO_FEED_SERIES = `
  ALTER TABLE vendor_feed DROP COLUMN series_offset, DROP COLUMN series_offset_before, DROP COLUMN series_since,
    DROP COLUMN newest_position, DROP COLUMN newest_as_of, DROP COLUMN fallen_reports, DROP COLUMN fallen_since, DROP COLUMN fallen_to;
`;
