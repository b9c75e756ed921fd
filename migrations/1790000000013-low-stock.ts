import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Below how many units a node only serves what no other can; the most specific threshold counts, 0 means never. See docs/stock.md. */
export class LowStock1790000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE vendor ADD COLUMN low_stock_units integer NOT NULL DEFAULT 0 CHECK (low_stock_units BETWEEN 0 AND 1000000);
      ALTER TABLE product ADD COLUMN low_stock_units integer CHECK (low_stock_units BETWEEN 0 AND 1000000);
      ALTER TABLE offer ADD COLUMN low_stock_units integer CHECK (low_stock_units BETWEEN 0 AND 1000000);
      CREATE TABLE low_stock_tag (
        tag text PRIMARY KEY CHECK (length(tag) BETWEEN 1 AND 100),
        low_stock_units integer NOT NULL CHECK (low_stock_units BETWEEN 0 AND 1000000)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE low_stock_tag;
      ALTER TABLE offer DROP COLUMN low_stock_units;
      ALTER TABLE product DROP COLUMN low_stock_units;
      ALTER TABLE vendor DROP COLUMN low_stock_units;
    `);
  }
}
