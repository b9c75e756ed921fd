import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Asking a vendor live before units are committed to it: each vendor's policy, and the work of asking. Source: DESIGN.md section 3,
 * docs/stock.md.
 *
 * That a fulfillment waits for an answer is an open item of its order (reason LIVE_CHECK), opened and settled by plans like any other
 * hold, so it can neither be lost nor settled twice. The row of work beside it is made and closed with it, by the triggers here.
 */
export class LiveCheck1790000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE vendor
        -- Whether it is asked: never, always, or in doubt (where less than so many units would be left, or the figure is older).
        ADD COLUMN live_check text NOT NULL DEFAULT 'never' CHECK (live_check IN ('never', 'doubtful', 'always')),
        ADD COLUMN live_check_below_units integer NOT NULL DEFAULT 5 CHECK (live_check_below_units BETWEEN 0 AND 1000000),
        ADD COLUMN live_check_older_seconds integer NOT NULL DEFAULT 3600 CHECK (live_check_older_seconds BETWEEN 0 AND 31536000),
        ADD COLUMN live_check_deadline_seconds integer NOT NULL DEFAULT 10 CHECK (live_check_deadline_seconds BETWEEN 1 AND 3600),
        -- Without an answer: committed where its last report is no older than this, else it goes another way.
        ADD COLUMN live_check_silent_seconds integer NOT NULL DEFAULT 3600 CHECK (live_check_silent_seconds BETWEEN 0 AND 31536000),
        ADD COLUMN live_check_silent_else text NOT NULL DEFAULT 'reroute' CHECK (live_check_silent_else IN ('reroute', 'review'));

      CREATE TABLE live_check (
        -- Of the open item that it is the work of.
        id uuid PRIMARY KEY REFERENCES open_item,
        order_id uuid NOT NULL REFERENCES orders,
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        vendor_id integer NOT NULL REFERENCES vendor,
        started_at timestamptz NOT NULL,
        deadline_at timestamptz NOT NULL,
        -- How often it was part of a question, and when last.
        asks integer NOT NULL DEFAULT 0 CHECK (asks >= 0),
        asked_at timestamptz,
        -- The question that it is part of now.
        lease_token uuid,
        lease_until timestamptz,
        next_action_at timestamptz,
        -- What the vendor's answer means for it, and what it said of each row.
        verdict text CHECK (verdict IN ('available', 'short')),
        answer jsonb,
        as_of timestamptz,
        answered_at timestamptz,
        -- Since when it waits for a person because no answer came.
        silent_since timestamptz,
        settled_at timestamptz,
        CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
        CHECK (verdict IS NULL OR (answer IS NOT NULL AND answered_at IS NOT NULL)),
        CHECK (settled_at IS NULL OR next_action_at IS NULL)
      );
      CREATE INDEX live_check_due ON live_check (next_action_at) WHERE next_action_at IS NOT NULL;
      CREATE INDEX live_check_open ON live_check (vendor_id, started_at, id) WHERE settled_at IS NULL;
      CREATE INDEX live_check_fulfillment ON live_check (fulfillment_id);
      CREATE INDEX live_check_order ON live_check (order_id);

      -- It is due a moment later, so that orders of the same moment share a question.
      CREATE FUNCTION live_check_begins() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO live_check (id, order_id, fulfillment_id, vendor_id, started_at, deadline_at, next_action_at)
          SELECT NEW.id, NEW.order_id, f.id, f.vendor_id, NEW.opened_at,
            NEW.opened_at + make_interval(secs => v.live_check_deadline_seconds), NEW.opened_at + interval '50 milliseconds'
          FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id WHERE f.id = NEW.fulfillment_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER live_check_begin AFTER INSERT ON open_item
        FOR EACH ROW WHEN (NEW.reason = 'LIVE_CHECK') EXECUTE FUNCTION live_check_begins();
      CREATE FUNCTION live_check_ends() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE live_check c SET settled_at = NEW.resolved_at, next_action_at = NULL, lease_token = NULL, lease_until = NULL
          WHERE c.id = NEW.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER live_check_end AFTER UPDATE OF resolved_at ON open_item
        FOR EACH ROW WHEN (NEW.reason = 'LIVE_CHECK' AND OLD.resolved_at IS NULL AND NEW.resolved_at IS NOT NULL)
        EXECUTE FUNCTION live_check_ends();

      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check
        CHECK (step IN ('intake', 'route', 'dispatch', 'poll', 'shortage', 'check'));
      -- Whose order waits; what that costs is weighed after it, as for any other step.
      CREATE FUNCTION dead_letter_of_check() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT c.order_id, c.vendor_id INTO NEW.order_id, NEW.vendor_id FROM live_check c WHERE c.id = NEW.subject_id::uuid;
        RETURN NEW;
      END $$;
      CREATE TRIGGER dead_letter_check BEFORE INSERT ON dead_letter
        FOR EACH ROW WHEN (NEW.step = 'check') EXECUTE FUNCTION dead_letter_of_check();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER dead_letter_check ON dead_letter;
      DROP FUNCTION dead_letter_of_check;
      DELETE FROM dead_letter WHERE step = 'check';
      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check
        CHECK (step IN ('intake', 'route', 'dispatch', 'poll', 'shortage'));
      DROP TRIGGER live_check_end ON open_item;
      DROP TRIGGER live_check_begin ON open_item;
      DROP FUNCTION live_check_ends, live_check_begins;
      DROP TABLE live_check;
      ALTER TABLE vendor DROP COLUMN live_check, DROP COLUMN live_check_below_units, DROP COLUMN live_check_older_seconds,
        DROP COLUMN live_check_deadline_seconds, DROP COLUMN live_check_silent_seconds, DROP COLUMN live_check_silent_else;
    `);
  }
}
