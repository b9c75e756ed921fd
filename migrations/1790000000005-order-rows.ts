/**
 * What accepted plans change beside stock and capacity: the order and its lines, decision, fulfillments, shipments, open items,
 * dead letters, and the order's events. A part of the migration beside it; only `commit_plans` calls it, under its locks.
 *
 * `doc` is what `commit_plans` got, `ok` says which plans are accepted. Parents come before children.
 */
export const WRITE_ORDER_ROWS = `
  CREATE FUNCTION write_order_rows(doc jsonb, ok boolean[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
  DECLARE
    row_count integer;
  BEGIN
    UPDATE orders o SET version = o.version + p.event_count, status = p.status, next_action_at = p.next_action_at,
        confirmed_at = COALESCE(p.confirmed_at, o.confirmed_at),
        routing_attempts = COALESCE(p.routing_attempts, o.routing_attempts), updated_at = p.at
      FROM jsonb_to_recordset(doc->'plans') AS p(p integer, order_id uuid, event_count integer, status text,
        next_action_at timestamptz, confirmed_at timestamptz, routing_attempts integer, at timestamptz)
      WHERE o.id = p.order_id AND ok[p.p];

    IF doc ? 'lines' THEN
      UPDATE order_line t SET open = l.open, routed = l.routed, backordered = l.backordered, shipped = l.shipped,
          canceled = l.canceled, returned = l.returned
        FROM jsonb_to_recordset(doc->'lines') AS l(p integer, order_id uuid, line_no integer, open integer, routed integer,
          backordered integer, shipped integer, canceled integer, returned integer)
        WHERE t.order_id = l.order_id AND t.line_no = l.line_no AND ok[l.p];
      GET DIAGNOSTICS row_count = ROW_COUNT;
      IF row_count <> (SELECT count(*) FROM jsonb_to_recordset(doc->'lines') AS l(p integer) WHERE ok[l.p]) THEN
        RAISE EXCEPTION 'a plan changes an order line that does not exist' USING ERRCODE = 'foreign_key_violation';
      END IF;
    END IF;

    IF doc ? 'decisions' THEN
      INSERT INTO decision (id, order_id, order_version, cause, request, decision, rate_sources, attempt, engine_micros, decided_at)
        SELECT d.id, d.order_id, d.order_version, d.cause, d.request, d.decision, d.rate_sources, d.attempt, d.engine_micros, d.at
        FROM jsonb_to_recordset(doc->'decisions') AS d(p integer, order_id uuid, order_version integer, at timestamptz, id uuid,
          cause text, request jsonb, decision jsonb, rate_sources jsonb, attempt integer, engine_micros integer)
        WHERE ok[d.p];
    END IF;

    IF doc ? 'changes' THEN
      UPDATE fulfillment f SET status = c.to_status, attempt = COALESCE(c.attempt, f.attempt),
          failures = COALESCE(c.failures, f.failures), vendor_reference = COALESCE(c.vendor_reference, f.vendor_reference),
          cancel_requested = COALESCE(c.cancel_requested, f.cancel_requested),
          lease_token = CASE WHEN c.sets_lease THEN c.lease_token ELSE f.lease_token END,
          lease_until = CASE WHEN c.sets_lease THEN c.lease_until ELSE f.lease_until END,
          next_action_at = CASE WHEN c.sets_next_action THEN c.next_action_at ELSE f.next_action_at END, updated_at = c.at
        FROM jsonb_to_recordset(doc->'changes') AS c(p integer, id uuid, to_status text, at timestamptz, attempt integer,
          failures integer, vendor_reference text, cancel_requested boolean, sets_lease boolean, lease_token uuid,
          lease_until timestamptz, sets_next_action boolean, next_action_at timestamptz)
        WHERE f.id = c.id AND ok[c.p];
    END IF;
    IF doc ? 'change_lines' THEN
      UPDATE fulfillment_line t SET accepted = l.accepted, rejected = l.rejected, shipped = l.shipped, canceled = l.canceled
        FROM jsonb_to_recordset(doc->'change_lines') AS l(p integer, fulfillment_id uuid, line_no integer, accepted integer,
          rejected integer, shipped integer, canceled integer)
        WHERE t.fulfillment_id = l.fulfillment_id AND t.line_no = l.line_no AND ok[l.p];
      GET DIAGNOSTICS row_count = ROW_COUNT;
      IF row_count <> (SELECT count(*) FROM jsonb_to_recordset(doc->'change_lines') AS l(p integer) WHERE ok[l.p]) THEN
        RAISE EXCEPTION 'a plan changes a fulfillment line that does not exist' USING ERRCODE = 'foreign_key_violation';
      END IF;
    END IF;
    IF doc ? 'outcomes' THEN
      -- The first moments stay, figures are replaced.
      UPDATE vendor_outcome v SET first_sent_at = COALESCE(v.first_sent_at, c.first_sent_at),
          acknowledged_at = COALESCE(v.acknowledged_at, c.acknowledged_at),
          units_accepted = COALESCE(c.units_accepted, v.units_accepted), units_rejected = COALESCE(c.units_rejected, v.units_rejected),
          first_shipped_at = COALESCE(v.first_shipped_at, c.first_shipped_at), units_shipped = COALESCE(c.units_shipped, v.units_shipped),
          delivered_at = COALESCE(c.delivered_at, v.delivered_at), outcome = COALESCE(c.outcome, v.outcome)
        FROM jsonb_to_recordset(doc->'outcomes') AS c(p integer, fulfillment_id uuid, first_sent_at timestamptz,
          acknowledged_at timestamptz, units_accepted integer, units_rejected integer, first_shipped_at timestamptz,
          units_shipped integer, delivered_at timestamptz, outcome text)
        WHERE v.fulfillment_id = c.fulfillment_id AND ok[c.p];
    END IF;

    IF doc ? 'fulfillments' THEN
      INSERT INTO fulfillment (id, order_id, node_id, vendor_id, service_id, decision_id, po_number, status, landed_cost, currency,
          ship_by, arrives_by, next_action_at, created_at, updated_at)
        SELECT f.id, f.order_id, f.node_id, f.vendor_id, f.service_id, f.decision_id, f.po_number, 'PLANNED', f.landed_cost,
          f.currency, f.ship_by, f.arrives_by, f.next_action_at, f.at, f.at
        FROM jsonb_to_recordset(doc->'fulfillments') AS f(p integer, order_id uuid, at timestamptz, id uuid, node_id integer,
          vendor_id integer, service_id integer, decision_id uuid, po_number text, landed_cost numeric, currency text,
          ship_by timestamptz, arrives_by timestamptz, next_action_at timestamptz, units integer)
        WHERE ok[f.p];
      INSERT INTO vendor_outcome (fulfillment_id, vendor_id, node_id, units_ordered, promised_ship_by, promised_arrival)
        SELECT f.id, f.vendor_id, f.node_id, f.units, f.ship_by, f.arrives_by
        FROM jsonb_to_recordset(doc->'fulfillments') AS f(p integer, id uuid, node_id integer, vendor_id integer, units integer,
          ship_by timestamptz, arrives_by timestamptz)
        WHERE ok[f.p];
      INSERT INTO fulfillment_line (fulfillment_id, order_id, line_no, product_id, quantity, unit_cost)
        SELECT l.fulfillment_id, l.order_id, l.line_no, l.product_id, l.quantity, l.unit_cost
        FROM jsonb_to_recordset(doc->'fulfillment_lines') AS l(p integer, fulfillment_id uuid, order_id uuid, line_no integer,
          product_id integer, quantity integer, unit_cost numeric)
        WHERE ok[l.p];
    END IF;

    IF doc ? 'shipments' THEN
      INSERT INTO shipment (id, fulfillment_id, vendor_shipment_id, carrier, tracking_numbers, shipped_at)
        SELECT s.id, s.fulfillment_id, s.vendor_shipment_id, s.carrier, s.tracking_numbers, s.shipped_at
        FROM jsonb_to_recordset(doc->'shipments') AS s(p integer, id uuid, fulfillment_id uuid, vendor_shipment_id text,
          carrier text, tracking_numbers text[], shipped_at timestamptz)
        WHERE ok[s.p];
      INSERT INTO shipment_line (shipment_id, line_no, quantity)
        SELECT l.shipment_id, l.line_no, l.quantity
        FROM jsonb_to_recordset(doc->'shipment_lines') AS l(p integer, shipment_id uuid, line_no integer, quantity integer)
        WHERE ok[l.p];
    END IF;
    IF doc ? 'delivered' THEN
      UPDATE shipment s SET delivered_at = COALESCE(s.delivered_at, d.delivered_at)
        FROM jsonb_to_recordset(doc->'delivered') AS d(p integer, shipment_id uuid, delivered_at timestamptz)
        WHERE s.id = d.shipment_id AND ok[d.p];
    END IF;

    IF doc ? 'resolved' THEN
      UPDATE open_item t SET resolved_at = i.at, resolution = i.resolution, resolved_by = i.actor
        FROM jsonb_to_recordset(doc->'resolved') AS i(p integer, id uuid, at timestamptz, actor text, resolution text)
        WHERE t.id = i.id AND ok[i.p];
    END IF;
    IF doc ? 'open_items' THEN
      INSERT INTO open_item (id, order_id, fulfillment_id, kind, reason, evidence, blocks, opened_at)
        SELECT i.id, i.order_id, i.fulfillment_id, i.kind, i.reason, i.evidence, i.blocks, i.at
        FROM jsonb_to_recordset(doc->'open_items') AS i(p integer, n integer, id uuid, order_id uuid, fulfillment_id uuid, kind text,
          reason text, evidence jsonb, blocks text[], at timestamptz)
        WHERE ok[i.p] ORDER BY i.p, i.n
        ON CONFLICT (order_id, COALESCE(fulfillment_id, order_id), reason) WHERE resolved_at IS NULL
          DO UPDATE SET evidence = excluded.evidence;
    END IF;

    IF doc ? 'dead_letters' THEN
      -- The table weighs each row itself (what leaving it undone costs); a repeat of an open one is weighed anew.
      INSERT INTO dead_letter (id, step, subject_id, order_id, vendor_id, errors, attempts, opened_at)
        SELECT d.id, d.step, d.subject_id, d.order_id, d.vendor_id, d.errors, d.attempts, d.at
        FROM jsonb_to_recordset(doc->'dead_letters') AS d(p integer, order_id uuid, at timestamptz, id uuid, step text,
          subject_id text, vendor_id integer, errors jsonb, attempts integer)
        WHERE ok[d.p] ORDER BY d.step, d.subject_id
        ON CONFLICT (step, subject_id) WHERE status = 'open'
          DO UPDATE SET errors = excluded.errors, attempts = excluded.attempts, impact = excluded.impact,
            vendor_id = COALESCE(excluded.vendor_id, dead_letter.vendor_id);
    END IF;

    -- In order, so that the ids of one order's events ascend with its version.
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, account_id, vendor_id, actor, payload, occurred_at)
      SELECT e.type, 'order', e.order_id::text, e.order_version, o.account_id, e.vendor_id, e.actor, e.payload, e.at
      FROM jsonb_to_recordset(doc->'events') AS e(p integer, n integer, order_id uuid, order_version integer, at timestamptz,
        actor text, type text, vendor_id integer, payload jsonb)
      JOIN orders o ON o.id = e.order_id
      WHERE ok[e.p] ORDER BY e.p, e.n;
  END $$;
`;
