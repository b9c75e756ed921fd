import type { LiveCheckPolicy } from '../model/network.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { knownAsOf } from './stock-feeds.js';

const POLICY = `json_build_object('when', v.live_check, 'belowUnits', v.live_check_below_units,
    'olderSeconds', v.live_check_older_seconds, 'deadlineSeconds', v.live_check_deadline_seconds,
    'silentSeconds', v.live_check_silent_seconds, 'silentElse', v.live_check_silent_else)`;
/** The policy of vendor `v` as JSON; null where it is never asked. */
export const LIVE_CHECK_POLICY = `CASE WHEN v.live_check <> 'never' THEN ${POLICY} END`;

/** Checks, and rows of them, that one question asks about at most (a check with more rows is asked about alone). */
const CHECKS_MAX = 200;
const ROWS_MAX = 1_000;

/** What one fulfillment holds of one row. Whole units. */
export interface HeldRow {
  readonly nodeId: number;
  readonly nodeCode: string;
  readonly productId: number;
  readonly sku: string;
  readonly vendorSku: string;
  readonly unitsPerPack: number;
  readonly units: number;
}

/** One fulfillment that waits for its vendor's word, ours until the lease ends. */
export interface ClaimedCheck {
  readonly id: string;
  readonly orderId: string;
  readonly fulfillmentId: string;
  readonly deadlineAt: Date;
  /** How often it was asked about before; how often of that its asker vanished is part of it. */
  readonly asks: number;
  /** Whoever held it before has vanished: that no answer is known may not be the vendor's fault. */
  readonly abandoned: boolean;
  readonly verdict: 'available' | 'short' | null;
  readonly answer: LiveAnswerRecord | null;
  readonly silentSince: Date | null;
  readonly rows: readonly HeldRow[];
}

/** What was asked and said of one fulfillment; kept with its check, and with the decisions that follow from it. */
export interface LiveAnswerRecord {
  readonly askedAt: string;
  readonly answeredAt: string;
  /** In the vendor's clock; null where it gave none. */
  readonly asOf: string | null;
  readonly rows: readonly {
    readonly nodeCode: string;
    readonly sku: string;
    /** Units of this fulfillment, and all that was asked about: with what is promised there already and who else asked. */
    readonly units: number;
    readonly asked: number;
    readonly said: 'figure' | 'yes' | 'no' | 'nothing';
    /** Units that it has, where it said a figure. */
    readonly onHand?: number;
  }[];
}

/** A question that may be asked now. */
export interface ClaimedQuestion {
  readonly vendorId: number;
  /** A paused vendor is not asked. */
  readonly paused: boolean;
  readonly token: string;
  readonly policy: LiveCheckPolicy;
  /** The oldest first. */
  readonly checks: readonly ClaimedCheck[];
}

/** The vendor that a check asks, or null where there is no such check or it is settled. */
export async function vendorOfCheck(db: Queryable, checkId: string): Promise<number | null> {
  const { rows } = await db.query<{ vendor_id: number }>(
    'SELECT vendor_id FROM live_check WHERE id = $1 AND settled_at IS NULL',
    [checkId],
  );
  return rows[0]?.vendor_id ?? null;
}

/**
 * Takes what is due of one vendor, the oldest first, under one lease: one question. What waits for its first question is taken with
 * it, due or not. Null where nothing is due, or the vendor has `questionsMax` questions under way already.
 */
