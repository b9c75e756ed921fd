import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Stock that a report left with less than what is promised there waits to be relieved. Source: DESIGN.md section 4.
 *
 * Only reports can bring that about: what takes units never takes more than there are.
 */
export class Shortages1790000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE stock ADD COLUMN relieve_at timestamptz;
      CREATE INDEX stock_relieve ON stock (relieve_at) WHERE relieve_at IS NOT NULL;
      -- Due as of the report, so at once; whoever relieves it sets the next moment, or none.
      CREATE FUNCTION stock_relieve_when_short() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.relieve_at := NEW.as_of;
        RETURN NEW;
      END $$;
      CREATE TRIGGER stock_short BEFORE UPDATE OF on_hand ON stock
        FOR EACH ROW WHEN (NEW.on_hand < OLD.on_hand AND NEW.on_hand < NEW.held + NEW.committed)
        EXECUTE FUNCTION stock_relieve_when_short();

      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check
        CHECK (step IN ('intake', 'route', 'dispatch', 'poll', 'shortage'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM dead_letter WHERE step = 'shortage';
      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check CHECK (step IN ('intake', 'route', 'dispatch', 'poll'));
      DROP TRIGGER stock_short ON stock;
      DROP FUNCTION stock_relieve_when_short;
      ALTER TABLE stock DROP COLUMN relieve_at;
    `);
  }
}
