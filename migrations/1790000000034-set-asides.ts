import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000033-commit-plans.js';
import { COMMIT_PLANS } from './1790000000034-commit-plans.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/** What is set aside for an account is left to it by whatever others decide at the same moment. */
export class SetAsides1790000000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS_BEFORE));
  }
}
