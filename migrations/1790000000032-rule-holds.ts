import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000029-commit-plans.js';
import { COMMIT_PLANS, ITEM_KEY, ITEM_KEY_BEFORE } from './1790000000032-commit-plans.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/**
 * Rules that hold an order later than others do so by an item of their own, so that a person sees each of them: an item is open once for its
 * order or fulfillment, its reason, and the first rule that it names.
 */
export class RuleHolds1790000000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(itemIndex(ITEM_KEY));
    await runner.query(orReplace(COMMIT_PLANS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(itemIndex(ITEM_KEY_BEFORE));
    await runner.query(orReplace(COMMIT_PLANS_BEFORE));
  }
}

function itemIndex(key: string): string {
  return `DROP INDEX open_item_once;
    CREATE UNIQUE INDEX open_item_once ON open_item ${key} WHERE resolved_at IS NULL;`;
}
