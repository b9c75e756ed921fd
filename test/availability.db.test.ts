import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../src/model/clock.js';
import type { Rule } from '../src/model/rule-set.js';
import { systemViewer } from '../src/model/viewer.js';
import type { OrderServices } from '../src/orders/services.js';
import { type Availability, createAvailability } from '../src/stock/availability.js';
import { createSupplyReader } from '../src/stock/supply-reader.js';
import { publishedRules } from '../src/stock/testing/published-rules.js';
import type { Database, Pool } from '../src/store/database.js';
import { publishRuleSet } from '../src/store/rule-sets.js';
import { openTestDatabase } from '../src/store/testing/open-test-database.js';
import { loadSmallNetwork, type SmallNetwork } from '../src/store/testing/small-network.js';
import { createLocalWake } from '../src/store/wake.js';
import { openServices } from './order-services.js';

const RUNS = Number(process.env.HEADGATE_AVAILABILITY_RUNS ?? 100);
/** Of a failure, so that it happens again. */
const SEED = Number(process.env.HEADGATE_AVAILABILITY_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** One node's terms for one product. */
const offer = fc.record({
  active: fc.constantFrom(true, true, true, false),
  stocked: fc.constantFrom(true, true, true, true, false),
  onHand: fc.nat(25),
  keptBack: fc.constantFrom(0, 0, 3),
  minimum: fc.constantFrom(1, 1, 1, 4),
  multiple: fc.constantFrom(1, 1, 2, 5),
  setAside: fc.constantFrom(0, 0, 0, 6),
});
const product = fc.record({
  grams: fc.constantFrom(100, 450, 700),
  cm3: fc.constantFrom(0, 0, 2_000),
  glass: fc.constantFrom(false, false, true),
  offers: fc.tuple(fc.option(offer), fc.option(offer), fc.option(offer)),
});
const card = fc.constantFrom(1, 1, 2, 2, 3, 3, 4, 5, 5, 6);
const node = fc.record({
  active: fc.constantFrom(true, true, true, false),
  capacity: fc.constantFrom(null, null, null, 0, 7),
  minimumValue: fc.constantFrom(null, null, null, null, null, null, 30, 61.2),
  smallOrderFee: fc.constantFrom(null, 2),
  cards: fc.tuple(card, fc.option(card)),
});
/** Rules that speak of nothing but what the question has. */
const excluding = fc.record({
  when: fc.constantFrom(
    ...['node.code == "acme-east"', 'node.vendor == "zenith"', 'node.vendor != "acme" && destination.region == "IL"'],
    ...['destination.country == "CA" && node.country == "US"', 'offer.available >= 0 && offer.available < 9'],
    ...[
      'node.remainingUnits == 7',
      'offer.quantityMultiple > 1 && order.account == "shop"',
      'service.code == "careful"',
    ],
    ...['line.tags.exists(tag, tag == "glass") && service.code == "ground"', 'line.weightGrams == 450'],
    ...['order.channel == "api" && node.code == "acme-west"', 'service.transitHours == 48 && line.weightGrams > 500'],
  ),
  then: fc.constant<Rule['then']>({ exclude: true }),
  soft: fc.constantFrom(false, false, false, true),
});
const limiting = fc.record({
  when: fc.constantFrom(
    'destination.postalCode.startsWith("606")',
    'node.code == "acme-east"',
    'order.currency == "EUR"',
  ),
  then: fc.constantFrom<Rule['then']>(
    { carriers: { only: ['skyway'] } },
    { maxLeadTimeHours: 96 },
    { maxLeadTimeHours: 24 },
  ),
});
const requiring = fc.record({
  then: fc.constantFrom<Rule['then']>(
    ...[{ require: 'node.vendor == "acme" || offer.available > 12' }, { require: 'service.code == "careful"' }],
  ),
});
const rules: fc.Arbitrary<readonly Partial<Rule>[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(excluding, excluding, limiting, requiring), { minLength: 1, maxLength: 2 }),
  },
);
const state = fc.record({
  rules,
  nodes: fc.tuple(node, node, node),
  products: fc.tuple(product, product),
  /** Units of each product in a kit of both; null: the first alone. */
  kit: fc.option(fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2)), { freq: 2 }),
});
type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

