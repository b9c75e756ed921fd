import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changed of prices and stock since orders were last costed again: at most one round that has not begun, which later changes join, and
 * those that are under way. Source: DESIGN.md section 9.
 */
export class Recost1790000000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recost_round (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- NULL: whatever they order.
        product_ids integer[] CHECK (cardinality(product_ids) > 0),
        begun boolean NOT NULL DEFAULT false,
        -- Orders up to this one were looked at.
        after_order uuid,
        made_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX recost_round_waiting ON recost_round (begun) WHERE NOT begun;
      -- The day (UTC) of the last round of all orders.
      CREATE TABLE recost_day (single boolean PRIMARY KEY DEFAULT true CHECK (single), day date NOT NULL);
      CREATE INDEX fulfillment_planned ON fulfillment (order_id) WHERE status = 'PLANNED';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX fulfillment_planned; DROP TABLE recost_day; DROP TABLE recost_round');
  }
}
