import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CAPACITY_ROWS, CAPACITY_ROWS_BEFORE } from './1790000000020-capacity-rows.js';
import { FEED_SERIES, NO_FEED_SERIES } from './1790000000020-feed-series.js';
import { PLAN_HOLDS, PLAN_HOLDS_BEFORE } from './1790000000020-plan-holds.js';
import { SEALED_TABLES, UNSEALED_TABLES } from './1790000000020-sealed-tables.js';

/** What the database itself refuses of plans, and of whoever deletes rows; feeds whose numbers begin again. Source: DESIGN.md sections 4 and 5. */
export class StockGuarantees1790000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...PLAN_HOLDS, SEALED_TABLES, FEED_SERIES, CAPACITY_ROWS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [CAPACITY_ROWS_BEFORE, NO_FEED_SERIES, UNSEALED_TABLES, ...PLAN_HOLDS_BEFORE])
      await runner.query(statement);
  }
}
