import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StockPolicy, stockPolicySchema } from '../model/stock-policy.js';
import { commitPlans } from './plan-committer.js';
import { applyStockPolicy, loadStockPolicy } from './stock-policy.js';
import { availableToAccount } from './stock-set-asides.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  skuOf,
} from './testing/small-network.js';

describe('the policy of stock', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let network: SmallNetwork;
  beforeAll(async () => {
    db = await openTestDatabase();
    network = await loadSmallNetwork(db.pool);
  });
  afterAll(() => db?.close());

  const apply = (policy: StockPolicy) =>
    applyStockPolicy(db.pool, stockPolicySchema.parse(policy), { actor: 'test', at: new Date(AT) });
  const none = { vendors: 0, tags: 0, products: 0, rows: 0 };

  async function product(onHand: number): Promise<{ id: number; sku: string }> {
    const id = await addProduct(db.pool, [
      [network.nodes.east, onHand],
      [network.nodes.far, onHand],
    ]);
    return { id, sku: await skuOf(db.pool, id) };
  }
  async function stockAt(id: number) {
    const { rows } = await db.pool.query(
      'SELECT atp, safety_stock AS safety, version FROM stock WHERE product_id = $1 AND node_id = $2',
      [id, network.nodes.east.id],
    );
    return rows[0];
  }
  async function events(id: number) {
    const { rows } = await db.pool.query(
      "SELECT aggregate_version AS version, payload->>'atp' AS atp, actor FROM event WHERE aggregate_id = $1 ORDER BY id",
      [`${network.nodes.east.id}:${id}`],
    );
    return rows;
  }

  it('is what was applied, and applied again as it is exported it changes nothing', async () => {
    const { sku } = await product(9);
    const policy: StockPolicy = {
      vendors: {
        acme: { lowStockUnits: 4, bufferZ: 2.5, liveCheck: 'doubtful', liveCheckSilentElse: 'review' },
        zenith: { feedSubtracts: 'received', feedLagSeconds: 90, feedSkewSeconds: 5, feedAbsentIsZero: true },
      },
      tags: { fragile: 7 },
      products: { [sku]: 3 },
      nodes: { 'acme-east': { [sku]: { lowStockUnits: 0, safetyStock: 2, setAside: { shop: 5 } } } },
    };
    expect(await apply(policy)).toEqual({ changes: { vendors: 2, tags: 1, products: 1, rows: 1 } });
    const whole = await loadStockPolicy(db.pool);
    expect(whole).toMatchObject(policy);
    expect(whole.vendors).toMatchObject({ zenith: { lowStockUnits: 0, liveCheck: 'never' } });
    expect(await apply(whole)).toEqual({ changes: none });

    const zenith = await loadStockPolicy(db.pool, 'zenith');
    expect(Object.keys(zenith.vendors)).toEqual(['zenith']);
    expect(zenith.nodes).toEqual({});

    const nothing = { tags: { fragile: null }, products: { [sku]: null } };
    const row = { lowStockUnits: null, safetyStock: 0, setAside: { shop: null } };
    expect(await apply({ ...nothing, nodes: { 'acme-east': { [sku]: row } } })).toEqual({
      changes: { vendors: 0, tags: 1, products: 1, rows: 1 },
    });
    expect(await loadStockPolicy(db.pool)).toMatchObject({ tags: {}, products: {}, nodes: {} });
  });

  it('that names what does not exist is refused by path, and nothing of it is done', async () => {
    const { sku } = await product(9);
    const outcome = await apply({
      vendors: { acme: { reserveUnits: 9 }, acne: { reserveUnits: 1 } },
      products: { 'NO-SUCH': 1 },
      nodes: {
        nowhere: { [sku]: { safetyStock: 1 } },
        'acme-east': { [sku]: { setAside: { stranger: 1 } }, 'NO-SUCH': { safetyStock: 1 } },
        'acme-west': { [sku]: { lowStockUnits: 1, safetyStock: 1 } },
      },
    });
    expect('faults' in outcome && outcome.faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'vendors.acne: there is no such vendor',
      'products.NO-SUCH: there is no such SKU',
      'nodes.nowhere: there is no such node',
      `nodes.acme-east.${sku}.setAside.stranger: there is no such account`,
      'nodes.acme-east.NO-SUCH: there is no such SKU',
      `nodes.acme-west.${sku}.lowStockUnits: the node does not offer this SKU`,
      `nodes.acme-west.${sku}: the node has no stock of this SKU, not even none`,
    ]);
    expect((await loadStockPolicy(db.pool)).vendors.acme?.reserveUnits).toBe(0);
  });

  it('lets a feed subtract later than before only once all that counts as subtracted is shipped', async () => {
    const { id } = await product(9);
    const accepted: StockPolicy = { vendors: { acme: { feedSubtracts: 'accepted' } } };
    const shipped: StockPolicy = { vendors: { acme: { feedSubtracts: 'shipped' } } };
    expect(await apply(accepted)).toEqual({ changes: { ...none, vendors: 1 } });
    const order = await addOrder(db.pool, network, [[id, 2]]);
    const routed = routePlan(network, order, network.nodes.east);
    const [hold] = routed.holds ?? [];
    const move = { reservationId: hold?.reservationId ?? '', quantity: 2, at: AT };
    await commitPlans(db.pool, [routed]);
    const commit = { order: { id: order.id, version: 2 }, moves: [{ ...move, move: 'commit' as const }] };
    const subtract = { order: { id: order.id, version: 3 }, moves: [{ ...move, move: 'subtracted' as const }] };
    for (const { order, moves } of [commit, subtract])
      expect(await commitPlans(db.pool, [barePlan(order, { reservationMoves: moves })])).toMatchObject([
        { outcome: 'committed' },
      ]);
    expect(await apply(shipped)).toEqual({
      faults: [
        {
          path: 'vendors.acme.feedSubtracts',
          message: 'units that count as subtracted are not shipped yet: let them ship first',
        },
      ],
    });
    expect(await apply(accepted)).toEqual({ changes: none });
    await db.pool.query('UPDATE fulfillment_line SET shipped = 2 WHERE order_id = $1', [order.id]);
    expect(await apply(shipped)).toEqual({ changes: { ...none, vendors: 1 } });
  });

  it('keeps safety stock from being promised, and tells it as a change of stock, once', async () => {
    const { id, sku } = await product(9);
    const safe = { nodes: { 'acme-east': { [sku]: { safetyStock: 4 } } } };
    expect(await apply(safe)).toEqual({ changes: { ...none, rows: 1 } });
    expect(await apply(safe)).toEqual({ changes: none });
    expect(await stockAt(id)).toEqual({ atp: 5, safety: 4, version: 2 });
    expect(await events(id)).toEqual([{ version: 2, atp: '5', actor: 'test' }]);
  });

  it('sets units aside for an account, which others leave to it', async () => {
    const { id, sku } = await product(9);
    await apply({ nodes: { 'acme-east': { [sku]: { setAside: { shop: 6 } } } } });
    const other = await availableToAccount(db.pool, network.accountId + 1, [id]);
    expect(other.find(({ nodeId }) => nodeId === network.nodes.east.id)?.available).toBe(3);
    expect(await events(id)).toEqual([{ version: 2, atp: '9', actor: 'test' }]);
  });

  it('of more rows than one transaction takes is applied to all of them', async () => {
    const { rows } = await db.pool.query<{ id: number; sku: string }>(
      `WITH p AS (INSERT INTO product (sku, title, unit_weight_grams, list_price)
         SELECT 'MANY-' || k, 'Many', 1, 1 FROM generate_series(1, 1001) k RETURNING id, sku),
       s AS (INSERT INTO stock (node_id, product_id, on_hand, as_of) SELECT $1, id, 9, $2 FROM p)
       SELECT id, sku FROM p`,
      [network.nodes.east.id, AT],
    );
    const nodes = { 'acme-east': Object.fromEntries(rows.map(({ sku }) => [sku, { safetyStock: 1 }])) };
    expect(await apply({ nodes })).toEqual({ changes: { ...none, rows: 1_001 } });
  });

  it.each([
    [{ vendors: { acme: { lowStockUnits: -1 } } }, 'vendors.acme.lowStockUnits'],
    [{ vendors: { acme: { liveCheck: 'sometimes' } } }, 'vendors.acme.liveCheck'],
    [{ vendors: { acme: { liveChecks: 'always' } } }, 'vendors.acme'],
    [{ nodes: { east: { A: { safetyStock: 1.5 } } } }, 'nodes.east.A.safetyStock'],
    [{ nodes: { east: { A: { setAside: { shop: 0 } } } } }, 'nodes.east.A.setAside.shop'],
    [{ rules: [] }, ''],
  ])('%j is refused at "%s"', (policy, path) => {
    expect(stockPolicySchema.safeParse(policy).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
