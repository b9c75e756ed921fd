import type { PoolClient } from 'pg';
import type { StockPolicy, VendorStockPolicy } from '../model/stock-policy.js';
import { holdFeed } from './stock-feeds.js';

/** What is wrong with a policy: an entry by its path. */
export interface PolicyFault {
  readonly path: string;
  readonly message: string;
}

export const VENDOR_COLUMNS: Readonly<Record<keyof VendorStockPolicy, readonly [column: string, type: string]>> = {
  lowStockUnits: ['low_stock_units', 'integer'],
  reserveUnits: ['reserve_units', 'integer'],
  bufferZ: ['buffer_z', 'float8'],
  bufferCapPercent: ['buffer_cap_percent', 'integer'],
  feedReviewPercent: ['feed_review_percent', 'integer'],
  feedSubtracts: ['feed_subtracts', 'text'],
  feedLagSeconds: ['feed_lag_seconds', 'integer'],
  feedSkewSeconds: ['feed_skew_seconds', 'integer'],
  feedAbsentIsZero: ['feed_absent_is_zero', 'boolean'],
  liveCheck: ['live_check', 'text'],
  liveCheckBelowUnits: ['live_check_below_units', 'integer'],
  liveCheckOlderSeconds: ['live_check_older_seconds', 'integer'],
  liveCheckDeadlineSeconds: ['live_check_deadline_seconds', 'integer'],
  liveCheckSilentSeconds: ['live_check_silent_seconds', 'integer'],
  liveCheckSilentElse: ['live_check_silent_else', 'text'],
};

/** The moments at which a feed may subtract what was ordered, the earliest first. */
const MOMENTS = ['received', 'accepted', 'shipped'] satisfies VendorStockPolicy['feedSubtracts'][];

/** What a fulfillment ends as: nothing more of it is subtracted. */
const ENDED = ['SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELED', 'SUPERSEDED', 'RETURNED'];
/** A name that every change of a policy waits for: one at a time, so that each is checked against what stands. */
const POLICY_LOCK = 1_790_001;

type Vendors = NonNullable<StockPolicy['vendors']>;

/**
 * Makes the policy of vendors so and returns how many were not so before; or says by path which cannot be now, and has changed nothing. Until the
 * transaction ends no report of a vendor whose declaration of its feed changes is put in its place, and no purchase order made for it.
 */
export async function changeVendors(
  db: PoolClient,
  vendors: Vendors,
): Promise<{ readonly changed: number } | { readonly faults: readonly PolicyFault[] }> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [POLICY_LOCK]);
  const faults = await undeclarable(db, vendors);
  if (faults.length > 0) return { faults };
  const columns = Object.entries(VENDOR_COLUMNS).map(([name, [column, type]]) => ({
    column,
    value: `COALESCE((p.value->>'${name}')::${type}, v.${column})`,
  }));
  const { rowCount } = await db.query(
    `UPDATE vendor v SET ${columns.map(({ column, value }) => `${column} = ${value}`).join(', ')}
     FROM jsonb_each($1::jsonb) p WHERE v.code = p.key
       AND (${columns.map(({ value }) => value).join(', ')}) IS DISTINCT FROM (${columns.map(({ column }) => `v.${column}`).join(', ')})`,
    [JSON.stringify(vendors)],
  );
  return { changed: rowCount ?? 0 };
}

/**
 * Declarations that would sell units twice if they changed now. A report counts by the declaration under which it was taken, so none may be
 * half applied or wait. Where a feed subtracts later than before, a figure by the new moment still holds units that count as subtracted, so no
 * purchase order may be under way; what was planned under the old one is kept from being committed by the lock on the vendor, which a new
 * fulfillment must share. Sooner only frees units later than it could.
 */
async function undeclarable(db: PoolClient, vendors: Vendors): Promise<PolicyFault[]> {
  const { rows: changing } = await db.query<{ id: number; code: string; later: boolean; anew: boolean }>(
    `SELECT v.id, v.code,
       COALESCE(array_position($2::text[], p.value->>'feedSubtracts') > array_position($2::text[], v.feed_subtracts), false) AS later,
       COALESCE((p.value->>'feedLagSeconds')::integer <> v.feed_lag_seconds, false)
         OR COALESCE((p.value->>'feedSkewSeconds')::integer <> v.feed_skew_seconds, false)
         OR COALESCE((p.value->>'feedAbsentIsZero')::boolean <> v.feed_absent_is_zero, false) AS anew
     FROM jsonb_each($1::jsonb) p JOIN vendor v ON v.code = p.key ORDER BY v.id`,
    [JSON.stringify(vendors), MOMENTS],
  );
  const faults: PolicyFault[] = [];
  for (const { id, code, later, anew } of changing.filter((vendor) => vendor.later || vendor.anew)) {
    await holdFeed(db, id);
    if (later) await db.query('SELECT 1 FROM vendor WHERE id = $1 FOR UPDATE', [id]);
    const { rows } = await db.query<{ sent: boolean; reported: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM fulfillment WHERE vendor_id = $1 AND status <> ALL($2::text[])) AS sent,
         EXISTS (SELECT 1 FROM stock_report WHERE vendor_id = $1 AND state IN ('applying', 'waiting', 'review')) AS reported`,
      [id, ENDED],
    );
    if (later && rows[0]?.sent)
      faults.push({
        path: `vendors.${code}.feedSubtracts`,
        message: 'purchase orders to it are under way, whose units may count as subtracted: let them ship first',
      });
    if (anew && rows[0]?.reported)
      faults.push({
        path: `vendors.${code}`,
        message:
          'a report of its stock is being applied, or waits: try again, or settle it (headgate stock reports) first',
      });
  }
  return faults;
}
