/** Rows of a subquery as one JSON array; empty when there are none. */
const asJson = (sql: string) => `COALESCE((SELECT json_agg(x) FROM (${sql}) x), '[]')`;

/** Every set-aside, with what its account has not used of it: units that it has reserved use it up. */
const UNUSED_SET_ASIDES = `
  SELECT a.node_id, a.product_id, a.account_id, greatest(0, a.units - COALESCE((
    SELECT sum(r.quantity) FROM (
      SELECT order_id, quantity FROM reservation
      WHERE node_id = a.node_id AND product_id = a.product_id AND state IN ('held', 'committed') OFFSET 0) r
    CROSS JOIN LATERAL (SELECT account_id FROM orders WHERE id = r.order_id OFFSET 0) o
    WHERE o.account_id = a.account_id), 0)) AS units
  FROM channel_set_aside a`;

/**
 * $1 account's id, $2 its code, $3 SKUs, $4 accounts whose aliases count, $5 products, $6 whether to read nodes, $7 nodes whose
 * capacity to read, $8 whether to read what reaches the destination, $9 country, $10 region, $11 all prefixes of the postal
 * code, $12 now. What is active, valid and convertible is as in src/store/network.ts, which routing reads.
 *
 * Every table that grows with stock is read by each product's own subquery (OFFSET 0 keeps it one), through an index: no
 * statistics, however stale, make the planner read all of it.
 */
