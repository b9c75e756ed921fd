import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../model/viewer.js';
import { openDatabase, type Pool } from '../store/database.js';
import { commitPlans } from '../store/plan-committer.js';
import { applyStockPolicy } from '../store/stock-policy.js';
import { until } from '../store/testing/events.js';
import { addOrder, barePlan, routePlan } from '../store/testing/small-network.js';
import { feedOf } from '../store/testing/stock-feed.js';
import type { SkuAvailability } from './availability.js';
import { type CachedAvailability, openCachedAvailability, US } from './testing/cached-availability.js';

const RUNS = Number(process.env.HEADGATE_AVAILABILITY_RUNS ?? 20);
/** Of a failure, so that it happens again, as far as two writers at once do. */
const SEED = Number(process.env.HEADGATE_AVAILABILITY_SEED ?? Math.floor(Math.random() * 2 ** 31));
const BY = { actor: 'system:test' };

let fixture: CachedAvailability;
let { network, startProcess, product, sell } = {} as CachedAvailability;
beforeAll(async () => {
  fixture = await openCachedAvailability();
  ({ network, startProcess, product, sell } = fixture);
});
afterEach(() => fixture.stopProcesses());
afterAll(() => fixture?.close());

/** What is written to: a node, a product that it offers, another product, and how much. */
interface Target {
  readonly node: CachedAvailability['network']['nodes']['east'];
  readonly product: { readonly id: number; readonly sku: string };
  readonly other: { readonly id: number; readonly sku: string };
  readonly kit: { readonly id: number };
  readonly units: number;
}
type Write = (db: Pool, target: Target) => Promise<unknown>;
/** A statement; $n, $p, $q, $k, $u: node, product, other product, kit, units. */
const sql =
  (text: string): Write =>
  (db, { node, product, other, kit, units }) => {
    const named = {
      n: node.id,
      p: product.id,
      q: other.id,
      k: kit.id,
      u: units,
      a: network.accountId,
      o: fixture.otherAccountId,
    };
    return db.query(text.replace(/\$([npqkuao])\b/g, (_, name: keyof typeof named) => String(named[name])));
  };
const policy =
  (row: (units: number) => { safetyStock?: number; setAside?: Record<string, number> }): Write =>
  (db, { node, product, units }) =>
    applyStockPolicy(db, { nodes: { [node.code]: { [product.sku]: row(units) } } }, { ...BY, at: new Date() });

