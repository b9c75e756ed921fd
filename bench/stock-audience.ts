import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { v7 } from 'uuid';
import { startGateway } from '../src/gateway/server.js';
import { noServices } from '../src/gateway/testing/no-services.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import { systemViewer } from '../src/model/viewer.js';
import { createApiKey } from '../src/store/api-keys.js';
import { openDatabase, type Pool } from '../src/store/database.js';
import { createEventTail } from '../src/store/event-tail.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import { createWake } from '../src/store/wake.js';
import type { Shop } from './stock-shop.js';
import type { Turn } from './stock-turn.js';
import { type Seen, startWatchers, type Watch, type Watchers } from './stock-watchers.js';

/** A gateway with the committer in its process, reading the event log as it does in service. */
export interface OpenGateway {
  readonly url: string;
  readonly key: string;
  readonly committer: PlanCommitter;
  close(): Promise<void>;
}

/** Connections of the process; as the gateway's default. */
const POOL_MAX = 16;
/** Units of each row that is watched: more than a turn takes, fewer than subscribers are told of at most (1,000,000). */
export const WATCHED_UNITS = 900_000;
/** After a turn, how long the last state may take to reach every subscriber. */
const SETTLE_MS_MAX = 15_000;
const LOOK_MS = 50;

/** Starts a gateway over this database. */
export async function openGateway(url: string): Promise<OpenGateway> {
  const db = await openDatabase({ url, poolMax: POOL_MAX });
  const wake = createWake({ databaseUrl: url, log: silentLog });
  const tail = createEventTail({ pool: db.pool, wake, clock: systemClock, log: silentLog });
  await tail.start();
  const committer = createPlanCommitter(db.pool, { onCommitted: () => wake.committed() });
  const gateway = await startGateway({
    ...{ host: '127.0.0.1', port: 0, db, tail, clock: systemClock, log: silentLog, services: noServices() },
  });
  const { key } = await createApiKey(db.pool, systemViewer('bench'), {
    ...{ id: v7(), name: 'bench', scopes: ['operations'], accountIds: 'all', vendorIds: 'all' },
    ...{ expiresAt: undefined, createdAt: new Date(), secret: randomBytes(32) },
  });
  return {
    ...{ url: gateway.url, key, committer },
    async close() {
      await gateway.close();
      await committer.close();
      await tail.close();
      await wake.close();
      await db.close();
    },
  };
}

/** A turn before subscribers. */
export interface Watched {
  readonly turn: Turn;
  readonly subscribers: number;
  /** Sent during the turn and until all of them knew the last state: together, and to the one that got the fewest. */
  readonly messages: number;
  readonly fewest: number;
  /** Subscribers that did not learn the last state in time, though they were told everything: 0, or the gateway is at fault. */
  readonly behind: number;
}

/** Lets orders be routed while so many subscribers watch the shop's rows, each one of them, and waits until all know how it ended. */
export async function watchedTurn(options: {
  readonly pool: Pool;
  readonly gateway: Pick<OpenGateway, 'url' | 'key'>;
  readonly shop: Shop;
  readonly subscribers: number;
  /** Orders are routed. */
  readonly route: () => Promise<Turn>;
  /** How to subscribe; by default in a process of their own. */
  readonly start?: (watch: Watch) => Promise<Watchers>;
}): Promise<Watched> {
  const { pool, gateway, shop, subscribers } = options;
  const { rows } = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = ANY ($1)', [shop.productIds]);
  const { url, key } = gateway;
  const watch = { url, key, skus: rows.map(({ sku }) => sku), count: subscribers };
  const watchers = await (options.start ?? startWatchers)(watch);
  try {
    const before = await watchers.look();
    const turn = await options.route();
    const atps = await atpsOf(pool, shop);
    const isBehind = (seen: Seen) => atps.get(seen.sku) !== seen.available;
    const until = performance.now() + SETTLE_MS_MAX;
    let after = await watchers.look();
    while (after.some(isBehind) && performance.now() < until) {
      await pause(LOOK_MS);
      after = await watchers.look();
    }
    const messages = after.map((seen, at) => seen.messages - (before[at]?.messages ?? 0));
    return {
      ...{ turn, subscribers, behind: after.filter(isBehind).length },
      messages: messages.reduce((sum, count) => sum + count, 0),
      fewest: Math.min(...messages),
    };
  } finally {
    await watchers.close();
  }
}

async function atpsOf(pool: Pool, shop: Shop): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ sku: string; atp: number }>(
    'SELECT p.sku, s.atp FROM stock s JOIN product p ON p.id = s.product_id WHERE s.node_id = $1',
    [shop.nodeId],
  );
  return new Map(rows.map(({ sku, atp }) => [sku, atp]));
}
