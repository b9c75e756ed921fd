import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { v7 } from 'uuid';
import type { Config } from './config.js';
import { createGates } from './connectors/http/gates.js';
import { openOutbound } from './connectors/http/guarded-fetch.js';
import { loadConnectors } from './connectors/packages.js';
import { seedDemo } from './demo/seed.js';
import { startDemoVendors } from './demo/vendors.js';
import { startGateway } from './gateway/server.js';
import { startWorkers } from './jobs/workers.js';
import { systemClock } from './model/clock.js';
import type { Log } from './model/log.js';
import { systemViewer } from './model/viewer.js';
import { createDecider, DEFAULT_DECIDER_LIMITS } from './orders/decider.js';
import { createLinks } from './orders/links.js';
import { createLiveCarriers } from './orders/live-carriers.js';
import { createLiveRates } from './orders/live-rates.js';
import { practise } from './orders/practice.js';
import { createRulesOf } from './orders/rules.js';
import { createOrderServices } from './orders/services.js';
import { DEFAULT_ORDER_SETTINGS } from './orders/settings.js';
import { createShadow } from './orders/shadow.js';
import { type RunningFile, secretKeys, writePrivate } from './own-files.js';
import { createApiKey, verifyApiKey } from './store/api-keys.js';
import { type Database, migrate, openDatabase } from './store/database.js';
import { startEmbedded } from './store/embedded/server.js';
import { createEventTail } from './store/event-tail.js';
import { createExchangeTrail } from './store/exchange-trail.js';
import { createPlanCommitter } from './store/plan-committer.js';
import { reachPostgres, reachRedis } from './store/reach.js';
import { createWake } from './store/wake.js';
import { version } from './version.js';

/** A running Headgate. */
export interface Headgate {
  /** Of the gateway; null where only the worker runs. */
  readonly apiUrl: string | null;
  /** Of the simulated vendors; null without the demo. */
  readonly vendorUrl: string | null;
  readonly databaseUrl: string;
  /** Where the data lies, where Headgate keeps it itself. */
  readonly place: string | null;
  /** The demo's API key; null without the demo. */
  readonly demoKey: string | null;
  /** Whether this start loaded the demo network. */
  readonly seeded: boolean;
  /** Stops everything, last started first. Safe to call twice. */
  close(): Promise<void>;
}

/** Pino at the configured level, one JSON line each, on standard error. */
export function createLog(config: Pick<Config, 'logLevel'>): Log {
  return pino(
    { level: config.logLevel, base: null, redact: ['*.secret', '*.token', '*.password'] },
    pino.destination(2),
  );
}

/**
 * Starts what the mode asks for, in order: database, migrations, demo, worker, gateway. What was started is stopped again where a
 * later part fails. `onStep` hears what is going on, for people.
 */
