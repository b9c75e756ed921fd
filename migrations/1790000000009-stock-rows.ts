/**
 * Whether the report is newer than what is known of a row `s`. The vendor's own numbers count where both have one, else the
 * moments; a snapshot may come again (same number or moment), a change may not.
 */
const NEWER = `CASE WHEN order_position IS NOT NULL AND greatest(s.feed_position, feed.begun_position) IS NOT NULL
    THEN order_position > greatest(s.feed_position, feed.begun_position)
      AND order_as_of > COALESCE(greatest(s.outside_as_of, CASE WHEN feed.begun_position IS NULL THEN feed.begun_as_of END), '-infinity')
    ELSE order_as_of > greatest(s.as_of, feed.begun_as_of) END`;

/**
 * Whether a change has a figure to be added to: none of the changes since that figure is missing, and it is one of the feed (what
 * an answer between two reports has in it already, nobody can tell).
 */
const BASED = `(report_kind <> 'delta' OR (
    (report_position IS NULL OR COALESCE(greatest(s.feed_position, feed.begun_position) >= feed.base_position, false))
    AND (s.outside_as_of IS NULL OR COALESCE(feed.begun_as_of >= s.outside_as_of, false))))`;

/** The vendor's figure that the report gives for a row `s`. */
const FIGURE =
  "least(1000000000, greatest(-1000000000, CASE WHEN report_kind = 'delta' THEN s.on_hand - s.owed + r.units ELSE r.units END))";

/** The vendor has subtracted these units of reservation `r`, as the report surely knows. */
const COVERED = "r.state = 'committed' AND r.subtracted_at IS NOT NULL AND r.subtracted_at + margin < report_as_of";

/** A bare no ends with a figure of a later moment. */
const STILL_NO =
  "(s.nothing_more_since IS NOT NULL AND (report_kind = 'delta' OR s.nothing_more_since >= report_as_of))";

/**
 * Some rows of a stock report, given as three arrays in units (`units` signed: a figure or a change); one transaction. A row of
 * which something later is known is left alone (stale), as is a change without a figure to add it to (baseless). In the same
 * step, committed units that the report surely covers become reflected, since the vendor's own figure has them subtracted now;
 * what the figure fell by beyond that is measured; and the buffer is brought up to date.
 *
 * Of a whole feed only rows that change are touched; the rest are known as of the feed's moment by vendor_feed. `shortages`
 * are the rows that promise more than they have; where that became worse, a stock.short event says so once. Versions rise,
 * and events are written, where ATP changed or a shortage grew. Locks stock by (node, product), as every transaction of ours.
 */
