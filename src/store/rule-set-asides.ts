import type { SellingAccount, SetAside, StockedProduct } from '../model/set-aside.js';
import type { Queryable } from './database.js';
import type { StockKey } from './stock-verify.js';

/** Whether a version of the rules sets stock aside, or some is set aside by rules. */
export async function mayRulesSetAside(db: Queryable, version: number): Promise<boolean> {
  const { rows } = await db.query<{ may: boolean }>(
    `SELECT EXISTS (SELECT FROM rule_set WHERE version = $1 AND document @? '$.rules[*].then.setAside')
       OR EXISTS (SELECT FROM channel_set_aside WHERE rule_units > 0) AS may`,
    [version],
  );
  return rows[0]?.may ?? false;
}

/** The next rows of stock, in the order of their keys. */
export async function nextStockedProducts(db: Queryable, after: StockKey, limit: number): Promise<StockedProduct[]> {
  const { rows } = await db.query<StockedProduct>(
    `SELECT s.node_id AS "nodeId", s.product_id AS "productId", s.on_hand AS "onHand",
       jsonb_build_object('code', n.code, 'vendor', v.code, 'country', n.country_code, 'region', n.region_code,
         'leadTimeHours', n.lead_time_hours) AS node,
       jsonb_build_object('sku', p.sku, 'weightGrams', p.unit_weight_grams, 'tags', p.tags, 'hsCode', p.hs_code,
         'originCountry', p.origin_country) AS product
     FROM (SELECT * FROM stock WHERE (node_id, product_id) > ($1, $2) ORDER BY node_id, product_id LIMIT $3) s
       JOIN node n ON n.id = s.node_id JOIN vendor v ON v.id = n.vendor_id JOIN product p ON p.id = s.product_id
     ORDER BY s.node_id, s.product_id`,
    [after.nodeId, after.productId, limit],
  );
  return rows;
}

/** All accounts, with their channels. */
export async function sellingAccounts(db: Queryable): Promise<SellingAccount[]> {
  const { rows } = await db.query<SellingAccount>('SELECT id, code, channel FROM account ORDER BY id');
  return rows;
}

/**
 * Makes what rules set aside of the rows after one place, up to another (null: to the last), these and no others; what the policy of stock sets
 * aside stays. Returns how many rows changed.
 */
export async function keepRuleSetAsides(
  db: Queryable,
  range: { readonly after: StockKey; readonly to: StockKey | null },
  wanted: readonly SetAside[],
): Promise<number> {
  const { rows } = await db.query<{ changed: number }>(
    `WITH wanted AS (
       SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[]) AS w(node_id, product_id, account_id, units)
     ), gone AS (
       SELECT a.account_id, a.node_id, a.product_id FROM channel_set_aside a
       WHERE a.rule_units > 0 AND (a.node_id, a.product_id) > ($5, $6) AND ($7::integer IS NULL OR (a.node_id, a.product_id) <= ($7, $8))
         AND NOT EXISTS (SELECT FROM wanted w
           WHERE w.node_id = a.node_id AND w.product_id = a.product_id AND w.account_id = a.account_id)
     ), cleared AS (
       UPDATE channel_set_aside a SET rule_units = 0 FROM gone g
       WHERE a.product_id = g.product_id AND a.node_id = g.node_id AND a.account_id = g.account_id AND a.policy_units > 0 RETURNING 1
     ), deleted AS (
       DELETE FROM channel_set_aside a USING gone g
       WHERE a.product_id = g.product_id AND a.node_id = g.node_id AND a.account_id = g.account_id AND a.policy_units = 0 RETURNING 1
     ), kept AS (
       INSERT INTO channel_set_aside (account_id, node_id, product_id, policy_units, rule_units)
       SELECT w.account_id, w.node_id, w.product_id, 0, w.units FROM wanted w ORDER BY w.product_id, w.node_id, w.account_id
       ON CONFLICT (product_id, node_id, account_id) DO UPDATE SET rule_units = EXCLUDED.rule_units
         WHERE channel_set_aside.rule_units <> EXCLUDED.rule_units RETURNING 1
     )
     SELECT ((SELECT count(*) FROM cleared) + (SELECT count(*) FROM deleted) + (SELECT count(*) FROM kept))::integer AS changed`,
    [
      wanted.map((each) => each.nodeId),
      wanted.map((each) => each.productId),
      wanted.map((each) => each.accountId),
      wanted.map((each) => each.units),
      ...[range.after.nodeId, range.after.productId, range.to?.nodeId ?? null, range.to?.productId ?? null],
    ],
  );
  return rows[0]?.changed ?? 0;
}

const CURSOR = 'set-aside-cursor';

/** Where the pass under way stopped; null: none is. */
export async function loadSetAsideCursor(db: Queryable): Promise<StockKey | null> {
  const { rows } = await db.query<{ value: StockKey | null }>('SELECT value FROM installation WHERE key = $1', [
    CURSOR,
  ]);
  return rows[0]?.value ?? null;
}

export async function saveSetAsideCursor(db: Queryable, cursor: StockKey | null): Promise<void> {
  await db.query(
    `INSERT INTO installation (key, value) VALUES ($1, $2::jsonb)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, set_at = now()`,
    [CURSOR, JSON.stringify(cursor)],
  );
}
