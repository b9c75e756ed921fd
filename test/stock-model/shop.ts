import { createHash, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { decide } from '../../src/engine/decide.js';
import { silentLog } from '../../src/model/log.js';
import { systemViewer } from '../../src/model/viewer.js';
import type { SubmitResult } from '../../src/orders/contract.js';
import type { OrderDeps, VendorLink } from '../../src/orders/deps.js';
import { createRulesOf } from '../../src/orders/rules.js';
import { DEFAULT_ORDER_SETTINGS } from '../../src/orders/settings.js';
import { submitOrder } from '../../src/orders/submit.js';
import { memoryChannel } from '../../src/orders/testing/memory-channel.js';
import { HandClock } from '../../src/orders/testing/workshop.js';
import type { Database } from '../../src/store/database.js';
import { createPlanCommitter } from '../../src/store/plan-committer.js';
import { type Declaration, keyOf, type Place, TrueVendor } from './true-vendor.js';

/** One run's own corner of the database: an account, two vendors with three nodes, two products that all nodes offer. */
export interface Shop {
  readonly deps: OrderDeps;
  /** What a second process has, on the same database. */
  readonly other: OrderDeps;
  readonly clock: HandClock;
  readonly accountId: number;
  readonly products: readonly { readonly id: number; readonly sku: string }[];
  readonly vendors: readonly TestVendor[];
  readonly places: readonly Place[];
  vendorOf(nodeId: number): TestVendor;
  submit(
    lines: readonly { readonly sku: string; readonly quantity: number }[],
    how: { readonly confirmation: 'automatic' | 'explicit'; readonly whenShort: 'REJECT' | 'BACKORDER' },
    by: OrderDeps,
  ): Promise<{ readonly externalId: string; readonly result: SubmitResult }>;
  close(): Promise<void>;
}
export interface TestVendor {
  readonly id: number;
  readonly truth: TrueVendor;
}

/** What differs between two runs. */
export interface ShopPlan {
  readonly vendors: readonly [VendorPlan, VendorPlan];
  /** Units on each of the six shelves; null: the vendor has not told of it yet, and has 2. */
  readonly shelves: readonly (number | null)[];
  readonly safetyStock: number;
}
export interface VendorPlan extends Declaration {
  readonly reserveUnits: number;
  readonly bufferZ: number;
}

/** Nodes of each vendor. */
const NODES = [2, 1] as const;
const PRODUCTS = 2;
export const SHELVES = PRODUCTS * (NODES[0] + NODES[1]);

/** A carrier that serves the US from every node; once per database. */
export async function openCarrier(db: Database): Promise<{ serviceId: number; cardId: number }> {
  const { rows } = await db.pool.query<{ serviceId: number; cardId: number }>(`
    WITH service AS (
      INSERT INTO carrier_service (code, carrier, name) VALUES ('ground', 'swift', 'Ground') RETURNING id
    ), card AS (
      INSERT INTO rate_card (code, service_id, currency, valid_from)
        SELECT 'ground', id, 'USD', '2026-01-01' FROM service RETURNING id, service_id
    ), zone AS (INSERT INTO rate_zone (rate_card_id, zone) SELECT id, 'us' FROM card RETURNING rate_card_id
    ), area AS (
      INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) SELECT rate_card_id, 'us', 'US', 48 FROM zone
    ), bracket AS (INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) SELECT rate_card_id, 'us', 100000, 5 FROM zone)
    SELECT service_id AS "serviceId", id AS "cardId" FROM card`);
  if (!rows[0]) throw new Error('expected a rate card');
  return rows[0];
}

let shops = 0;

export async function openShop(
  db: Database,
  carrier: { readonly serviceId: number; readonly cardId: number },
  plan: ShopPlan,
): Promise<Shop> {
  const { pool } = db;
  const clock = new HandClock();
  const name = `m${++shops}`;
  const id = async (sql: string, values: unknown[]): Promise<number> => {
    const { rows } = await pool.query<{ id: number }>(sql, values);
    if (!rows[0]) throw new Error('expected a row');
    return rows[0].id;
  };
  const accountId = await id(
    `INSERT INTO account (code, name, channel, currency) VALUES ($1::text, $1, 'api', 'USD') RETURNING id`,
    [name],
  );
  const products: { id: number; sku: string }[] = [];
  for (let n = 0; n < PRODUCTS; n += 1) {
    const sku = `${name}-${n}`;
    const insert = `INSERT INTO product (sku, title, unit_weight_grams, list_price) VALUES ($1::text, $1, 500, 10) RETURNING id`;
    products.push({ id: await id(insert, [sku]), sku });
  }
  const vendors: TestVendor[] = [];
  let shelf = 0;
  for (const [n, declared] of plan.vendors.entries()) {
    const vendorId = await id(
      `INSERT INTO vendor (code, name, connector, currency, feed_subtracts, feed_lag_seconds, feed_skew_seconds,
         feed_absent_is_zero, reserve_units, buffer_z, feed_review_percent)
       VALUES ($1::text, $1, 'rest', 'USD', $2, $3, $4, $5, $6, $7, 100) RETURNING id`,
      [
        ...[`${name}-v${n}`, declared.subtracts, declared.lagSeconds, declared.skewSeconds, declared.absentIsZero],
        ...[declared.reserveUnits, declared.bufferZ],
      ],
    );
    const places: Place[] = [];
    const first = new Map<string, number>();
    const unheardOf: Place[] = [];
    for (let node = 0; node < (NODES[n] ?? 1); node += 1) {
      const nodeCode = `${name}-v${n}-${node}`;
      const nodeId = await id(
        `INSERT INTO node (code, vendor_id, name, country_code, region_code, city, latitude, longitude, time_zone, lead_time_hours)
         VALUES ($1::text, $2, $1, 'US', 'NY', 'Albany', 42.65, -73.75, 'America/New_York', 24) RETURNING id`,
        [nodeCode, vendorId],
      );
      await pool.query('INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES ($1, $2, $3)', [
        ...[nodeId, carrier.serviceId, carrier.cardId],
      ]);
      for (const product of products) {
        const place = { nodeId, nodeCode, productId: product.id, sku: product.sku };
        places.push(place);
        await pool.query('INSERT INTO offer (node_id, product_id) VALUES ($1, $2)', [nodeId, product.id]);
        await pool.query(
          'INSERT INTO offer_cost (node_id, product_id, from_quantity, unit_cost) VALUES ($1, $2, 1, $3)',
          [nodeId, product.id, 4 + node + n],
        );
        const units = plan.shelves[shelf++] ?? null;
        if (units === null) unheardOf.push(place);
        else {
          first.set(keyOf(place), units);
          await pool.query(
            `INSERT INTO stock (node_id, product_id, on_hand, as_of, safety_stock) VALUES ($1, $2, $3, '2026-01-01Z', $4)`,
            [nodeId, product.id, units, plan.safetyStock],
          );
        }
      }
    }
    const truth = new TrueVendor(declared, places, first, () => clock.now());
    // What the feed has not told of yet came in as goods.
    for (const place of unheardOf) truth.receive(place, 2);
    await pool.query("INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, 'documents', $2)", [
      ...[vendorId, clock.now()],
    ]);
    vendors.push({ id: vendorId, truth });
  }
  const links = vendors.map(({ id: vendorId, truth }): VendorLink => {
    const account = { code: `v${vendorId}`, settings: {}, secrets: {} };
    return { vendorId, code: account.code, connector: truth, account };
  });
  const channelAccount = { code: name, settings: {}, secrets: {} };
  const deps: OrderDeps = {
    pool,
    committer: createPlanCommitter(pool),
    decide,
    rulesOf: createRulesOf(),
    links: {
      vendor: async (vendorId) => {
        const link = links.find((each) => each.vendorId === vendorId);
        if (!link) throw new Error(`expected vendor ${vendorId}`);
        return link;
      },
      channel: async () => ({
        accountId,
        code: name,
        paused: false,
        connector: memoryChannel,
        account: channelAccount,
      }),
      capabilities: () => memoryChannel.capabilities,
    },
    clock,
    monotonicMs: () => clock.monotonicMs(),
    newId: () => v7(),
    random: () => 0.5,
    fetch: () => Promise.reject(new Error('there is no network here')),
    log: silentLog,
    settings: { ...DEFAULT_ORDER_SETTINGS, attemptsMax: 4 },
  };
  const other: OrderDeps = { ...deps, committer: createPlanCommitter(pool) };
  const places = vendors.flatMap(({ truth }) => truth.places);
  return {
    ...{ deps, other, clock, accountId, products, vendors, places },
    vendorOf(nodeId) {
      const found = vendors.find(({ truth }) => truth.places.some((place) => place.nodeId === nodeId));
      if (!found) throw new Error(`expected a vendor of node ${nodeId}`);
      return found;
    },
    async submit(lines, { confirmation, whenShort }, by) {
      await pool.query('UPDATE account SET confirmation = $2 WHERE id = $1 AND confirmation <> $2', [
        accountId,
        confirmation,
      ]);
      const externalId = randomUUID();
      const result = await submitOrder(by, systemViewer('test'), {
        accountCode: name,
        idempotencyKey: externalId,
        fingerprint: createHash('sha256').update(externalId).digest(),
        order: {
          externalId,
          currency: 'USD',
          placedAt: clock.now().toISOString(),
          shipTo: { name: 'A. Reader', lines: ['1 Main St'], city: 'Albany', postalCode: '12207', countryCode: 'US' },
          lines: lines.map(({ sku, quantity }, index) => ({
            ...{ externalLineId: String(index + 1), sku, quantity, unitPrice: 5_000_000, requiresShipping: true },
          })),
          whenShort,
        },
      });
      return { externalId, result };
    },
    async close() {
      await deps.committer.close();
      await other.committer.close();
    },
  };
}