export async function startHeadgate(
  config: Config,
  log: Log,
  onStep: (what: string) => void = () => {},
): Promise<Headgate> {
  const started: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      for (const stop of started.reverse()) {
        await stop().catch((error: unknown) => log.error({ error: String(error) }, 'a part did not stop cleanly'));
      }
    })();
    return closing;
  };
  try {
    if (config.redisUrl !== undefined) await reachRedis(config.redisUrl, 'REDIS_URL');
    if (config.databaseUrl !== undefined) await reachPostgres(config.databaseUrl, 'DATABASE_URL');
    makeFolder(config.dataFolder);
    let place: string | null = null;
    let databaseUrl = config.databaseUrl;
    if (databaseUrl === undefined) {
      onStep('starting PostgreSQL');
      const server = await startEmbedded({ folder: config.dataFolder });
      started.push(() => server.stop());
      databaseUrl = server.url;
      place = server.place;
    }
    onStep('migrating');
    await migrate(databaseUrl);
    const db = await openDatabase({ url: databaseUrl, poolMax: config.poolMax, applicationName: 'headgate' });
    started.push(() => db.close());
    const keys = secretKeys(config);

    let vendorUrl: string | null = null;
    let seeded = false;
    if (config.demo) {
      // The simulated vendors belong to the whole; halves that run apart share those of `headgate demo vendor`.
      vendorUrl = `http://${config.host}:${config.vendorPort}`;
      if (config.mode === 'all') {
        const vendors = await startDemoVendors(config);
        started.push(() => vendors.close());
        vendorUrl = vendors.url;
      }
      onStep('loading the demo network');
      const result = await seedDemo(db.pool, { vendorBaseUrl: vendorUrl, keys, clock: systemClock });
      seeded = result.loaded;
    }
    const demoKey = config.demo ? await readOrMakeDemoKey(db, config.dataFolder) : null;

    const wake = createWake({ databaseUrl, redisUrl: config.redisUrl, log });
    started.push(() => wake.close());
    const tail = createEventTail({ pool: db.pool, wake, clock: systemClock, log });
    await tail.start();
    started.push(() => tail.close());
    const committer = createPlanCommitter(db.pool, { onCommitted: () => wake.committed() });
    started.push(() => committer.close());
    const decider = createDecider();
    started.push(() => decider.close());
    await practise(DEFAULT_DECIDER_LIMITS.stepsAtOnce);
    // In private networks are called: whom the operator names, and the demo's vendors at their one port.
    const { privateHosts } = config;
    const outbound = openOutbound({ rules: { privateHosts, ownOrigins: vendorUrl === null ? [] : [vendorUrl] } });
    started.push(() => outbound.close());
    const exchanges = createExchangeTrail({ pool: db.pool, newId: () => v7(), log });
    started.push(() => exchanges.close());
    const connectors = await loadConnectors(config.connectors, process.cwd());
    const carriers = createLiveCarriers({ pool: db.pool, secretKeys: keys, connectors, clock: systemClock, log });
    const rulesOf = createRulesOf();
    const monotonicMs = () => performance.now();
    const gates = createGates({
      ...{ monotonicMs, nowMs: () => Date.now(), random: Math.random },
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
      onRest: (account, isResting) =>
        isResting
          ? log.warn({ account }, 'an account fails and is left alone: one call at a time tries whether it is back')
          : log.info({ account }, 'an account that failed answers again'),
    });
    const shadow = createShadow({ pool: db.pool, decide: decider.decide, rulesOf, monotonicMs, log });
    started.push(() => shadow.close());
    const services = createOrderServices({
      pool: db.pool,
      committer,
      decide: decider.decide,
      ...{ rulesOf, shadow },
      links: createLinks({ pool: db.pool, secretKeys: keys, connectors }),
      liveRates: createLiveRates({ carriers: carriers.current, clock: systemClock, fetch: outbound.fetch, exchanges }),
      clock: systemClock,
      monotonicMs,
      newId: () => v7(),
      random: Math.random,
      fetch: outbound.fetch,
      ...{ exchanges, gates },
      files: { root: config.filesRoot, privateHosts },
      log,
      settings: {
        ...DEFAULT_ORDER_SETTINGS,
        leaseMs: config.leaseMs,
        leaseMarginMs: config.leaseMarginMs,
        leaseReserveMs: Math.min(DEFAULT_ORDER_SETTINGS.leaseReserveMs, Math.floor(config.leaseMs / 6)),
        callMsMin: Math.min(DEFAULT_ORDER_SETTINGS.callMsMin, Math.floor(config.leaseMs / 4)),
        attemptsMax: config.attemptsMax,
        backoffMsMin: config.backoffMs,
        backoffMsMax: config.backoffMaxMs,
        pollDocumentsEveryMs: config.pollDocumentsMs,
        pollStockEveryMs: config.pollStockMs,
        pollOrdersEveryMs: config.pollOrdersMs,
        publishStockEveryMs: config.publishStockMs,
        publishAllEveryMs: config.publishAllMs,
        recostSavingMin: config.recostSaving,
        // Percent in 1/10000 each: a hundredth of it is a share in 1/10000.
        recostSavingShare: Math.round(config.recostPercent / 100),
        recostRestMs: config.recostRestMs,
      },
      onCommitted: () => {
        wake.committed();
        wake.announce();
      },
    });
    if (config.mode !== 'gateway') {
      onStep('starting the worker');
      const workers = await startWorkers({
        db,
        databaseUrl,
        redisUrl: config.redisUrl,
        services,
        tail,
        wake,
        clock: systemClock,
        newId: () => v7(),
        log,
      });
      started.push(() => workers.close());
    }
    let apiUrl: string | null = null;
    if (config.mode !== 'worker') {
      onStep('starting the gateway');
      const gateway = await startGateway({
        host: config.host,
        port: config.port,
        db,
        services,
        ...{ tail, gates },
        clock: systemClock,
        config: { version: version(), introspection: config.introspection },
        log,
      });
      started.push(() => gateway.close());
      apiUrl = gateway.url;
    }
    const running: RunningFile = { pid: process.pid, databaseUrl, apiUrl, vendorUrl };
    const runningFile = join(config.dataFolder, 'running.json');
    writePrivate(runningFile, JSON.stringify(running));
    started.push(async () => rmSync(runningFile, { force: true }));
    return { apiUrl, vendorUrl, databaseUrl, place, demoKey, seeded, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A key for the demo accounts and operations, kept where only the owner of the data folder can read it. */
async function readOrMakeDemoKey(db: Database, folder: string): Promise<string> {
  const file = join(folder, 'demo-key');
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8').trim();
    if ((await verifyApiKey(db.pool, kept, systemClock.now())).ok) return kept;
  }
  const { key } = await createApiKey(db.pool, systemViewer('demo'), {
    id: v7(),
    name: 'demo',
    scopes: ['operations'],
    accountIds: 'all',
    vendorIds: 'all',
    createdAt: systemClock.now(),
    secret: randomBytes(32),
  });
  writePrivate(file, key);
  return key;
}

/** Errors: says which folder, and how to choose another. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(
      `cannot keep data in ${folder}: expected a folder to write to; --data (HEADGATE_DATA) chooses one`,
      {
        cause,
      },
    );
  }
}
