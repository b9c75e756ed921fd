import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../model/clock.js';
import { silentLog } from '../model/log.js';
import type { Viewer } from '../model/viewer.js';
import { type Database, openDatabase, type Pool, type Queryable } from '../store/database.js';
import { sequenceEvents } from '../store/event-log.js';
import { createEventTail } from '../store/event-tail.js';
import { commitPlans } from '../store/plan-committer.js';
import { setAside } from '../store/stock-set-asides.js';
import { until } from '../store/testing/events.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
} from '../store/testing/small-network.js';
import { layWire } from '../store/testing/wire.js';
import { createPostgresWake } from '../store/wake.js';
import { type AvailabilityQuestion, createAvailability, type SkuAvailability } from './availability.js';
import { createSupplyCache } from './supply-cache.js';
import { createSupplyReader, type SupplyReader } from './supply-reader.js';

let database: Database & { readonly url: string };
let pool: Pool;
let network: SmallNetwork;
let otherAccountId: number;
let cards: number[];
const US = { countryCode: 'US', regionCode: 'NY', postalCode: '12207' };

/** Every node ships to the US by a card of its own. */
beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'Other', 'api', 'USD') RETURNING id",
  );
  otherAccountId = rows[0]?.id ?? 0;
  cards = Object.values(network.nodes).map((node) => node.id);
  for (const card of cards) {
    await pool.query(`
      INSERT INTO rate_card (id, code, service_id, currency, valid_from) VALUES (${card}, 'card-${card}', ${network.serviceId}, 'USD', '2020-01-01');
      INSERT INTO rate_zone (rate_card_id, zone) VALUES (${card}, 'us');
      INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES (${card}, 'us', 'US', 48);
      INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES (${card}, 'us', 50000, 5);
      INSERT INTO node_service VALUES (${card}, ${network.serviceId}, ${card})`);
  }
});
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => database?.close());

const shop = (more: Partial<Viewer> = {}): Viewer => ({
  ...{ actor: 'key:1', scopes: ['partner'], accountIds: [network.accountId], vendorIds: 'all' },
  ...more,
});
const asked = (skus: readonly string[], more: Partial<AvailabilityQuestion> = {}): AvailabilityQuestion => ({
  ...{ skus, destination: US, accountCode: null },
  ...more,
});

/** A gateway process as far as availability goes: pool, wake-up connection, reader of the log and cache of its own. */
async function startProcess(
  options: { url?: string; clock?: Clock; monotonicMs?: () => number; db?: (pool: Pool) => Queryable } = {},
) {
  const { url = database.url, clock = systemClock, monotonicMs = () => performance.now() } = options;
  const db = await openDatabase({ url: database.url, poolMax: 3 });
  const log = await openDatabase({ url, poolMax: 2 });
  const wake = createPostgresWake({ url, log: silentLog });
  const tail = createEventTail({ pool: log.pool, wake, clock, log: silentLog });
  let statements = 0;
  const counted = options.db?.(db.pool) ?? db.pool;
  const counting: Queryable = {
    query: (...statement: unknown[]) => {
      statements += 1;
      return (counted.query as (...args: unknown[]) => never).apply(counted, statement);
    },
  };
  const supply = createSupplyCache({ db: counting, tail, clock, monotonicMs });
  await tail.start();
  const availability = createAvailability({ supply, clock });
  open.push(async () => {
    supply.close();
    await tail.close();
    await wake.close();
    await db.close();
    await log.close();
  });
  const ask = async (skus: readonly string[], more: Partial<AvailabilityQuestion> & { as?: Viewer } = {}) => {
    const before = statements;
    const { as = shop(), ...rest } = more;
    const answers = await availability.ask(as, asked(skus, rest));
    return { answers, statements: statements - before };
  };
  /** Asks until it takes no statement any more. */
  const warm = (...args: Parameters<typeof ask>) =>
    until('an answer from memory', async () => (await ask(...args)).statements === 0);
  return { ask, warm, tail, wake, supply };
}

const fresh = async (skus: readonly string[], more: Partial<AvailabilityQuestion> & { as?: Viewer } = {}) => {
  const supply: SupplyReader = createSupplyReader(pool, systemClock);
  const { as = shop(), ...rest } = more;
  return createAvailability({ supply, clock: systemClock }).ask(as, asked(skus, rest));
};
const unitsOf = (answers: readonly SkuAvailability[]) => answers.map(({ promised }) => promised?.available ?? null);

