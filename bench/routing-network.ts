import type { Pool } from '../src/store/database.js';

export const PRODUCTS = 300;
/** Of the nodes, those that offer a product. */
const OFFERED_PERCENT = 30;
/** Where nodes stand and orders go. */
export const STATES = ['CA', 'TX', 'NY', 'FL', 'IL', 'WA', 'CO', 'GA', 'OH', 'AZ'] as const;

/**
 * A network across the United States, straight into an empty, migrated database: vendors with five nodes each, every product at three
 * tenths of the nodes with price breaks of its own, three services a node, whose cards have a zone for each state and six brackets.
 */
export async function loadRoutingNetwork(pool: Pool, nodes: number): Promise<void> {
  // A figure from 0 to below the limit that looks like chance and is the same in every run.
  const below = (limit: number, ...of: string[]) =>
    `(abs(hashtext(concat_ws('/', ${of.join(', ')}))::bigint) % ${limit})::integer`;
  const state = (index: string) => `(ARRAY['${STATES.join("','")}'])[${index} % ${STATES.length} + 1]`;
  await pool.query(`
    INSERT INTO account (code, name, channel, currency) VALUES ('shop', 'Shop', 'api', 'USD');
    INSERT INTO carrier_service (id, code, carrier, name)
      VALUES (1, 'ground', 'swift', 'Ground'), (2, 'air', 'swift', 'Air'), (3, 'economy', 'mail', 'Economy');
    INSERT INTO rate_card (id, code, service_id, currency, valid_from)
      SELECT s, 'card-' || s, s, 'USD', '2020-01-01' FROM generate_series(1, 3) s;
    INSERT INTO rate_zone (rate_card_id, zone) SELECT s, lower(z) FROM generate_series(1, 3) s, unnest(ARRAY['${STATES.join("','")}']) z;
    INSERT INTO rate_zone_area (rate_card_id, zone, country_code, region_code, transit_hours)
      SELECT rate_card_id, zone, 'US', upper(zone), 24 * (1 + ${below(5, 'rate_card_id', 'zone')}) FROM rate_zone;
    INSERT INTO rate_bracket (rate_card_id, zone, up_to, price)
      SELECT rate_card_id, zone, 1000 * 2 ^ b, 3 + b * 1.5 + ${below(400, 'rate_card_id', 'zone')} / 100.0
      FROM rate_zone, generate_series(0, 5) b;
    INSERT INTO vendor (id, code, name, connector, currency)
      SELECT n, 'vendor-' || n, 'Vendor', 'rest', 'USD' FROM generate_series(1, ${nodes} / 5 + 1) n;
    INSERT INTO node (id, code, vendor_id, name, country_code, region_code, city, latitude, longitude, time_zone, lead_time_hours, order_fee)
      SELECT n, 'node-' || n, n / 5 + 1, 'Node', 'US', ${state('n')}, 'City', 30 + ${below(150, 'n', "'lat'")} / 10.0,
        -120 + ${below(450, 'n', "'long'")} / 10.0, 'America/Chicago', 12 * (1 + ${below(4, 'n', "'lead'")}), ${below(200, 'n', "'fee'")} / 100.0
      FROM generate_series(1, ${nodes}) n;
    INSERT INTO node_service (node_id, service_id, rate_card_id) SELECT n, s, s FROM generate_series(1, ${nodes}) n, generate_series(1, 3) s;
    INSERT INTO product (id, sku, title, unit_weight_grams, list_price, tags)
      SELECT p, 'R-' || p, 'Product', 100 + ${below(2_000, 'p')}, 40, CASE WHEN p % 10 = 0 THEN ARRAY['fragile'] ELSE '{}' END
      FROM generate_series(1, ${PRODUCTS}) p;
    INSERT INTO offer (node_id, product_id)
      SELECT n, p FROM generate_series(1, ${nodes}) n, generate_series(1, ${PRODUCTS}) p
      WHERE ${below(100, 'n', 'p')} < ${OFFERED_PERCENT} OR n = p % ${nodes} + 1;
    INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost)
      SELECT node_id, product_id, q, (10 + ${below(1_500, 'node_id', 'product_id')} / 100.0) * (1 - q / 100.0)
      FROM offer, unnest(ARRAY[1, 5]) q;
    INSERT INTO stock (node_id, product_id, on_hand, as_of) SELECT node_id, product_id, 1000000, now() FROM offer`);
  await pool.query('VACUUM ANALYZE');
}
