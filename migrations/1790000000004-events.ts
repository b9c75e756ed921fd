import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The event log, its sequencer and readers, dead letters, API keys. Source: DESIGN.md sections 5, 7 and 11. */
export class Events1790000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Outbox, audit trail and subscription log in one. A transaction writes rows without a position; the sequencer gives
      -- positions to committed rows, in id order. Ids of one aggregate ascend with its version, because both are taken
      -- under the aggregate's lock, so positions keep each aggregate's order though transactions commit out of order.
      CREATE TABLE event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        position bigint UNIQUE,
        type text NOT NULL,
        aggregate_type text NOT NULL CHECK (aggregate_type IN ('order', 'stock')),
        aggregate_id text NOT NULL,
        aggregate_version integer NOT NULL,
        account_id integer REFERENCES account,
        vendor_id integer REFERENCES vendor,
        actor text NOT NULL,
        payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
        occurred_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (aggregate_type, aggregate_id, aggregate_version)
      ) WITH (fillfactor = 80);
      CREATE INDEX event_unsequenced ON event (id) WHERE position IS NULL;
      CREATE INDEX event_occurred ON event (occurred_at);

      -- Events never change: the sequencer sets a position once, pruning deletes whole old rows and raises the floor.
      CREATE FUNCTION event_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.position IS NOT NULL OR NEW.position IS NULL
          OR (OLD.id, OLD.type, OLD.aggregate_type, OLD.aggregate_id, OLD.aggregate_version, OLD.actor, OLD.payload, OLD.occurred_at)
             IS DISTINCT FROM
             (NEW.id, NEW.type, NEW.aggregate_type, NEW.aggregate_id, NEW.aggregate_version, NEW.actor, NEW.payload, NEW.occurred_at) THEN
          RAISE EXCEPTION 'an event is immutable' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER event_immutable BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION event_is_immutable();

      CREATE TABLE event_sequencer (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        last_position bigint NOT NULL DEFAULT 0 CHECK (last_position >= 0),
        -- Positions up to here were pruned; a cursor below it gets a clear error.
        pruned_to bigint NOT NULL DEFAULT 0 CHECK (pruned_to <= last_position)
      );
      INSERT INTO event_sequencer DEFAULT VALUES;

      -- How far each reader that must miss nothing has read.
      CREATE TABLE event_reader (
        name code PRIMARY KEY,
        position bigint NOT NULL DEFAULT 0 CHECK (position >= 0)
      );

      -- One row per batch of plans: written first in the batch's transaction, so that a batch with an unknown commit result
      -- is resolved by claiming its id. Kept a day.
      CREATE TABLE commit_batch (
        id uuid PRIMARY KEY,
        results jsonb,
        committed_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX commit_batch_age ON commit_batch (committed_at);

      CREATE TABLE dead_letter (
        id uuid PRIMARY KEY,
        step text NOT NULL CHECK (step IN ('intake', 'route', 'dispatch', 'poll')),
        subject_id text NOT NULL,
        order_id uuid REFERENCES orders,
        account_id integer REFERENCES account,
        vendor_id integer REFERENCES vendor,
        errors jsonb NOT NULL CHECK (jsonb_typeof(errors) = 'array'),
        attempts integer NOT NULL,
        -- What leaving it undone costs: the order's value, raised by how late it is.
        impact numeric(18,4) NOT NULL DEFAULT 0,
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
        opened_at timestamptz NOT NULL,
        closed_at timestamptz,
        closed_by text,
        CHECK ((status = 'open') = (closed_at IS NULL))
      );
      CREATE UNIQUE INDEX dead_letter_once ON dead_letter (step, subject_id) WHERE status = 'open';
      CREATE INDEX dead_letter_impact ON dead_letter (impact DESC, opened_at) WHERE status = 'open';

      CREATE TABLE api_key (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        -- SHA-256 of the whole key; keys carry 256 random bits, so no salt or stretching is needed.
        hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
        hint text NOT NULL,
        scopes text[] NOT NULL CHECK (scopes <@ '{storefront,partner,vendor,operations,admin}' AND cardinality(scopes) > 0),
        account_ids integer[],
        vendor_ids integer[],
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz
      );

      -- Facts about this installation, such as the seed of the demo network that was loaded.
      CREATE TABLE installation (
        key code PRIMARY KEY,
        value jsonb NOT NULL,
        set_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE installation, api_key, dead_letter, commit_batch, event_reader, event_sequencer, event;
      DROP FUNCTION event_is_immutable;
    `);
  }
}