async function product(...stock: Parameters<typeof addProduct>[1] & object): Promise<{ id: number; sku: string }> {
  const id = await addProduct(pool, stock);
  const { rows } = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [id]);
  return { id, sku: rows[0]?.sku ?? '' };
}

async function sell(productId: number, units: number): Promise<void> {
  const order = await addOrder(pool, network, [[productId, units]]);
  const [outcome] = await commitPlans(pool, [routePlan(network, order, network.nodes.east)]);
  expect(outcome?.outcome).toBe('committed');
}

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

  it('by two at once is read once', async () => {
    const { ask, warm, tail } = await startProcess();
    const { sku } = await product([network.nodes.east, 7]);
    // What was told of the product itself comes before, or it would be read again for that.
    const { head } = await sequenceEvents(pool);
    await until('the tail to have read it', () => tail.head() >= head);
    await warm(['any']);
    const both = await Promise.all([ask([sku]), ask([sku])]);
    expect(both.map(({ answers }) => unitsOf(answers))).toEqual([[7], [7]]);
    // Each counts what both did.
    expect(both.map(({ statements }) => statements)).toEqual([1, 1]);
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

describe('what cannot be known', () => {
  it('is not kept: a statement that began before a change and ended after it was told', async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const process = await startProcess({
      db: (inner) =>
        ({
          query: async (...statement: unknown[]) => {
            const found = await (inner.query as (...args: unknown[]) => Promise<never>).apply(inner, statement);
            const todo = meanwhile;
            meanwhile = undefined;
            await todo?.();
            return found;
          },
        }) as unknown as Queryable,
    });
    const { id, sku } = await product([network.nodes.east, 7]);
    meanwhile = async () => {
      const head = process.tail.head();
      await sell(id, 2);
      await until('the tail to have read it', () => process.tail.head() > head + 1n);
    };
    const first = await process.ask([sku]);
    expect(unitsOf(first.answers)).toEqual([7]);
    const second = await process.ask([sku]);
    expect(second).toMatchObject({ answers: [{ promised: { available: 5 } }], statements: 1 });
    await process.warm([sku]);
    expect(unitsOf((await process.ask([sku])).answers)).toEqual([5]);
  });

  it('is asked for where the log cannot be read, until it was read again', async () => {
    const wire = await layWire(database.url);
    let lateMs = 0;
    const { ask, warm } = await startProcess({ url: wire.url, monotonicMs: () => performance.now() + lateMs });
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    wire.breakDown();
    lateMs = 2_000;
    await sell(id, 2);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 5 } }], statements: 1 });
    await sell(id, 1);
    expect(await ask([sku])).toMatchObject({ answers: [{ promised: { available: 4 } }], statements: 1 });
    lateMs = 0;
    wire.mend();
    await warm([sku]);
    expect(unitsOf((await ask([sku])).answers)).toEqual([4]);
    open.push(() => wire.close());
  });

  it('is soon known though the wake-up connection is cut, by looking at the log', async () => {
    const { ask, warm } = await startProcess();
    const { id, sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    const cut = await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headgate-wake' AND datname = current_database()",
    );
    expect(cut.rowCount).toBeGreaterThan(0);
    await sell(id, 2);
    const soldAt = Date.now();
    await until('the change', async () => {
      const [found] = (await ask([sku])).answers;
      if ((found?.asOf.getTime() ?? 0) > soldAt) expect(found?.promised?.available).toBe(5);
      return found?.promised?.available === 5;
    });
  });

  it('is read again on another day: rate cards and capacities are those of a day', async () => {
    let aheadMs = 0;
    const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
    const { ask, warm } = await startProcess({ clock });
    const { sku } = await product([network.nodes.east, 7]);
    await warm([sku]);
    await pool.query(`UPDATE rate_card SET valid_to = (now() AT TIME ZONE 'UTC')::date + 1`);
    await until('the end of the card', async () => (await ask([sku])).statements === 1);
    await warm([sku]);
    expect(unitsOf((await ask([sku])).answers)).toEqual([7]);
    aheadMs = 86_400_000;
    expect(unitsOf((await ask([sku])).answers)).toEqual([0]);
    await pool.query('UPDATE rate_card SET valid_to = NULL');
  });
});

describe('two processes that ask while two others sell', () => {
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
});
