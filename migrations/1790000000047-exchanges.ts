import type { MigrationInterface, QueryRunner } from 'typeorm';

/** HTTP calls of connectors and their answers, kept for a while for people who look for what went wrong. Source: docs/connectors/outbound.md. */
export class Exchanges1790000000047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE exchange (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('vendor', 'channel', 'carrier')),
        -- The code of the vendor, carrier or account; no reference, as it outlives none of them for long.
        owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 200),
        -- The PO number, or the order's number at the channel.
        subject text CHECK (length(subject) BETWEEN 1 AND 500),
        method text NOT NULL CHECK (length(method) BETWEEN 1 AND 20),
        url text NOT NULL CHECK (length(url) <= 2000),
        asked_at timestamptz NOT NULL,
        took_ms integer NOT NULL CHECK (took_ms >= 0),
        status integer CHECK (status BETWEEN 100 AND 599),
        problem text CHECK (length(problem) <= 100),
        -- { headers, body, isCut }; secrets are taken out, and bodies are cut, before they come here.
        request jsonb NOT NULL,
        response jsonb CHECK ((response IS NULL) = (status IS NULL))
      );
      CREATE INDEX exchange_owner ON exchange (kind, owner, id);
      CREATE INDEX exchange_subject ON exchange (subject) WHERE subject IS NOT NULL;
      CREATE INDEX exchange_age ON exchange (asked_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exchange');
  }
}
