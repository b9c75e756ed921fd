import { Redis } from 'ioredis';
import pg from 'pg';
import type { Log } from '../model/log.js';

/** A client's type; in ESM, @types/pg 8.15.0 gives `Client` as a value only. */
type Client = InstanceType<typeof pg.Client>;

/** One channel for all: a wake-up says "look at the log", never what is in it. */
const CHANNEL = 'headgate_events';
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

/**
 * Tells those who read the event log that there may be something new: in this process, and in the others.
 *
 * Wake-ups carry no data and may be lost, doubled or late; whoever waits for one also looks by itself now and then.
 */
export interface Wake {
  /** Something was committed by this process. Cheap, never throws; call it after the commit, never inside the transaction. */
  committed(): void;
  /** Something new can be read: tells the other processes. Cheap, never throws; announcements under way are merged. */
  announce(): void;
  /** Calls the listener on every wake-up, of this process and of others; returns how to stop it. */
  onWake(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Wake-ups by Redis where `redisUrl` is given, else by PostgreSQL's NOTIFY. Holds two Redis or one PostgreSQL connection. */
export function createWake(options: { databaseUrl: string; redisUrl?: string | undefined; log: Log }): Wake {
  return options.redisUrl === undefined
    ? createPostgresWake({ url: options.databaseUrl, log: options.log })
    : createRedisWake({ url: options.redisUrl, log: options.log });
}

/** Wake-ups within one process only: for tools and tests. */
export function createLocalWake(): Wake {
  const listeners = new Listeners();
  return {
    committed: () => listeners.call(),
    announce: () => {},
    onWake: (listener) => listeners.add(listener),
    close: async () => {},
  };
}

/**
 * Wake-ups between processes by LISTEN and NOTIFY on one connection of its own, which is opened again whenever it breaks.
 *
 * NOTIFY takes a database-wide lock until its commit (TOOLCHAIN.md A4), so it is a statement alone, one per batch, and its
 * commit does not wait for the disk.
 */
export function createPostgresWake(options: { url: string; log: Log }): Wake {
  const { log } = options;
  const listeners = new Listeners();
  let client: Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let delayMs = RECONNECT_MS_MIN;

  const lost = (of: Client, error?: Error) => {
    if (closed || client !== of) return;
    client = undefined;
    of.removeAllListeners();
    of.on('error', () => {});
    of.end().catch(() => {});
    log.warn({ error: error?.message, retryMs: delayMs }, 'the wake-up connection broke; opening it again');
    retry = setTimeout(() => void connect(), delayMs);
    delayMs = Math.min(delayMs * 2, RECONNECT_MS_MAX);
  };

  const connect = async () => {
    if (closed) return;
    const fresh = new pg.Client({
      connectionString: options.url,
      application_name: 'headgate-wake',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    });
    client = fresh;
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', (message) => {
      // What this process announced itself it has read already.
      if (message.processId !== processIdOf(fresh)) listeners.call();
    });
    try {
      await fresh.connect();
      await fresh.query(`SET synchronous_commit = off; LISTEN ${CHANNEL}`);
      delayMs = RECONNECT_MS_MIN;
      // Whatever was announced while nobody listened.
      listeners.call();
    } catch (error) {
      lost(fresh, error instanceof Error ? error : new Error(String(error)));
    }
  };
  const connecting = connect();

  const announce = merged(async () => {
    await client?.query(`NOTIFY ${CHANNEL}`);
  });

  return {
    committed: () => listeners.call(),
    announce,
    onWake: (listener) => listeners.add(listener),
    async close() {
      closed = true;
      clearTimeout(retry);
      await connecting;
      await client?.end().catch(() => {});
    },
  };
}

/** Wake-ups between processes by Redis pub/sub; ioredis opens broken connections again by itself. */
export function createRedisWake(options: { url: string; log: Log }): Wake {
  const { log } = options;
  const listeners = new Listeners();
  const settings = { maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(times * 100, 5_000) };
  const publisher = new Redis(options.url, { ...settings, enableOfflineQueue: false });
  const subscriber = new Redis(options.url, settings);
  for (const redis of [publisher, subscriber]) {
    redis.on('error', (error: Error) => log.warn({ error: error.message }, 'a Redis wake-up connection failed'));
  }
  subscriber.on('message', () => listeners.call());
  // After a reconnect ioredis subscribes again; look at once, something may have been announced in between.
  subscriber.on('ready', () => listeners.call());
  subscriber.subscribe(CHANNEL).catch((error: Error) => {
    if (subscriber.status !== 'end') log.warn({ error: error.message }, 'cannot subscribe to wake-ups in Redis');
  });
  const announce = merged(async () => {
    await publisher.publish(CHANNEL, '');
  });
  return {
    committed: () => listeners.call(),
    announce,
    onWake: (listener) => listeners.add(listener),
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Runs `send` now, or once more after the run that is under way; failures are dropped, the idle poll makes up for them. */
function merged(send: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    do {
      again = false;
      await send().catch(() => {});
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}

/** Functions to call, each once per wake-up. */
class Listeners {
  readonly #all = new Set<() => void>();

  add(listener: () => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  call(): void {
    for (const listener of this.#all) listener();
  }
}

/** The server process behind a client; pg keeps it on the client without typing it. */
function processIdOf(client: Client): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
}
