import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000032-commit-plans.js';
import { COMMIT_PLANS } from './1790000000033-commit-plans.js';

const orReplace = (definition: string) => definition.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/**
 * What nodes and vendors were given on a day, as rules with a limit a day count it, taken and given back in the plans that take stock.
 * Source: DESIGN.md section 4.
 */
export class DayLimits1790000000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE day_count (
        rule_id text NOT NULL CHECK (length(rule_id) BETWEEN 1 AND 63),
        -- Of the node's own calendar; of a vendor in UTC.
        day date NOT NULL,
        vendor_id integer NOT NULL REFERENCES vendor,
        -- 0: of the vendor as a whole.
        node_id integer NOT NULL,
        taken integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
        PRIMARY KEY (rule_id, day, vendor_id, node_id)
      );
      CREATE INDEX day_count_day ON day_count (day);
      -- Which counters a fulfillment counts in: once, or with the units that its vendor did not reject or give up.
      CREATE TABLE day_count_part (
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        rule_id text NOT NULL,
        day date NOT NULL,
        vendor_id integer NOT NULL,
        node_id integer NOT NULL,
        per text NOT NULL CHECK (per IN ('unit', 'order')),
        PRIMARY KEY (fulfillment_id, rule_id)
      );
      CREATE INDEX day_count_part_day ON day_count_part (day);
      CREATE TRIGGER day_count_part_sealed BEFORE DELETE OR TRUNCATE ON day_count_part
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
    `);
    await runner.query(orReplace(COMMIT_PLANS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(orReplace(COMMIT_PLANS_BEFORE));
    await runner.query('DROP TABLE day_count_part, day_count');
  }
}