export const APPLY_REPORT_ROWS = `
  CREATE FUNCTION apply_report_rows(of_vendor integer, report_kind text, report_as_of timestamptz, report_position bigint,
      whole boolean, report_at timestamptz, nodes integer[], products integer[], units integer[],
      OUT changed integer, OUT stale integer, OUT baseless integer, OUT reflected_units integer, OUT raised integer[],
      OUT shortages jsonb)
    LANGUAGE plpgsql VOLATILE
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off SET lock_timeout = '10s'
  AS $$
  DECLARE
    feed vendor_feed; rules vendor; margin interval; skew interval; age float8;
    order_position bigint := report_position + (report_kind <> 'delta')::integer;
    order_as_of timestamptz := report_as_of + CASE WHEN report_kind = 'delta' THEN interval '0' ELSE interval '1 microsecond' END;
    touch_nodes integer[]; touch_products integer[]; touch_units integer[];
    short_before jsonb;
  BEGIN
    SELECT * INTO STRICT rules FROM vendor v WHERE v.id = of_vendor;
    SELECT * INTO feed FROM vendor_feed f WHERE f.vendor_id = of_vendor;
    margin := make_interval(secs => rules.feed_lag_seconds + rules.feed_skew_seconds);
    skew := make_interval(secs => rules.feed_skew_seconds);
    age := hours_between(report_as_of, report_at) + rules.feed_lag_seconds / 3600.0::float8;

    -- A node's first word on a product that it offers. A change adds to nothing only where what is not listed is zero.
    INSERT INTO stock (node_id, product_id, on_hand, as_of)
      SELECT r.node_id, r.product_id, 0, CASE WHEN report_kind = 'delta' THEN feed.begun_as_of ELSE 'epoch' END
      FROM unnest(nodes, products) AS r(node_id, product_id)
      JOIN offer o ON o.node_id = r.node_id AND o.product_id = r.product_id
      WHERE NOT EXISTS (SELECT 1 FROM stock s WHERE s.node_id = r.node_id AND s.product_id = r.product_id)
        AND CASE WHEN report_kind = 'delta' THEN feed.begun_as_of IS NOT NULL
          WHEN order_position IS NOT NULL AND feed.begun_position IS NOT NULL THEN order_position > feed.begun_position
          ELSE order_as_of > COALESCE(feed.begun_as_of, '-infinity') END
      ORDER BY r.node_id, r.product_id
      ON CONFLICT DO NOTHING;

    -- What there is to do, looked at without a lock: what a whole feed leaves as it is, is not touched. Nothing older can come
    -- in between, since the feed's moment was noted before its first row.
    SELECT count(*) FILTER (WHERE NOT l.newer) , count(*) FILTER (WHERE l.newer AND NOT l.based),
        array_agg(l.node_id ORDER BY l.node_id, l.product_id) FILTER (WHERE l.touched),
        array_agg(l.product_id ORDER BY l.node_id, l.product_id) FILTER (WHERE l.touched),
        array_agg(l.units ORDER BY l.node_id, l.product_id) FILTER (WHERE l.touched),
        jsonb_agg(jsonb_build_object('nodeId', l.node_id, 'productId', l.product_id, 'promised', l.promised, 'onHand', l.on_hand,
          'grew', false) ORDER BY l.node_id, l.product_id) FILTER (WHERE l.newer AND l.based AND NOT l.touched AND l.promised > l.on_hand)
      INTO stale, baseless, touch_nodes, touch_products, touch_units, short_before
      FROM (
        SELECT s.node_id, s.product_id, r.units, s.on_hand, s.held + s.committed AS promised, o.newer, o.based,
          o.newer AND o.based AND (NOT whole OR s.on_hand - s.owed <> r.units OR s.as_of = 'epoch'
            OR (s.nothing_more_since IS NOT NULL AND NOT ${STILL_NO})
            OR EXISTS (SELECT 1 FROM reservation r WHERE r.node_id = s.node_id AND r.product_id = s.product_id AND ${COVERED})
            OR s.buffer <> feed_buffer(s.on_hand, age, est.drift, est.variance, rules.buffer_z, rules.buffer_cap_percent,
              rules.reserve_units, ${STILL_NO})) AS touched
        FROM unnest(nodes, products, units) AS r(node_id, product_id, units)
        JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id
        LEFT JOIN stock_drift d ON d.node_id = s.node_id AND d.product_id = s.product_id
        CROSS JOIN LATERAL (SELECT ${NEWER} AS newer, ${BASED} AS based) o
        CROSS JOIN LATERAL (SELECT hours_between(d.measured_to, report_as_of) AS hours) still
        CROSS JOIN LATERAL (SELECT CASE WHEN d.node_id IS NULL THEN 0 ELSE faded_hours(d.hours, still.hours) END AS hours) own
        CROSS JOIN LATERAL (SELECT
          drift_estimate(COALESCE(faded(d.drop_units, still.hours), 0), own.hours, COALESCE(feed.drift_share, 0) * s.on_hand) AS drift,
          drift_estimate(COALESCE(faded(d.square_units, still.hours), 0), own.hours, COALESCE(feed.variance_share, 0) * s.on_hand)
            AS variance) est) l;
    -- A change of a row that is not in stock here at all.
    baseless := baseless + (SELECT count(*) FROM unnest(nodes, products) AS r(node_id, product_id) WHERE report_kind = 'delta'
      AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.node_id = r.node_id AND s.product_id = r.product_id));

    -- From its first report on a row is measured.
    INSERT INTO stock_drift (node_id, product_id, measured_to)
      SELECT s.node_id, s.product_id, report_as_of FROM unnest(nodes, products) AS r(node_id, product_id)
      JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id
      WHERE NOT EXISTS (SELECT 1 FROM stock_drift d WHERE d.node_id = r.node_id AND d.product_id = r.product_id)
      ORDER BY s.node_id, s.product_id ON CONFLICT DO NOTHING;

    PERFORM 1 FROM stock s JOIN unnest(touch_nodes, touch_products) AS r(node_id, product_id)
      ON s.node_id = r.node_id AND s.product_id = r.product_id
      ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s;

    WITH fresh AS MATERIALIZED (
      SELECT s.node_id, s.product_id, s.on_hand AS old_on_hand, s.on_hand - s.owed AS before, s.safety_stock, s.held, s.committed,
        s.atp AS old_atp, s.buffer AS old_buffer, greatest(s.as_of, feed.full_as_of) AS known_to, ${FIGURE} AS figure,
        CASE WHEN ${STILL_NO} THEN s.nothing_more_since END AS nothing_more_since
      FROM unnest(touch_nodes, touch_products, touch_units) AS r(node_id, product_id, units)
      JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id
      WHERE ${NEWER} AND ${BASED}
    ), reflecting AS (
      UPDATE reservation r SET state = 'reflected', ended_at = report_at FROM fresh f
        WHERE r.node_id = f.node_id AND r.product_id = f.product_id AND ${COVERED}
        RETURNING r.id, r.node_id, r.product_id, r.quantity, f.old_atp
    ), write_ledger AS (
      INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
        SELECT x.node_id, x.product_id, x.id, 'reflect', 0, -x.quantity, x.old_atp, report_at FROM reflecting x
        ORDER BY x.node_id, x.product_id, x.id
    ), ours AS (
      -- Of our units: what is reflected now, and all that the figure may have subtracted by now.
      SELECT f.*, COALESCE((SELECT sum(x.quantity) FROM reflecting x WHERE x.node_id = f.node_id AND x.product_id = f.product_id), 0)::integer AS reflected,
        COALESCE((SELECT sum(r.quantity) FROM reservation r WHERE r.node_id = f.node_id AND r.product_id = f.product_id
          AND r.state = 'committed' AND r.subtracted_at IS NOT NULL AND r.subtracted_at <= report_as_of + skew), 0)::integer AS maybe,
        d.measured_to, d.hours, d.drop_units, d.square_units, least(COALESCE(d.explained_ahead, 0), 2000000000) AS ahead,
        hours_between(d.measured_to, f.known_to) AS still, hours_between(greatest(d.measured_to, f.known_to), report_as_of) AS passed
      FROM fresh f LEFT JOIN stock_drift d ON d.node_id = f.node_id AND d.product_id = f.product_id
    ), explained AS (
      SELECT o.*, greatest(0, least(o.before - o.figure, greatest(o.maybe, o.reflected) - o.ahead)) AS explained FROM ours o
    ), sampled AS (
      -- Two stretches: without a change up to the last report, then up to this one. A figure that rose says nothing of what fell.
      SELECT e.*, e.before - e.figure - e.explained AS unexplained, (e.before - e.figure - e.explained >= 0 AND e.passed > 0) AS sample,
        faded_hours(e.hours, e.still) AS hours_1, faded(e.drop_units, e.still) AS drop_1, faded(e.square_units, e.still) AS square_1
      FROM explained e
    ), measured AS MATERIALIZED (
      SELECT m.*,
        CASE WHEN m.sample THEN faded_hours(m.hours_1, m.passed) ELSE m.hours_1 END AS hours_2,
        CASE WHEN m.sample THEN faded(m.drop_1, m.passed) + m.unexplained ELSE m.drop_1 END AS drop_2,
        CASE WHEN m.sample THEN faded(m.square_1, m.passed) + (m.unexplained - m.passed
          * drift_estimate(m.drop_1, m.hours_1, COALESCE(feed.drift_share, 0) * m.old_on_hand)) ^ 2 ELSE m.square_1 END AS square_2,
        greatest(0, m.figure) AS on_hand
      FROM sampled m
    ), figures AS MATERIALIZED (
      SELECT b.*, greatest(0, b.on_hand - b.safety_stock - b.buffer - b.held - b.committed + b.reflected) AS new_atp,
        b.held + b.committed - b.reflected - b.on_hand AS short,
        b.held + b.committed - b.reflected > b.on_hand
          AND b.held + b.committed - b.reflected - b.on_hand > b.held + b.committed - b.old_on_hand AS grew
      FROM (SELECT m.*, feed_buffer(m.on_hand, age,
          drift_estimate(m.drop_2, m.hours_2, COALESCE(feed.drift_share, 0) * m.on_hand),
          drift_estimate(m.square_2, m.hours_2, COALESCE(feed.variance_share, 0) * m.on_hand),
          rules.buffer_z, rules.buffer_cap_percent, rules.reserve_units, m.nothing_more_since IS NOT NULL) AS buffer
        FROM measured m) b
    ), keep_drift AS (
      UPDATE stock_drift d SET measured_to = greatest(d.measured_to, report_as_of), hours = m.hours_2, drop_units = m.drop_2,
          square_units = m.square_2, explained_ahead = greatest(0, least(m.ahead + m.explained - m.reflected, m.maybe - m.reflected))
        FROM measured m WHERE d.node_id = m.node_id AND d.product_id = m.product_id
          AND (m.figure <> m.before OR m.reflected > 0 OR m.explained > 0)
    ), counted AS (
      -- Also where only the moment is new: an older report must not overwrite this one.
      UPDATE stock s SET on_hand = f.on_hand, owed = greatest(0, -f.figure), as_of = report_as_of, buffer = f.buffer,
          committed = s.committed - f.reflected, feed_position = COALESCE(report_position, s.feed_position),
          outside_as_of = CASE
            WHEN report_kind = 'live' OR (report_kind = 'snapshot' AND report_position IS NULL AND feed.position IS NOT NULL) THEN report_as_of
            WHEN report_kind = 'delta' THEN s.outside_as_of END,
          nothing_more_since = f.nothing_more_since,
          version = s.version + (f.new_atp <> f.old_atp)::integer + f.grew::integer
        FROM figures f WHERE s.node_id = f.node_id AND s.product_id = f.product_id
          AND (s.as_of <> report_as_of OR s.feed_position IS DISTINCT FROM COALESCE(report_position, s.feed_position)
            OR f.before <> f.figure OR f.reflected > 0 OR f.buffer <> f.old_buffer
            OR s.nothing_more_since IS DISTINCT FROM f.nothing_more_since)
        RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed, f.old_atp, f.before, f.figure, f.reflected, f.grew
    ), told AS (
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT t.type, 'stock', t.node_id || ':' || t.product_id, t.event_version, of_vendor, 'system:stock-report',
          jsonb_build_object('nodeId', t.node_id, 'productId', t.product_id, 'sku', p.sku, 'atp', t.atp, 'onHand', t.on_hand,
            'held', t.held, 'committed', t.committed)
            || CASE WHEN t.type = 'stock.short' THEN jsonb_build_object('short', t.held + t.committed - t.on_hand) ELSE '{}' END, report_at
        FROM (
          SELECT c.*, 'stock.changed' AS type, c.version - c.grew::integer AS event_version FROM counted c WHERE c.atp <> c.old_atp
          UNION ALL SELECT c.*, 'stock.short', c.version FROM counted c WHERE c.grew) t
        JOIN product p ON p.id = t.product_id
        ORDER BY t.node_id, t.product_id, t.event_version
    ), short_now AS (
      SELECT jsonb_agg(jsonb_build_object('nodeId', f.node_id, 'productId', f.product_id, 'promised', f.short + f.on_hand,
        'onHand', f.on_hand, 'grew', f.grew) ORDER BY f.node_id, f.product_id) AS list
      FROM figures f WHERE f.short > 0
    )
    SELECT count(*) FILTER (WHERE c.before <> c.figure OR c.reflected > 0), COALESCE(sum(c.reflected), 0),
        COALESCE(array_agg(DISTINCT c.product_id) FILTER (WHERE c.atp > c.old_atp), '{}'),
        COALESCE((SELECT list FROM short_now), '[]') || COALESCE(short_before, '[]')
      INTO changed, reflected_units, raised, shortages FROM counted c;
  END $$;
`;

