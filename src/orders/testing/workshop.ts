import { createHash, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { ChannelConnector } from '../../connectors/channel.js';
import { decide } from '../../engine/decide.js';
import type { CanonicalOrder } from '../../model/canonical-order.js';
import { silentLog } from '../../model/log.js';
import { systemViewer } from '../../model/viewer.js';
import type { Database } from '../../store/database.js';
import { loadOrder, type OrderAggregate } from '../../store/orders.js';
import { createPlanCommitter } from '../../store/plan-committer.js';
import {
  AT,
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
} from '../../store/testing/small-network.js';
import type { StepResult, SubmitResult } from '../contract.js';
import type { ChannelLink, OrderDeps } from '../deps.js';
import { capabilitiesWith } from '../links.js';
import { pollVendor } from '../poll.js';
import { createRulesOf } from '../rules.js';
import { DEFAULT_ORDER_SETTINGS } from '../settings.js';
import { createShadow } from '../shadow.js';
import { submitOrder } from '../submit.js';
import { memoryChannel } from './memory-channel.js';
import { MemoryVendor } from './memory-vendor.js';

/** A clock that stands until it is moved; wall and monotonic time move together. */
export class HandClock {
  private ms = 0;
  private readonly start = new Date(AT).getTime();
  now(): Date {
    return new Date(this.start + this.ms);
  }
  monotonicMs(): number {
    return this.ms;
  }
  advance(ms: number): void {
    this.ms += ms;
  }
}

/** The order services' dependencies over a real database, one vendor in memory, and a clock that tests move. */
export interface Workshop {
  readonly deps: OrderDeps;
  readonly clock: HandClock;
  readonly vendor: MemoryVendor;
  readonly network: SmallNetwork;
  /** A confirmed order of `quantity` units of a product of its own, planned at the vendor's east node, due to be sent. */
  plannedOrder(
    quantity?: number,
  ): Promise<{ orderId: string; fulfillmentId: string; poNumber: string; productId: number }>;
  /** Reads the vendor's documents, from the first one on. */
  readDocuments(vendorId: number): Promise<StepResult>;
  /** An order of one line that comes in now, of an id of its own. */
  submit(
    sku: string,
    quantity: number,
    whenShort?: 'BACKORDER' | 'REJECT',
    more?: Partial<CanonicalOrder>,
  ): Promise<SubmitResult>;
  order(orderId: string): Promise<OrderAggregate>;
  events(orderId: string): Promise<string[]>;
}

/** Whom orders go to. */
export const READER = {
  name: 'A. Reader',
  lines: ['1 Main St'],
  city: 'Albany',
  postalCode: '12207',
  countryCode: 'US',
} as const;

/** Prices and days of the small network's one service, so that orders to the US can be routed. */
async function openService(pool: Database['pool'], network: SmallNetwork): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO rate_card (code, service_id, currency, valid_from) VALUES ('ground-2026', $1, 'USD', '2026-01-01') RETURNING id`,
    [network.serviceId],
  );
  const card = rows[0]?.id;
  await pool.query("INSERT INTO rate_zone (rate_card_id, zone) VALUES ($1, 'us')", [card]);
  await pool.query(
    "INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES ($1, 'us', 'US', 48)",
    [card],
  );
  await pool.query("INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES ($1, 'us', 100000, 5)", [card]);
  for (const node of Object.values(network.nodes)) {
    await pool.query('INSERT INTO node_service (node_id, service_id, rate_card_id) VALUES ($1, $2, $3)', [
      node.id,
      network.serviceId,
      card,
    ]);
  }
}

/** `connector`: of the shop's channel. */
export async function openWorkshop(db: Database, connector: ChannelConnector = memoryChannel): Promise<Workshop> {
  const clock = new HandClock();
  const vendor = new MemoryVendor();
  const network = await loadSmallNetwork(db.pool);
  await openService(db.pool, network);
  const account = { code: 'acme', settings: {}, secrets: {} };
  const channel: ChannelLink = {
    accountId: network.accountId,
    code: 'shop',
    paused: false,
    connector,
    account: { code: 'shop', settings: {}, secrets: {} },
  };
  const monotonicMs = () => clock.monotonicMs();
  const deciding = { pool: db.pool, decide, rulesOf: createRulesOf(), clock, monotonicMs, log: silentLog };
  const deps: OrderDeps = {
    ...deciding,
    committer: createPlanCommitter(db.pool),
    shadow: createShadow(deciding),
    links: {
      vendor: async (vendorId) => ({ vendorId, code: 'acme', connector: vendor, account }),
      channel: async (by) =>
        'id' in by ? (by.id === network.accountId ? channel : null) : by.code === channel.code ? channel : null,
      capabilities: ({ settings }) => capabilitiesWith(connector, settings),
    },
    newId: () => v7(),
    random: () => 0.5,
    fetch: () => Promise.reject(new Error('there is no network here')),
    settings: { ...DEFAULT_ORDER_SETTINGS, attemptsMax: 4 },
  };
  return {
    deps,
    clock,
    vendor,
    network,
    async plannedOrder(quantity = 5) {
      const { east } = network.nodes;
      const productId = await addProduct(db.pool, [[east, 100]]);
      const order = await addOrder(db.pool, network, [[productId, quantity]]);
      await db.pool.query('INSERT INTO order_contact (order_id, address) VALUES ($1, $2)', [order.id, READER]);
      const plan = routePlan(network, order, east);
      const outcome = await deps.committer.commit({
        ...plan,
        order: { status: 'CONFIRMED', nextActionAt: null, confirmedAt: AT },
        holds: (plan.holds ?? []).map((hold) => ({ ...hold, state: 'committed', expiresAt: null })),
      });
      const made = plan.newFulfillments?.[0];
      if (outcome.outcome !== 'committed' || !made) throw new Error(`expected a planned order, got ${outcome.outcome}`);
      return { orderId: order.id, fulfillmentId: made.id, poNumber: made.poNumber, productId };
    },
    submit(sku, quantity, whenShort = 'BACKORDER', more = {}) {
      const id = randomUUID();
      return submitOrder(deps, systemViewer('test'), {
        accountCode: 'shop',
        idempotencyKey: id,
        fingerprint: createHash('sha256').update(id).digest(),
        order: {
          externalId: id,
          currency: 'USD',
          placedAt: clock.now().toISOString(),
          shipTo: READER,
          lines: [{ externalLineId: '1', sku, quantity, unitPrice: 500_000, requiresShipping: true }],
          whenShort,
          ...more,
        },
      });
    },
    async readDocuments(vendorId) {
      await db.pool.query(
        `INSERT INTO vendor_poll (vendor_id, kind, next_action_at) VALUES ($1, 'documents', $2)
         ON CONFLICT (vendor_id, kind) DO UPDATE SET cursor = NULL, next_action_at = EXCLUDED.next_action_at`,
        [vendorId, clock.now()],
      );
      return pollVendor(deps, vendorId, 'documents');
    },
    async order(orderId) {
      const order = await loadOrder(db.pool, systemViewer('test'), orderId);
      if (!order) throw new Error(`expected order ${orderId}`);
      return order;
    },
    async events(orderId) {
      const { rows } = await db.pool.query<{ type: string }>(
        "SELECT type FROM event WHERE aggregate_type = 'order' AND aggregate_id = $1 ORDER BY aggregate_version",
        [orderId],
      );
      return rows.map((row) => row.type);
    },
  };
}
