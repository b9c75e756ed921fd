import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../model/viewer.js';
import { commitPlans } from '../store/plan-committer.js';
import { applyStockPolicy } from '../store/stock-policy.js';
import { setAside } from '../store/stock-set-asides.js';
import { until } from '../store/testing/events.js';
import { addOrder, routePlan } from '../store/testing/small-network.js';
import type { SkuAvailability } from './availability.js';
import { type CachedAvailability, openCachedAvailability, US, unitsOf } from './testing/cached-availability.js';

let fixture: CachedAvailability;
let { pool, network, otherAccountId, startProcess, product, sell, fresh } = {} as CachedAvailability;
beforeAll(async () => {
  fixture = await openCachedAvailability();
  ({ pool, network, otherAccountId, startProcess, product, sell, fresh } = fixture);
});
afterEach(() => fixture.stopProcesses());
afterAll(() => fixture?.close());

const shop = (more: Partial<Viewer> = {}): Viewer => ({ ...fixture.shop, ...more });

describe('a question that was asked before', () => {
  it('is answered from memory, for other destinations of the same kind with one small statement', async () => {
    const { ask, warm } = await startProcess();
    const { sku } = await product([network.nodes.east, 7]);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 7 } }], statements: 1 });
    await warm([sku]);
    expect((await ask([sku], { destination: { ...US, postalCode: '12 207' } })).statements).toBe(0);
    expect((await ask([sku], { destination: { ...US, postalCode: '10001' } })).statements).toBe(1);
  });

  it('says as of when, and a later look says a later moment', async () => {
    const { ask, warm } = await startProcess();
    const { sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    const [first] = (await ask([sku])).answers;
    expect(Date.now() - (first?.asOf.getTime() ?? 0)).toBeLessThan(2_000);
    await until('a later moment', async () => ((await ask([sku])).answers[0]?.asOf ?? 0) > (first?.asOf ?? 0));
    expect((await ask([sku])).statements).toBe(0);
  });

  it('is remembered for nobody in particular: each caller is told its own', async () => {
    const { ask, warm } = await startProcess();
    const [mine, theirs] = [await product([network.nodes.east, 7]), await product([network.nodes.far, 3])];
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $3, $4), ($2, $3, $5)', [
      ...[network.accountId, otherAccountId, `name-${mine.id}`, mine.id, theirs.id],
    ]);
    await setAside(pool, { accountId: network.accountId, nodeId: network.nodes.east.id, productId: mine.id, units: 5 });
    const name = [`name-${mine.id}`, mine.sku];
    const other = shop({ accountIds: [otherAccountId] });
    const acme = shop({ accountIds: 'all', vendorIds: [network.nodes.east.vendorId], scopes: ['vendor'] });
    const viewers = [shop(), other, acme];
    for (const as of viewers) await warm(name, { as });
    const told = [];
    for (const as of viewers) told.push(unitsOf((await ask(name, { as })).answers));
    expect(told).toEqual([
      [7, 7],
      [3, 2],
      [null, 7],
    ]);
    // Who names an account that is none leaves nothing behind for it.
    await expect(ask(name, { as: acme, accountCode: 'coming' })).rejects.toThrow();
    await pool.query("INSERT INTO account (code, name, channel, currency) VALUES ('coming', 'C', 'api', 'USD')");
    expect(unitsOf((await ask(name, { as: acme, accountCode: 'coming' })).answers)).toEqual([null, 2]);
    await pool.query("DELETE FROM account WHERE code = 'coming'");
  });
});

/** Puts rules in force, as `publishRuleSet` does. */
function publishing(rules: string): string {
  const document = `{ "rules": [${rules}] }`.replaceAll("'", "''");
  return `WITH v AS (INSERT INTO rule_set (document, actor, created_at) VALUES ('${document}', 'test', now()) RETURNING version)
    INSERT INTO rule_publication (version, actor, published_at) SELECT version, 'test', now() FROM v`;
}

