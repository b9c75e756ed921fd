import { WRITE_ORDER_ROWS } from './1790000000018-order-rows.js';

/** Each plan with its order's version, the first thing in its way, and what it takes of each key. */
const PLANS_WITH_NEEDS = `
        WITH moves AS MATERIALIZED (
          SELECT m.p, m.n, m.move, m.quantity, m.reservation_id, r.order_id, r.node_id, r.product_id, r.state,
            r.quantity AS whole
          FROM jsonb_to_recordset(rare->'moves') AS m(p integer, n integer, reservation_id uuid, move text, quantity integer)
          LEFT JOIN reservation r ON r.id = m.reservation_id AND r.id = ANY (moved_ids)
        ), wanted AS (
          SELECT p, k, sum(takes)::integer AS takes, sum(net)::integer AS net FROM (
            SELECT need.p, key.k, need.takes, need.net FROM (
              SELECT h.p, h.node_id, h.product_id, h.quantity AS takes, h.quantity AS net
              FROM unnest(holds_p, holds_node_id, holds_product_id, holds_quantity) AS h(p, node_id, product_id, quantity)
              UNION ALL
              SELECT m.p, m.node_id, m.product_id, 0, -m.quantity FROM moves m WHERE m.move IN ('release', 'expire')) need
            JOIN unnest(stock_nodes, stock_products) WITH ORDINALITY AS key(node_id, product_id, k)
              ON key.node_id = need.node_id AND key.product_id = need.product_id
            UNION ALL
            SELECT c.p, stock_keys + key.k, greatest(c.units, 0), c.units
            FROM jsonb_to_recordset(rare->'capacity') AS c(p integer, node_id integer, day date, units integer)
            JOIN unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
              ON key.node_id = c.node_id AND key.day = c.day) one
          GROUP BY p, k
        ), needs AS (
          SELECT p, array_agg(w.k::integer ORDER BY w.k) AS keys, array_agg(w.takes ORDER BY w.k) AS takes,
            array_agg(w.net ORDER BY w.k) AS nets
          FROM wanted w GROUP BY p
        ), each_plan AS MATERIALIZED (
          SELECT p.p::integer, min(p.p) OVER (PARTITION BY p.order_id)::integer AS o, p.order_id, p.version, p.expected_version, p.event_count
          FROM unnest(plans_order_id, versions, plans_expected_version, plans_event_count) WITH ORDINALITY
            AS p(order_id, version, expected_version, event_count, p)
        ), wrong AS (
          SELECT DISTINCT ON (p) p, id FROM (
            SELECT c.p, c.n, 1 AS kind, c.id FROM jsonb_to_recordset(rare->'changes')
                AS c(p integer, n integer, id uuid, from_statuses jsonb, if_lease_token uuid)
              JOIN each_plan ON each_plan.p = c.p
              LEFT JOIN LATERAL (SELECT * FROM fulfillment f WHERE f.id = c.id OFFSET 0) f ON f.order_id = each_plan.order_id
              WHERE f.id IS NULL OR NOT c.from_statuses ? f.status
                OR (c.if_lease_token IS NOT NULL AND f.lease_token IS DISTINCT FROM c.if_lease_token)
            UNION ALL
            SELECT m.p, m.n, 2, m.reservation_id FROM moves m JOIN each_plan ON each_plan.p = m.p
              WHERE m.order_id IS DISTINCT FROM each_plan.order_id OR m.quantity > m.whole
                OR NOT CASE WHEN m.move IN ('commit', 'expire') THEN m.state = 'held' ELSE m.state IN ('held', 'committed') END
            UNION ALL
            SELECT d.p, d.n, 3, d.shipment_id
              FROM jsonb_to_recordset(rare->'delivered') AS d(p integer, n integer, shipment_id uuid)
              JOIN each_plan ON each_plan.p = d.p
              WHERE (SELECT f.order_id FROM shipment s JOIN fulfillment f ON f.id = s.fulfillment_id
                WHERE s.id = d.shipment_id) IS DISTINCT FROM each_plan.order_id
            UNION ALL
            SELECT i.p, i.n, 4, i.id FROM jsonb_to_recordset(rare->'resolved') AS i(p integer, n integer, id uuid)
              JOIN each_plan ON each_plan.p = i.p
              WHERE (SELECT t.order_id FROM open_item t WHERE t.id = i.id AND t.resolved_at IS NULL)
                IS DISTINCT FROM each_plan.order_id) each_wrong
          ORDER BY p, kind, n
        )
        SELECT each_plan.*, wrong.id AS wrong_id, needs.keys, needs.takes, needs.nets, COALESCE(cardinality(needs.keys), 0) AS need_count
        FROM each_plan LEFT JOIN wrong ON wrong.p = each_plan.p LEFT JOIN needs ON needs.p = each_plan.p
        ORDER BY each_plan.p`;

