import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SET_NOTHING_MORE as SET_NOTHING_MORE_BEFORE } from './1790000000009-stock-rows.js';
import { APPLY_REPORT_ROWS as APPLY_REPORT_ROWS_BEFORE } from './1790000000044-rows-in-turn.js';
import {
  APPLY_REPORT_ROWS,
  APPLY_STOCK_CHUNK,
  APPLY_STOCK_CHUNK_BEFORE,
  BUFFER_INPUTS,
  BUFFER_INPUTS_BEFORE,
  MOMENTS,
  SET_NOTHING_MORE,
} from './1790000000045-report-rows.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');
const DROP_ROWS = `DROP FUNCTION apply_report_rows(integer, text, timestamptz, bigint, boolean, timestamptz, integer[], integer[], integer[])`;

/** Moments of stock that no clock can show order nothing and are told; two snapshots of one moment end the same in either order. */
export class StockMoments1790000000045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE vendor_feed
        -- The vendor's number of the whole feed that was applied to its end.
        ADD COLUMN full_position bigint,
        -- Moments that lie where no clock can be: rows of stock and of unknown SKUs that have one, the latest there is, and when they
        -- were first found. Looked for with each measuring.
        ADD COLUMN ahead_rows integer NOT NULL DEFAULT 0 CHECK (ahead_rows >= 0),
        ADD COLUMN ahead_to timestamptz,
        ADD COLUMN ahead_since timestamptz,
        ADD CHECK ((ahead_to IS NULL) = (ahead_since IS NULL));
      -- Rows of which a report of the same moment said less.
      ALTER TABLE stock_report ADD COLUMN rows_contradicted integer NOT NULL DEFAULT 0;
    `);
    await runner.query(MOMENTS);
    await runner.query(DROP_ROWS);
    await runner.query(APPLY_REPORT_ROWS);
    for (const definition of [APPLY_STOCK_CHUNK, SET_NOTHING_MORE, BUFFER_INPUTS])
      await runner.query(orReplace(definition));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const definition of [BUFFER_INPUTS_BEFORE, SET_NOTHING_MORE_BEFORE, APPLY_STOCK_CHUNK_BEFORE])
      await runner.query(orReplace(definition));
    await runner.query(DROP_ROWS);
    await runner.query(APPLY_REPORT_ROWS_BEFORE);
    await runner.query(`
      DROP FUNCTION known_moment; DROP FUNCTION latest_moment;
      ALTER TABLE stock_report DROP COLUMN rows_contradicted;
      ALTER TABLE vendor_feed DROP COLUMN full_position, DROP COLUMN ahead_rows, DROP COLUMN ahead_to, DROP COLUMN ahead_since;
    `);
  }
}
