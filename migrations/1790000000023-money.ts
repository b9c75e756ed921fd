import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest rate of the day that `limit` allows, and the inverse of the other way round. */
const rateFunctions = (limit: string) => `
  CREATE OR REPLACE FUNCTION latest_rate(from_currency text, to_currency text, day date)
    RETURNS TABLE (rate numeric, valid_from date, source text) LANGUAGE sql STABLE AS $$
    SELECT r.rate, r.valid_from, r.source FROM exchange_rate r
    WHERE r.base = from_currency AND r.quote = to_currency AND r.valid_from <= day ${limit}
    ORDER BY r.valid_from DESC LIMIT 1
  $$;`;

/** How old an exchange rate may be; import tax beside duty; who pays both. Source: docs/landed-cost.md. */
export class Money1790000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Older rates convert nothing.
      CREATE TABLE exchange_policy (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        days_max integer NOT NULL CHECK (days_max BETWEEN 1 AND 3650)
      );
      INSERT INTO exchange_policy (days_max) VALUES (7);
      CREATE TRIGGER exchange_policy_told AFTER INSERT OR DELETE OR UPDATE ON exchange_policy
        FOR EACH STATEMENT EXECUTE FUNCTION network_changed();
      ${rateFunctions('AND r.valid_from >= day - (SELECT p.days_max FROM exchange_policy p)')}

      -- Import tax is of the customs value with duty. tax_always: it has no threshold.
      ALTER TABLE duty_rate ADD COLUMN tax_percent numeric(8,4) NOT NULL DEFAULT 0 CHECK (tax_percent BETWEEN 0 AND 1000);
      ALTER TABLE duty_threshold ADD COLUMN tax_always boolean NOT NULL DEFAULT false;
      -- DDP: the merchant pays duty and tax, so they are landed cost. DAP: the customer does, at the door.
      ALTER TABLE account ADD COLUMN duty_terms text NOT NULL DEFAULT 'DDP' CHECK (duty_terms IN ('DDP', 'DAP'));
      DROP TRIGGER account_told ON account;
      CREATE TRIGGER account_told AFTER DELETE OR UPDATE OF code, currency, duty_terms ON account
        FOR EACH STATEMENT EXECUTE FUNCTION network_changed();
      -- For re-costing: what may be promised does not hang on duty rates.
      CREATE TRIGGER duty_rate_told AFTER INSERT OR DELETE OR UPDATE ON duty_rate
        FOR EACH STATEMENT EXECUTE FUNCTION network_changed();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER duty_rate_told ON duty_rate;
      DROP TRIGGER account_told ON account;
      CREATE TRIGGER account_told AFTER DELETE OR UPDATE OF code, currency ON account
        FOR EACH STATEMENT EXECUTE FUNCTION network_changed();
      ALTER TABLE account DROP COLUMN duty_terms;
      ALTER TABLE duty_threshold DROP COLUMN tax_always;
      ALTER TABLE duty_rate DROP COLUMN tax_percent;
      ${rateFunctions('')}
      DROP TABLE exchange_policy;
    `);
  }
}
