import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import type { Database } from '../store/database.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { setAside } from '../store/stock-set-asides.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf } from '../store/testing/small-network.js';
import { refreshSetAsides } from './set-asides.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

describe('stock that a rule sets aside', () => {
  let db: Database;
  let shop: Workshop;
  let product: number;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    const { east, far } = shop.network.nodes;
    product = await addProduct(db.pool, [
      [east, 10],
      [far, 10],
    ]);
    await db.pool.query(
      "INSERT INTO account (code, name, channel, currency) VALUES ('market', 'Market', 'amazon', 'USD')",
    );
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
  });

  async function publish(...rules: Rule['then'][]): Promise<void> {
    const all = rules.map((then, at) => ({
      id: `r${at}`,
      reason: 'sold there first',
      when: 'node.code == "acme-east"',
      then,
    }));
    await publishRuleSet(db.pool, { rules: all }, { actor: 'test', at: shop.clock.now(), note: null });
  }
  /** Goes through all stock in steps of one row. */
  async function refresh(): Promise<number> {
    return refreshSetAsides(shop.deps, shop.clock.now(), 1);
  }
  async function asides(): Promise<unknown[]> {
    const { rows } = await db.pool.query(
      `SELECT n.code, a.code AS account, s.units, s.policy_units AS policy FROM channel_set_aside s
       JOIN node n ON n.id = s.node_id JOIN account a ON a.id = s.account_id ORDER BY 1, 2`,
    );
    return rows.map(({ code, account, units, policy }) => [code, account, units, policy]);
  }
  async function places(quantity: number): Promise<string[]> {
    const result = await shop.submit(await skuOf(db.pool, product), quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return (await shop.order(result.orderId)).fulfillments.map(({ nodeCode }) => nodeCode);
  }

  /** What the record of the latest decision says. */
  async function keptForOthers(): Promise<unknown> {
    const { rows } = await db.pool.query('SELECT rate_sources FROM decision ORDER BY id DESC LIMIT 1');
    return rows[0]?.rate_sources.keptForOthers;
  }

  it('is left to its account by orders of others, which go elsewhere, and not to the others by its own', async () => {
    await publish({ setAside: { units: 7, accounts: ['market'] } });
    expect(await refresh()).toBe(1);
    expect(await asides()).toEqual([['acme-east', 'market', 7, 0]]);
    expect(await refresh()).toBe(0);
    expect(await places(4)).toEqual(['zenith-far']);
    const sku = await skuOf(db.pool, product);
    expect(await keptForOthers()).toEqual([{ nodeCode: 'acme-east', sku, units: 7, rules: ['r0'] }]);
    await publish({ setAside: { units: 7, accounts: ['shop'] } });
    await refresh();
    expect(await places(4)).toEqual(['acme-east']);
    expect(await keptForOthers()).toBeUndefined();
    expect(await driftedStock(db.pool)).toEqual([]);
  });

  it('stands beside the policy of stock, the greater of both counts', async () => {
    const key = { nodeId: shop.network.nodes.east.id, productId: product };
    const { rows } = await db.pool.query<{ id: number }>("SELECT id FROM account WHERE code = 'market'");
    const aside = { ...key, accountId: rows[0]?.id ?? 0 };
    await publish({ setAside: { units: 7, channels: ['amazon'] } });
    await refresh();
    await setAside(db.pool, { ...aside, units: 3 });
    expect(await asides()).toEqual([['acme-east', 'market', 7, 3]]);
    await setAside(db.pool, { ...aside, units: 0 });
    expect(await asides()).toEqual([['acme-east', 'market', 7, 0]]);
    await setAside(db.pool, { ...aside, units: 3 });
    await publish();
    expect(await refresh()).toBe(1);
    expect(await asides()).toEqual([['acme-east', 'market', 3, 3]]);
    await setAside(db.pool, { ...aside, units: 0 });
    expect(await asides()).toEqual([]);
  });

  it('follows what is on hand where it is a share, and goes where a rule no longer names it', async () => {
    await publish({ setAside: { percent: '50', accounts: ['market'] } });
    await refresh();
    await db.pool.query('UPDATE stock SET on_hand = 30 WHERE product_id = $1', [product]);
    expect(await refresh()).toBe(1);
    expect(await asides()).toEqual([['acme-east', 'market', 15, 0]]);
    await publish();
    expect([await refresh(), await asides(), await refresh()]).toEqual([1, [], 0]);
  });
});