const WRITES: Readonly<Record<string, Write>> = {
  async order(db, { node, product, units }) {
    const order = await addOrder(db, network, [[product.id, units + 1]]);
    await commitPlans(db, [routePlan(network, order, node)]);
  },
  async release(db, { product }) {
    const { rows } = await db.query<{ id: string; orderId: string; quantity: number; version: number }>(
      `SELECT r.id, r.order_id AS "orderId", r.quantity, o.version FROM reservation r JOIN orders o ON o.id = r.order_id
       WHERE r.product_id = $1 AND r.state = 'held' LIMIT 1`,
      [product.id],
    );
    for (const { id, orderId, quantity, version } of rows) {
      const reservationMoves = [
        { reservationId: id, move: 'release', quantity, at: new Date().toISOString() },
      ] as const;
      await commitPlans(db, [barePlan({ id: orderId, version }, { reservationMoves })]);
    }
  },
  report: (db, { node, product, units }) =>
    feedOf(db, node.vendorId, new Date()).snapshot(new Date().toISOString(), [[node, product.id, 10 + units]]),
  // What a report does to promises that it has subtracted: ATP stays, a set-aside is unused again.
  reflect: sql(`
    SELECT 1 FROM stock WHERE node_id = $n AND product_id = $p FOR UPDATE;
    UPDATE stock s SET held = held - taken.units, on_hand = on_hand - taken.units FROM (
      SELECT COALESCE(sum(quantity), 0) AS units FROM reservation WHERE node_id = $n AND product_id = $p AND state = 'held') taken
      WHERE s.node_id = $n AND s.product_id = $p;
    UPDATE reservation SET state = 'committed', expires_at = NULL WHERE node_id = $n AND product_id = $p AND state = 'held';
    UPDATE reservation SET state = 'reflected', ended_at = now() WHERE node_id = $n AND product_id = $p AND state = 'committed'`),
  'safety stock': policy((safetyStock) => ({ safetyStock })),
  'set-aside': policy((units) => ({ setAside: { other: units } })),
  buffer: sql('UPDATE stock SET buffer = $u WHERE node_id = $n AND product_id = $p'),
  offer: sql('UPDATE offer SET active = NOT active WHERE node_id = $n AND product_id = $p'),
  lot: sql('UPDATE offer SET quantity_multiple = 1 + $u WHERE node_id = $n AND product_id = $p'),
  price: sql('UPDATE offer_cost SET unit_cost = 1 + $u WHERE node_id = $n AND product_id = $p'),
  weight: sql('UPDATE product SET unit_weight_grams = 500 + 9000 * $u WHERE id = $p'),
  sold: sql('UPDATE product SET active = NOT active WHERE id = $p'),
  alias: sql(`INSERT INTO product_account_alias VALUES ($a, 'alias', $p)
    ON CONFLICT (account_id, alias) DO UPDATE SET product_id = EXCLUDED.product_id`),
  'no alias': sql("DELETE FROM product_account_alias WHERE account_id = $a AND alias = 'alias'"),
  kit: sql(`
    SELECT 1 FROM product WHERE id = $k FOR UPDATE;
    DELETE FROM kit_component WHERE kit_product_id = $k;
    INSERT INTO kit_component VALUES ($k, $p, 1 + $u, 0.5), ($k, $q, 1, 0.5)`),
  'no kit': sql('DELETE FROM kit_component WHERE kit_product_id = $k'),
  node: sql('UPDATE node SET active = NOT active WHERE id = $n'),
  limit: sql('UPDATE node SET daily_capacity_units = nullif($u, 0) WHERE id = $n'),
  capacity: sql(`INSERT INTO node_capacity (node_id, day, taken, limit_units)
    SELECT id, (now() AT TIME ZONE time_zone)::date, $u, 100 FROM node WHERE id = $n
    ON CONFLICT (node_id, day) DO UPDATE SET taken = EXCLUDED.taken`),
  vendor: sql(
    `UPDATE vendor SET status = CASE status WHEN 'active' THEN 'paused' ELSE 'active' END WHERE code = 'zenith'`,
  ),
  card: sql(`UPDATE rate_card SET valid_to = CASE WHEN valid_to IS NULL THEN date '2021-01-01' END WHERE id = $n`),
  area: sql(
    `UPDATE rate_zone_area SET country_code = CASE country_code WHEN 'US' THEN 'DE' ELSE 'US' END WHERE rate_card_id = $n`,
  ),
};

const write = fc.record({
  kind: fc.constantFrom(...Object.keys(WRITES)),
  by: fc.nat(1),
  node: fc.nat(2),
  product: fc.nat(2),
  units: fc.nat(4),
});

