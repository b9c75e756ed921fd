import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BUFFER_FUNCTIONS } from './1790000000009-stock-buffer.js';
import { APPLY_REPORT_ROWS, APPLY_STOCK_CHUNK, SET_NOTHING_MORE } from './1790000000009-stock-rows.js';

/**
 * Feeds of stock: snapshots and changes in the vendor's order, applied in chunks that survive a crash; reports that wait for a
 * person; SKUs that are not known yet; buffers that grow with a feed's age and error. Source: DESIGN.md section 4, docs/stock.md.
 */
export class StockFeeds1790000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE vendor
        -- A full feed that would empty more than this share of the rows in stock waits for a person; 100: none ever waits.
        ADD COLUMN feed_review_percent integer NOT NULL DEFAULT 50 CHECK (feed_review_percent BETWEEN 1 AND 100),
        -- Units of every row of this vendor that are never promised.
        ADD COLUMN reserve_units integer NOT NULL DEFAULT 0 CHECK (reserve_units BETWEEN 0 AND 1000000),
        ADD COLUMN buffer_z float8 NOT NULL DEFAULT 1.64 CHECK (buffer_z BETWEEN 0 AND 10),
        ADD COLUMN buffer_cap_percent integer NOT NULL DEFAULT 50 CHECK (buffer_cap_percent BETWEEN 0 AND 100);

      ALTER TABLE stock
        -- What the vendor reports below nothing; its figure is on_hand - owed, so that later changes add up.
        ADD COLUMN owed integer NOT NULL DEFAULT 0 CHECK (owed >= 0 AND (owed = 0 OR on_hand = 0)),
        -- The vendor's own number of the report that last gave the figure, and the moment of the figure where it is not one of the
        -- feed (an answer to a question).
        ADD COLUMN feed_position bigint,
        ADD COLUMN outside_as_of timestamptz,
        -- The vendor said a bare no: nothing more is promised until a figure of a later moment.
        ADD COLUMN nothing_more_since timestamptz;

      -- Where a vendor's feed stands.
      CREATE TABLE vendor_feed (
        vendor_id integer PRIMARY KEY REFERENCES vendor,
        -- Every report up to this number was taken, or is covered by a snapshot; rows whose figure is of before the base have
        -- missed changes.
        position bigint,
        base_position bigint,
        -- Of a vendor that does not number its changes: the moment of the last.
        delta_as_of timestamptz,
        -- The newest full feed: taken (being applied, and nothing older may be applied any more), and applied to its end, so that
        -- every row of the vendor is known as of then though only those that changed were touched.
        begun_as_of timestamptz,
        begun_position bigint,
        full_as_of timestamptz,
        snapshot_wanted text,
        -- How fast stock falls without us, and how unevenly: per hour and unit on hand, over all rows of the vendor.
        drift_share float8 NOT NULL DEFAULT 0 CHECK (drift_share >= 0),
        variance_share float8 NOT NULL DEFAULT 0 CHECK (variance_share >= 0),
        measured_at timestamptz
      );

      -- How wrong a row's reports turned out: sums that fade with time (half of them in seven days).
      CREATE TABLE stock_drift (
        node_id integer NOT NULL,
        product_id integer NOT NULL,
        measured_to timestamptz NOT NULL,
        hours float8 NOT NULL DEFAULT 0,
        drop_units float8 NOT NULL DEFAULT 0,
        square_units float8 NOT NULL DEFAULT 0,
        -- Units of ours that the figure has subtracted already and that still stand in committed.
        explained_ahead integer NOT NULL DEFAULT 0 CHECK (explained_ahead >= 0),
        PRIMARY KEY (node_id, product_id)
      );

      ALTER TABLE stock_report
        ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY,
        ADD COLUMN kind text NOT NULL DEFAULT 'snapshot' CHECK (kind IN ('snapshot', 'delta', 'live')),
        ADD COLUMN position bigint,
        -- Every row of the vendor is covered: one that is not listed is zero.
        ADD COLUMN whole boolean NOT NULL DEFAULT false,
        ADD COLUMN state text NOT NULL DEFAULT 'applied'
          CHECK (state IN ('applying', 'applied', 'covered', 'waiting', 'review', 'refused', 'superseded', 'discarded')),
        ADD COLUMN reason text,
        -- Of a change without a number: what it says, to know it again.
        ADD COLUMN fingerprint text,
        ADD COLUMN rows_baseless integer NOT NULL DEFAULT 0,
        ADD COLUMN units_reflected integer NOT NULL DEFAULT 0,
        ADD COLUMN closed_at timestamptz,
        ADD COLUMN closed_by text;
      CREATE INDEX stock_report_open ON stock_report (vendor_id, seq) WHERE state IN ('applying', 'waiting', 'review');
      CREATE INDEX stock_report_position ON stock_report (vendor_id, position) WHERE position IS NOT NULL;
      CREATE INDEX stock_report_fingerprint ON stock_report (vendor_id, as_of) WHERE fingerprint IS NOT NULL;
      CREATE INDEX stock_report_age ON stock_report (received_at);

      -- What of a report is still to be applied, by (node, product): a chunk goes in the transaction that applies it.
      CREATE TABLE stock_report_chunk (
        report_id uuid NOT NULL REFERENCES stock_report ON DELETE CASCADE,
        chunk_no integer NOT NULL,
        node_ids integer[] NOT NULL,
        product_ids integer[] NOT NULL,
        units integer[] NOT NULL,
        PRIMARY KEY (report_id, chunk_no),
        CHECK (cardinality(node_ids) = cardinality(product_ids) AND cardinality(node_ids) = cardinality(units))
      );

      -- The last figure of what a vendor reports and nobody here knows; packs null: changes were told, never a figure.
      CREATE TABLE unknown_stock (
        vendor_id integer NOT NULL REFERENCES vendor,
        node_code text NOT NULL CHECK (length(node_code) <= 100),
        vendor_sku text NOT NULL CHECK (length(vendor_sku) <= 100),
        packs float8,
        as_of timestamptz NOT NULL,
        position bigint,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        PRIMARY KEY (vendor_id, node_code, vendor_sku)
      );

      -- Units at a node that other accounts leave to this one.
      CREATE TABLE channel_set_aside (
        account_id integer NOT NULL REFERENCES account,
        node_id integer NOT NULL REFERENCES node,
        product_id integer NOT NULL REFERENCES product,
        units integer NOT NULL CHECK (units BETWEEN 1 AND 1000000000),
        PRIMARY KEY (product_id, node_id, account_id)
      );
    `);
    await runner.query(BUFFER_FUNCTIONS);
    await runner.query(APPLY_REPORT_ROWS);
    await runner.query(APPLY_STOCK_CHUNK);
    await runner.query(SET_NOTHING_MORE);
    await runner.query(`
      COMMENT ON FUNCTION apply_stock_rows IS 'For processes of the build before feeds, while they still run beside newer ones.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION set_nothing_more; DROP FUNCTION apply_stock_chunk; DROP FUNCTION apply_report_rows;
      DROP FUNCTION refresh_buffers; DROP FUNCTION buffer_inputs; DROP FUNCTION feed_buffer; DROP FUNCTION drift_estimate;
      DROP FUNCTION faded; DROP FUNCTION faded_hours; DROP FUNCTION hours_between;
      DROP TABLE channel_set_aside, unknown_stock, stock_report_chunk, stock_drift, vendor_feed;
      DROP INDEX stock_report_open, stock_report_position, stock_report_fingerprint, stock_report_age;
      ALTER TABLE stock_report DROP COLUMN seq, DROP COLUMN kind, DROP COLUMN position, DROP COLUMN whole, DROP COLUMN state,
        DROP COLUMN reason, DROP COLUMN fingerprint, DROP COLUMN rows_baseless, DROP COLUMN units_reflected,
        DROP COLUMN closed_at, DROP COLUMN closed_by;
      ALTER TABLE stock DROP COLUMN owed, DROP COLUMN feed_position, DROP COLUMN outside_as_of, DROP COLUMN nothing_more_since;
      ALTER TABLE vendor DROP COLUMN feed_review_percent, DROP COLUMN reserve_units, DROP COLUMN buffer_z,
        DROP COLUMN buffer_cap_percent;
    `);
  }
}
