import type { Pool } from '../../store/database.js';

/** How large a network is to be made. */
export interface WideNetwork {
  readonly nodes: number;
  readonly products: number;
}

/**
 * A network of vendors with ten nodes each, in which every node has every product `W-1`, `W-2`, ... and ships to the US by one
 * service; straight into an empty, migrated database.
 */
export async function loadWideNetwork(pool: Pool, { nodes, products }: WideNetwork): Promise<void> {
  await pool.query(`
    INSERT INTO account (code, name, channel, currency) VALUES ('shop', 'Shop', 'api', 'USD');
    INSERT INTO carrier_service (id, code, carrier, name) VALUES (1, 'ground', 'swift', 'Ground');
    INSERT INTO rate_card (id, code, service_id, currency, valid_from) VALUES (1, 'us', 1, 'USD', '2020-01-01');
    INSERT INTO rate_zone (rate_card_id, zone) VALUES (1, 'us');
    INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES (1, 'us', 'US', 48);
    INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES (1, 'us', 1000000, 5);
    INSERT INTO vendor (id, code, name, connector, currency)
      SELECT n, 'vendor-' || n, 'Vendor', 'rest', 'USD' FROM generate_series(1, ${nodes} / 10 + 1) n;
    INSERT INTO node (id, code, vendor_id, name, country_code, city, latitude, longitude, time_zone, lead_time_hours)
      SELECT n, 'node-' || n, n / 10 + 1, 'Node', 'US', 'Albany', 42, -73, 'America/New_York', 24 FROM generate_series(1, ${nodes}) n;
    INSERT INTO node_service (node_id, service_id, rate_card_id) SELECT n, 1, 1 FROM generate_series(1, ${nodes}) n;
    INSERT INTO product (id, sku, title, unit_weight_grams, list_price)
      SELECT p, 'W-' || p, 'Product', 100, 10 FROM generate_series(1, ${products}) p;
    INSERT INTO offer (node_id, product_id)
      SELECT n, p FROM generate_series(1, ${nodes}) n, generate_series(1, ${products}) p;
    INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost) SELECT node_id, product_id, 1, 4.5 FROM offer;
    INSERT INTO stock (node_id, product_id, on_hand, as_of) SELECT node_id, product_id, 10, now() FROM offer`);
}
