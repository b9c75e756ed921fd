import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000034-commit-plans.js';
import { COMMIT_PLANS } from './1790000000043-commit-plans.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/** The database itself refuses plans that take more of a node's day than its limit, whatever commit_plans makes of them. */
export class CapacityHeld1790000000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS_BEFORE));
  }
}