/**
 * The next chunk of a report, with its progress, in one transaction; `done` when nothing of it is left. Who else applies the same
 * report waits, and takes the chunk after.
 */
export const APPLY_STOCK_CHUNK = `
  CREATE FUNCTION apply_stock_chunk(of_report uuid, report_at timestamptz, OUT done boolean, OUT raised integer[], OUT shortages jsonb)
    LANGUAGE plpgsql VOLATILE
  AS $$
  DECLARE
    report stock_report; chunk stock_report_chunk; applied record;
  BEGIN
    done := true; raised := '{}'; shortages := '[]';
    SELECT * INTO report FROM stock_report r WHERE r.id = of_report FOR NO KEY UPDATE;
    IF report.state IS DISTINCT FROM 'applying' THEN RETURN; END IF;
    SELECT * INTO chunk FROM stock_report_chunk c WHERE c.report_id = of_report ORDER BY c.chunk_no LIMIT 1;
    IF FOUND THEN
      SELECT * INTO applied FROM apply_report_rows(report.vendor_id, report.kind, report.as_of, report.position, report.whole,
        report_at, chunk.node_ids, chunk.product_ids, chunk.units);
      DELETE FROM stock_report_chunk c WHERE c.report_id = of_report AND c.chunk_no = chunk.chunk_no;
      raised := applied.raised;
      shortages := applied.shortages;
      done := NOT EXISTS (SELECT 1 FROM stock_report_chunk c WHERE c.report_id = of_report);
      UPDATE stock_report r SET rows_changed = r.rows_changed + applied.changed, rows_stale = r.rows_stale + applied.stale,
        rows_baseless = r.rows_baseless + applied.baseless, units_reflected = r.units_reflected + applied.reflected_units
        WHERE r.id = of_report;
      IF applied.baseless > 0 THEN
        UPDATE vendor_feed f SET snapshot_wanted = 'changes came for rows without a figure to add them to' WHERE f.vendor_id = report.vendor_id;
      END IF;
    END IF;
    IF done THEN
      UPDATE stock_report r SET state = 'applied', closed_at = report_at WHERE r.id = of_report;
      IF report.whole THEN
        UPDATE vendor_feed f SET full_as_of = report.as_of WHERE f.vendor_id = report.vendor_id;
      END IF;
    END IF;
  END $$;
`;

