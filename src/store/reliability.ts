import type { Pool } from './database.js';

const DAY_MS = 86_400_000;
/** Purchase orders that were sent in this time are judged. */
const JUDGED_DAYS = 90;
/** Vendors tell the day on which a parcel left, more often than the hour. */
const GRACE_MS = DAY_MS;
/** Of each node, the latest. */
const ORDERS_MAX = 1_000;
/** A node is taken to be like its vendor, and a vendor to be reliable, as if so many of its orders had shown that. */
const PRIOR_ORDERS = 10;
const JUDGE_EVERY_MS = 6 * 3_600_000;
/** That one run judges. */
const VENDORS_MAX = 20;

/**
 * Judges how well the nodes of some vendors that were not judged for six hours keep what they promise. Returns how many nodes were judged.
 *
 * Kept is a purchase order of which all units left, the last of them a day after its promise at the latest. Judged are those sent in the last
 * 90 days for which that day is over, but for those that we gave up. With the prior of 10 orders, a vendor's share is (kept + 10) / (judged + 10),
 * its node's (kept + 10 of the vendor's) / (judged + 10): nobody is distrusted for what is not known yet, and few orders weigh little.
 */
export async function judgeReliability(pool: Pool, now: Date): Promise<number> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const { rowCount } = await pool.query(
    `WITH due AS (
       SELECT vendor_id FROM node WHERE judged_at IS NULL OR judged_at <= $1
       GROUP BY vendor_id ORDER BY min(judged_at) NULLS FIRST, vendor_id LIMIT ${VENDORS_MAX}
     ), found AS (
       SELECT n.id, n.vendor_id, count(o.kept)::integer AS judged, count(*) FILTER (WHERE o.kept) AS kept
       FROM due JOIN node n USING (vendor_id) LEFT JOIN LATERAL (
         SELECT COALESCE(v.units_shipped >= v.units_ordered AND GREATEST(v.first_shipped_at,
             (SELECT max(s.shipped_at) FROM shipment s WHERE s.fulfillment_id = v.fulfillment_id)
           ) <= v.promised_ship_by + $4 * interval '1 ms', false) AS kept
         FROM vendor_outcome v JOIN fulfillment f ON f.id = v.fulfillment_id
         WHERE v.node_id = n.id AND v.first_sent_at >= $2 AND v.promised_ship_by < $3 AND NOT f.cancel_requested
         ORDER BY v.first_sent_at DESC LIMIT ${ORDERS_MAX}) o ON true
       GROUP BY n.id
     ), vendor AS (
       SELECT vendor_id, (sum(kept) + ${PRIOR_ORDERS}) / (sum(judged) + ${PRIOR_ORDERS}) AS share FROM found GROUP BY vendor_id
     )
     UPDATE node SET judged_at = $5, judged_orders = found.judged,
       reliability = (found.kept + ${PRIOR_ORDERS} * vendor.share) / (found.judged + ${PRIOR_ORDERS})
     FROM found JOIN vendor USING (vendor_id) WHERE node.id = found.id`,
    [ago(JUDGE_EVERY_MS), ago(JUDGED_DAYS * DAY_MS), ago(GRACE_MS), GRACE_MS, now],
  );
  return rowCount ?? 0;
}
