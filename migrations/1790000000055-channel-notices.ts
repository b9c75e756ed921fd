import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What channels must be told of their orders, by when, and what became of it. Source: docs/channels.md. */
export class ChannelNotices1790000000055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Orders of channels that are told of them, from when they came in.
      CREATE TABLE told_order (
        order_id uuid PRIMARY KEY REFERENCES orders,
        account_id integer NOT NULL REFERENCES account,
        intake_id uuid NOT NULL REFERENCES intake,
        arrived_at timestamptz NOT NULL
      );

      CREATE TABLE channel_notice (
        id uuid PRIMARY KEY,
        -- Those of one order are told in this order.
        seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        order_id uuid NOT NULL REFERENCES told_order,
        account_id integer NOT NULL REFERENCES account,
        kind text NOT NULL CHECK (kind IN ('acknowledge', 'ship', 'cancel', 'invoice')),
        -- The shipment that it is about, the number of a cancellation, or '' for the whole order.
        subject text NOT NULL CHECK (length(subject) <= 100),
        -- awaited: it has a deadline, and what it is to say has not come about yet; void: there was nothing to tell.
        state text NOT NULL CHECK (state IN ('awaited', 'waiting', 'told', 'set_aside', 'dropped', 'void')),
        -- Units by line of the order; fixed when it is made, so that it says the same however often it is told.
        lines jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(lines) = 'array'),
        reason text CHECK (length(reason) <= 200),
        made_at timestamptz NOT NULL,
        due_at timestamptz,
        -- When a person is to look at it; the alarm is over once it is NULL and alarmed is false.
        alarm_at timestamptz,
        alarmed boolean NOT NULL DEFAULT false,
        attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
        last_error text CHECK (length(last_error) <= 200),
        outcome text CHECK (outcome IN ('taken', 'known')),
        reference text CHECK (length(reference) <= 200),
        told_at timestamptz,
        lease_token uuid,
        lease_until timestamptz,
        next_action_at timestamptz,
        UNIQUE (order_id, kind, subject),
        CHECK ((state = 'told') = (told_at IS NOT NULL)),
        CHECK (state = 'waiting' OR next_action_at IS NULL),
        CHECK ((lease_token IS NULL) = (lease_until IS NULL))
      );
      CREATE INDEX channel_notice_due ON channel_notice (next_action_at) WHERE next_action_at IS NOT NULL;
      CREATE INDEX channel_notice_alarm ON channel_notice (alarm_at) WHERE alarm_at IS NOT NULL;
      CREATE INDEX channel_notice_alarmed ON channel_notice (order_id) WHERE alarmed;
      CREATE INDEX channel_notice_open ON channel_notice (state) WHERE state IN ('waiting', 'set_aside') OR (state = 'awaited' AND alarmed);
      CREATE INDEX channel_notice_account ON channel_notice (account_id, seq DESC);
      CREATE TRIGGER told_order_sealed BEFORE DELETE OR TRUNCATE ON told_order
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
      CREATE TRIGGER channel_notice_sealed BEFORE DELETE OR TRUNCATE ON channel_notice
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();

      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check
        CHECK (step IN ('intake', 'route', 'dispatch', 'poll', 'shortage', 'check', 'notice'));
      -- Whose order it is about; what that costs is weighed after it, as for any other step.
      CREATE FUNCTION dead_letter_of_notice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT n.order_id INTO NEW.order_id FROM channel_notice n WHERE n.id = NEW.subject_id::uuid;
        RETURN NEW;
      END $$;
      CREATE TRIGGER dead_letter_notice BEFORE INSERT ON dead_letter
        FOR EACH ROW WHEN (NEW.step = 'notice') EXECUTE FUNCTION dead_letter_of_notice();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER dead_letter_notice ON dead_letter;
      DROP FUNCTION dead_letter_of_notice;
      DROP TRIGGER dead_letter_sealed ON dead_letter;
      DELETE FROM dead_letter WHERE step = 'notice';
      CREATE TRIGGER dead_letter_sealed BEFORE DELETE OR TRUNCATE ON dead_letter FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_step_check;
      ALTER TABLE dead_letter ADD CONSTRAINT dead_letter_step_check
        CHECK (step IN ('intake', 'route', 'dispatch', 'poll', 'shortage', 'check'));
      DROP TABLE channel_notice, told_order;
      DELETE FROM event_reader WHERE name = 'notices';
    `);
  }
}
