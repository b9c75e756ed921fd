import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WRITE_ORDER_ROWS } from './1790000000005-order-rows.js';

/**
 * The one door through which orders change: `commit_plans`. Its one caller is
 * src/store/plan-committer.ts, which lays plans out as tables (src/store/plan-tables.ts).
 *
 * The order of locks, the same in every transaction of ours: orders by id, stock by (node, product), capacity by (node, day).
 * Source: DESIGN.md section 3.
 */
export class CommitPlans1790000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEDGER_SPLIT);
    await runner.query(WRITE_ORDER_ROWS);
    await runner.query(COMMIT_PLANS);
  }

  async down(runner: QueryRunner): Promise<void> {
    // The ledger keeps its 'split' entries: it is append-only, and older code only sums it.
    await runner.query('DROP FUNCTION commit_plans; DROP FUNCTION write_order_rows');
  }
}

/** A reservation that is moved in part becomes two; the ledger says so in two entries that cancel out. */
const LEDGER_SPLIT = `
  ALTER TABLE stock_ledger DROP CONSTRAINT stock_ledger_entry_check;
  ALTER TABLE stock_ledger ADD CONSTRAINT stock_ledger_entry_check
    CHECK (entry IN ('hold', 'commit', 'reflect', 'release', 'expire', 'split'));
`;

/**
 * Commits a batch of plans in one statement. `doc` holds one array per kind of row, each row with its plan's number `p`
 * (1, 2, ... in `doc.plans`); the answer is an array with each plan's PlanOutcome.
 *
 * Everything is locked before anything is read, and each statement of a volatile function has its own snapshot at READ
 * COMMITTED: what is read below is what others committed, and it cannot change until this transaction ends.
 *
 * The decision goes through the plans in their order and subtracts what each takes, exactly as if they had come one after
 * another, so no plan is refused for the sake of a rival that fails elsewhere. Reading and writing are set-based.
 */
