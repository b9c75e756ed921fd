import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPLY_STOCK_CHUNK } from './1790000000009-stock-rows.js';

const FIRST = "    done := true; raised := '{}'; shortages := '[]';\n";
const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/**
 * A chunk of a report and the placing of a later one wait for each other: a whole feed looks for the rows that it does not list when it is
 * placed, and those that an earlier report is just filling must be among them.
 */
export class ChunksInTurn1790000000042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The key is PLACING_LOCK of src/store/stock-feeds.ts.
    const inTurn = `${FIRST}    PERFORM pg_advisory_xact_lock_shared(1790, r.vendor_id) FROM stock_report r WHERE r.id = of_report;\n`;
    await runner.query(orReplace(APPLY_STOCK_CHUNK.replace(FIRST, () => inTurn)));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(APPLY_STOCK_CHUNK));
  }
}
