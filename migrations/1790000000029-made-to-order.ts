import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000021-commit-plans.js';
import { COMMIT_PLANS } from './1790000000029-commit-plans.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/** A plan made while goods were made to order is refused alone where they are kept in stock by now. */
export class MadeToOrder1790000000029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS_BEFORE));
  }
}
