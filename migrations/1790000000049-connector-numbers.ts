import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers that connectors give what they send, such as X12's control numbers. Source: docs/connectors/x12-vendor.md. */
export class ConnectorNumbers1790000000049 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connector_number (
        -- The code of the account or vendor.
        owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 200),
        series text NOT NULL CHECK (length(series) BETWEEN 1 AND 100),
        -- What has the number: the same for the same key ever after.
        key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
        number bigint NOT NULL CHECK (number > 0),
        issued_at timestamptz NOT NULL,
        PRIMARY KEY (owner, series, key),
        UNIQUE (owner, series, number)
      );
      -- A number that went out is known to the partner: it is never given twice.
      CREATE TRIGGER connector_number_sealed BEFORE DELETE OR TRUNCATE ON connector_number
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();

      -- One number more than the highest of its series; whoever asks for a new one of the same series waits for this one's commit.
      CREATE FUNCTION issue_connector_number(of_owner text, of_series text, of_key text, at timestamptz)
      RETURNS TABLE (issued bigint, issued_since timestamptz) LANGUAGE plpgsql AS $$
      BEGIN
        RETURN QUERY SELECT n.number, n.issued_at FROM connector_number n
          WHERE n.owner = of_owner AND n.series = of_series AND n.key = of_key;
        IF FOUND THEN RETURN; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended(of_owner || chr(10) || of_series, 49));
        INSERT INTO connector_number (owner, series, key, number, issued_at)
          SELECT of_owner, of_series, of_key, coalesce(max(n.number), 0) + 1, at FROM connector_number n
            WHERE n.owner = of_owner AND n.series = of_series
          ON CONFLICT (owner, series, key) DO NOTHING;
        RETURN QUERY SELECT n.number, n.issued_at FROM connector_number n
          WHERE n.owner = of_owner AND n.series = of_series AND n.key = of_key;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION issue_connector_number(text, text, text, timestamptz);
      DROP TABLE connector_number;
    `);
  }
}
