import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000005-commit-plans.js';
import { WRITE_ORDER_ROWS as WRITE_ORDER_ROWS_BEFORE } from './1790000000005-order-rows.js';
import { COMMIT_PLANS } from './1790000000018-commit-plans.js';
import { FOREIGN_KEYS, REFERENCES } from './1790000000018-references.js';

/**
 * Plans reach the database as columns, and decisions are kept as the text that they came as: parsing JSON and turning it into jsonb took
 * most of the time of a batch. Source: docs/adr/0004.
 */
export class PlanColumns1790000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Written once, read whole and rarely: as jsonb it took six times as long to write and half as much room again.
      ALTER TABLE decision ALTER request TYPE json USING request::text::json, ALTER decision TYPE json USING decision::text::json;
      -- Which of its indexes a plan takes that was made while stock was small no longer matters.
      DROP INDEX stock_product;
      CREATE INDEX stock_product ON stock (product_id, node_id);

      DROP FUNCTION commit_plans(uuid, jsonb);
      DROP FUNCTION write_order_rows(jsonb, boolean[]);
    `);
    await runner.query(REFERENCES);
    await runner.query(COMMIT_PLANS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION commit_plans;
      DROP INDEX stock_product;
      CREATE INDEX stock_product ON stock (product_id);
      ALTER TABLE decision ALTER request TYPE jsonb USING request::text::jsonb, ALTER decision TYPE jsonb USING decision::text::jsonb;
    `);
    await runner.query(FOREIGN_KEYS);
    await runner.query(WRITE_ORDER_ROWS_BEFORE);
    await runner.query(COMMIT_PLANS_BEFORE);
  }
}
