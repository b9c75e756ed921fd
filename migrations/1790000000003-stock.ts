import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stock counters, reservations and their ledger, daily capacity. Source: DESIGN.md section 4. */
export class Stock1790000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stock (
        node_id integer NOT NULL REFERENCES node,
        product_id integer NOT NULL REFERENCES product,
        on_hand integer NOT NULL DEFAULT 0 CHECK (on_hand BETWEEN 0 AND 1000000000),
        as_of timestamptz NOT NULL,
        safety_stock integer NOT NULL DEFAULT 0 CHECK (safety_stock >= 0),
        buffer integer NOT NULL DEFAULT 0 CHECK (buffer >= 0),
        held integer NOT NULL DEFAULT 0 CHECK (held >= 0),
        committed integer NOT NULL DEFAULT 0 CHECK (committed >= 0),
        version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        -- No constraint compares promises with on_hand: a feed may lawfully fall below them.
        atp integer NOT NULL GENERATED ALWAYS AS (GREATEST(0, on_hand - safety_stock - buffer - held - committed)) STORED,
        PRIMARY KEY (node_id, product_id)
      ) WITH (fillfactor = 70);
      CREATE INDEX stock_product ON stock (product_id);

      CREATE TABLE reservation (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL,
        line_no integer NOT NULL,
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        node_id integer NOT NULL,
        product_id integer NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        state text NOT NULL CHECK (state IN ('held', 'committed', 'reflected', 'released', 'expired')),
        -- The ATP that it was taken against: the database's own proof that nothing was promised twice.
        atp_before integer NOT NULL,
        expires_at timestamptz,
        taken_at timestamptz NOT NULL,
        -- When the vendor's feed starts to subtract it (received, accepted or shipped, as the vendor declares).
        subtracted_at timestamptz,
        ended_at timestamptz,
        FOREIGN KEY (order_id, line_no) REFERENCES order_line,
        FOREIGN KEY (node_id, product_id) REFERENCES stock,
        CONSTRAINT reservation_never_oversells CHECK (quantity <= atp_before),
        CHECK ((state = 'held') OR expires_at IS NULL),
        CHECK ((ended_at IS NOT NULL) = (state IN ('reflected', 'released', 'expired')))
      );
      CREATE INDEX reservation_order ON reservation (order_id);
      CREATE INDEX reservation_stock ON reservation (node_id, product_id) WHERE state IN ('held', 'committed');
      CREATE INDEX reservation_expiry ON reservation (expires_at) WHERE state = 'held' AND expires_at IS NOT NULL;
      CREATE FUNCTION reservation_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT ((OLD.state, NEW.state) IN (('held','committed'), ('held','released'), ('held','expired'),
            ('committed','reflected'), ('committed','released'))) THEN
          RAISE EXCEPTION 'a reservation cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER reservation_transition_guard BEFORE UPDATE OF state ON reservation
        FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION reservation_may_go();

      -- Append-only and signed: held and committed of a stock row are the sums of its ledger.
      CREATE TABLE stock_ledger (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        node_id integer NOT NULL,
        product_id integer NOT NULL,
        reservation_id uuid NOT NULL REFERENCES reservation,
        entry text NOT NULL CHECK (entry IN ('hold', 'commit', 'reflect', 'release', 'expire')),
        held_delta integer NOT NULL,
        committed_delta integer NOT NULL,
        atp_before integer NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CHECK (entry <> 'hold' OR held_delta + committed_delta <= atp_before)
      );
      CREATE INDEX stock_ledger_row ON stock_ledger (node_id, product_id);
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
      END $$;
      CREATE TRIGGER stock_ledger_append_only BEFORE UPDATE OR DELETE ON stock_ledger
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- Units that a node was given for a day; a missing row means none. The limit stands in node.daily_capacity_units.
      CREATE TABLE node_capacity (
        node_id integer NOT NULL REFERENCES node,
        day date NOT NULL,
        taken integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
        limit_units integer NOT NULL CHECK (limit_units >= 0),
        PRIMARY KEY (node_id, day),
        CONSTRAINT node_capacity_not_exceeded CHECK (taken <= limit_units)
      );

      -- Each report of stock that was applied or refused, so that an older one never overwrites a newer.
      CREATE TABLE stock_report (
        id uuid PRIMARY KEY,
        vendor_id integer NOT NULL REFERENCES vendor,
        as_of timestamptz NOT NULL,
        complete boolean NOT NULL,
        rows_received integer NOT NULL,
        rows_changed integer NOT NULL,
        rows_unknown integer NOT NULL,
        rows_stale integer NOT NULL,
        unknown_skus text[] NOT NULL DEFAULT '{}',
        received_at timestamptz NOT NULL
      );
      CREATE INDEX stock_report_vendor ON stock_report (vendor_id, received_at DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE stock_report, node_capacity, stock_ledger, reservation, stock;
      DROP FUNCTION refuse_change, reservation_may_go;
    `);
  }
}