export async function claimLiveChecks(
  pool: Pool,
  claim: {
    readonly vendorId: number;
    readonly now: Date;
    readonly leaseMs: number;
    readonly marginMs: number;
    readonly token: string;
    readonly questionsMax: number;
  },
): Promise<ClaimedQuestion | null> {
  const { vendorId, now, token } = claim;
  const freeSince = new Date(now.getTime() - claim.marginMs);
  const leaseUntil = new Date(now.getTime() + claim.leaseMs);
  return inTransaction(pool, async (client) => {
    // Claims for one vendor come one after another, so that they see each other's leases.
    const { rows: vendors } = await client.query<{ paused: boolean; policy: LiveCheckPolicy }>(
      `SELECT v.status = 'paused' AS paused, ${POLICY} AS policy FROM vendor v WHERE v.id = $1 FOR NO KEY UPDATE`,
      [vendorId],
    );
    const vendor = vendors[0];
    if (!vendor) return null;
    const { rows } = await client.query<CheckRow>(
      `WITH under_way AS MATERIALIZED (
         SELECT count(DISTINCT lease_token) AS questions FROM live_check
         WHERE vendor_id = $1 AND settled_at IS NULL AND lease_until >= $3
       ), free AS MATERIALIZED (
         SELECT c.id, c.fulfillment_id, c.started_at FROM live_check c, under_way
         WHERE c.vendor_id = $1 AND c.settled_at IS NULL AND (c.lease_until IS NULL OR c.lease_until < $3)
           AND (c.next_action_at <= $2 OR (c.asks = 0 AND c.next_action_at IS NOT NULL)) AND under_way.questions < $6
         ORDER BY c.started_at, c.id LIMIT ${CHECKS_MAX} FOR UPDATE OF c SKIP LOCKED
       ), sized AS (
         SELECT f.id, sum(n.lines) OVER (ORDER BY f.started_at, f.id) - n.lines AS before FROM free f
         CROSS JOIN LATERAL (SELECT count(*) AS lines FROM fulfillment_line l WHERE l.fulfillment_id = f.fulfillment_id) n
       ), seen AS MATERIALIZED (
         SELECT c.id, c.lease_token IS NOT NULL AS abandoned FROM live_check c WHERE c.id IN (SELECT id FROM sized WHERE before < ${ROWS_MAX})
       )
       UPDATE live_check c SET lease_token = $4, lease_until = $5, next_action_at = $7
         FROM seen WHERE c.id = seen.id
         RETURNING c.id, c.order_id, c.fulfillment_id, c.started_at, c.deadline_at, c.asks, seen.abandoned, c.verdict, c.answer,
           c.silent_since`,
      [
        vendorId,
        now,
        freeSince,
        token,
        leaseUntil,
        claim.questionsMax,
        new Date(leaseUntil.getTime() + claim.marginMs),
      ],
    );
    if (rows.length === 0) return null;
    const held = await heldRows(client, token);
    const checks = rows
      .sort((a, b) => a.started_at.getTime() - b.started_at.getTime() || (a.id < b.id ? -1 : 1))
      .map(
        (row): ClaimedCheck => ({
          ...{ id: row.id, orderId: row.order_id, fulfillmentId: row.fulfillment_id, deadlineAt: row.deadline_at },
          ...{ asks: row.asks, abandoned: row.abandoned, verdict: row.verdict, answer: row.answer },
          silentSince: row.silent_since,
          rows: held.get(row.id) ?? [],
        }),
      );
    return { vendorId, paused: vendor.paused, token, policy: vendor.policy, checks };
  });
}

interface CheckRow {
  readonly id: string;
  readonly order_id: string;
  readonly fulfillment_id: string;
  readonly started_at: Date;
  readonly deadline_at: Date;
  readonly asks: number;
  readonly abandoned: boolean;
  readonly verdict: 'available' | 'short' | null;
  readonly answer: LiveAnswerRecord | null;
  readonly silent_since: Date | null;
}

/** What the checks of one question hold, by check, in key order. */
export async function heldRows(db: Queryable, token: string): Promise<ReadonlyMap<string, readonly HeldRow[]>> {
  const { rows } = await db.query<HeldRow & { readonly id: string }>(
    `SELECT c.id, r.node_id AS "nodeId", n.code AS "nodeCode", r.product_id AS "productId", p.sku,
       COALESCE(a.vendor_sku, p.sku) AS "vendorSku", COALESCE(a.units_per_pack, 1) AS "unitsPerPack", sum(r.quantity)::integer AS units
     FROM live_check c JOIN reservation r ON r.fulfillment_id = c.fulfillment_id AND r.order_id = c.order_id AND r.state = 'held'
       JOIN node n ON n.id = r.node_id JOIN product p ON p.id = r.product_id
       LEFT JOIN product_vendor_alias a ON a.vendor_id = c.vendor_id AND a.product_id = r.product_id
     WHERE c.lease_token = $1 AND c.settled_at IS NULL
     GROUP BY c.id, r.node_id, n.code, r.product_id, p.sku, a.vendor_sku, a.units_per_pack
     ORDER BY r.node_id, r.product_id`,
    [token],
  );
  const byCheck = new Map<string, HeldRow[]>();
  for (const { id, ...row } of rows) {
    const own = byCheck.get(id) ?? [];
    own.push(row);
    byCheck.set(id, own);
  }
  return byCheck;
}

/** A stock row with what is promised of it for good. Whole units. */
export interface FirmRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly onHand: number;
  readonly firm: number;
}

/**
 * What is promised of these rows and does not itself wait for the vendor's word. Holds that nobody has confirmed yet do not count:
 * they are the first to yield in a shortage, and are asked about when they are confirmed.
 */
