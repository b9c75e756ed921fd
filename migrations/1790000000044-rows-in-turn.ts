import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPLY_STOCK_ROWS } from './1790000000008-stock-reading.js';
import { APPLY_REPORT_ROWS as APPLY_REPORT_ROWS_BEFORE } from './1790000000009-stock-rows.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');
const FIRST = '    SELECT * INTO STRICT rules FROM vendor v WHERE v.id = of_vendor;\n';

/** Rows of a report are applied while no report of the vendor is being placed. The key is PLACING_LOCK of src/store/stock-feeds.ts. */
export const APPLY_REPORT_ROWS = APPLY_REPORT_ROWS_BEFORE.replace(
  FIRST,
  () => `    PERFORM pg_advisory_xact_lock_shared(1790, of_vendor);\n${FIRST}`,
);

/**
 * Whatever applies figures of a vendor keeps its reports from being placed meanwhile: the function that applies them sees to it itself. What
 * was for builds from before feeds goes.
 */
export class RowsInTurn1790000000044 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(APPLY_REPORT_ROWS));
    await runner.query('DROP FUNCTION apply_stock_rows');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(APPLY_STOCK_ROWS);
    await runner.query(orReplace(APPLY_REPORT_ROWS_BEFORE));
  }
}
