import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds senders that vanished: fulfillments whose lease ended. Source: DESIGN.md sections 5 and 6. */
export class Work1790000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX fulfillment_leased ON fulfillment (lease_until) WHERE lease_until IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX fulfillment_leased;`);
  }
}