/** What changes, where it is told of, and how it is undone. $n, $p: a node and a product that it offers. */
const CHANGES: [what: string, sql: string, undo?: string][] = [
  ['a safety stock, by hand', 'UPDATE stock SET safety_stock = 2 WHERE product_id = $p'],
  ['a row of stock that is new', 'INSERT INTO stock (node_id, product_id, on_hand, as_of) VALUES ($m, $p, 4, now())'],
  ['a row of stock that is gone', 'DELETE FROM stock WHERE product_id = $p'],
  ['an offer that ends', 'UPDATE offer SET active = false WHERE product_id = $p'],
  ['lots', 'UPDATE offer SET quantity_multiple = 4 WHERE product_id = $p'],
  ['a lead time', 'UPDATE offer SET lead_time_hours = 900 WHERE product_id = $p'],
  ['made to order', 'UPDATE offer SET stocked = false WHERE product_id = $p'],
  ['an offer without a price', 'DELETE FROM offer_cost WHERE product_id = $p'],
  ['a weight', 'UPDATE product SET unit_weight_grams = 20000 WHERE id = $p'],
  ['a product that is no longer sold', 'UPDATE product SET active = false WHERE id = $p'],
  ['a name', "UPDATE product SET sku = sku || '-old' WHERE id = $p"],
  ['units set aside', 'INSERT INTO channel_set_aside VALUES ($o, $n, $p, 3)'],
  ['a kit that was a product', 'INSERT INTO kit_component VALUES ($p, $q, 1, 1)'],
  ['a node that closes', 'UPDATE node SET active = false WHERE id = $n', 'UPDATE node SET active = true WHERE id = $n'],
  [
    'a vendor that pauses',
    "UPDATE vendor SET status = 'paused' WHERE code = 'acme'",
    "UPDATE vendor SET status = 'active' WHERE code = 'acme'",
  ],
  [
    'a daily limit',
    'UPDATE node SET daily_capacity_units = 3 WHERE id = $n',
    'UPDATE node SET daily_capacity_units = NULL WHERE id = $n',
  ],
  [
    'a service that ends',
    'UPDATE node_service SET active = false WHERE node_id = $n',
    'UPDATE node_service SET active = true',
  ],
  [
    'a carrier that takes no such tag',
    'UPDATE carrier_service SET active = false WHERE id = $s',
    'UPDATE carrier_service SET active = true',
  ],
  [
    'a rate card that ends',
    "UPDATE rate_card SET valid_to = '2021-01-01' WHERE id = $n",
    'UPDATE rate_card SET valid_to = NULL',
  ],
  [
    'an area that is no longer served',
    "UPDATE rate_zone_area SET country_code = 'CA' WHERE rate_card_id = $n",
    "UPDATE rate_zone_area SET country_code = 'US'",
  ],
  [
    'a parcel that is smaller',
    'UPDATE rate_bracket SET up_to = 900 WHERE rate_card_id = $n',
    'UPDATE rate_bracket SET up_to = 50000',
  ],
  ['a maximum', 'UPDATE rate_zone SET maximum = 900 WHERE rate_card_id = $n', 'UPDATE rate_zone SET maximum = NULL'],
  [
    "a vendor's currency that leads nowhere",
    "UPDATE vendor SET currency = 'SEK' WHERE code = 'acme'",
    "UPDATE vendor SET currency = 'USD' WHERE code = 'acme'",
  ],
  [
    "an account's currency",
    "UPDATE account SET currency = 'NOK' WHERE code = 'shop'",
    "UPDATE account SET currency = 'USD'",
  ],
  [
    'rules',
    publishing('{ "id": "r", "reason": "closed", "when": "node.code == \'acme-east\'", "then": { "exclude": true } }'),
    publishing(''),
  ],
  ['a duty threshold', "INSERT INTO duty_threshold VALUES ('US', 800, 'CHF')", 'DELETE FROM duty_threshold'],
];