export const COMMIT_PLANS = `
  CREATE FUNCTION commit_plans(batch uuid, doc jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE
    -- Statements are planned once per connection (planning anew took twice as long as running them), so a plan that was made
    -- while a table was small must not scan it when it has grown.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off SET lock_timeout = '10s'
  AS $$
  DECLARE
    plan record;
    -- What there is: first one entry per stock row, then one per node and day, in key order; what is left as plans take.
    stock_nodes integer[]; stock_products integer[]; stock_start integer[]; stock_keys integer;
    capacity_nodes integer[]; capacity_days date[]; capacity_start integer[];
    remaining integer[];
    -- Per plan: whether it is accepted; per order of the batch: the version that an accepted plan gave it.
    ok boolean[] := '{}'; moved_to integer[]; answers jsonb[] := '{}';
    shortages jsonb; capacity_key integer; slot integer;
  BEGIN
    INSERT INTO commit_batch (id) VALUES (batch);

    -- 1. Locks, in key order. NO KEY UPDATE lets the foreign key checks of others pass.
    PERFORM 1 FROM orders o
      WHERE o.id IN (SELECT p.order_id FROM jsonb_to_recordset(doc->'plans') AS p(order_id uuid))
      ORDER BY o.id FOR NO KEY UPDATE OF o;

    SELECT array_agg(node_id), array_agg(product_id) INTO stock_nodes, stock_products FROM (
      SELECT h.node_id, h.product_id FROM jsonb_to_recordset(doc->'holds') AS h(node_id integer, product_id integer)
      UNION
      SELECT r.node_id, r.product_id FROM jsonb_to_recordset(doc->'moves') AS m(reservation_id uuid)
        JOIN reservation r ON r.id = m.reservation_id
      ORDER BY 1, 2) keys;
    PERFORM 1 FROM stock s JOIN unnest(stock_nodes, stock_products) AS key(node_id, product_id)
      ON s.node_id = key.node_id AND s.product_id = key.product_id
      ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s;

    SELECT array_agg(node_id), array_agg(day) INTO capacity_nodes, capacity_days FROM (
      SELECT DISTINCT c.node_id, c.day FROM jsonb_to_recordset(doc->'capacity') AS c(node_id integer, day date)
      ORDER BY 1, 2) keys;
    IF capacity_nodes IS NOT NULL THEN
      INSERT INTO node_capacity (node_id, day, limit_units)
        SELECT n.id, key.day, n.daily_capacity_units
        FROM unnest(capacity_nodes, capacity_days) AS key(node_id, day) JOIN node n ON n.id = key.node_id
        WHERE n.daily_capacity_units IS NOT NULL ORDER BY n.id, key.day
        ON CONFLICT DO NOTHING;
      PERFORM 1 FROM node_capacity c JOIN unnest(capacity_nodes, capacity_days) AS key(node_id, day)
        ON c.node_id = key.node_id AND c.day = key.day
        ORDER BY c.node_id, c.day FOR NO KEY UPDATE OF c;
    END IF;

    -- 2. What there is. Not clamped at zero: a row that promises more than it has must first be given back that much.
    SELECT array_agg(COALESCE(s.on_hand - s.safety_stock - s.buffer - s.held - s.committed, 0) ORDER BY key.k)
      INTO stock_start
      FROM unnest(stock_nodes, stock_products) WITH ORDINALITY AS key(node_id, product_id, k)
      LEFT JOIN stock s ON s.node_id = key.node_id AND s.product_id = key.product_id;
    SELECT array_agg(CASE WHEN n.daily_capacity_units IS NULL THEN 2000000000
        ELSE n.daily_capacity_units - COALESCE(c.taken, 0) END ORDER BY key.k)
      INTO capacity_start
      FROM unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
      LEFT JOIN node n ON n.id = key.node_id
      LEFT JOIN node_capacity c ON c.node_id = key.node_id AND c.day = key.day;
    stock_keys := COALESCE(cardinality(stock_nodes), 0);
    remaining := COALESCE(stock_start, '{}') || COALESCE(capacity_start, '{}');
    moved_to := array_fill(NULL::integer, ARRAY[(doc->>'order_count')::integer]);

    -- 3. Each plan alone, in order.
    FOR plan IN
      WITH moves AS MATERIALIZED (
        SELECT m.p, m.n, m.move, m.quantity, m.reservation_id, r.order_id, r.node_id, r.product_id, r.state,
          r.quantity AS whole
        FROM jsonb_to_recordset(doc->'moves') AS m(p integer, n integer, reservation_id uuid, move text, quantity integer)
        LEFT JOIN reservation r ON r.id = m.reservation_id
      ), wanted AS (
        SELECT p, k, sum(takes)::integer AS takes, sum(net)::integer AS net FROM (
          SELECT need.p, key.k, need.takes, need.net FROM (
            SELECT h.p, h.node_id, h.product_id, h.quantity AS takes, h.quantity AS net
            FROM jsonb_to_recordset(doc->'holds') AS h(p integer, node_id integer, product_id integer, quantity integer)
            UNION ALL
            SELECT m.p, m.node_id, m.product_id, 0, -m.quantity FROM moves m WHERE m.move IN ('release', 'expire')) need
          JOIN unnest(stock_nodes, stock_products) WITH ORDINALITY AS key(node_id, product_id, k)
            ON key.node_id = need.node_id AND key.product_id = need.product_id
          UNION ALL
          SELECT c.p, stock_keys + key.k, greatest(c.units, 0), c.units
          FROM jsonb_to_recordset(doc->'capacity') AS c(p integer, node_id integer, day date, units integer)
          JOIN unnest(capacity_nodes, capacity_days) WITH ORDINALITY AS key(node_id, day, k)
            ON key.node_id = c.node_id AND key.day = c.day) one
        GROUP BY p, k
      ), needs AS (
        SELECT p, array_agg(w.k::integer ORDER BY w.k) AS keys, array_agg(w.takes ORDER BY w.k) AS takes,
          array_agg(w.net ORDER BY w.k) AS nets
        FROM wanted w GROUP BY p
      ), plans AS MATERIALIZED (
        SELECT p.* FROM jsonb_to_recordset(doc->'plans')
          AS p(p integer, o integer, order_id uuid, expected_version integer, event_count integer)
      ), wrong AS (
        SELECT DISTINCT ON (p) p, id FROM (
          SELECT c.p, c.n, 1 AS kind, c.id FROM jsonb_to_recordset(doc->'changes')
              AS c(p integer, n integer, id uuid, from_statuses jsonb, if_lease_token uuid)
            JOIN plans ON plans.p = c.p
            LEFT JOIN fulfillment f ON f.id = c.id AND f.order_id = plans.order_id
            WHERE f.id IS NULL OR NOT c.from_statuses ? f.status
              OR (c.if_lease_token IS NOT NULL AND f.lease_token IS DISTINCT FROM c.if_lease_token)
          UNION ALL
          SELECT m.p, m.n, 2, m.reservation_id FROM moves m JOIN plans ON plans.p = m.p
            WHERE m.order_id IS DISTINCT FROM plans.order_id OR m.quantity > m.whole
              OR NOT CASE WHEN m.move IN ('commit', 'expire') THEN m.state = 'held' ELSE m.state IN ('held', 'committed') END
          UNION ALL
          SELECT d.p, d.n, 3, d.shipment_id
            FROM jsonb_to_recordset(doc->'delivered') AS d(p integer, n integer, shipment_id uuid)
            JOIN plans ON plans.p = d.p
            WHERE NOT EXISTS (SELECT 1 FROM shipment s JOIN fulfillment f ON f.id = s.fulfillment_id
              WHERE s.id = d.shipment_id AND f.order_id = plans.order_id)
          UNION ALL
          SELECT i.p, i.n, 4, i.id FROM jsonb_to_recordset(doc->'resolved') AS i(p integer, n integer, id uuid)
            JOIN plans ON plans.p = i.p
            WHERE NOT EXISTS (SELECT 1 FROM open_item t
              WHERE t.id = i.id AND t.order_id = plans.order_id AND t.resolved_at IS NULL)) each_wrong
        ORDER BY p, kind, n
      )
      SELECT plans.p, plans.o, plans.expected_version, plans.event_count, o.version, wrong.id AS wrong_id,
        needs.keys, needs.takes, needs.nets, COALESCE(cardinality(needs.keys), 0) AS need_count
      FROM plans LEFT JOIN orders o ON o.id = plans.order_id
        LEFT JOIN wrong ON wrong.p = plans.p LEFT JOIN needs ON needs.p = plans.p
      ORDER BY plans.p
    LOOP
      ok[plan.p] := false;
      IF moved_to[plan.o] IS NOT NULL OR plan.version IS DISTINCT FROM plan.expected_version THEN
        answers[plan.p] := jsonb_build_object('outcome', 'version_moved', 'orderVersion', COALESCE(moved_to[plan.o], plan.version));
        CONTINUE;
      END IF;
      IF plan.wrong_id IS NOT NULL THEN
        answers[plan.p] := jsonb_build_object('outcome', 'state_moved', 'id', plan.wrong_id);
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
        answers[plan.p] := jsonb_build_object('outcome', 'stock_moved', 'shortages', shortages);
        CONTINUE;
      END IF;
      IF capacity_key IS NOT NULL THEN
        answers[plan.p] := jsonb_build_object('outcome', 'capacity_moved', 'nodeId', capacity_nodes[capacity_key],
          'day', to_char(capacity_days[capacity_key], 'YYYY-MM-DD'));
        CONTINUE;
      END IF;
      FOR i IN 1..plan.need_count LOOP
        remaining[plan.keys[i]] := remaining[plan.keys[i]] - plan.nets[i];
      END LOOP;
      ok[plan.p] := true;
      moved_to[plan.o] := plan.version + plan.event_count;
      answers[plan.p] := jsonb_build_object('outcome', 'committed', 'orderVersion', plan.version + plan.event_count);
    END LOOP;
    UPDATE commit_batch SET results = to_jsonb(answers) WHERE id = batch;
    IF NOT true = ANY (ok) THEN
      RETURN to_jsonb(answers);
    END IF;

    -- 4. Effects of the accepted plans, parents before children.
    PERFORM write_order_rows(doc, ok);

    IF stock_keys > 0 THEN
      WITH moved AS MATERIALIZED (
        SELECT m.p, m.n, m.move, m.quantity, m.at, r.id, r.order_id, r.line_no, r.fulfillment_id, r.node_id, r.product_id,
          r.quantity AS whole, r.state, r.atp_before, r.expires_at, r.taken_at, r.subtracted_at, gen_random_uuid() AS rest_id
        FROM jsonb_to_recordset(doc->'moves')
          AS m(p integer, n integer, reservation_id uuid, move text, quantity integer, at timestamptz)
        JOIN reservation r ON r.id = m.reservation_id
        WHERE ok[m.p]
      ), hold AS MATERIALIZED (
        SELECT h.* FROM jsonb_to_recordset(doc->'holds') AS h(p integer, n integer, order_id uuid, at timestamptz,
          reservation_id uuid, line_no integer, fulfillment_id uuid, node_id integer, product_id integer, quantity integer,
          state text, expires_at timestamptz)
        WHERE ok[h.p]
      ), entry AS (
        -- A plan's own releases come before its holds.
        SELECT m.p, 1 AS phase, m.n, m.node_id, m.product_id, part.reservation_id, 'split' AS entry, m.at,
          CASE WHEN m.state = 'held' THEN part.units ELSE 0 END AS held_delta,
          CASE WHEN m.state = 'committed' THEN part.units ELSE 0 END AS committed_delta
        FROM moved m CROSS JOIN LATERAL (
          VALUES (m.id, m.quantity - m.whole), (m.rest_id, m.whole - m.quantity)) AS part(reservation_id, units)
        WHERE m.quantity < m.whole
        UNION ALL
        SELECT m.p, 2, m.n, m.node_id, m.product_id, m.id, m.move, m.at,
          CASE WHEN m.state = 'held' THEN -m.quantity ELSE 0 END,
          CASE WHEN m.move = 'commit' THEN m.quantity WHEN m.state = 'committed' THEN -m.quantity ELSE 0 END
        FROM moved m WHERE m.move <> 'subtracted'
        UNION ALL
        SELECT h.p, 3, h.n, h.node_id, h.product_id, h.reservation_id, 'hold', h.at,
          CASE WHEN h.state = 'held' THEN h.quantity ELSE 0 END, CASE WHEN h.state = 'committed' THEN h.quantity ELSE 0 END
        FROM hold h
      ), running AS MATERIALIZED (
        SELECT e.*, greatest(0, stock_start[key.k] - COALESCE(sum(e.held_delta + e.committed_delta) OVER (
            PARTITION BY key.k ORDER BY e.p, e.phase, e.n, e.held_delta + e.committed_delta
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::integer AS atp_before
        FROM entry e JOIN unnest(stock_nodes, stock_products) WITH ORDINALITY AS key(node_id, product_id, k)
          ON key.node_id = e.node_id AND key.product_id = e.product_id
      ), change_reservations AS (
        UPDATE reservation r SET quantity = m.quantity,
            state = CASE m.move WHEN 'commit' THEN 'committed' WHEN 'release' THEN 'released' WHEN 'expire' THEN 'expired' ELSE r.state END,
            expires_at = CASE WHEN m.move = 'subtracted' THEN r.expires_at END,
            ended_at = CASE WHEN m.move IN ('release', 'expire') THEN m.at END,
            -- The later moment counts: freeing units too early would sell them twice.
            subtracted_at = CASE WHEN m.move = 'subtracted' THEN greatest(r.subtracted_at, m.at) ELSE r.subtracted_at END
          FROM moved m WHERE r.id = m.id
      ), keep_rests AS (
        INSERT INTO reservation (id, order_id, line_no, fulfillment_id, node_id, product_id, quantity, state, atp_before,
            expires_at, taken_at, subtracted_at)
          SELECT m.rest_id, m.order_id, m.line_no, m.fulfillment_id, m.node_id, m.product_id, m.whole - m.quantity, m.state,
            m.atp_before, m.expires_at, m.taken_at, m.subtracted_at
          FROM moved m WHERE m.quantity < m.whole
      ), take_holds AS (
        INSERT INTO reservation (id, order_id, line_no, fulfillment_id, node_id, product_id, quantity, state, atp_before,
            expires_at, taken_at)
          SELECT h.reservation_id, h.order_id, h.line_no, h.fulfillment_id, h.node_id, h.product_id, h.quantity, h.state,
            e.atp_before, h.expires_at, h.at
          FROM hold h JOIN running e ON e.reservation_id = h.reservation_id AND e.entry = 'hold'
      ), write_ledger AS (
        INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
          SELECT e.node_id, e.product_id, e.reservation_id, e.entry, e.held_delta, e.committed_delta, e.atp_before, e.at
          FROM running e ORDER BY e.p, e.phase, e.n, e.held_delta + e.committed_delta
      ), counted AS (
        UPDATE stock s SET held = s.held + sums.held, committed = s.committed + sums.committed, version = s.version + 1
          FROM (SELECT e.node_id, e.product_id, sum(e.held_delta)::integer AS held, sum(e.committed_delta)::integer AS committed,
              bool_or(e.entry <> 'split') AS counts FROM running e GROUP BY e.node_id, e.product_id) sums
          WHERE s.node_id = sums.node_id AND s.product_id = sums.product_id AND sums.counts
          RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed
      )
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', c.node_id || ':' || c.product_id, c.version, node.vendor_id, 'system:commit',
          jsonb_build_object('nodeId', c.node_id, 'productId', c.product_id, 'sku', product.sku, 'atp', c.atp,
            'onHand', c.on_hand, 'held', c.held, 'committed', c.committed),
          (SELECT max(e.at) FROM running e)
        FROM counted c JOIN node ON node.id = c.node_id JOIN product ON product.id = c.product_id
        ORDER BY c.node_id, c.product_id;
    END IF;

    IF capacity_nodes IS NOT NULL THEN
      -- A limit that was lowered below what is taken is kept at what is taken; one introduced after units were given starts at zero.
      UPDATE node_capacity c SET taken = after.taken, limit_units = greatest(after.taken, COALESCE(n.daily_capacity_units, c.limit_units))
        FROM (SELECT a.node_id, a.day, greatest(0, a.taken + sums.units) AS taken
          FROM node_capacity a JOIN (
            SELECT u.node_id, u.day, sum(u.units)::integer AS units
            FROM jsonb_to_recordset(doc->'capacity') AS u(p integer, node_id integer, day date, units integer)
            WHERE ok[u.p] GROUP BY u.node_id, u.day) sums ON sums.node_id = a.node_id AND sums.day = a.day) after
        JOIN node n ON n.id = after.node_id
        WHERE c.node_id = after.node_id AND c.day = after.day;
    END IF;

    RETURN to_jsonb(answers);
  END $$;
`;
