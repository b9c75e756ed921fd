import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What reading the network and applying stock reports needs beside the tables. */
export class StockReports1790000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Units that a stock report may find reflected: committed, and subtracted by the feed since some moment.
      CREATE INDEX reservation_to_reflect ON reservation (node_id, product_id) WHERE state = 'committed' AND subtracted_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX reservation_to_reflect');
  }
}