describe('what another process changes', () => {
  it.each<(typeof CHANGES)[number]>(CHANGES)('shows once it is told: %s', async (_what, sql, undo) => {
    const { ask, warm } = await startProcess();
    const { east, west } = network.nodes;
    const [changed, part] = [await product([east, 7]), await product([east, 5])];
    await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [west.id, changed.id]);
    await pool.query("INSERT INTO offer_cost VALUES ($1, $2, 1, '4')", [west.id, changed.id]);
    await warm([changed.sku]);
    const before = (await ask([changed.sku])).answers;
    const named = { n: east.id, m: west.id, p: changed.id, q: part.id, o: otherAccountId, s: network.serviceId };
    const fill = (text: string) => text.replace(/\$([nmpqos])/g, (_, name: keyof typeof named) => String(named[name]));
    await pool.query(fill(sql));
    const changedAt = Date.now();
    const after = await fresh([changed.sku]);
    expect(shownOf(after)).not.toEqual(shownOf(before));
    // Whoever is told a moment after the change is told the change; and soon everybody is.
    await until('an answer of after the change', async () => {
      const { answers } = await ask([changed.sku]);
      const isAfter = (answers[0]?.asOf.getTime() ?? 0) > changedAt;
      if (isAfter) expect(shownOf(answers)).toEqual(shownOf(after));
      return isAfter;
    });
    if (undo) await pool.query(fill(undo));
  });

  /** The arrival by the day: the answers are of different moments. */
  const shownOf = (answers: readonly SkuAvailability[]) =>
    answers.map(({ promised, arrival }) => [
      promised?.available,
      promised?.multiple,
      arrival()?.toISOString().slice(0, 10),
    ]);

  it.each<[string, (id: number) => Promise<unknown>, number]>([
    ['an order', (id) => sell(id, 2), 5],
    ['a buffer', (id) => pool.query('UPDATE stock SET buffer = 4 WHERE product_id = $1', [id]), 3],
    ['a policy', (id) => policy(id, { safetyStock: 3 }), 4],
    ['units that a policy sets aside for another', (id) => policy(id, { setAside: { other: 5 } }), 2],
  ])('%s makes one SKU be read again, and no other', async (_name, change, left) => {
    const { ask, warm } = await startProcess();
    const [sold, other] = [await product([network.nodes.east, 7]), await product([network.nodes.east, 5])];
    await warm([sold.sku, other.sku]);
    await change(sold.id);
    const seen: number[] = [];
    await until('the change', async () => {
      const first = await ask([other.sku]);
      expect(first).toMatchObject({ answers: [{ promised: { available: 5 } }], statements: 0 });
      const { answers, statements } = await ask([sold.sku]);
      seen.push(statements);
      return answers[0]?.promised?.available === left;
    });
    expect(seen.reduce((sum, statements) => sum + statements, 0)).toBe(1);
  });

  const policy = async (id: number, row: { safetyStock?: number; setAside?: Record<string, number> }) => {
    const { rows } = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [id]);
    const nodes = { [network.nodes.east.code]: { [rows[0]?.sku ?? '']: row } };
    expect(await applyStockPolicy(pool, { nodes }, { actor: 'key:1', at: new Date() })).toMatchObject({
      changes: { rows: 1 },
    });
  };

  it("takes a node's capacity from what its other goods may be promised", async () => {
    const { ask, warm } = await startProcess();
    const { east } = network.nodes;
    const [sold, other] = [await product([east, 20]), await product([east, 20])];
    await pool.query('UPDATE node SET daily_capacity_units = 10 WHERE id = $1', [east.id]);
    await until('the limit', async () => unitsOf((await ask([other.sku])).answers)[0] === 10);
    await warm([other.sku]);
    const order = await addOrder(pool, network, [[sold.id, 4]]);
    const { rows } = await pool.query<{ day: string }>(
      'SELECT (now() AT TIME ZONE time_zone)::date AS day FROM node WHERE id = $1',
      [east.id],
    );
    const capacity = [{ nodeId: east.id, day: rows[0]?.day ?? '', units: 4 }];
    await commitPlans(pool, [routePlan(network, order, east, { capacity })]);
    await until('what is left', async () => unitsOf((await ask([other.sku])).answers)[0] === 6);
    await pool.query('UPDATE node SET daily_capacity_units = NULL WHERE id = $1', [east.id]);
  });

  it('shows that a SKU is sold now that was not, and one that was is not', async () => {
    const { ask, warm } = await startProcess();
    const { id } = await product([network.nodes.east, 7]);
    const name = `later-${id}`;
    await warm([name]);
    expect(unitsOf((await ask([name])).answers)).toEqual([null]);
    await pool.query('INSERT INTO product_account_alias VALUES ($1, $2, $3)', [network.accountId, name, id]);
    await until('the name', async () => unitsOf((await ask([name])).answers)[0] === 7);
    await pool.query('DELETE FROM product_account_alias WHERE alias = $1', [name]);
    await until('no name', async () => unitsOf((await ask([name])).answers)[0] === null);
  });

  it('shows after so many changes that the event names none', async () => {
    const { ask, warm } = await startProcess();
    const { id, sku } = await product([network.nodes.east, 7]);
    await pool.query(
      "INSERT INTO product (sku, title, unit_weight_grams, list_price) SELECT 'bulk-' || n, 'B', 1, 1 FROM generate_series(1, 600) n",
    );
    await warm([sku]);
    await pool.query("UPDATE product SET active = false WHERE sku LIKE 'bulk-%' OR id = $1", [id]);
    await until('the change', async () => unitsOf((await ask([sku])).answers)[0] === null);
  });

  it('shows a set-aside that is no longer used when the vendor has subtracted the order that used it', async () => {
    const { ask, warm } = await startProcess();
    const { id, sku } = await product([network.nodes.east, 10]);
    await setAside(pool, { accountId: network.accountId, nodeId: network.nodes.east.id, productId: id, units: 6 });
    await sell(id, 4);
    const as = shop({ accountIds: [otherAccountId] });
    await until('what is left', async () => unitsOf((await ask([sku], { as })).answers)[0] === 4);
    await warm([sku], { as });
    // The report has them subtracted: ATP stays as it is.
    await pool.query(`
      UPDATE reservation SET state = 'committed', expires_at = NULL WHERE product_id = ${id};
      UPDATE reservation SET state = 'reflected', ended_at = now() WHERE product_id = ${id};
      UPDATE stock SET held = 0, on_hand = on_hand - 4 WHERE product_id = ${id}`);
    await until('less', async () => unitsOf((await ask([sku], { as })).answers)[0] === 0);
  });
});
