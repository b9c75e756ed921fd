import type { Reach } from '../model/reach.js';
import type { Queryable } from './database.js';

/** Services of nodes that are looked at. */
const REACH_MAX = 50_000;

/** Where what is active ships to on a day: each service of each node that offers something, by its card and its vendor's default. */
export async function loadReach(db: Queryable, at: Date): Promise<readonly Reach[]> {
  const { rows } = await db.query<Reach>(
    `SELECT n.code, v.code AS vendor, n.country_code AS country, COALESCE(n.region_code, '') AS region,
       n.lead_time_hours AS "leadTimeHours", s.code AS service, s.carrier, reached.countries
     FROM node n JOIN vendor v ON v.id = n.vendor_id AND v.status = 'active'
       JOIN node_service ns ON ns.node_id = n.id AND ns.active JOIN carrier_service s ON s.id = ns.service_id AND s.active
       LEFT JOIN vendor_default_rate d ON d.vendor_id = n.vendor_id AND d.service_id = ns.service_id
       CROSS JOIN LATERAL (
         SELECT array_agg(DISTINCT a.country_code::text) AS countries
         FROM rate_card named CROSS JOIN LATERAL card_in_force(named, ($1::timestamptz AT TIME ZONE 'UTC')::date) card
           JOIN rate_zone_area a ON a.rate_card_id = card.id
         WHERE named.id IN (ns.rate_card_id, d.rate_card_id)) reached
     WHERE n.active AND reached.countries IS NOT NULL AND EXISTS (SELECT FROM offer o WHERE o.node_id = n.id AND o.active)
     ORDER BY n.code, s.code LIMIT ${REACH_MAX}`,
    [at],
  );
  return rows;
}