/** Kits, and rules that compare values, are answered from below: then one more may be there. */
function isSharp({ nodes, kit }: State): boolean {
  const valued = nodes.some(
    (each) => each.cards.includes(4) || (each.minimumValue !== null && each.smallOrderFee === null),
  );
  return kit === null && !valued;
}

describe('what a storefront is told', () => {
  let db: Database;
  let pool: Pool;
  let network: SmallNetwork;
  let services: OrderServices;
  let availability: Availability;
  let unruled: Availability;
  let otherAccountId: number;
  const seen = { some: 0, none: 0, kits: 0, ruled: 0 };

  beforeAll(async () => {
    db = await openTestDatabase();
    pool = db.pool;
    network = await loadSmallNetwork(pool);
    services = openServices(db, createLocalWake()).services;
    const reading = { supply: createSupplyReader(pool, systemClock), clock: systemClock };
    availability = createAvailability({ ...reading, rulesOf: publishedRules(pool) });
    unruled = createAvailability({ ...reading, rulesOf: async () => [] });
    const { rows } = await pool.query<{ id: number }>(
      "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'Other', 'api', 'USD') RETURNING id",
    );
    otherAccountId = rows[0]?.id ?? 0;
    // 1 by weight; 2 with parcels beyond; 3 by units; 4 by value; 5 by volume, up to a maximum; 6 elsewhere.
    await pool.query(`
      INSERT INTO carrier_service (id, code, carrier, name, excluded_tags) VALUES (50, 'careful', 'skyway', 'Careful', '{glass}');
      UPDATE vendor SET currency = 'EUR' WHERE code = 'zenith';
      INSERT INTO exchange_rate VALUES ('EUR', 'USD', current_date - 1, 1.08373, 'ecb');
      INSERT INTO rate_card (id, code, service_id, currency, basis, dimensional_divisor, valid_from) VALUES
        (1, 'a', 50, 'USD', 'weight', NULL, '2020-01-01'), (2, 'b', 50, 'EUR', 'weight', NULL, '2020-01-01'),
        (3, 'c', 50, 'USD', 'units', NULL, '2020-01-01'), (4, 'd', 50, 'EUR', 'goods', NULL, '2020-01-01'),
        (5, 'e', 50, 'USD', 'weight', 5000, '2020-01-01'), (6, 'f', 50, 'USD', 'weight', NULL, '2020-01-01');
      INSERT INTO rate_zone (rate_card_id, zone, beyond_every, beyond_price, maximum) VALUES (1, 'z', NULL, NULL, NULL),
        (2, 'z', 500, 1, NULL), (3, 'z', NULL, NULL, NULL), (4, 'z', NULL, NULL, NULL), (5, 'z', 500, 1, 5000), (6, 'z', 500, 1, NULL);
      INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours)
        SELECT id, 'z', CASE id WHEN 6 THEN 'CA' ELSE 'US' END, 48 FROM rate_card;
      INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES (1, 'z', 500, 5), (1, 'z', 2000, 9), (2, 'z', 500, 5),
        (3, 'z', 7, 5), (4, 'z', 60, 5), (5, 'z', 500, 5), (6, 'z', 500, 5)`);
  });
  afterAll(() => db?.close());

  /** Makes the state; gives the SKU that is asked about. */
  async function make({ rules, nodes, products, kit }: State): Promise<string> {
    const document = { rules: rules.map((each, at) => ({ id: `r${at}`, reason: 'because', ...each })) };
    await publishRuleSet(pool, document, { actor: 'test', at: new Date(), note: null });
    const ids = Object.values(network.nodes).map((each) => each.id);
    await pool.query('DELETE FROM node_service');
    for (const [at, { active, capacity, minimumValue, smallOrderFee, cards }] of nodes.entries()) {
      await pool.query(
        `UPDATE node SET active = $2, daily_capacity_units = $3, minimum_order_value = $4,
           small_order_fee = $5 WHERE id = $1`,
        [ids[at], active, capacity, minimumValue, minimumValue === null ? null : smallOrderFee],
      );
      for (const [service, card] of cards.entries())
        if (card !== null)
          await pool.query('INSERT INTO node_service VALUES ($1, $2, $3)', [
            ids[at],
            service === 0 ? 50 : network.serviceId,
            card,
          ]);
    }
    await pool.query('UPDATE node_capacity SET taken = 0');
    const made = [];
    for (const { grams, cm3, glass, offers } of products) {
      const sku = randomUUID();
      const { rows } = await pool.query<{ id: number }>(
        `INSERT INTO product (sku, title, unit_weight_grams, unit_volume_cm3, tags, list_price) VALUES ($1::text, $1::text, $2, $3, $4, 10) RETURNING id`,
        [sku, grams, cm3, glass ? ['glass'] : []],
      );
      const id = rows[0]?.id ?? 0;
      made.push({ id, sku });
      for (const [at, terms] of offers.entries()) {
        if (terms === null) continue;
        await pool.query(
          `WITH made AS (
             INSERT INTO offer (node_id, product_id, active, stocked, minimum_quantity, quantity_multiple) VALUES ($1, $2, $3, $4, $5, $6))
           INSERT INTO stock (node_id, product_id, on_hand, safety_stock, as_of) VALUES ($1, $2, $7, $8, now())`,
          [ids[at], id, terms.active, terms.stocked, terms.minimum, terms.multiple, terms.onHand, terms.keptBack],
        );
        await pool.query("INSERT INTO offer_cost VALUES ($1, $2, 1, '6.1237'), ($1, $2, 8, '5.05')", [ids[at], id]);
        if (terms.setAside > 0)
          await pool.query('INSERT INTO channel_set_aside VALUES ($1, $2, $3, $4)', [
            otherAccountId,
            ids[at],
            id,
            terms.setAside,
          ]);
      }
    }
    const [first, second] = made;
    if (!first || !second) throw new Error('expected two products');
    if (kit === null) return first.sku;
    const sku = randomUUID();
    const { rows } = await pool.query<{ id: number }>(
      'INSERT INTO product (sku, title, unit_weight_grams, list_price) VALUES ($1::text, $1::text, 1, 10) RETURNING id',
      [sku],
    );
    await pool.query("INSERT INTO kit_component VALUES ($1, $2, $3, '0.5'), ($1, $4, $5, '0.5')", [
      rows[0]?.id,
      first.id,
      kit[0],
      second.id,
      kit[1],
    ]);
    return sku;
  }

  const ask = async (sku: string, of = availability) => {
    const destination = { countryCode: 'US', regionCode: 'IL', postalCode: '60601' };
    const [found] = await of.ask(systemViewer('test'), { skus: [sku], destination, accountCode: 'shop' });
    if (!found?.promised) throw new Error('expected an answer');
    return found.promised;
  };

  /** Whether an order of so many is reserved whole at once; one that is not reserves nothing. */
  async function reserves(sku: string, quantity: number): Promise<boolean> {
    const result = await services.submitOrder(systemViewer('test'), {
      accountCode: 'shop',
      idempotencyKey: randomUUID(),
      fingerprint: createHash('sha256').update(randomUUID()).digest(),
      order: {
        ...{ externalId: randomUUID(), currency: 'USD', placedAt: new Date().toISOString(), whenShort: 'REJECT' },
        shipTo: { name: 'A', lines: ['1'], city: 'Chicago', regionCode: 'IL', postalCode: '60601', countryCode: 'US' },
        lines: [{ externalLineId: '1', sku, quantity, unitPrice: 9_000_000, requiresShipping: true }],
      },
    });
    if (result.kind === 'accepted' && result.status === 'RECEIVED') throw new Error('expected the order to be decided');
    return result.kind === 'accepted';
  }

  it(`can be reserved a moment later, and one more cannot (${RUNS} random states, seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(state, async (given) => {
        const sku = await make(given);
        const { available, more, least } = await ask(sku);
        if (available < (await ask(sku, unruled)).available) seen.ruled += 1;
        if (isSharp(given) && !more) expect(await reserves(sku, available + 1)).toBe(false);
        // What was refused left nothing behind, so the first answer still stands.
        if (least > 0) expect(least).toBeLessThanOrEqual(available);
        if (available > 0) expect(await reserves(sku, available)).toBe(true);
        if (given.kit !== null) seen.kits += available > 0 ? 1 : 0;
        else seen[available > 0 ? 'some' : 'none'] += 1;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // States in which nothing can be sold, or everything, would prove little.
    expect(Object.values(seen).filter((times) => times === 0)).toEqual([]);
  }, 600_000);
});
