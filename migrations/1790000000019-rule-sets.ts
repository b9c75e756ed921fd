import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rule sets: versions that never change, and which of them was published when. The newest publication is in force. */
export class RuleSets1790000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rule_set (
        version integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        document jsonb NOT NULL CHECK (jsonb_typeof(document -> 'rules') = 'array' AND pg_column_size(document) <= 4000000),
        actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
        created_at timestamptz NOT NULL
      );
      CREATE TABLE rule_publication (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        version integer NOT NULL REFERENCES rule_set,
        note text CHECK (length(note) BETWEEN 1 AND 500),
        actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
        published_at timestamptz NOT NULL
      );

      ALTER TABLE decision DROP COLUMN rule_set_version;
      ALTER TABLE decision ADD COLUMN rule_set_version integer NOT NULL
        GENERATED ALWAYS AS (COALESCE((rate_sources -> 'rules' ->> 'version')::integer, 0)) STORED;

      CREATE FUNCTION rules_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a version of the rules, and its publication, never changes: publish another';
      END $$;
      CREATE TRIGGER rule_set_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_set
        EXECUTE FUNCTION rules_are_kept();
      CREATE TRIGGER rule_publication_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_publication
        EXECUTE FUNCTION rules_are_kept();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE decision DROP COLUMN rule_set_version;
      ALTER TABLE decision ADD COLUMN rule_set_version integer NOT NULL DEFAULT 0;
      DROP TABLE rule_publication, rule_set;
      DROP FUNCTION rules_are_kept;
    `);
  }
}
