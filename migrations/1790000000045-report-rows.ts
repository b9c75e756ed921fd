import { BUFFER_FUNCTIONS } from './1790000000009-stock-buffer.js';
import {
  SET_NOTHING_MORE as SET_NOTHING_MORE_BEFORE,
  APPLY_STOCK_CHUNK as STOCK_CHUNK_FIRST,
} from './1790000000009-stock-rows.js';
import { APPLY_REPORT_ROWS as APPLY_REPORT_ROWS_BEFORE } from './1790000000044-rows-in-turn.js';

/** The text with each part become another, which must stand in it so many times. */
function rewritten(text: string, edits: readonly (readonly [is: string, becomes: string, times?: number])[]): string {
  return edits.reduce((before, [is, becomes, times = 1]) => {
    if (before.split(is).length !== times + 1) throw new Error(`expected ${times} times: ${is}`);
    return before.replaceAll(is, () => becomes);
  }, text);
}

/** The latest moment that what a vendor says can be of, by its clock or ours, and a moment as far as it is known. */
export const MOMENTS = `
  CREATE FUNCTION latest_moment(at timestamptz, skew_seconds integer) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT at + make_interval(secs => skew_seconds) + interval '24 hours'
  $$;
  -- Null where it was never told, or lies where no clock can be.
  CREATE FUNCTION known_moment(moment timestamptz, latest timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN moment <= latest AND moment > 'epoch' THEN moment END
  $$;
`;

const AS_OF = 'known_moment(s.as_of, latest)';

/** As of when the figure of a row \`s\` that was told of is known: by this very number, where the report has one. */
const SAID = `(SELECT CASE WHEN ${AS_OF} IS NULL THEN NULL WHEN report_position IS NULL THEN greatest(${AS_OF}, feed.full_as_of)
          ELSE greatest(CASE WHEN s.feed_position = report_position THEN ${AS_OF} END,
            CASE WHEN feed.full_position = report_position THEN feed.full_as_of END) END AS as_of) said`;
/** A snapshot says more than one of the same moment: the smaller figure is the safe one, whichever came first. */
const SAYS_MORE = `(report_kind <> 'delta' AND said.as_of IS NOT NULL AND report_as_of = said.as_of AND r.units > s.on_hand - s.owed)`;
const IS_NEWER = `ELSE order_as_of > COALESCE(greatest(${AS_OF}, feed.begun_as_of), '-infinity') END
    AND NOT ${SAYS_MORE} AND (report_kind = 'delta' OR said.as_of IS NULL OR report_as_of >= said.as_of)`;

/**
 * Applies rows of a report as before, in moments that can be. One that no clock can show orders nothing: a report of it is refused, and
 * where it is stored, any report that comes after counts. Of two snapshots of one moment the smaller figure counts, row by row.
 */
export const APPLY_REPORT_ROWS = rewritten(APPLY_REPORT_ROWS_BEFORE, [
  ['OUT stale integer, OUT baseless integer,', 'OUT stale integer, OUT contradicted integer, OUT baseless integer,'],
  ['skew interval; age float8;', 'skew interval; age float8; latest timestamptz;'],
  [
    '    margin := make_interval(secs => rules.feed_lag_seconds + rules.feed_skew_seconds);\n',
    `    latest := latest_moment(report_at, rules.feed_skew_seconds);
    IF report_as_of > latest THEN
      RAISE EXCEPTION 'it is of %, and our clock says %', report_as_of, report_at USING ERRCODE = 'datetime_field_overflow';
    END IF;
    feed.begun_as_of := known_moment(feed.begun_as_of, latest);
    feed.full_as_of := known_moment(feed.full_as_of, latest);
    margin := make_interval(secs => rules.feed_lag_seconds + rules.feed_skew_seconds);
`,
  ],
  ['COALESCE(greatest(s.outside_as_of, CASE', 'COALESCE(greatest(known_moment(s.outside_as_of, latest), CASE', 2],
  ['ELSE order_as_of > greatest(s.as_of, feed.begun_as_of) END', IS_NEWER, 2],
  [
    'LATERAL (SELECT CASE WHEN order_position',
    `LATERAL ${SAID}\n        CROSS JOIN LATERAL (SELECT CASE WHEN order_position`,
  ],
  ['AS based) o\n', `AS based, ${SAYS_MORE} AS says_more) o\n`],
  ['      WHERE CASE WHEN order_position', `      CROSS JOIN LATERAL ${SAID}\n      WHERE CASE WHEN order_position`],
  [
    '(report_position IS NULL OR COALESCE(greatest(s.feed_position, feed.begun_position) >= feed.base_position, false))',
    `CASE WHEN report_position IS NULL THEN ${AS_OF} IS NOT NULL
      ELSE COALESCE(greatest(s.feed_position, feed.begun_position) >= feed.base_position, false) END`,
    2,
  ],
  [
    's.nothing_more_since >= report_as_of))',
    'COALESCE(known_moment(s.nothing_more_since, latest) >= report_as_of, false)))',
    3,
  ],
  ["OR s.as_of = 'epoch'", `OR ${AS_OF} IS NULL OR s.outside_as_of > latest`],
  [
    '    SELECT count(*) FILTER (WHERE NOT l.newer) , count(*)',
    '    SELECT count(*) FILTER (WHERE NOT l.newer), count(*) FILTER (WHERE l.says_more), count(*)',
  ],
  ['INTO stale, baseless,', 'INTO stale, contradicted, baseless,'],
  ['o.newer, o.based,\n', 'o.newer, o.based, o.says_more,\n'],
  ['greatest(s.as_of, feed.full_as_of) AS known_to', `greatest(${AS_OF}, feed.full_as_of) AS known_to`],
  ['d.measured_to, d.hours, d.drop_units', 'd.hours, d.drop_units'],
  [
    'hours_between(greatest(d.measured_to, f.known_to), report_as_of) AS passed',
    'hours_between(greatest(known_moment(d.measured_to, latest), f.known_to), report_as_of) AS passed',
  ],
  [
    'measured_to = greatest(d.measured_to, report_as_of)',
    'measured_to = greatest(known_moment(d.measured_to, latest), report_as_of)',
  ],
]);

