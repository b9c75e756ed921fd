/**
 * The part of `commit_plans` that writes what accepted plans change beside stock and capacity: the order and its lines, decision,
 * fulfillments, shipments, open items, dead letters, and the order's events.
 *
 * `ok` says which plans are accepted, `accounts` whose their orders are. Parents come before children. Rows of one kind keep the order
 * in which they came.
 */
export const WRITE_ORDER_ROWS = `
    UPDATE orders o SET version = o.version + p.event_count, status = p.status, next_action_at = p.next_action_at,
        confirmed_at = COALESCE(p.confirmed_at, o.confirmed_at),
        routing_attempts = COALESCE(p.routing_attempts, o.routing_attempts), updated_at = p.at
      FROM unnest(plans_order_id, plans_event_count, plans_status, plans_next_action_at, plans_confirmed_at, plans_routing_attempts, plans_at)
        WITH ORDINALITY AS p(order_id, event_count, status, next_action_at, confirmed_at, routing_attempts, at, p)
      WHERE o.id = ANY (plans_order_id) AND o.id = p.order_id AND ok[p.p];

    IF lines_p <> '{}' THEN
      UPDATE order_line t SET open = l.open, routed = l.routed, backordered = l.backordered, shipped = l.shipped,
          canceled = l.canceled, returned = l.returned
        FROM unnest(lines_p, lines_line_no, lines_open, lines_routed, lines_backordered, lines_shipped, lines_canceled, lines_returned)
          AS l(p, line_no, open, routed, backordered, shipped, canceled, returned)
        WHERE t.order_id = ANY (plans_order_id) AND t.order_id = plans_order_id[l.p] AND t.line_no = l.line_no AND ok[l.p];
      GET DIAGNOSTICS row_count = ROW_COUNT;
      IF row_count <> (SELECT count(*) FROM unnest(lines_p) AS l(p) WHERE ok[l.p]) THEN
        RAISE EXCEPTION 'a plan changes an order line that does not exist' USING ERRCODE = 'foreign_key_violation';
      END IF;
    END IF;

    IF decisions_p <> '{}' THEN
      INSERT INTO decision (id, order_id, order_version, cause, request, decision, rate_sources, attempt, engine_micros, decided_at)
        SELECT d.id, plans_order_id[d.p], plans_expected_version[d.p], d.cause, d.request, d.decision, d.rate_sources, d.attempt,
          d.engine_micros, plans_at[d.p]
        FROM unnest(decisions_p, decisions_id, decisions_cause, decisions_request, decisions_decision, decisions_rate_sources,
            decisions_attempt, decisions_engine_micros) AS d(p, id, cause, request, decision, rate_sources, attempt, engine_micros)
        WHERE ok[d.p];
    END IF;

    IF rare ? 'changes' THEN
      changed_ids := ARRAY(SELECT c.id FROM jsonb_to_recordset(rare->'changes') AS c(id uuid));
      UPDATE fulfillment f SET status = c.to_status, attempt = COALESCE(c.attempt, f.attempt),
          failures = COALESCE(c.failures, f.failures), vendor_reference = COALESCE(c.vendor_reference, f.vendor_reference),
          cancel_requested = COALESCE(c.cancel_requested, f.cancel_requested),
          lease_token = CASE WHEN c.sets_lease THEN c.lease_token ELSE f.lease_token END,
          lease_until = CASE WHEN c.sets_lease THEN c.lease_until ELSE f.lease_until END,
          next_action_at = CASE WHEN c.sets_next_action THEN c.next_action_at ELSE f.next_action_at END, updated_at = c.at
        FROM jsonb_to_recordset(rare->'changes') AS c(p integer, id uuid, to_status text, at timestamptz, attempt integer,
          failures integer, vendor_reference text, cancel_requested boolean, sets_lease boolean, lease_token uuid,
          lease_until timestamptz, sets_next_action boolean, next_action_at timestamptz)
        WHERE f.id = ANY (changed_ids) AND f.id = c.id AND ok[c.p];
    END IF;
    IF rare ? 'change_lines' THEN
      UPDATE fulfillment_line t SET accepted = l.accepted, rejected = l.rejected, shipped = l.shipped, canceled = l.canceled
        FROM jsonb_to_recordset(rare->'change_lines') AS l(p integer, fulfillment_id uuid, line_no integer, accepted integer,
          rejected integer, shipped integer, canceled integer)
        WHERE t.fulfillment_id = ANY (changed_ids)
          AND t.fulfillment_id = l.fulfillment_id AND t.line_no = l.line_no AND ok[l.p];
      GET DIAGNOSTICS row_count = ROW_COUNT;
      IF row_count <> (SELECT count(*) FROM jsonb_to_recordset(rare->'change_lines') AS l(p integer) WHERE ok[l.p]) THEN
        RAISE EXCEPTION 'a plan changes a fulfillment line that does not exist' USING ERRCODE = 'foreign_key_violation';
      END IF;
    END IF;
    IF rare ? 'outcomes' THEN
      -- The first moments stay, figures are replaced.
      UPDATE vendor_outcome v SET first_sent_at = COALESCE(v.first_sent_at, c.first_sent_at),
          acknowledged_at = COALESCE(v.acknowledged_at, c.acknowledged_at),
          units_accepted = COALESCE(c.units_accepted, v.units_accepted), units_rejected = COALESCE(c.units_rejected, v.units_rejected),
          first_shipped_at = COALESCE(v.first_shipped_at, c.first_shipped_at), units_shipped = COALESCE(c.units_shipped, v.units_shipped),
          delivered_at = COALESCE(c.delivered_at, v.delivered_at), outcome = COALESCE(c.outcome, v.outcome)
        FROM jsonb_to_recordset(rare->'outcomes') AS c(p integer, fulfillment_id uuid, first_sent_at timestamptz,
          acknowledged_at timestamptz, units_accepted integer, units_rejected integer, first_shipped_at timestamptz,
          units_shipped integer, delivered_at timestamptz, outcome text)
        WHERE v.fulfillment_id = ANY (changed_ids)
          AND v.fulfillment_id = c.fulfillment_id AND ok[c.p];
    END IF;

    IF fulfillments_p <> '{}' THEN
      INSERT INTO fulfillment (id, order_id, node_id, vendor_id, service_id, decision_id, po_number, status, landed_cost, currency,
          ship_by, arrives_by, next_action_at, created_at, updated_at)
        SELECT f.id, plans_order_id[f.p], f.node_id, f.vendor_id, f.service_id, f.decision_id, f.po_number, 'PLANNED', f.landed_cost * 0.0001,
          f.currency, f.ship_by, f.arrives_by, f.next_action_at, plans_at[f.p], plans_at[f.p]
        FROM unnest(fulfillments_p, fulfillments_id, fulfillments_node_id, fulfillments_vendor_id, fulfillments_service_id,
            fulfillments_decision_id, fulfillments_po_number, fulfillments_landed_cost, fulfillments_currency, fulfillments_ship_by,
            fulfillments_arrives_by, fulfillments_next_action_at)
          AS f(p, id, node_id, vendor_id, service_id, decision_id, po_number, landed_cost, currency, ship_by, arrives_by, next_action_at)
        WHERE ok[f.p];
      INSERT INTO vendor_outcome (fulfillment_id, vendor_id, node_id, units_ordered, promised_ship_by, promised_arrival)
        SELECT f.id, f.vendor_id, f.node_id, f.units, f.ship_by, f.arrives_by
        FROM unnest(fulfillments_p, fulfillments_id, fulfillments_vendor_id, fulfillments_node_id, fulfillments_units,
          fulfillments_ship_by, fulfillments_arrives_by) AS f(p, id, vendor_id, node_id, units, ship_by, arrives_by)
        WHERE ok[f.p];
      INSERT INTO fulfillment_line (fulfillment_id, order_id, line_no, product_id, quantity, unit_cost)
        SELECT l.fulfillment_id, plans_order_id[l.p], l.line_no, l.product_id, l.quantity, l.unit_cost * 0.0001
        FROM unnest(fulfillment_lines_p, fulfillment_lines_fulfillment_id, fulfillment_lines_line_no, fulfillment_lines_product_id,
          fulfillment_lines_quantity, fulfillment_lines_unit_cost) AS l(p, fulfillment_id, line_no, product_id, quantity, unit_cost)
        WHERE ok[l.p];
    END IF;

    IF rare ? 'shipments' THEN
      INSERT INTO shipment (id, fulfillment_id, vendor_shipment_id, carrier, tracking_numbers, shipped_at)
        SELECT s.id, s.fulfillment_id, s.vendor_shipment_id, s.carrier, s.tracking_numbers, s.shipped_at
        FROM jsonb_to_recordset(rare->'shipments') AS s(p integer, id uuid, fulfillment_id uuid, vendor_shipment_id text,
          carrier text, tracking_numbers text[], shipped_at timestamptz)
        WHERE ok[s.p];
      INSERT INTO shipment_line (shipment_id, line_no, quantity)
        SELECT l.shipment_id, l.line_no, l.quantity
        FROM jsonb_to_recordset(rare->'shipment_lines') AS l(p integer, shipment_id uuid, line_no integer, quantity integer)
        WHERE ok[l.p];
    END IF;
    IF rare ? 'delivered' THEN
      UPDATE shipment s SET delivered_at = COALESCE(s.delivered_at, d.delivered_at)
        FROM jsonb_to_recordset(rare->'delivered') AS d(p integer, shipment_id uuid, delivered_at timestamptz)
        WHERE s.id = ANY (ARRAY(SELECT (d->>'shipment_id')::uuid FROM jsonb_array_elements(rare->'delivered') d))
          AND s.id = d.shipment_id AND ok[d.p];
    END IF;

    IF rare ? 'resolved' THEN
      UPDATE open_item t SET resolved_at = i.at, resolution = i.resolution, resolved_by = i.actor
        FROM jsonb_to_recordset(rare->'resolved') AS i(p integer, id uuid, at timestamptz, actor text, resolution text)
        WHERE t.id = ANY (ARRAY(SELECT (i->>'id')::uuid FROM jsonb_array_elements(rare->'resolved') i)) AND t.id = i.id AND ok[i.p];
    END IF;
    IF rare ? 'open_items' THEN
      INSERT INTO open_item (id, order_id, fulfillment_id, kind, reason, evidence, blocks, opened_at)
        SELECT i.id, i.order_id, i.fulfillment_id, i.kind, i.reason, i.evidence, i.blocks, i.at
        FROM jsonb_to_recordset(rare->'open_items') AS i(p integer, n integer, id uuid, order_id uuid, fulfillment_id uuid, kind text,
          reason text, evidence jsonb, blocks text[], at timestamptz)
        WHERE ok[i.p] ORDER BY i.p, i.n
        ON CONFLICT (order_id, COALESCE(fulfillment_id, order_id), reason) WHERE resolved_at IS NULL
          DO UPDATE SET evidence = excluded.evidence;
    END IF;

    IF rare ? 'dead_letters' THEN
      -- The table weighs each row itself (what leaving it undone costs); a repeat of an open one is weighed anew.
      INSERT INTO dead_letter (id, step, subject_id, order_id, vendor_id, errors, attempts, opened_at)
        SELECT d.id, d.step, d.subject_id, d.order_id, d.vendor_id, d.errors, d.attempts, d.at
        FROM jsonb_to_recordset(rare->'dead_letters') AS d(p integer, order_id uuid, at timestamptz, id uuid, step text,
          subject_id text, vendor_id integer, errors jsonb, attempts integer)
        WHERE ok[d.p] ORDER BY d.step, d.subject_id
        ON CONFLICT (step, subject_id) WHERE status = 'open'
          DO UPDATE SET errors = excluded.errors, attempts = excluded.attempts, impact = excluded.impact,
            vendor_id = COALESCE(excluded.vendor_id, dead_letter.vendor_id);
    END IF;

    -- As they came, so that the ids of one order's events ascend with its version.
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, account_id, vendor_id, actor, payload, occurred_at)
      SELECT e.type, 'order', plans_order_id[e.p]::text, e.order_version, accounts[e.p], e.vendor_id, plans_actor[e.p], e.payload, plans_at[e.p]
      FROM unnest(events_p, events_order_version, events_type, events_vendor_id, events_payload)
        AS e(p, order_version, type, vendor_id, payload)
      WHERE ok[e.p];
`;
