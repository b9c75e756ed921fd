import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger of stock can be put right without being changed: a repair is an entry of its own. Source: DESIGN.md section 4. */
export class StockRepair1790000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE stock_ledger DROP CONSTRAINT stock_ledger_entry_check;
      ALTER TABLE stock_ledger ADD CONSTRAINT stock_ledger_entry_check
        CHECK (entry IN ('hold', 'commit', 'reflect', 'release', 'expire', 'split', 'repair'));
    `);
  }

  async down(): Promise<void> {
    // The ledger keeps its 'repair' entries: it is append-only, and older code only sums it.
  }
}
