import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_VENDOR = "ELSIF NEW.step = 'poll' THEN";
const OF_ACCOUNT = `ELSIF NEW.step = 'poll' AND split_part(NEW.subject_id, '-', 2) IN ('orders', 'levels') THEN
          NEW.account_id := COALESCE(NEW.account_id, split_part(NEW.subject_id, '-', 1)::integer);
        `;

/** Channels that are asked for their orders, and sent stock, again and again. Source: DESIGN.md section 10. */
export class AccountPolls1790000000054 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Where reading an account's orders and publishing its stock stands, and who is at it now; as vendor_poll.
      CREATE TABLE account_poll (
        account_id integer NOT NULL REFERENCES account,
        kind text NOT NULL CHECK (kind IN ('orders', 'levels')),
        cursor text CHECK (length(cursor) <= 4000),
        failures integer NOT NULL DEFAULT 0,
        last_success_at timestamptz,
        lease_token uuid,
        lease_until timestamptz,
        next_action_at timestamptz,
        PRIMARY KEY (account_id, kind),
        CHECK ((lease_token IS NULL) = (lease_until IS NULL))
      );
      CREATE INDEX account_poll_due ON account_poll (next_action_at) WHERE next_action_at IS NOT NULL;
      -- Of another channel nothing was read yet.
      CREATE FUNCTION account_polls_begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM account_poll WHERE account_id = NEW.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER account_polls_anew AFTER UPDATE OF channel ON account
        FOR EACH ROW WHEN (OLD.channel <> NEW.channel) EXECUTE FUNCTION account_polls_begin_anew();
      -- NULL: as often as the installation's settings say.
      ALTER TABLE account ADD COLUMN poll_seconds integer CHECK (poll_seconds BETWEEN 1 AND 86400);

      ALTER TABLE intake DROP CONSTRAINT intake_source_check;
      ALTER TABLE intake ADD CONSTRAINT intake_source_check CHECK (source IN ('webhook', 'poll', 'api'));
    `);
    await redefine(runner, OF_VENDOR, OF_ACCOUNT + OF_VENDOR);
  }

  async down(runner: QueryRunner): Promise<void> {
    await redefine(runner, OF_ACCOUNT + OF_VENDOR, OF_VENDOR);
    await runner.query(`
      ALTER TABLE intake DROP CONSTRAINT intake_source_check;
      UPDATE intake SET source = 'webhook' WHERE source = 'poll';
      ALTER TABLE intake ADD CONSTRAINT intake_source_check CHECK (source IN ('webhook', 'api'));
      ALTER TABLE account DROP COLUMN poll_seconds;
      DROP TRIGGER account_polls_anew ON account;
      DROP FUNCTION account_polls_begin_anew;
      DROP TABLE account_poll;
    `);
  }
}

/** Whom the dead letter of a poll concerns: a vendor or, since this migration, an account. */
async function redefine(runner: QueryRunner, before: string, after: string): Promise<void> {
  const [{ definition }] = await runner.query("SELECT pg_get_functiondef('dead_letter_weigh'::regproc) AS definition");
  if (!definition.includes(before)) throw new Error('expected dead_letter_weigh as an earlier migration left it');
  await runner.query(definition.replace(before, () => after));
}
