import { type Clock, systemClock } from '../../model/clock.js';
import { silentLog } from '../../model/log.js';
import type { Viewer } from '../../model/viewer.js';
import { type Database, openDatabase, type Pool, type Queryable } from '../../store/database.js';
import { createEventTail } from '../../store/event-tail.js';
import { commitPlans } from '../../store/plan-committer.js';
import { until } from '../../store/testing/events.js';
import { openTestDatabase } from '../../store/testing/open-test-database.js';
import {
  addOrder,
  addProduct,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
} from '../../store/testing/small-network.js';
import { createPostgresWake } from '../../store/wake.js';
import { type AvailabilityQuestion, createAvailability, type SkuAvailability } from '../availability.js';
import { createSupplyCache } from '../supply-cache.js';
import { createSupplyReader } from '../supply-reader.js';
import { publishedRules } from './published-rules.js';

export const US = { countryCode: 'US', regionCode: 'NY', postalCode: '12207' };

/** How a process differs from one of production. */
export interface ProcessOptions {
  /** Where its reader of the log finds the database; the cache itself is never cut off. */
  readonly logUrl?: string;
  readonly clock?: Clock;
  readonly monotonicMs?: () => number;
  readonly statementsMax?: number;
  /** Between the cache and the database, and between the reader of the log and the database. */
  readonly db?: (pool: Pool) => Queryable;
  readonly log?: (pool: Pool) => Pool;
}
type More = Partial<AvailabilityQuestion> & { readonly as?: Viewer };

/** A database with a small network whose nodes each ship to the US by a card of their own, and processes that answer from memory. */
export async function openCachedAvailability() {
  const database = await openTestDatabase();
  const { pool } = database;
  const network = await loadSmallNetwork(pool);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO account (code, name, channel, currency) VALUES ('other', 'Other', 'api', 'USD') RETURNING id",
  );
  await addCards(pool, network);
  const shop: Viewer = { actor: 'key:1', scopes: ['partner'], accountIds: [network.accountId], vendorIds: 'all' };
  const asked = (skus: readonly string[], more: Partial<AvailabilityQuestion>): AvailabilityQuestion => ({
    ...{ skus, destination: US, accountCode: null },
    ...more,
  });
  const started: (() => Promise<void>)[] = [];

  /** A gateway process as far as availability goes: pool, wake-up connection, reader of the log and cache of its own. */
  async function startProcess(options: ProcessOptions = {}) {
    const { logUrl = database.url, clock = systemClock, monotonicMs = () => performance.now() } = options;
    const db = await openDatabase({ url: database.url, poolMax: 3 });
    const log = await openDatabase({ url: logUrl, poolMax: 2 });
    const wake = createPostgresWake({ url: logUrl, log: silentLog });
    const tail = createEventTail({ pool: options.log?.(log.pool) ?? log.pool, wake, clock, log: silentLog });
    const supply = createSupplyCache({
      ...{ db: options.db?.(db.pool) ?? db.pool, tail, clock, monotonicMs },
      statementsMax: options.statementsMax ?? 3,
    });
    await tail.start();
    const availability = createAvailability({ supply, rulesOf: publishedRules(pool), clock });
    started.push(async () => {
      supply.close();
      await tail.close();
      await wake.close();
      await db.close();
      await log.close();
    });
    /** The answers, and how many statements the process made meanwhile. */
    const ask = async (skus: readonly string[], { as = shop, ...more }: More = {}) => {
      const before = supply.stats().statements;
      const answers = await availability.ask(as, asked(skus, more));
      return { answers, statements: supply.stats().statements - before };
    };
    /** Whether the process has heard of all that has changed so far. */
    const hasHeard = async () => {
      const { rows } = await pool.query<{ head: string; waits: boolean }>(
        'SELECT last_position::text AS head, EXISTS (SELECT FROM event WHERE position IS NULL) AS waits FROM event_sequencer',
      );
      return rows[0]?.waits === false && tail.head() >= BigInt(rows[0].head);
    };
    /** Asks until it takes no statement any more, and nothing of before is still to be heard. */
    const warm = async (...args: Parameters<typeof ask>) => {
      await until('the news of before', hasHeard);
      await until('an answer from memory', async () => (await ask(...args)).statements === 0);
    };
    return { ask, warm, tail, wake, supply };
  }

  async function product(...stock: Parameters<typeof addProduct>[1] & object): Promise<{ id: number; sku: string }> {
    const id = await addProduct(pool, stock);
    const found = await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [id]);
    return { id, sku: found.rows[0]?.sku ?? '' };
  }

  async function sell(productId: number, units: number): Promise<void> {
    const order = await addOrder(pool, network, [[productId, units]]);
    const [outcome] = await commitPlans(pool, [routePlan(network, order, network.nodes.east)]);
    if (outcome?.outcome !== 'committed')
      throw new Error(`expected the order to be committed, got ${outcome?.outcome}`);
  }

  return {
    ...{ database, pool, network, shop, otherAccountId: rows[0]?.id ?? 0, startProcess, product, sell },
    /** What the database says now. */
    fresh: (skus: readonly string[], { as = shop, ...more }: More = {}) =>
      createAvailability({
        ...{ supply: createSupplyReader(pool, systemClock), rulesOf: publishedRules(pool), clock: systemClock },
      }).ask(as, asked(skus, more)),
    /** Ends the processes that were started. */
    async stopProcesses() {
      for (const stop of started.splice(0).reverse()) await stop();
    },
    close: () => database.close(),
  };
}
export type CachedAvailability = Awaited<ReturnType<typeof openCachedAvailability>>;

export const unitsOf = (answers: readonly SkuAvailability[]) =>
  answers.map(({ promised }) => promised?.available ?? null);

/** Lets calls through while it is open, and holds those that come while it is closed. */
export function createBarrier<T extends Queryable>(inner: T) {
  let opened = Promise.resolve();
  let open = () => {};
  return {
    inner: {
      query: async (...statement: unknown[]) => {
        await opened;
        return (inner.query as (...args: unknown[]) => Promise<unknown>).apply(inner, statement);
      },
    } as unknown as T,
    close() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

/** Calls back with each statement's answer before whoever asked gets it; what it throws is what they get instead. */
export function watchAnswers(inner: Queryable, onAnswer: () => Promise<void> | void): Queryable {
  return {
    query: async (...statement: unknown[]) => {
      const found = await (inner.query as (...args: unknown[]) => Promise<never>).apply(inner, statement);
      await onAnswer();
      return found;
    },
  } as unknown as Queryable;
}

async function addCards(pool: Database['pool'], { nodes, serviceId }: SmallNetwork): Promise<void> {
  for (const { id } of Object.values(nodes))
    await pool.query(`
      INSERT INTO rate_card (id, code, service_id, currency, valid_from) VALUES (${id}, 'card-${id}', ${serviceId}, 'USD', '2020-01-01');
      INSERT INTO rate_zone (rate_card_id, zone) VALUES (${id}, 'us');
      INSERT INTO rate_zone_area (rate_card_id, zone, country_code, transit_hours) VALUES (${id}, 'us', 'US', 48);
      INSERT INTO rate_bracket (rate_card_id, zone, up_to, price) VALUES (${id}, 'us', 50000, 5);
      INSERT INTO node_service VALUES (${id}, ${serviceId}, ${id})`);
}