/**
 * The vendor said a bare no: whatever its figure is, nothing more is promised of the row until a figure of a later moment. The
 * buffer covers all that is on hand, so that units which are released meanwhile are not promised again. What is promised stays.
 * Answers false where something later is known already, or the node does not offer the product.
 */
export const SET_NOTHING_MORE = `
  CREATE FUNCTION set_nothing_more(of_node integer, of_product integer, said_at timestamptz, report_at timestamptz)
    RETURNS boolean LANGUAGE plpgsql VOLATILE SET lock_timeout = '10s'
  AS $$
  DECLARE
    covered timestamptz;
  BEGIN
    INSERT INTO stock (node_id, product_id, on_hand, as_of)
      SELECT o.node_id, o.product_id, 0, 'epoch' FROM offer o WHERE o.node_id = of_node AND o.product_id = of_product
      ON CONFLICT DO NOTHING;
    SELECT f.begun_as_of INTO covered FROM node n JOIN vendor_feed f ON f.vendor_id = n.vendor_id WHERE n.id = of_node;
    PERFORM 1 FROM stock s WHERE s.node_id = of_node AND s.product_id = of_product FOR NO KEY UPDATE;
    WITH refused AS (
      SELECT s.*, greatest(0, s.on_hand - s.safety_stock - greatest(s.buffer, s.on_hand) - s.held - s.committed) AS new_atp
      FROM stock s WHERE s.node_id = of_node AND s.product_id = of_product AND greatest(s.as_of, covered) <= said_at
    ), counted AS (
      UPDATE stock s SET nothing_more_since = greatest(s.nothing_more_since, said_at), buffer = greatest(s.buffer, s.on_hand),
          version = s.version + (r.new_atp <> r.atp)::integer
        FROM refused r WHERE s.node_id = r.node_id AND s.product_id = r.product_id
        RETURNING s.*, r.atp AS old_atp
    ), told AS (
      INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
        SELECT 'stock.changed', 'stock', c.node_id || ':' || c.product_id, c.version, n.vendor_id, 'system:stock-report',
          jsonb_build_object('nodeId', c.node_id, 'productId', c.product_id, 'sku', p.sku, 'atp', c.atp, 'onHand', c.on_hand,
            'held', c.held, 'committed', c.committed), report_at
        FROM counted c JOIN node n ON n.id = c.node_id JOIN product p ON p.id = c.product_id WHERE c.atp <> c.old_atp
    )
    SELECT c.as_of INTO covered FROM counted c;
    RETURN FOUND;
  END $$;
`;
