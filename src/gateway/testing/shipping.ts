import type { Pool } from '../../store/database.js';
import type { SmallNetwork } from '../../store/testing/small-network.js';

/** Lets every node of the small network ship: one service to the US, 5 USD a parcel of any weight, two days. */
export async function addShipping(pool: Pool, network: SmallNetwork): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO rate_card (code, service_id, currency, valid_from) VALUES ('ground-us', $1, 'USD', '2020-01-01') RETURNING id`,
    [network.serviceId],
  );
  const card = rows[0]?.id;
  await pool.query(`INSERT INTO rate_zone (rate_card_id, zone) VALUES ($1, 'us')`, [card]);
  await pool.query(
    `INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES ($1, 'us', 'US', 48)`,
    [card],
  );
  await pool.query(`INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES ($1, 'us', 1000000, 5)`, [card]);
  for (const node of Object.values(network.nodes)) {
    await pool.query('INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES ($1, $2, $3)', [
      node.id,
      network.serviceId,
      card,
    ]);
    await pool.query(
      `INSERT INTO vendor_service_code (vendor_id, service_id, ship_via) VALUES ($1, $2, 'GND') ON CONFLICT DO NOTHING`,
      [node.vendorId, network.serviceId],
    );
  }
}
