import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The life of an order: intake, order and lines, decisions, fulfillments, shipments, open items, vendor outcomes. */
export class Orders1790000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        account_id integer NOT NULL REFERENCES account,
        external_id text NOT NULL CHECK (length(external_id) BETWEEN 1 AND 200),
        display_number text CHECK (length(display_number) <= 200),
        version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        status text NOT NULL CHECK (status IN ('RECEIVED', 'ROUTED', 'CONFIRMED', 'DISPATCHED', 'PARTIALLY_SHIPPED',
          'SHIPPED', 'DELIVERED', 'BACKORDERED', 'CANCELED', 'REJECTED')),
        currency currency_code NOT NULL,
        placed_at timestamptz NOT NULL,
        deliver_by timestamptz,
        when_short text NOT NULL CHECK (when_short IN ('BACKORDER', 'REJECT')),
        destination_country country_code NOT NULL,
        destination_region text CHECK (length(destination_region) <= 20),
        channel_updated_at timestamptz,
        confirmed_at timestamptz,
        routing_attempts integer NOT NULL DEFAULT 0 CHECK (routing_attempts >= 0),
        next_action_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        UNIQUE (account_id, external_id)
      );
      CREATE INDEX orders_due ON orders (next_action_at) WHERE next_action_at IS NOT NULL;
      CREATE INDEX orders_account_created ON orders (account_id, created_at DESC, id DESC);
      CREATE INDEX orders_created ON orders (created_at DESC, id DESC);

      -- Personal data of an order, erasable: erasing sets the columns to null and erased_at.
      CREATE TABLE order_contact (
        order_id uuid PRIMARY KEY REFERENCES orders,
        address jsonb CHECK (jsonb_typeof(address) = 'object'),
        erased_at timestamptz,
        CHECK ((address IS NULL) = (erased_at IS NOT NULL))
      );

      CREATE TABLE order_line (
        order_id uuid NOT NULL REFERENCES orders,
        line_no integer NOT NULL CHECK (line_no BETWEEN 1 AND 10000),
        external_line_id text NOT NULL CHECK (length(external_line_id) BETWEEN 1 AND 200),
        product_id integer NOT NULL REFERENCES product,
        unit_price amount NOT NULL CHECK (unit_price BETWEEN 0 AND 10000000),
        ordered integer NOT NULL CHECK (ordered BETWEEN 1 AND 1000000),
        open integer NOT NULL CHECK (open >= 0),
        routed integer NOT NULL DEFAULT 0 CHECK (routed >= 0),
        backordered integer NOT NULL DEFAULT 0 CHECK (backordered >= 0),
        shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
        canceled integer NOT NULL DEFAULT 0 CHECK (canceled >= 0),
        returned integer NOT NULL DEFAULT 0 CHECK (returned >= 0),
        PRIMARY KEY (order_id, line_no),
        UNIQUE (order_id, external_line_id),
        CONSTRAINT order_line_adds_up CHECK (ordered = open + routed + backordered + shipped + canceled),
        CHECK (returned <= shipped)
      );
      CREATE INDEX order_line_backordered ON order_line (product_id, order_id) WHERE backordered > 0;

      -- One payload or mutation as it came. What it said lives in intake_payload, which can be erased.
      CREATE TABLE intake (
        id uuid PRIMARY KEY,
        account_id integer NOT NULL REFERENCES account,
        source text NOT NULL CHECK (source IN ('webhook', 'api')),
        topic text NOT NULL CHECK (length(topic) BETWEEN 1 AND 100),
        -- The channel's own id of the delivery (a webhook id), or owner, operation and key of a mutation.
        dedupe_scope text NOT NULL CHECK (length(dedupe_scope) BETWEEN 1 AND 200),
        dedupe_key text NOT NULL CHECK (length(dedupe_key) BETWEEN 1 AND 200),
        fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
        status text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'applied', 'ignored', 'refused', 'dead')),
        order_id uuid REFERENCES orders,
        -- The business answer of a mutation, replayed to a repeat of its key (ids and facts, no personal data).
        result jsonb,
        faults jsonb,
        attempts integer NOT NULL DEFAULT 0,
        next_action_at timestamptz,
        received_at timestamptz NOT NULL,
        UNIQUE (dedupe_scope, dedupe_key)
      );
      CREATE INDEX intake_due ON intake (next_action_at) WHERE next_action_at IS NOT NULL;
      CREATE INDEX intake_order ON intake (order_id);
      CREATE TABLE intake_payload (
        intake_id uuid PRIMARY KEY REFERENCES intake,
        headers jsonb NOT NULL,
        body bytea,
        erased_at timestamptz,
        CHECK ((body IS NULL) = (erased_at IS NOT NULL))
      );

      CREATE TABLE decision (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders,
        order_version integer NOT NULL,
        cause text NOT NULL,
        -- The routing request and decision of ROUTING.md; the request names the destination's country and region, no more.
        request jsonb NOT NULL,
        decision jsonb NOT NULL,
        rule_set_version integer NOT NULL DEFAULT 0,
        rate_sources jsonb NOT NULL DEFAULT '{}',
        attempt integer NOT NULL CHECK (attempt > 0),
        engine_micros integer NOT NULL CHECK (engine_micros >= 0),
        decided_at timestamptz NOT NULL
      );
      CREATE INDEX decision_order ON decision (order_id, decided_at DESC);

      CREATE TABLE fulfillment (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders,
        node_id integer NOT NULL REFERENCES node,
        vendor_id integer NOT NULL REFERENCES vendor,
        service_id integer NOT NULL REFERENCES carrier_service,
        decision_id uuid NOT NULL REFERENCES decision,
        po_number text NOT NULL UNIQUE CHECK (po_number ~ '^[A-Z0-9-]{4,40}$'),
        status text NOT NULL,
        landed_cost amount NOT NULL,
        currency currency_code NOT NULL,
        ship_by timestamptz NOT NULL,
        arrives_by timestamptz NOT NULL,
        vendor_reference text CHECK (length(vendor_reference) <= 200),
        attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
        cancel_requested boolean NOT NULL DEFAULT false,
        lease_token uuid,
        lease_until timestamptz,
        next_action_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
        CHECK (status <> 'SENDING' OR lease_token IS NOT NULL)
      );
      CREATE INDEX fulfillment_order ON fulfillment (order_id);
      CREATE INDEX fulfillment_due ON fulfillment (next_action_at) WHERE next_action_at IS NOT NULL;
      CREATE INDEX fulfillment_vendor ON fulfillment (vendor_id, created_at DESC);

      CREATE TABLE fulfillment_line (
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        order_id uuid NOT NULL,
        line_no integer NOT NULL,
        product_id integer NOT NULL REFERENCES product,
        quantity integer NOT NULL CHECK (quantity > 0),
        accepted integer NOT NULL DEFAULT 0 CHECK (accepted >= 0),
        rejected integer NOT NULL DEFAULT 0 CHECK (rejected >= 0),
        shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
        canceled integer NOT NULL DEFAULT 0 CHECK (canceled >= 0),
        unit_cost amount NOT NULL,
        PRIMARY KEY (fulfillment_id, line_no),
        FOREIGN KEY (order_id, line_no) REFERENCES order_line,
        CHECK (accepted <= quantity),
        CHECK (shipped + rejected + canceled <= quantity)
      );
      CREATE INDEX fulfillment_line_order ON fulfillment_line (order_id, line_no);

      -- From each status, where a fulfillment may go: the same table as FULFILLMENT_TRANSITIONS in the code.
      CREATE TABLE fulfillment_transition (
        from_status text NOT NULL,
        to_status text NOT NULL,
        PRIMARY KEY (from_status, to_status)
      );
      INSERT INTO fulfillment_transition VALUES
        ('PLANNED','SENDING'), ('PLANNED','CANCELED'), ('PLANNED','SUPERSEDED'),
        ('SENDING','PLANNED'), ('SENDING','SENT'), ('SENDING','UNKNOWN'), ('SENDING','ACCEPTED'), ('SENDING','PARTIALLY_SHIPPED'),
        ('SENDING','SHIPPED'), ('SENDING','REJECTED'), ('SENDING','CANCELING'),
        ('UNKNOWN','SENDING'), ('UNKNOWN','SENT'), ('UNKNOWN','ACCEPTED'), ('UNKNOWN','PARTIALLY_SHIPPED'), ('UNKNOWN','SHIPPED'),
        ('UNKNOWN','REJECTED'), ('UNKNOWN','CANCELING'), ('UNKNOWN','CANCELED'),
        ('SENT','ACCEPTED'), ('SENT','PARTIALLY_SHIPPED'), ('SENT','SHIPPED'), ('SENT','REJECTED'), ('SENT','CANCELING'), ('SENT','CANCELED'),
        ('ACCEPTED','PARTIALLY_SHIPPED'), ('ACCEPTED','SHIPPED'), ('ACCEPTED','REJECTED'), ('ACCEPTED','CANCELING'), ('ACCEPTED','CANCELED'),
        ('CANCELING','CANCELED'), ('CANCELING','SENT'), ('CANCELING','ACCEPTED'), ('CANCELING','PARTIALLY_SHIPPED'), ('CANCELING','SHIPPED'),
        ('CANCELING','REJECTED'), ('CANCELING','UNKNOWN'),
        ('PARTIALLY_SHIPPED','SHIPPED'), ('PARTIALLY_SHIPPED','DELIVERED'), ('PARTIALLY_SHIPPED','RETURNED'), ('PARTIALLY_SHIPPED','CANCELING'),
        ('SHIPPED','DELIVERED'), ('SHIPPED','RETURNED'),
        ('DELIVERED','RETURNED');
      CREATE FUNCTION fulfillment_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT 1 FROM fulfillment_transition WHERE from_status = OLD.status AND to_status = NEW.status) THEN
          RAISE EXCEPTION 'a fulfillment cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fulfillment_transition_guard BEFORE UPDATE OF status ON fulfillment
        FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION fulfillment_may_go();
      CREATE FUNCTION fulfillment_starts_planned() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a fulfillment starts PLANNED, not %', NEW.status USING ERRCODE = 'check_violation';
      END $$;
      CREATE TRIGGER fulfillment_start_guard BEFORE INSERT ON fulfillment
        FOR EACH ROW WHEN (NEW.status <> 'PLANNED') EXECUTE FUNCTION fulfillment_starts_planned();

      -- One dispatch notice of a vendor; (fulfillment, vendor_shipment_id) makes a repeat harmless.
      CREATE TABLE shipment (
        id uuid PRIMARY KEY,
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        vendor_shipment_id text NOT NULL CHECK (length(vendor_shipment_id) BETWEEN 1 AND 200),
        carrier text NOT NULL,
        tracking_numbers text[] NOT NULL DEFAULT '{}',
        shipped_at timestamptz NOT NULL,
        delivered_at timestamptz,
        UNIQUE (fulfillment_id, vendor_shipment_id)
      );
      CREATE TABLE shipment_line (
        shipment_id uuid NOT NULL REFERENCES shipment,
        line_no integer NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (shipment_id, line_no)
      );

      -- Holds and reviews: work waiting for a person or an event; they block named steps of the order's way.
      CREATE TABLE open_item (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders,
        fulfillment_id uuid REFERENCES fulfillment,
        kind text NOT NULL CHECK (kind IN ('hold', 'review')),
        reason text NOT NULL CHECK (reason ~ '^[A-Z][A-Z_]{1,60}$'),
        evidence jsonb NOT NULL DEFAULT '{}',
        blocks text[] NOT NULL DEFAULT '{}' CHECK (blocks <@ '{route,dispatch,ship}'),
        opened_at timestamptz NOT NULL,
        resolved_at timestamptz,
        resolution text,
        resolved_by text,
        CHECK ((resolved_at IS NULL) = (resolution IS NULL))
      );
      CREATE INDEX open_item_order ON open_item (order_id) WHERE resolved_at IS NULL;
      CREATE UNIQUE INDEX open_item_once ON open_item (order_id, COALESCE(fulfillment_id, order_id), reason) WHERE resolved_at IS NULL;

      -- What a vendor promised and what came of it, from the first purchase order on.
      CREATE TABLE vendor_outcome (
        fulfillment_id uuid PRIMARY KEY REFERENCES fulfillment,
        vendor_id integer NOT NULL REFERENCES vendor,
        node_id integer NOT NULL REFERENCES node,
        units_ordered integer NOT NULL,
        promised_ship_by timestamptz NOT NULL,
        promised_arrival timestamptz NOT NULL,
        first_sent_at timestamptz,
        acknowledged_at timestamptz,
        units_accepted integer,
        units_rejected integer,
        first_shipped_at timestamptz,
        units_shipped integer NOT NULL DEFAULT 0,
        delivered_at timestamptz,
        outcome text CHECK (outcome IN ('accepted', 'rejected', 'canceled', 'shipped', 'delivered'))
      );
      CREATE INDEX vendor_outcome_node ON vendor_outcome (node_id, first_sent_at);

      -- Where reading a vendor's documents and stock stands, and who is reading now.
      CREATE TABLE vendor_poll (
        vendor_id integer NOT NULL REFERENCES vendor,
        kind text NOT NULL CHECK (kind IN ('documents', 'stock')),
        cursor text,
        failures integer NOT NULL DEFAULT 0,
        last_success_at timestamptz,
        lease_token uuid,
        lease_until timestamptz,
        next_action_at timestamptz,
        PRIMARY KEY (vendor_id, kind),
        CHECK ((lease_token IS NULL) = (lease_until IS NULL))
      );
      CREATE INDEX vendor_poll_due ON vendor_poll (next_action_at) WHERE next_action_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE vendor_poll, vendor_outcome, open_item, shipment_line, shipment, fulfillment_line, fulfillment,
        fulfillment_transition, decision, intake_payload, intake, order_line, order_contact, orders;
      DROP FUNCTION fulfillment_may_go, fulfillment_starts_planned;
    `);
  }
}
