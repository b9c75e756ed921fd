import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What rules may know of an order besides what is routed, and how well a node keeps what it promises. */
export class RuleFacts1790000000036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders ADD COLUMN customer_tier text CHECK (length(customer_tier) BETWEEN 1 AND 100),
        ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 100);

      -- Of its purchase orders that were due of late so many, and the share of them that it kept, drawn to its vendor's.
      ALTER TABLE node ADD COLUMN reliability double precision NOT NULL DEFAULT 1 CHECK (reliability BETWEEN 0 AND 1),
        ADD COLUMN judged_orders integer NOT NULL DEFAULT 0 CHECK (judged_orders >= 0),
        ADD COLUMN judged_at timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE node DROP COLUMN judged_at, DROP COLUMN judged_orders, DROP COLUMN reliability;
      ALTER TABLE orders DROP COLUMN tags, DROP COLUMN customer_tier;
    `);
  }
}
