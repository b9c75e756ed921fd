import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applying stock reports, and reading exchange rates. Source: DESIGN.md sections 4 and 9. */
export class StockReading1790000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(APPLY_STOCK_ROWS);
    await runner.query(`
      -- So that a destination's zone is found by its prefixes through the key, not by reading all areas.
      ALTER TABLE rate_zone_area ADD CONSTRAINT rate_zone_area_postal_prefix_check
        CHECK (postal_prefix = upper(replace(postal_prefix, ' ', '')));
      CREATE FUNCTION latest_rate(from_currency text, to_currency text, day date)
        RETURNS TABLE (rate numeric, valid_from date, source text) LANGUAGE sql STABLE AS $$
        SELECT r.rate, r.valid_from, r.source FROM exchange_rate r
        WHERE r.base = from_currency AND r.quote = to_currency AND r.valid_from <= day
        ORDER BY r.valid_from DESC LIMIT 1
      $$;
      -- The rate itself, or else the inverse of the rate of the other way round.
      CREATE FUNCTION either_rate(from_currency text, to_currency text, day date)
        RETURNS TABLE (rate numeric, valid_from date, source text) LANGUAGE sql STABLE AS $$
        SELECT x.rate, x.valid_from, x.source FROM (
          SELECT 1 AS preference, r.* FROM latest_rate(from_currency, to_currency, day) r
          UNION ALL
          SELECT 2, round(1 / r.rate, 12), r.valid_from, r.source || ', inverse' FROM latest_rate(to_currency, from_currency, day) r) x
        ORDER BY x.preference LIMIT 1
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rate_zone_area DROP CONSTRAINT rate_zone_area_postal_prefix_check');
    await runner.query('DROP FUNCTION either_rate; DROP FUNCTION latest_rate; DROP FUNCTION apply_stock_rows');
  }
}

/**
 * One chunk of a stock report, rows given as three arrays; one transaction. A row whose figure is of a later moment is left
 * alone (stale). In the same step, committed units that the report surely covers become reflected: the vendor's own figure
 * has them subtracted now, so they must not be subtracted here as well.
 *
 * Versions rise, and events are written, where ATP changed. Locks stock by (node, product), as every transaction of ours.
 */
export const APPLY_STOCK_ROWS = `
  CREATE FUNCTION apply_stock_rows(report_as_of timestamptz, margin interval, report_at timestamptz,
      nodes integer[], products integer[], units integer[],
      OUT changed integer, OUT stale integer, OUT reflected_units integer, OUT raised integer[])
    LANGUAGE plpgsql VOLATILE
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off SET lock_timeout = '10s'
  AS $$
  DECLARE
    added integer;
    added_products integer[];
  BEGIN
    -- A node's first word on a product that it offers.
    WITH made AS (
      INSERT INTO stock (node_id, product_id, on_hand, as_of)
        SELECT r.node_id, r.product_id, r.on_hand, report_as_of
        FROM unnest(nodes, products, units) AS r(node_id, product_id, on_hand)
        JOIN offer o ON o.node_id = r.node_id AND o.product_id = r.product_id
        WHERE NOT EXISTS (SELECT 1 FROM stock s WHERE s.node_id = r.node_id AND s.product_id = r.product_id)
        ORDER BY r.node_id, r.product_id
        ON CONFLICT DO NOTHING
        RETURNING node_id, product_id, version, atp, on_hand, held, committed
    ), told AS (
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', m.node_id || ':' || m.product_id, m.version, n.vendor_id, 'system:stock-report',
          jsonb_build_object('nodeId', m.node_id, 'productId', m.product_id, 'sku', p.sku, 'atp', m.atp, 'onHand', m.on_hand,
            'held', m.held, 'committed', m.committed), report_at
        FROM made m JOIN node n ON n.id = m.node_id JOIN product p ON p.id = m.product_id ORDER BY m.node_id, m.product_id
    )
    SELECT count(*), array_agg(DISTINCT m.product_id) FILTER (WHERE m.atp > 0) INTO added, added_products FROM made m;

    PERFORM 1 FROM stock s JOIN unnest(nodes, products) AS r(node_id, product_id)
      ON s.node_id = r.node_id AND s.product_id = r.product_id
      ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s;

    SELECT count(*) INTO stale FROM unnest(nodes, products) AS r(node_id, product_id)
      JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id WHERE s.as_of > report_as_of;

    WITH fresh AS MATERIALIZED (
      SELECT s.node_id, s.product_id, s.on_hand AS before, s.as_of, s.safety_stock, s.buffer, s.held, s.committed, s.atp, r.on_hand
      FROM unnest(nodes, products, units) AS r(node_id, product_id, on_hand)
      JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id
      WHERE s.as_of <= report_as_of
    ), reflecting AS (
      UPDATE reservation r SET state = 'reflected', ended_at = report_at FROM fresh f
        WHERE r.node_id = f.node_id AND r.product_id = f.product_id AND r.state = 'committed'
          AND r.subtracted_at IS NOT NULL AND r.subtracted_at + margin < report_as_of
        RETURNING r.id, r.node_id, r.product_id, r.quantity, f.atp
    ), write_ledger AS (
      INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
        SELECT x.node_id, x.product_id, x.id, 'reflect', 0, -x.quantity, x.atp, report_at FROM reflecting x
        ORDER BY x.node_id, x.product_id, x.id
    ), figures AS MATERIALIZED (
      SELECT f.*, COALESCE(x.quantity, 0) AS reflected,
        greatest(0, f.on_hand - f.safety_stock - f.buffer - f.held - f.committed + COALESCE(x.quantity, 0)) AS new_atp
      FROM fresh f LEFT JOIN (
        SELECT node_id, product_id, sum(quantity)::integer AS quantity FROM reflecting GROUP BY node_id, product_id) x
        ON x.node_id = f.node_id AND x.product_id = f.product_id
    ), counted AS (
      -- Also where only the moment is new: an older report must not overwrite this one.
      UPDATE stock s SET on_hand = f.on_hand, as_of = report_as_of, committed = s.committed - f.reflected,
          version = s.version + CASE WHEN f.new_atp <> f.atp THEN 1 ELSE 0 END
        FROM figures f
        WHERE s.node_id = f.node_id AND s.product_id = f.product_id
          AND (f.as_of < report_as_of OR f.before <> f.on_hand OR f.reflected > 0)
        RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed,
          f.atp AS old_atp, f.before, f.reflected
    ), told AS (
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', c.node_id || ':' || c.product_id, c.version, n.vendor_id, 'system:stock-report',
          jsonb_build_object('nodeId', c.node_id, 'productId', c.product_id, 'sku', p.sku, 'atp', c.atp, 'onHand', c.on_hand,
            'held', c.held, 'committed', c.committed), report_at
        FROM counted c JOIN node n ON n.id = c.node_id JOIN product p ON p.id = c.product_id
        WHERE c.atp <> c.old_atp ORDER BY c.node_id, c.product_id
    )
    SELECT count(*) FILTER (WHERE c.before <> c.on_hand OR c.reflected > 0) + added, COALESCE(sum(c.reflected), 0),
        COALESCE(array_agg(DISTINCT c.product_id) FILTER (WHERE c.atp > c.old_atp), '{}') || COALESCE(added_products, '{}')
      INTO changed, reflected_units, raised FROM counted c;
  END $$;
`;
