/**
 * What is kept back of a row because its figure is old and feeds err. The formula stands in docs/stock.md; what it is computed
 * from can be read in `buffer_inputs`.
 */
export const BUFFER_FUNCTIONS = `
  CREATE FUNCTION hours_between(since timestamptz, until timestamptz) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, extract(epoch FROM until - since) / 3600)::float8
  $$;
  -- A sum after so many hours: half of it is forgotten every 168.
  CREATE FUNCTION faded(value float8, after_hours float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT value * exp(-greatest(0, least(after_hours, 50000)) * ln(2) / 168)
  $$;
  -- The hours that were looked at, those that just passed included, each worth less the longer ago it is.
  CREATE FUNCTION faded_hours(hours float8, passed_hours float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT faded(hours, passed_hours) + (1 - faded(1, passed_hours)) * 168 / ln(2)
  $$;
  -- A row's own figure, which begins as the vendor's and counts as much as that after a day of history.
  CREATE FUNCTION drift_estimate(own_sum float8, own_hours float8, vendor_figure float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (own_sum + 24 * vendor_figure) / (own_hours + 24)
  $$;
  CREATE FUNCTION feed_buffer(on_hand integer, age_hours float8, drift_per_hour float8, variance_per_hour float8, z float8,
      cap_percent integer, reserve_units integer, nothing_more boolean) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(
      CASE WHEN nothing_more THEN on_hand ELSE 0 END,
      reserve_units + least(
        on_hand::bigint * cap_percent / 100,
        greatest(0, ceil(age_hours * drift_per_hour + z * sqrt(variance_per_hour * age_hours) - 0.5))))::integer
  $$;

  -- Every row's buffer as it is, as it should be at that moment, and all that this follows from. Days without a change of the
  -- figure count as hours without a drop up to the last report that covered the row.
  CREATE FUNCTION buffer_inputs(at timestamptz) RETURNS TABLE (node_id integer, product_id integer, vendor_id integer,
      on_hand integer, as_of timestamptz, age_hours float8, drift_per_hour float8, variance_per_hour float8, history_hours float8,
      vendor_drift_per_hour float8, vendor_variance_per_hour float8, z float8, cap_percent integer, reserve_units integer,
      nothing_more_since timestamptz, buffer integer, target integer)
    LANGUAGE sql STABLE AS $$
    SELECT s.node_id, s.product_id, v.id, s.on_hand, seen.as_of, age.hours, est.drift, est.variance, own.hours,
      prior.drift, prior.variance, v.buffer_z, v.buffer_cap_percent, v.reserve_units, s.nothing_more_since, s.buffer,
      feed_buffer(s.on_hand, age.hours, est.drift, est.variance, v.buffer_z, v.buffer_cap_percent, v.reserve_units,
        s.nothing_more_since IS NOT NULL)
    FROM stock s JOIN node n ON n.id = s.node_id JOIN vendor v ON v.id = n.vendor_id
      LEFT JOIN vendor_feed f ON f.vendor_id = v.id
      LEFT JOIN stock_drift d ON d.node_id = s.node_id AND d.product_id = s.product_id
      CROSS JOIN LATERAL (SELECT greatest(s.as_of, f.full_as_of) AS as_of) seen
      CROSS JOIN LATERAL (SELECT hours_between(seen.as_of, at) + v.feed_lag_seconds / 3600.0::float8 AS hours) age
      CROSS JOIN LATERAL (SELECT COALESCE(hours_between(d.measured_to, seen.as_of), 0) AS hours) still
      CROSS JOIN LATERAL (SELECT CASE WHEN d.node_id IS NULL THEN 0 ELSE faded_hours(d.hours, still.hours) END AS hours) own
      CROSS JOIN LATERAL (SELECT COALESCE(f.drift_share, 0) * s.on_hand AS drift, COALESCE(f.variance_share, 0) * s.on_hand AS variance) prior
      CROSS JOIN LATERAL (SELECT drift_estimate(COALESCE(faded(d.drop_units, still.hours), 0), own.hours, prior.drift) AS drift,
        drift_estimate(COALESCE(faded(d.square_units, still.hours), 0), own.hours, prior.variance) AS variance) est
  $$;

  -- Brings the buffers of the next rows in key order to what they should be; touches only those that change. A vendor whose
  -- report is being applied is left to it. Locks stock by (node, product), as every transaction of ours.
  CREATE FUNCTION refresh_buffers(at timestamptz, after_node integer, after_product integer, row_limit integer,
      OUT last_node integer, OUT last_product integer, OUT scanned integer, OUT changed integer)
    LANGUAGE plpgsql VOLATILE
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off SET lock_timeout = '10s'
  AS $$
  DECLARE
    nodes integer[]; products integer[];
  BEGIN
    SELECT array_agg(b.node_id ORDER BY b.node_id, b.product_id), array_agg(b.product_id ORDER BY b.node_id, b.product_id)
      INTO nodes, products FROM (
        SELECT s.node_id, s.product_id FROM stock s WHERE (s.node_id, s.product_id) > (after_node, after_product)
        ORDER BY s.node_id, s.product_id LIMIT row_limit) b;
    scanned := COALESCE(cardinality(nodes), 0);
    changed := 0;
    last_node := nodes[scanned];
    last_product := products[scanned];
    IF scanned = 0 THEN RETURN; END IF;

    SELECT array_agg(i.node_id ORDER BY i.node_id, i.product_id), array_agg(i.product_id ORDER BY i.node_id, i.product_id)
      INTO nodes, products
      FROM unnest(nodes, products) AS key(node_id, product_id)
      JOIN buffer_inputs(at) i ON i.node_id = key.node_id AND i.product_id = key.product_id
      WHERE i.target <> i.buffer
        AND NOT EXISTS (SELECT 1 FROM stock_report r WHERE r.vendor_id = i.vendor_id AND r.state = 'applying');
    IF nodes IS NULL THEN RETURN; END IF;

    PERFORM 1 FROM stock s JOIN unnest(nodes, products) AS key(node_id, product_id)
      ON s.node_id = key.node_id AND s.product_id = key.product_id
      ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s;
    WITH due AS MATERIALIZED (
      SELECT i.node_id, i.product_id, i.vendor_id, i.target, s.atp AS old_atp,
        greatest(0, s.on_hand - s.safety_stock - i.target - s.held - s.committed) AS new_atp
      FROM unnest(nodes, products) AS key(node_id, product_id)
      JOIN buffer_inputs(at) i ON i.node_id = key.node_id AND i.product_id = key.product_id
      JOIN stock s ON s.node_id = i.node_id AND s.product_id = i.product_id
      WHERE i.target <> i.buffer
    ), moved AS (
      UPDATE stock s SET buffer = d.target, version = s.version + (d.new_atp <> d.old_atp)::integer
        FROM due d WHERE s.node_id = d.node_id AND s.product_id = d.product_id
        RETURNING s.node_id, s.product_id, d.vendor_id, s.version, s.atp, s.on_hand, s.held, s.committed, d.old_atp
    ), told AS (
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', m.node_id || ':' || m.product_id, m.version, m.vendor_id, 'system:buffer',
          jsonb_build_object('nodeId', m.node_id, 'productId', m.product_id, 'sku', p.sku, 'atp', m.atp, 'onHand', m.on_hand,
            'held', m.held, 'committed', m.committed), at
        FROM moved m JOIN product p ON p.id = m.product_id
        WHERE m.atp <> m.old_atp ORDER BY m.node_id, m.product_id
    )
    SELECT count(*) INTO changed FROM moved;
  END $$;
`;
