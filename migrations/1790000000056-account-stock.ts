import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What channels were told of stock. Source: docs/channels.md. */
export class AccountStock1790000000056 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The number that an account's channel was told last of each SKU that the account sells.
      CREATE TABLE account_stock (
        account_id integer NOT NULL REFERENCES account,
        sku text NOT NULL CHECK (length(sku) BETWEEN 1 AND 100),
        told integer NOT NULL CHECK (told >= 0),
        -- The channel does not have the SKU: it is told of it again only with all others.
        unknown boolean NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, sku)
      );
      CREATE INDEX account_stock_unknown ON account_stock (told_at DESC) WHERE unknown;
      -- NULL: as much as may be sold.
      ALTER TABLE account ADD COLUMN stock_cap integer CHECK (stock_cap BETWEEN 0 AND 1000000);
      -- Another channel was told nothing yet.
      CREATE OR REPLACE FUNCTION account_polls_begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM account_poll WHERE account_id = NEW.id;
        DELETE FROM account_stock WHERE account_id = NEW.id;
        RETURN NULL;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION account_polls_begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM account_poll WHERE account_id = NEW.id;
        RETURN NULL;
      END $$;
      ALTER TABLE account DROP COLUMN stock_cap;
      DROP TABLE account_stock;
    `);
  }
}
