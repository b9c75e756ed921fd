import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPERATIONS = [
  ['insert', 'NEW TABLE AS new_rows'],
  ['update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'],
  ['delete', 'OLD TABLE AS old_rows'],
] as const;

/** Tells changes of set-asides; of an update, those of these columns. */
const told = (columns: string) =>
  OPERATIONS.map(
    ([
      operation,
      rows,
    ]) => `CREATE OR REPLACE TRIGGER channel_set_aside_told_${operation} AFTER ${operation} ON channel_set_aside
      REFERENCING ${rows} FOR EACH STATEMENT
      EXECUTE FUNCTION catalogue_changed('account_id, node_id, product_id, ${columns}', 'product_id', '');`,
  ).join('\n');

/** Units are set aside for an account by the policy of stock and by rules; the greater of both counts. */
export class RuleSetAsides1790000000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channel_set_aside DROP CONSTRAINT channel_set_aside_units_check;
      ALTER TABLE channel_set_aside RENAME units TO policy_units;
      ALTER TABLE channel_set_aside ADD CHECK (policy_units BETWEEN 0 AND 1000000000);
      ALTER TABLE channel_set_aside ADD rule_units integer NOT NULL DEFAULT 0 CHECK (rule_units BETWEEN 0 AND 1000000000);
      ALTER TABLE channel_set_aside ADD units integer NOT NULL GENERATED ALWAYS AS (greatest(policy_units, rule_units)) STORED CHECK (units > 0);
      CREATE INDEX channel_set_aside_by_rule ON channel_set_aside (node_id, product_id) WHERE rule_units > 0;
      ${told('policy_units, rule_units')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM channel_set_aside WHERE policy_units = 0;
      ALTER TABLE channel_set_aside DROP COLUMN units, DROP COLUMN rule_units;
      ALTER TABLE channel_set_aside DROP CONSTRAINT channel_set_aside_policy_units_check;
      ALTER TABLE channel_set_aside RENAME policy_units TO units;
      ALTER TABLE channel_set_aside ADD CHECK (units BETWEEN 1 AND 1000000000);
      ${told('units')}
    `);
  }
}