/**
 * Commits a batch of plans in one statement. The answer is an array of those that were refused: each one's PlanOutcome with its
 * plan's number `p`; all others are committed.
 *
 * What every routing writes comes as columns, one array each, the rest as JSON with one array for each kind of row; `p` is the number of
 * a row's plan (1, 2, ...).
 *
 * Everything is locked before anything is decided, and each statement of a volatile function has its own snapshot at READ
 * COMMITTED: what is read below is what others committed, and it cannot change until this transaction ends.
 *
 * Where all plans fit together there is nothing to decide. Else the decision goes through the plans in their order and subtracts
 * what each takes, exactly as if they had come one after another, so no plan is refused for the sake of a rival that fails
 * elsewhere. Reading and writing are set-based.
 *
 * Plans of statements are made once per connection, perhaps while a table is small, so each statement names the keys of the rows that
 * it wants (or looks them up one by one): however large the table grows, no plan of it can read more than the batch's own rows.
 */
export const COMMIT_PLANS = `
  CREATE FUNCTION commit_plans(batch uuid,
      -- Of each plan; of those that follow, p is the number of the row's plan.
      plans_order_id uuid[], plans_expected_version integer[], plans_event_count integer[], plans_at timestamptz[], plans_actor text[],
      plans_status text[], plans_next_action_at timestamptz[], plans_confirmed_at timestamptz[], plans_routing_attempts integer[],
      lines_p integer[], lines_line_no integer[], lines_open integer[], lines_routed integer[], lines_backordered integer[],
      lines_shipped integer[], lines_canceled integer[], lines_returned integer[],
      decisions_p integer[], decisions_id uuid[], decisions_cause text[], decisions_request json[], decisions_decision json[],
      decisions_rate_sources jsonb[], decisions_attempt integer[], decisions_engine_micros integer[],
      -- Amounts in ten-thousandths.
      fulfillments_p integer[], fulfillments_id uuid[], fulfillments_node_id integer[], fulfillments_vendor_id integer[],
      fulfillments_service_id integer[], fulfillments_decision_id uuid[], fulfillments_po_number text[],
      fulfillments_landed_cost bigint[], fulfillments_currency text[], fulfillments_ship_by timestamptz[],
      fulfillments_arrives_by timestamptz[], fulfillments_next_action_at timestamptz[], fulfillments_units integer[],
      fulfillment_lines_p integer[], fulfillment_lines_fulfillment_id uuid[], fulfillment_lines_line_no integer[],
      fulfillment_lines_product_id integer[], fulfillment_lines_quantity integer[], fulfillment_lines_unit_cost bigint[],
      holds_p integer[], holds_reservation_id uuid[], holds_line_no integer[], holds_fulfillment_id uuid[], holds_node_id integer[],
      holds_product_id integer[], holds_quantity integer[], holds_state text[], holds_expires_at timestamptz[],
      events_p integer[], events_order_version integer[], events_type text[], events_vendor_id integer[], events_payload jsonb[],
      rare jsonb)
    RETURNS jsonb LANGUAGE plpgsql VOLATILE
    -- Statements are planned once per connection: planning anew took twice as long as running them.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off SET lock_timeout = '10s'
  AS $$
  DECLARE
    plan record;
    -- Of each plan's order.
    versions integer[]; accounts integer[];
    -- What there is: first one entry per stock row, then one per node and day, in key order; what is left as plans take.
    stock_nodes integer[]; stock_products integer[]; stock_start integer[]; stock_places tid[]; stock_keys integer;
    capacity_nodes integer[]; capacity_days date[]; capacity_start integer[];
    remaining integer[];
    -- Per plan: whether it is accepted; per order of the batch: the version that an accepted plan gave it.
    ok boolean[] := '{}'; moved_to integer[]; refusals jsonb := '[]';
    fits boolean; shortages jsonb; capacity_key integer; slot integer; row_count integer;
    moved_ids uuid[] := '{}'; changed_ids uuid[] := '{}';
  BEGIN
    INSERT INTO commit_batch (id) VALUES (batch);

    -- 1. Locks, in key order, and what there is. NO KEY UPDATE lets the foreign key checks of others pass.
    WITH locked AS MATERIALIZED (
      SELECT o.id, o.version, o.account_id FROM orders o WHERE o.id = ANY (plans_order_id) ORDER BY o.id FOR NO KEY UPDATE OF o
    )
    SELECT array_agg(l.version ORDER BY key.p), array_agg(l.account_id ORDER BY key.p) INTO versions, accounts
      FROM unnest(plans_order_id) WITH ORDINALITY AS key(id, p) LEFT JOIN locked l ON l.id = key.id;

    IF rare ? 'moves' THEN
      moved_ids := ARRAY(SELECT m.reservation_id FROM jsonb_to_recordset(rare->'moves') AS m(reservation_id uuid));
    END IF;
    -- Not clamped at zero: a row that promises more than it has must first be given back that much.
    WITH keys AS MATERIALIZED (
      SELECT h.node_id, h.product_id FROM unnest(holds_node_id, holds_product_id) AS h(node_id, product_id)
      UNION
      SELECT r.node_id, r.product_id FROM reservation r WHERE r.id = ANY (moved_ids)
      ORDER BY node_id, product_id
    )
    SELECT array_agg(k.node_id), array_agg(k.product_id), array_agg(COALESCE(there.free, 0)), array_agg(there.ctid)
      INTO stock_nodes, stock_products, stock_start, stock_places
      FROM keys k LEFT JOIN LATERAL (
        SELECT s.on_hand - s.safety_stock - s.buffer - s.held - s.committed AS free, s.ctid FROM stock s
        WHERE s.node_id = k.node_id AND s.product_id = k.product_id FOR NO KEY UPDATE) there ON true;

    IF rare ? 'capacity' THEN
      SELECT array_agg(node_id), array_agg(day) INTO capacity_nodes, capacity_days FROM (
        SELECT DISTINCT c.node_id, c.day FROM jsonb_to_recordset(rare->'capacity') AS c(node_id integer, day date)
        ORDER BY 1, 2) keys;
      INSERT INTO node_capacity (node_id, day, limit_units)
        SELECT n.id, key.day, n.daily_capacity_units
        FROM unnest(capacity_nodes, capacity_days) AS key(node_id, day) JOIN node n ON n.id = key.node_id
        WHERE n.daily_capacity_units IS NOT NULL ORDER BY n.id, key.day
        ON CONFLICT DO NOTHING;
      PERFORM 1 FROM node_capacity c JOIN unnest(capacity_nodes, capacity_days) AS key(node_id, day)
        ON c.node_id = key.node_id AND c.day = key.day
        ORDER BY c.node_id, c.day FOR NO KEY UPDATE OF c;
      SELECT array_agg(CASE WHEN n.daily_capacity_units IS NULL THEN 2000000000
          ELSE n.daily_capacity_units - COALESCE(c.taken, 0) END ORDER BY key.k)
        INTO capacity_start
        FROM unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
        LEFT JOIN node n ON n.id = key.node_id
        LEFT JOIN node_capacity c ON c.node_id = key.node_id AND c.day = key.day;
    END IF;
    stock_keys := COALESCE(cardinality(stock_nodes), 0);
    remaining := COALESCE(stock_start, '{}') || COALESCE(capacity_start, '{}');

    -- 2. Whether all fit together, whatever order they come in: all as expected, nothing that depends on a state, enough for all.
    fits := NOT rare ?| '{changes,moves,delivered,resolved}'
      AND cardinality(plans_order_id) = (SELECT count(DISTINCT id) FROM unnest(plans_order_id) AS o(id))
      AND NOT EXISTS (SELECT FROM unnest(versions, plans_expected_version) AS v(is_now, expected) WHERE v.is_now IS DISTINCT FROM v.expected)
      AND NOT EXISTS (
        SELECT FROM (SELECT h.node_id, h.product_id, sum(h.quantity) AS units
            FROM unnest(holds_node_id, holds_product_id, holds_quantity) AS h(node_id, product_id, quantity) GROUP BY 1, 2) wanted
          JOIN unnest(stock_nodes, stock_products, stock_start) AS there(node_id, product_id, free) USING (node_id, product_id)
        WHERE wanted.units > there.free)
      AND NOT EXISTS (
        SELECT FROM (SELECT c.node_id, c.day, sum(greatest(c.units, 0)) AS units
            FROM jsonb_to_recordset(rare->'capacity') AS c(node_id integer, day date, units integer) GROUP BY 1, 2) wanted
          JOIN unnest(capacity_nodes, capacity_days, capacity_start) AS there(node_id, day, free) USING (node_id, day)
        WHERE wanted.units > there.free);

    -- 3. Else each plan alone, in order.
    IF fits THEN
      ok := array_fill(true, ARRAY[cardinality(plans_order_id)]);
    ELSE
      moved_to := array_fill(NULL::integer, ARRAY[cardinality(plans_order_id)]);
      FOR plan IN ${PLANS_WITH_NEEDS} LOOP
        ok[plan.p] := false;
        IF moved_to[plan.o] IS NOT NULL OR plan.version IS DISTINCT FROM plan.expected_version THEN
          refusals := refusals || jsonb_build_object('p', plan.p, 'outcome', 'version_moved', 'orderVersion', COALESCE(moved_to[plan.o], plan.version));
          CONTINUE;
        END IF;
        IF plan.wrong_id IS NOT NULL THEN
          refusals := refusals || jsonb_build_object('p', plan.p, 'outcome', 'state_moved', 'id', plan.wrong_id);
          CONTINUE;
        END IF;
        shortages := NULL;
        capacity_key := NULL;
        FOR i IN 1..plan.need_count LOOP
          slot := plan.keys[i];
          IF plan.takes[i] > 0 AND plan.nets[i] > remaining[slot] THEN
            IF slot > stock_keys THEN
              capacity_key := COALESCE(capacity_key, slot - stock_keys);
            ELSE
              shortages := COALESCE(shortages, '[]') || jsonb_build_object('nodeId', stock_nodes[slot], 'productId', stock_products[slot],
                'requested', plan.takes[i], 'available', greatest(0, remaining[slot] + plan.takes[i] - plan.nets[i]));
            END IF;
          END IF;
        END LOOP;
        IF shortages IS NOT NULL THEN
          refusals := refusals || jsonb_build_object('p', plan.p, 'outcome', 'stock_moved', 'shortages', shortages);
          CONTINUE;
        END IF;
        IF capacity_key IS NOT NULL THEN
          refusals := refusals || jsonb_build_object('p', plan.p, 'outcome', 'capacity_moved', 'nodeId', capacity_nodes[capacity_key],
            'day', to_char(capacity_days[capacity_key], 'YYYY-MM-DD'));
          CONTINUE;
        END IF;
        FOR i IN 1..plan.need_count LOOP
          remaining[plan.keys[i]] := remaining[plan.keys[i]] - plan.nets[i];
        END LOOP;
        ok[plan.p] := true;
        moved_to[plan.o] := plan.version + plan.event_count;
      END LOOP;
    END IF;
    UPDATE commit_batch SET results = refusals WHERE id = batch;
    IF NOT true = ANY (ok) THEN
      RETURN refusals;
    END IF;

    -- 4. Effects of the accepted plans, parents before children.
    ${WRITE_ORDER_ROWS}
    IF stock_keys > 0 THEN
      WITH moved AS MATERIALIZED (
        SELECT m.p, m.n, m.move, m.quantity, m.at, r.id, r.order_id, r.line_no, r.fulfillment_id, r.node_id, r.product_id,
          r.quantity AS whole, r.state, r.atp_before, r.expires_at, r.taken_at, r.subtracted_at, gen_random_uuid() AS rest_id
        FROM jsonb_to_recordset(rare->'moves')
          AS m(p integer, n integer, reservation_id uuid, move text, quantity integer, at timestamptz)
        JOIN reservation r ON r.id = m.reservation_id
        WHERE r.id = ANY (moved_ids) AND ok[m.p]
      ), entry AS (
        -- A plan's own releases come before its holds.
        SELECT m.p, 1 AS phase, m.n::bigint, m.node_id, m.product_id, part.reservation_id, 'split' AS entry, m.at,
          CASE WHEN m.state = 'held' THEN part.units ELSE 0 END AS held_delta,
          CASE WHEN m.state = 'committed' THEN part.units ELSE 0 END AS committed_delta,
          NULL::integer AS line_no, NULL::uuid AS fulfillment_id, NULL AS state, NULL::timestamptz AS expires_at
        FROM moved m CROSS JOIN LATERAL (
          VALUES (m.id, m.quantity - m.whole), (m.rest_id, m.whole - m.quantity)) AS part(reservation_id, units)
        WHERE m.quantity < m.whole
        UNION ALL
        SELECT m.p, 2, m.n, m.node_id, m.product_id, m.id, m.move, m.at,
          CASE WHEN m.state = 'held' THEN -m.quantity ELSE 0 END,
          CASE WHEN m.move = 'commit' THEN m.quantity WHEN m.state = 'committed' THEN -m.quantity ELSE 0 END, NULL, NULL, NULL, NULL
        FROM moved m WHERE m.move <> 'subtracted'
        UNION ALL
        SELECT h.p, 3, h.n, h.node_id, h.product_id, h.reservation_id, 'hold', plans_at[h.p],
          CASE WHEN h.state = 'held' THEN h.quantity ELSE 0 END, CASE WHEN h.state = 'committed' THEN h.quantity ELSE 0 END,
          h.line_no, h.fulfillment_id, h.state, h.expires_at
        FROM unnest(holds_p, holds_reservation_id, holds_line_no, holds_fulfillment_id, holds_node_id, holds_product_id, holds_quantity,
            holds_state, holds_expires_at) WITH ORDINALITY
          AS h(p, reservation_id, line_no, fulfillment_id, node_id, product_id, quantity, state, expires_at, n)
        WHERE ok[h.p]
      ), running AS MATERIALIZED (
        -- Row by row in the order of the plans, as the ledger keeps them.
        SELECT e.*, greatest(0, key.start - COALESCE(sum(e.held_delta + e.committed_delta) OVER (
            PARTITION BY e.node_id, e.product_id ORDER BY e.p, e.phase, e.n, e.held_delta + e.committed_delta
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::integer AS atp_before
        FROM entry e JOIN unnest(stock_nodes, stock_products, stock_start) AS key(node_id, product_id, start)
          ON key.node_id = e.node_id AND key.product_id = e.product_id
      ), change_reservations AS (
        UPDATE reservation r SET quantity = m.quantity,
            state = CASE m.move WHEN 'commit' THEN 'committed' WHEN 'release' THEN 'released' WHEN 'expire' THEN 'expired' ELSE r.state END,
            expires_at = CASE WHEN m.move = 'subtracted' THEN r.expires_at END,
            ended_at = CASE WHEN m.move IN ('release', 'expire') THEN m.at END,
            -- The later moment counts: freeing units too early would sell them twice.
            subtracted_at = CASE WHEN m.move = 'subtracted' THEN greatest(r.subtracted_at, m.at) ELSE r.subtracted_at END
          FROM moved m WHERE r.id = m.id AND r.id = ANY (moved_ids)
      ), keep_rests AS (
        INSERT INTO reservation (id, order_id, line_no, fulfillment_id, node_id, product_id, quantity, state, atp_before,
            expires_at, taken_at, subtracted_at)
          SELECT m.rest_id, m.order_id, m.line_no, m.fulfillment_id, m.node_id, m.product_id, m.whole - m.quantity, m.state,
            m.atp_before, m.expires_at, m.taken_at, m.subtracted_at
          FROM moved m WHERE m.quantity < m.whole
      ), take_holds AS (
        INSERT INTO reservation (id, order_id, line_no, fulfillment_id, node_id, product_id, quantity, state, atp_before,
            expires_at, taken_at)
          SELECT e.reservation_id, plans_order_id[e.p], e.line_no, e.fulfillment_id, e.node_id, e.product_id,
            e.held_delta + e.committed_delta, e.state, e.atp_before, e.expires_at, e.at
          FROM running e WHERE e.entry = 'hold'
      ), write_ledger AS (
        INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
          SELECT e.node_id, e.product_id, e.reservation_id, e.entry, e.held_delta, e.committed_delta, e.atp_before, e.at
          FROM running e
      ), sums AS (
        SELECT e.node_id, e.product_id, sum(e.held_delta)::integer AS held, sum(e.committed_delta)::integer AS committed, max(e.at) AS at
        FROM running e GROUP BY e.node_id, e.product_id HAVING bool_or(e.entry <> 'split')
      ), counted AS (
        UPDATE stock s SET held = s.held + sums.held, committed = s.committed + sums.committed, version = s.version + 1
          FROM sums WHERE s.ctid = ANY (stock_places) AND s.node_id = sums.node_id AND s.product_id = sums.product_id
          RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed
      )
      -- A row that was not counted, as it is no longer where it was locked, has no version: the log refuses it, and so the batch.
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', sums.node_id || ':' || sums.product_id, c.version, node.vendor_id, 'system:commit',
          jsonb_build_object('nodeId', c.node_id, 'productId', c.product_id, 'sku', product.sku, 'atp', c.atp,
            'onHand', c.on_hand, 'held', c.held, 'committed', c.committed),
          (SELECT max(at) FROM sums)
        FROM sums LEFT JOIN counted c ON c.node_id = sums.node_id AND c.product_id = sums.product_id
          LEFT JOIN node ON node.id = sums.node_id LEFT JOIN product ON product.id = sums.product_id
        ORDER BY sums.node_id, sums.product_id;
    END IF;

    IF capacity_nodes IS NOT NULL THEN
      -- A limit that was lowered below what is taken is kept at what is taken; one introduced after units were given starts at zero.
      UPDATE node_capacity c SET taken = after.taken, limit_units = greatest(after.taken, COALESCE(n.daily_capacity_units, c.limit_units))
        FROM (SELECT a.node_id, a.day, greatest(0, a.taken + sums.units) AS taken
          FROM node_capacity a JOIN (
            SELECT u.node_id, u.day, sum(u.units)::integer AS units
            FROM jsonb_to_recordset(rare->'capacity') AS u(p integer, node_id integer, day date, units integer)
            WHERE ok[u.p] GROUP BY u.node_id, u.day) sums ON sums.node_id = a.node_id AND sums.day = a.day) after
        JOIN node n ON n.id = after.node_id
        WHERE c.node_id = after.node_id AND c.day = after.day;
    END IF;

    RETURN refusals;
  END $$;
`;