describe('two processes that ask while two others write', () => {
  it('are never told what was no longer so at the moment that they are told of', async () => {
    const processes = [await startProcess(), await startProcess()];
    const shelf = await Promise.all(Array.from({ length: 4 }, () => product([network.nodes.east, 60])));
    /** Of each SKU, what it was from when until when, both ends as early and as late as can be. */
    const history = new Map(shelf.map(({ sku }) => [sku, [{ units: 60, from: 0, until: Number.POSITIVE_INFINITY }]]));
    let selling = true;
    const seller = async (mine: readonly { id: number; sku: string }[]) => {
      for (let round = 0; round < 20; round += 1)
        for (const { id, sku } of mine) {
          const from = Date.now();
          await sell(id, 1);
          const known = history.get(sku) ?? [];
          const last = known.at(-1);
          if (last) last.until = Date.now();
          known.push({ units: (last?.units ?? 0) - 1, from, until: Number.POSITIVE_INFINITY });
        }
    };
    const told: { sku: string; units: number; asOf: number; by: number; statements: number }[] = [];
    const asker = async ({ ask }: (typeof processes)[number]) => {
      while (selling)
        for (const { sku } of shelf) {
          const { answers, statements } = await ask([sku]);
          const [found] = answers;
          const units = found?.promised?.available ?? -1;
          told.push({ sku, units, asOf: found?.asOf.getTime() ?? 0, by: Date.now(), statements });
          await new Promise(setImmediate);
        }
    };
    const asking = processes.map(asker);
    await Promise.all([seller(shelf.slice(0, 2)), seller(shelf.slice(2))]);
    selling = false;
    await Promise.all(asking);
    const wrong = told.filter(({ sku, units, asOf, by }) => {
      const was = history.get(sku)?.find((each) => each.units === units);
      return was === undefined || was.until < asOf || was.from > by;
    });
    expect(wrong).toEqual([]);
    const fromMemory = told.filter(({ statements }) => statements === 0);
    expect(fromMemory.length).toBeGreaterThan(told.length / 4);
    expect(new Set(fromMemory.map(({ units }) => units)).size).toBeGreaterThan(3);
  });

  // The last, since it leaves the network as it happens to be.
  it(`answer at last what the database says (${RUNS} random runs, seed ${SEED})`, async () => {
    const { east, west, far } = network.nodes;
    const nodes = [east, west, far];
    const shelf = [
      await product([east, 20], [far, 9]),
      await product([east, 12], [west, 3]),
      await product([far, 15], [west, 8]),
    ];
    const kit = await product();
    const writers = [
      await openDatabase({ url: fixture.database.url, poolMax: 2 }),
      await openDatabase({ url: fixture.database.url, poolMax: 2 }),
    ];
    const processes = [await startProcess(), await startProcess()];
    const viewers: Viewer[] = [
      fixture.shop,
      { ...fixture.shop, accountIds: [fixture.otherAccountId] },
      { ...fixture.shop, accountIds: 'all', scopes: ['vendor'], vendorIds: [east.vendorId] },
      { ...fixture.shop, accountIds: 'all', scopes: ['operations'] },
    ];
    const skus = [...shelf.map(({ sku }) => sku), kit.sku, 'alias'];
    const questions = viewers.flatMap((as) =>
      [US, { ...US, countryCode: 'DE', postalCode: null }, null].map((destination) => ({ as, destination })),
    );
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), async (writes) => {
        let writing = true;
        const asking = processes.map(async ({ ask }) => {
          while (writing)
            for (const question of questions) {
              await ask(skus, question);
              // What comes from memory lets nothing else run.
              await new Promise(setImmediate);
            }
        });
        try {
          await Promise.all(
            writers.map(async (writer, index) => {
              for (const { kind, by, node, product: at, units } of writes) {
                const [of, product, other] = [nodes[node], shelf[at], shelf[(at + 1) % shelf.length]];
                if (by === index && of && product && other)
                  await WRITES[kind]?.(writer.pool, { node: of, product, other, kit, units });
              }
            }),
          );
        } finally {
          writing = false;
          await Promise.all(asking);
        }
        const writtenAt = Date.now();
        for (const question of questions) {
          const expected = shownOf(await fixture.fresh(skus, question));
          seen.add(JSON.stringify(expected));
          for (const { ask } of processes)
            await until('an answer from memory of after the writes', async () => {
              const { answers, statements } = await ask(skus, question);
              if (!answers.every(({ asOf }) => asOf.getTime() > writtenAt)) return false;
              expect(shownOf(answers)).toEqual(expected);
              return statements === 0;
            });
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    for (const writer of writers) await writer.close();
    expect(seen.size).toBeGreaterThan(RUNS);
  });

  /** All that an answer follows from; the order of nodes is anybody's. */
  const shownOf = (answers: readonly SkuAvailability[]) =>
    answers.map(({ sku, productIds, isKit, promised }) => ({
      ...{ sku, productIds, isKit },
      promised: promised && {
        ...promised,
        sources: promised.sources.map((of) => [...of].sort((a, b) => a.node.id - b.node.id)),
      },
    }));
});