/** The next chunk of a report, as before. */
export const APPLY_STOCK_CHUNK_BEFORE = rewritten(STOCK_CHUNK_FIRST, [
  [
    "    done := true; raised := '{}'; shortages := '[]';\n",
    `    done := true; raised := '{}'; shortages := '[]';
    PERFORM pg_advisory_xact_lock_shared(1790, r.vendor_id) FROM stock_report r WHERE r.id = of_report;
`,
  ],
]);

/** Counts rows that a report of the same moment contradicts, and notes the number of the whole feed that was applied to its end. */
export const APPLY_STOCK_CHUNK = rewritten(APPLY_STOCK_CHUNK_BEFORE, [
  [
    'rows_stale = r.rows_stale + applied.stale,',
    'rows_stale = r.rows_stale + applied.stale,\n        rows_contradicted = r.rows_contradicted + applied.contradicted,',
  ],
  ['SET full_as_of = report.as_of WHERE', 'SET full_as_of = report.as_of, full_position = report.position WHERE'],
]);

/** A bare no, as before, in moments that can be. */
export const SET_NOTHING_MORE = rewritten(SET_NOTHING_MORE_BEFORE, [
  ['    covered timestamptz;\n', '    covered timestamptz; latest timestamptz;\n'],
  [
    '    SELECT f.begun_as_of INTO covered FROM node n JOIN vendor_feed f ON f.vendor_id = n.vendor_id WHERE n.id = of_node;\n',
    `    SELECT latest_moment(report_at, v.feed_skew_seconds), known_moment(f.begun_as_of, latest_moment(report_at, v.feed_skew_seconds))
      INTO latest, covered FROM node n JOIN vendor v ON v.id = n.vendor_id LEFT JOIN vendor_feed f ON f.vendor_id = v.id WHERE n.id = of_node;
    IF said_at > latest THEN
      RAISE EXCEPTION 'it is of %, and our clock says %', said_at, report_at USING ERRCODE = 'datetime_field_overflow';
    END IF;
`,
  ],
  ['AND greatest(s.as_of, covered) <= said_at', `AND COALESCE(greatest(${AS_OF}, covered) <= said_at, true)`],
  ['greatest(s.nothing_more_since, said_at)', 'greatest(known_moment(s.nothing_more_since, latest), said_at)'],
]);

const inputs = BUFFER_FUNCTIONS.slice(
  BUFFER_FUNCTIONS.indexOf('  CREATE FUNCTION buffer_inputs'),
  BUFFER_FUNCTIONS.indexOf('  -- Brings the buffers'),
);
export const BUFFER_INPUTS_BEFORE = inputs;

/** What the buffer of a row follows from, as before; a figure of no known moment has no age. */
export const BUFFER_INPUTS = rewritten(inputs, [
  [
    'LATERAL (SELECT greatest(s.as_of, f.full_as_of) AS as_of) seen',
    `LATERAL (SELECT latest_moment(at, v.feed_skew_seconds) AS latest) clock
      CROSS JOIN LATERAL (SELECT greatest(known_moment(s.as_of, clock.latest), known_moment(f.full_as_of, clock.latest)) AS as_of) seen`,
  ],
]);