export const READ_SUPPLY = `
  WITH today AS MATERIALIZED (SELECT ($12::timestamptz AT TIME ZONE 'UTC')::date AS day),
  shop AS MATERIALIZED (SELECT id, code::text, currency::text FROM account WHERE id = $1::integer OR code = $2::text),
  names AS MATERIALIZED (
    SELECT asked.sku, COALESCE(
      (SELECT a.product_id FROM product_account_alias a
        WHERE a.account_id = ANY(COALESCE((SELECT array_agg(id) FROM shop), $4::integer[])) AND a.alias = asked.sku
        ORDER BY a.account_id LIMIT 1),
      (SELECT p.id FROM product p WHERE p.sku = asked.sku)) AS product_id
    FROM unnest($3::text[]) AS asked(sku)
  ),
  asked AS MATERIALIZED (
    SELECT product_id FROM names WHERE product_id IS NOT NULL UNION SELECT unnest($5::integer[])
  ),
  wanted AS MATERIALIZED (
    SELECT product_id FROM asked
    UNION SELECT k.component_product_id FROM asked CROSS JOIN LATERAL (
      SELECT c.component_product_id FROM kit_component c WHERE c.kit_product_id = asked.product_id OFFSET 0) k
  ),
  cards AS MATERIALIZED (
    SELECT named.id, r.currency, r.basis, r.dimensional_divisor, area.transit_hours, area.transit_days, c.carrier,
      c.working_days, carried.most, r.length_cm * r.width_cm * r.height_cm AS unit_maximum_cm3
    FROM rate_card named CROSS JOIN today
    CROSS JOIN LATERAL (SELECT s.carrier, s.working_days FROM carrier_service s WHERE s.id = named.service_id OFFSET 0) c
    CROSS JOIN LATERAL card_in_force(named, today.day) r
    CROSS JOIN LATERAL area_of(r.id, $9, $10, $11::text[]) area
    JOIN rate_zone z ON z.rate_card_id = r.id AND z.zone = area.zone
    CROSS JOIN LATERAL (
      SELECT least(z.maximum, CASE WHEN z.beyond_every IS NULL THEN max(b.up_to) END) AS most, count(*) AS brackets
      FROM rate_bracket b WHERE b.rate_card_id = r.id AND b.zone = area.zone) carried
    WHERE $8 AND $9 IS NOT NULL AND carried.brackets > 0
  )
  SELECT (SELECT last_position::text FROM event_sequencer) AS position,
  (SELECT row_to_json(shop) FROM shop) AS account,
  ${asJson('SELECT sku, product_id AS "productId" FROM names')} AS names,
  ${asJson(`
    SELECT p.id AS "productId", p.active, p.tags, p.unit_weight_grams AS "unitWeightGrams", p.unit_volume_cm3 AS "unitVolumeCm3",
      (SELECT json_agg(json_build_object('productId', k.component_product_id, 'quantity', k.quantity) ORDER BY k.component_product_id)
        FROM kit_component k WHERE k.kit_product_id = p.id) AS components,
      (SELECT json_build_array(array_agg(o.node_id), array_agg(CASE WHEN o.stocked THEN COALESCE(s.atp, 0) END),
          array_agg(COALESCE(priced.minimum_quantity, o.minimum_quantity)),
          array_agg(COALESCE(priced.quantity_multiple, o.quantity_multiple)), array_agg(o.lead_time_hours),
          array_agg(COALESCE(priced.least, cost.least)), array_agg(COALESCE(priced.greatest, cost.greatest)))
        FROM offer o LEFT JOIN (
          SELECT c.node_id, min(c.unit_cost) AS least, max(c.unit_cost) AS greatest
          FROM offer_cost c WHERE c.product_id = p.id GROUP BY c.node_id) cost ON cost.node_id = o.node_id
        LEFT JOIN (
          SELECT DISTINCT ON (l.node_id) l.node_id, l.minimum_quantity, l.quantity_multiple,
            (SELECT min(u) FROM unnest(l.unit_costs) u) AS least, (SELECT max(u) FROM unnest(l.unit_costs) u) AS greatest
          FROM offer_price l CROSS JOIN today
          WHERE l.product_id = p.id AND l.valid_from <= today.day AND (l.valid_to IS NULL OR l.valid_to > today.day)
          ORDER BY l.node_id, l.valid_from DESC) priced ON priced.node_id = o.node_id
        LEFT JOIN stock s ON s.node_id = o.node_id AND s.product_id = p.id
        WHERE o.product_id = p.id AND o.active AND COALESCE(priced.least, cost.least) IS NOT NULL) AS offers,
      (SELECT json_agg(json_build_object('nodeId', u.node_id, 'accountId', u.account_id, 'units', u.units))
        FROM (${UNUSED_SET_ASIDES}) u WHERE u.product_id = p.id AND u.units > 0) AS "setAsides"
    FROM wanted CROSS JOIN LATERAL (SELECT * FROM product WHERE id = wanted.product_id OFFSET 0) p`)} AS products,
  CASE WHEN $6 THEN ${asJson(`
    SELECT n.id, n.vendor_id AS "vendorId", v.currency, n.time_zone AS "timeZone", to_char(n.cut_off, 'HH24:MI') AS "cutOff",
      n.working_days AS "workingDays", n.lead_time_hours AS "leadTimeHours", n.daily_capacity_units AS "dailyCapacityUnits",
      CASE WHEN NOT v.minimum_per_batch AND terms.small_order_fee IS NULL THEN (terms.minimum_order_value * 10000)::bigint END
        AS "minimumOrderValue",
      closed_days(n.vendor_id, n.id, NULL, $12) AS "closedDays",
      ${asJson(`
        SELECT s.rate_card_id AS "rateCardId", d.rate_card_id AS "defaultCardId", c.excluded_tags AS "excludedTags"
        FROM node_service s JOIN carrier_service c ON c.id = s.service_id AND c.active
          LEFT JOIN vendor_default_rate d ON d.vendor_id = n.vendor_id AND d.service_id = s.service_id
        WHERE s.node_id = n.id AND s.active ORDER BY s.service_id`)} AS services
    FROM node n JOIN vendor v ON v.id = n.vendor_id AND v.status = 'active' CROSS JOIN today
      CROSS JOIN LATERAL node_terms(n, today.day) terms WHERE n.active`)} END AS nodes,
  ${asJson(`
    SELECT n.id AS "nodeId", greatest(0, n.daily_capacity_units - COALESCE(c.taken, 0)) AS units,
      (here.day + 1)::timestamp AT TIME ZONE n.time_zone AS until
    FROM node n CROSS JOIN LATERAL (SELECT ($12::timestamptz AT TIME ZONE n.time_zone)::date AS day) here
      LEFT JOIN node_capacity c ON c.node_id = n.id AND c.day = here.day
    WHERE n.active AND n.daily_capacity_units IS NOT NULL AND ($6 OR n.id = ANY($7::integer[]))`)} AS capacities,
  CASE WHEN $8 THEN (SELECT json_build_object(
    'cards', ${asJson(`
      SELECT id AS "rateCardId", currency, basis, dimensional_divisor AS "dimensionalDivisor", COALESCE(transit_hours, transit_days * 24) AS "transitHours",
        CASE WHEN transit_days IS NOT NULL THEN json_build_object('days', transit_days, 'workingDays', working_days,
          'closedDays', closed_days(NULL, NULL, carrier, $12)) END AS "businessDays", unit_maximum_cm3 AS "unitMaximumCm3",
        CASE WHEN basis = 'goods' THEN (most * 10000)::bigint ELSE trunc(most)::bigint END AS limit FROM cards`)},
    'currency', (SELECT currency FROM shop),
    'thresholdCurrency', (SELECT t.currency FROM duty_threshold t WHERE t.destination_country = $9),
    'rates', ${asJson(`
      SELECT needed.currency, way.rate::float8 FROM (
        SELECT currency::text FROM vendor WHERE status = 'active' UNION SELECT currency FROM cards
        UNION SELECT currency FROM duty_threshold WHERE destination_country = $9) needed
      CROSS JOIN shop CROSS JOIN today CROSS JOIN LATERAL (
        SELECT 1 AS rate, 1 AS preference WHERE needed.currency = shop.currency
        UNION ALL SELECT r.rate, 2 FROM either_rate(needed.currency, shop.currency, today.day) r
        UNION ALL SELECT a.rate * b.rate, 3 FROM (VALUES ('USD'), ('EUR')) AS pivot(currency)
          CROSS JOIN LATERAL either_rate(needed.currency, pivot.currency, today.day) a
          CROSS JOIN LATERAL either_rate(pivot.currency, shop.currency, today.day) b
        ORDER BY preference LIMIT 1) way`)})) END AS reach`;
