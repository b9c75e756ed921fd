import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rules on trial: a publication is in force for all orders, for a share of them, or for none (a shadow, of which is only noted what it would
 * have changed). The newest publication says whether there is a trial; the newest one for all is in force besides it.
 */
export class RuleTrials1790000000035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE rule_publication ADD COLUMN stage text NOT NULL DEFAULT 'live' CHECK (stage IN ('live', 'share', 'shadow')),
        ADD COLUMN percent integer CHECK (percent BETWEEN 1 AND 99),
        ADD CHECK ((stage = 'share') = (percent IS NOT NULL));

      -- An order that was decided under the rules in force, and the figures of its first decision under both.
      CREATE TABLE rule_shadow (
        version integer NOT NULL REFERENCES rule_set,
        order_id uuid NOT NULL,
        live_version integer NOT NULL,
        changed boolean NOT NULL,
        live jsonb NOT NULL,
        draft jsonb NOT NULL,
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (version, order_id)
      );
      CREATE INDEX rule_shadow_decided ON rule_shadow (decided_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What was on trial never was in force, and would be.
    await runner.query(`
      DROP TABLE rule_shadow;
      ALTER TABLE rule_publication DISABLE TRIGGER rule_publication_is_kept;
      DELETE FROM rule_publication WHERE stage <> 'live';
      ALTER TABLE rule_publication ENABLE TRIGGER rule_publication_is_kept;
      ALTER TABLE rule_publication DROP COLUMN percent, DROP COLUMN stage;
    `);
  }
}
