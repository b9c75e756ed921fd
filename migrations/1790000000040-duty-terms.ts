import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who pays duty and import tax where it differs from the account's own terms: by destination. Source: docs/landed-cost.md. */
export class DutyTerms1790000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE duty_terms (
        account_id integer NOT NULL REFERENCES account ON DELETE CASCADE,
        destination_country country_code NOT NULL,
        terms text NOT NULL CHECK (terms IN ('DDP', 'DAP')),
        PRIMARY KEY (account_id, destination_country)
      );
      CREATE TRIGGER duty_terms_told AFTER INSERT OR DELETE OR UPDATE ON duty_terms
        FOR EACH STATEMENT EXECUTE FUNCTION network_changed();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE duty_terms');
  }
}
