import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each rule cost on the orders of a day, by currency, and how far each day's orders were asked about. */
export class RuleRegret1790000000037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rule_regret_day (
        day date PRIMARY KEY,
        -- Orders up to this one were asked about.
        after_order uuid,
        orders integer NOT NULL DEFAULT 0,
        -- Orders that could not be asked about, or were too many for one night.
        passed_over integer NOT NULL DEFAULT 0,
        done boolean NOT NULL DEFAULT false
      );
      CREATE TABLE rule_regret (
        day date NOT NULL REFERENCES rule_regret_day ON DELETE CASCADE,
        rule_id text NOT NULL,
        currency text NOT NULL,
        cost numeric(20, 4) NOT NULL,
        orders integer NOT NULL,
        otherwise integer NOT NULL,
        units_kept bigint NOT NULL,
        PRIMARY KEY (day, rule_id, currency)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rule_regret, rule_regret_day');
  }
}
