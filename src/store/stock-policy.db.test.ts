import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StockPolicy, stockPolicySchema } from '../model/stock-policy.js';
import { commitPlans } from './plan-committer.js';
import { applyStockPolicy, loadStockPolicy } from './stock-policy.js';
import { changeVendors } from './stock-policy-vendors.js';
import { discardStockReport, listOpenStockReports } from './stock-report-review.js';
import { applyStockReport } from './stock-reports.js';
import { availableToAccount } from './stock-set-asides.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  skuOf,
  stockOf,
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

  it('lets a feed subtract later than before only once nothing is under way', async () => {
    const { id } = await product(9);
    const accepted: StockPolicy = { vendors: { acme: { feedSubtracts: 'accepted' } } };
    const shipped: StockPolicy = { vendors: { acme: { feedSubtracts: 'shipped' } } };
    const refused = {
      faults: [
        {
          path: 'vendors.acme.feedSubtracts',
          message: 'purchase orders to it are under way, whose units may count as subtracted: let them ship first',
        },
      ],
    };
    expect(await apply(accepted)).toEqual({ changes: { ...none, vendors: 1 } });
    await commitPlans(db.pool, [routePlan(network, await addOrder(db.pool, network, [[id, 2]]), network.nodes.east)]);
    expect(await apply({ ...shipped, tags: { fragile: 3 } })).toEqual(refused);
    expect((await loadStockPolicy(db.pool)).tags).toEqual({});
    expect(await apply(accepted)).toEqual({ changes: none });
  });

  it('lets no purchase order be made for a vendor while its feed is being declared to subtract later', async () => {
    const { id } = await product(9);
    const plan = routePlan(network, await addOrder(db.pool, network, [[id, 2]]), network.nodes.far);
    await apply({ vendors: { zenith: { feedSubtracts: 'accepted' } } });
    const rival = await db.pool.connect();
    try {
      await rival.query('BEGIN');
      const changed = await changeVendors(rival, { zenith: { feedSubtracts: 'shipped' } });
      expect(changed).toEqual({ changed: 1 });
      let made = false;
      const making = commitPlans(db.pool, [plan]).then(() => {
        made = true;
      });
      const waiting = async () => {
        const { rowCount } = await db.pool.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rowCount;
      };
      await expect.poll(waiting, { timeout: 10_000 }).toBeGreaterThan(0);
      expect(made).toBe(false);
      await rival.query('COMMIT');
      await making;
    } finally {
      rival.release();
    }
    expect(await stockOf(db.pool, network.nodes.far, id)).toMatchObject({ held: 2 });
  });

  it('leaves a declaration as it is while a report that was taken under it waits', async () => {
    await db.pool.query("UPDATE fulfillment SET status = 'SUPERSEDED'");
    await apply({ vendors: { zenith: { feedLagSeconds: 60, feedAbsentIsZero: true, feedReviewPercent: 1 } } });
    const { sku } = await product(9);
    await applyStockReport(db.pool, {
      vendorId: network.nodes.far.vendorId,
      report: { asOf: AT, complete: true, faults: [], rows: [{ nodeCode: 'zenith-far', vendorSku: sku, onHand: 0 }] },
      now: new Date(AT),
      newId: randomUUID,
    });
    const [open] = await listOpenStockReports(db.pool, { vendorId: null, limit: 1 });
    expect(open).toMatchObject({ state: 'review' });
    const faults = [
      { path: 'vendors.zenith', message: expect.stringContaining('a report of its stock is being applied') },
    ];
    expect(await apply({ vendors: { zenith: { feedLagSeconds: 0 } } })).toEqual({ faults });
    expect(await apply({ vendors: { zenith: { feedAbsentIsZero: false } } })).toEqual({ faults });
    expect(await apply({ vendors: { zenith: { bufferZ: 1 } } })).toEqual({ changes: { ...none, vendors: 1 } });
    await discardStockReport(db.pool, { reportId: open?.id ?? '', by: 'test', now: new Date(AT) });
    expect(await apply({ vendors: { zenith: { feedLagSeconds: 0 } } })).toEqual({ changes: { ...none, vendors: 1 } });
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
