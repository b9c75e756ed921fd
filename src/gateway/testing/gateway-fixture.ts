import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase } from '../../../test/database.js';
import { systemClock } from '../../model/clock.js';
import { type Log, silentLog } from '../../model/log.js';
import { type Scope, systemViewer } from '../../model/viewer.js';
import type { OrderServices } from '../../orders/contract.js';
import { toGlobalId } from '../../schema/global-id.js';
import { createApiKey } from '../../store/api-keys.js';
import { type Database, openDatabase } from '../../store/database.js';
import { createEventTail, type EventTail } from '../../store/event-tail.js';
import type { Plan } from '../../store/plan.js';
import { commitPlans } from '../../store/plan-committer.js';
import {
  addOrder,
  barePlan,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
  type TestNode,
  type TestOrder,
} from '../../store/testing/small-network.js';
import { createLocalWake, type Wake } from '../../store/wake.js';
import type { GatewayConfig } from '../config.js';
import { type Gateway, startGateway } from '../server.js';
import { noServices } from './no-services.js';

/** A gateway over a database of its own with two accounts, two vendors and a key for each kind of caller. */
export interface GatewayFixture {
  readonly gateway: Gateway;
  readonly url: string;
  readonly databaseUrl: string;
  /** What the gateway itself uses. */
  readonly db: Database;
  readonly tail: EventTail;
  readonly network: SmallNetwork;
  /** `shop` is the small network's account; this is a second one. */
  readonly otherAccountId: number;
  readonly keys: {
    readonly admin: string;
    readonly operations: string;
    readonly shopPartner: string;
    readonly otherPartner: string;
    readonly acme: string;
    readonly zenith: string;
    readonly storefront: string;
  };
  makeKey(
    scopes: readonly Scope[],
    limits?: { accountIds?: number[]; vendorIds?: number[]; expiresAt?: Date },
  ): Promise<{ key: string; id: string }>;
  /** An order routed whole to one node, as stored; its address is in Berlin. */
  routedOrder(
    wanted: readonly (readonly [productId: number, quantity: number])[],
    node: TestNode,
    accountId?: number,
  ): Promise<TestOrder>;
  /** One more event of an order. */
  change(order: TestOrder, version: number, plan?: Partial<Plan>): Promise<void>;
  close(): Promise<void>;
}

export async function startGatewayFixture(
  options: {
    readonly config?: Partial<GatewayConfig>;
    readonly log?: Log;
    readonly services?: (parts: {
      readonly db: Database;
      readonly wake: Wake;
    }) => OrderServices | Promise<OrderServices>;
  } = {},
): Promise<GatewayFixture> {
  const testDatabase = await createTestDatabase();
  const db = await openDatabase({ url: testDatabase.url, poolMax: 5 });
  // Pools of their own: a test that counts the gateway's statements must not count the tail's or its own.
  const background = await openDatabase({ url: testDatabase.url, poolMax: 4 });
  const wake = createLocalWake();
  const log = options.log ?? silentLog;
  const tail = createEventTail({ pool: background.pool, wake, clock: systemClock, log });
  await tail.start();
  const network = await loadSmallNetwork(background.pool);
  const { rows } = await background.pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'Other', 'api', 'EUR') RETURNING id",
  );
  const otherAccountId = rows[0]?.id ?? 0;

  async function makeKey(
    scopes: readonly Scope[],
    limits: { accountIds?: number[]; vendorIds?: number[]; expiresAt?: Date } = {},
  ) {
    const made = await createApiKey(background.pool, systemViewer('test'), {
      id: randomUUID(),
      name: scopes.join('+'),
      scopes,
      accountIds: limits.accountIds ?? 'all',
      vendorIds: limits.vendorIds ?? 'all',
      expiresAt: limits.expiresAt,
      createdAt: new Date(),
      secret: randomBytes(32),
    });
    return { key: made.key, id: made.apiKey.id };
  }
  const keyOf = async (...given: Parameters<typeof makeKey>) => (await makeKey(...given)).key;
  const { east, far } = network.nodes;
  const keys = {
    admin: await keyOf(['admin']),
    operations: await keyOf(['operations']),
    shopPartner: await keyOf(['partner'], { accountIds: [network.accountId] }),
    otherPartner: await keyOf(['partner'], { accountIds: [otherAccountId] }),
    acme: await keyOf(['vendor'], { vendorIds: [east.vendorId] }),
    zenith: await keyOf(['vendor'], { vendorIds: [far.vendorId] }),
    storefront: await keyOf(['storefront'], { accountIds: [network.accountId] }),
  };

  async function change(order: TestOrder, version: number, plan: Partial<Plan> = {}): Promise<void> {
    const [outcome] = await commitPlans(background.pool, [barePlan({ id: order.id, version }, plan)]);
    if (outcome?.outcome !== 'committed') throw new Error(`expected a commit, got ${JSON.stringify(outcome)}`);
    wake.committed();
  }

  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    db,
    tail,
    clock: systemClock,
    log,
    services: (await options.services?.({ db: background, wake })) ?? noServices(),
    config: { drainMs: 1_000, ...options.config },
  });

  return {
    ...{
      gateway,
      url: gateway.url,
      databaseUrl: testDatabase.url,
      db,
      tail,
      network,
      otherAccountId,
      keys,
      makeKey,
      change,
    },
    async routedOrder(wanted, node, accountId = network.accountId) {
      const order = await addOrder(background.pool, { ...network, accountId }, wanted);
      await background.pool.query('INSERT INTO order_contact (order_id, address) VALUES ($1, $2)', [
        order.id,
        { name: 'Ada', lines: ['Allee 1'], city: 'Berlin', countryCode: 'DE', postalCode: '10115' },
      ]);
      const plan = routePlan(network, order, node);
      await change(order, 1, {
        ...plan,
        decision: plan.decision && { ...plan.decision, ...storedDecision(order, node) },
      });
      return { ...order, version: 2 };
    },
    async close() {
      await gateway.close();
      await tail.close();
      await wake.close();
      await db.close();
      await background.close();
      await testDatabase.drop();
    },
  };
}

/** The request and decision that stand for an order routed whole to one node. */
function storedDecision(order: TestOrder, node: TestNode) {
  const items = order.lines.map((line) => ({
    lineId: String(line.lineNo),
    sku: `p${line.productId}`,
    quantity: line.quantity,
  }));
  const costs = {
    goods: '9.0000',
    fees: '0.0000',
    duty: '0.0000',
    freight: '3.3400',
    surcharges: '0.0000',
    landed: '12.3400',
    steering: '0.0000',
  };
  return {
    request: { order: { id: order.id, currency: 'USD' }, nodes: [] },
    decision: {
      status: 'routed',
      shipments: [
        {
          ...{ nodeId: node.code, vendorId: 'acme', serviceId: 'ground', items, costs, weightGrams: 500, measure: 500 },
          ...{ shipsAt: '2026-03-02T20:00:00Z', arrivesAt: '2026-03-05T20:00:00Z' },
        },
      ],
      unfilled: [],
      landedCost: '12.3400',
      objective: '12.3400',
      unfilledValue: '0.0000',
      proof: { kind: 'optimal' },
      candidates: [{ nodeId: node.code, used: true }],
      requestDigest: 'ab'.repeat(32),
      engineVersion: '1',
    },
  };
}

export const orderGlobalId = (order: { readonly id: string }): string => toGlobalId('Order', order.id);
