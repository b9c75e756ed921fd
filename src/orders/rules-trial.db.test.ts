import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import { type RuleStage, ruleVersionOf } from '../model/rules-in-force.js';
import type { Database } from '../store/database.js';
import { endTrial, promoteTrial, publishRuleSet, rulesInForce } from '../store/rule-sets.js';
import { loadShadow, pruneShadows } from '../store/rule-shadows.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, skuOf } from '../store/testing/small-network.js';
import { reopenBackorders } from './reconsider.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

/** Nobody ships more than ten units of an order. */
const STRICT: Partial<Rule> = { when: 'order.units > 10', then: { require: 'node.code == "nowhere"' } };

describe('rules on trial', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
  });
  afterAll(async () => {
    await shop.deps.shadow?.close();
    await shop.deps.committer.close();
    await db.close();
  });

  const by = () => ({ actor: 'test', at: shop.clock.now(), note: null });
  async function publish(stage: RuleStage, ...rules: Partial<Rule>[]): Promise<number> {
    shop.clock.advance(1_000);
    const document = { rules: rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', ...rule })) };
    return (await publishRuleSet(db.pool, document, by(), { stage }))?.version ?? 0;
  }
  async function order(quantity: number) {
    const product = await addProduct(db.pool, [[shop.network.nodes.east, 20]]);
    const result = await shop.submit(await skuOf(db.pool, product), quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return { id: result.orderId, status: result.status };
  }
  async function recordOf(orderId: string) {
    const { rows } = await db.pool.query<{ version: number; rules: unknown }>(
      "SELECT rule_set_version AS version, rate_sources -> 'rules' AS rules FROM decision WHERE order_id = $1",
      [orderId],
    );
    return rows.at(-1);
  }

  it('in shadow decide nothing; what they would have changed is noted, order by order', async () => {
    const version = await publish({ stage: 'shadow' }, STRICT);
    const [small, big] = [await order(4), await order(12)];
    await shop.deps.shadow?.settled();
    expect([small.status, big.status, (await recordOf(big.id))?.version]).toEqual(['CONFIRMED', 'CONFIRMED', 0]);
    const { orders, passedOver } = await loadShadow(db.pool, version);
    expect(orders.map(({ orderId, changed }) => [orderId, changed])).toEqual([
      [big.id, true],
      [small.id, false],
    ]);
    expect(orders[0]).toMatchObject({ live: { shipments: 1, 'units left': 0 }, draft: { 'units left': 12 } });
    expect(orders[1]?.draft).toEqual(orders[1]?.live);
    expect(passedOver).toBe(0);
  });

  it('in shadow that cannot be asked leave the order as it was, and the order out', async () => {
    const costly = `${'line.tags.exists(a, line.tags.exists(b, a == b)) || '.repeat(3)}service.transitHours > 9`;
    const rules = Array.from({ length: 1_000 }, (_, at) => ({ id: `c${at}`, when: costly, then: { exclude: true } }));
    const version = await publish({ stage: 'shadow' }, ...(rules as Partial<Rule>[]));
    expect((await order(12)).status).toBe('CONFIRMED');
    await shop.deps.shadow?.settled();
    expect(await loadShadow(db.pool, version)).toEqual({ orders: [], passedOver: 1 });
  });

  it('for a share of orders decide these and no others, whenever they are decided; the record says so', async () => {
    const version = await publish({ stage: 'share', percent: 50 }, STRICT);
    const orders = await Promise.all(Array.from({ length: 12 }, () => order(12)));
    const inForce = await rulesInForce(db.pool);
    const sides = new Set<boolean>();
    for (const { id, status } of orders) {
      const tried = ruleVersionOf(id, inForce) === version;
      sides.add(tried);
      expect(status).toBe(tried ? 'BACKORDERED' : 'CONFIRMED');
      expect(await recordOf(id)).toEqual(
        tried ? { version, rules: { version, trial: true, effective: ['r0'] } } : { version: 0, rules: null },
      );
    }
    expect(sides.size).toBe(2);
    await shop.deps.shadow?.settled();
    const compared = await loadShadow(db.pool, version);
    // Of either side: what became of it, and what the other rules would have made of it.
    const left = { live: { 'units left': 0 }, draft: { 'units left': 12 } };
    expect(new Set(compared.orders.map(({ orderId }) => orderId))).toEqual(new Set(orders.map(({ id }) => id)));
    for (const one of compared.orders) expect(one).toMatchObject({ changed: true, ...left });
    expect(compared.passedOver).toBe(0);
    await promoteTrial(db.pool, { stage: 'live' }, by());
    const last = await order(12);
    expect(await recordOf(last.id)).toEqual({ version, rules: { version, effective: ['r0'] } });
  });

  it('are over at once when they are taken back: the next decision knows nothing of them', async () => {
    await publish({ stage: 'live' });
    await publish({ stage: 'share', percent: 99 }, { ...STRICT, id: 'again' });
    const tried = await order(12);
    expect(tried.status).toBe('BACKORDERED');
    await endTrial(db.pool, by());
    expect((await order(12)).status).toBe('CONFIRMED');
    expect(await reopenBackorders(shop.deps)).toBeDefined();
  });

  it('are forgotten, as far as they were compared, after a while', async () => {
    await shop.deps.shadow?.settled();
    expect(await pruneShadows(db.pool, new Date(shop.clock.now().getTime() + 1))).toBe(15);
  });
});