export async function firmRows(
  db: Queryable,
  keys: readonly { readonly nodeId: number; readonly productId: number }[],
): Promise<readonly FirmRow[]> {
  const { rows } = await db.query<FirmRow>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", s.on_hand AS "onHand", COALESCE((
       SELECT sum(r.quantity) FROM reservation r
       WHERE r.node_id = s.node_id AND r.product_id = s.product_id AND r.state IN ('held', 'committed')
         AND NOT EXISTS (SELECT 1 FROM live_check c WHERE c.fulfillment_id = r.fulfillment_id AND c.settled_at IS NULL
           AND c.verdict IS DISTINCT FROM 'available')
         AND (r.state = 'committed' OR EXISTS (SELECT 1 FROM live_check c WHERE c.order_id = r.order_id))), 0)::integer AS firm
     FROM unnest($1::integer[], $2::integer[]) AS key(node_id, product_id)
     JOIN stock s ON s.node_id = key.node_id AND s.product_id = key.product_id`,
    [keys.map((key) => key.nodeId), keys.map((key) => key.productId)],
  );
  return rows;
}

/**
 * Notes that these checks are asked about now; false: the lease is no longer ours, do not ask. One whose order is being changed this
 * moment is passed over, since waiting for it could cross with the change.
 */
export async function noteAsked(db: Queryable, token: string, ids: readonly string[], at: Date): Promise<boolean> {
  const { rows } = await db.query<{ ours: boolean }>(
    `WITH mine AS (
       SELECT id FROM live_check WHERE id = ANY($2::uuid[]) AND lease_token = $1 FOR UPDATE SKIP LOCKED
     ), noted AS (
       UPDATE live_check c SET asks = c.asks + 1, asked_at = $3 FROM mine WHERE c.id = mine.id
     )
     SELECT EXISTS (SELECT 1 FROM live_check WHERE id = ANY($2::uuid[]) AND lease_token = $1) AS ours`,
    [token, ids, at],
  );
  return rows[0]?.ours ?? false;
}

/**
 * Gives checks of a question back, each due at its own moment. `silentSince`: from then on it waits for a person. Whoever lost the
 * lease, or finds it settled, changes nothing.
 */
export async function releaseLiveChecks(
  db: Queryable,
  token: string,
  checks: readonly { readonly id: string; readonly nextActionAt: Date; readonly silentSince?: Date }[],
): Promise<void> {
  if (checks.length === 0) return;
  await db.query(
    `UPDATE live_check c SET lease_token = NULL, lease_until = NULL, next_action_at = given.at,
       silent_since = COALESCE(c.silent_since, given.silent_since)
     FROM (SELECT l.id FROM live_check l WHERE l.lease_token = $1 AND l.settled_at IS NULL FOR UPDATE SKIP LOCKED) mine
     JOIN unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS given(id, at, silent_since) ON given.id = mine.id
     WHERE c.id = mine.id`,
    [
      ...[token, checks.map((check) => check.id), checks.map((check) => check.nextActionAt)],
      checks.map((check) => check.silentSince ?? null),
    ],
  );
}

/** Of each check, as of when its oldest row was last told of; a check without such a row, or with one of no known moment, is missing. */
export async function oldestFigures(
  db: Queryable,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ id: string; as_of: Date }>(
    `SELECT c.id, min(told.as_of) AS as_of
     FROM live_check c JOIN reservation r ON r.fulfillment_id = c.fulfillment_id AND r.order_id = c.order_id AND r.state = 'held'
       JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id LEFT JOIN vendor_feed f ON f.vendor_id = c.vendor_id
       JOIN vendor v ON v.id = c.vendor_id CROSS JOIN LATERAL (SELECT ${knownAsOf('s.as_of', 'f.full_as_of', '$2')} AS as_of) told
     WHERE c.id = ANY($1::uuid[]) GROUP BY c.id HAVING bool_and(told.as_of IS NOT NULL)`,
    [ids, now],
  );
  return new Map(rows.map((row) => [row.id, row.as_of]));
}

/** Of each fulfillment whose vendor may have to be asked: the policy, and what is left of each row that it holds. */
export async function heldPolicies(
  db: Queryable,
  orderId: string,
  now: Date,
): Promise<ReadonlyMap<string, { readonly policy: LiveCheckPolicy; readonly rows: readonly HeldFigure[] }>> {
  const { rows } = await db.query<{ id: string; policy: LiveCheckPolicy; rows: HeldFigure[] }>(
    `SELECT f.id, ${LIVE_CHECK_POLICY} AS policy, held.rows
     FROM fulfillment f JOIN vendor v ON v.id = f.vendor_id LEFT JOIN vendor_feed d ON d.vendor_id = v.id
     CROSS JOIN LATERAL (
       SELECT json_agg(json_build_object('left', s.atp, 'asOf', ${knownAsOf('s.as_of', 'd.full_as_of', '$2')})) AS rows
       FROM reservation r JOIN stock s ON s.node_id = r.node_id AND s.product_id = r.product_id
       WHERE r.fulfillment_id = f.id AND r.order_id = f.order_id AND r.state = 'held') held
     WHERE f.order_id = $1 AND f.status = 'PLANNED' AND v.live_check <> 'never' AND held.rows IS NOT NULL`,
    [orderId, now],
  );
  return new Map(rows.map((row) => [row.id, { policy: row.policy, rows: row.rows }]));
}

/** What would be left of a row beside what is held of it, and as of when its figure is. */
export interface HeldFigure {
  readonly left: number;
  readonly asOf: string | null;
}
