import type { ClosedAccount } from '../connectors/http/gates.js';
import type { Clock } from '../model/clock.js';
import type { SupplyCache } from '../stock/supply-cache.js';
import type { Queryable } from '../store/database.js';
import type { EventTail } from '../store/event-tail.js';
import { type WorkFacts, workFacts } from '../store/facts.js';
import { type StockCheckFacts, stockCheckFacts } from '../store/stock-verify-round.js';

/** How this process and what it leans on are doing. */
export interface Health {
  /** `ok`: the database answers; `failing`: it does not, and nothing can be taken in. */
  readonly status: 'ok' | 'failing';
  readonly version: string;
  readonly now: string;
  readonly uptimeSeconds: number;
  readonly database: { readonly ok: boolean; readonly answeredInMs: number };
  readonly work: WorkFacts | null;
  /** Whether the counters of stock are what their ledger says; null before the first check. */
  readonly stockCheck: StockCheckFacts | null;
  /** Questions about availability that this process answered, those of them without asking the database, and the statements for the others. */
  readonly availability: ReturnType<SupplyCache['stats']>;
  /** Accounts that this process does not call now: they failed too often, or asked for it. Its log names those that fail. */
  readonly calls: { readonly resting: number; readonly paused: number };
  readonly subscriptions: { readonly sockets: number; readonly subscribers: number; readonly lagMs: number };
}

/** A database that takes longer is as good as gone to a probe. */
const DATABASE_MS_MAX = 2_000;

export async function readHealth(deps: {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly tail: EventTail;
  readonly supply: Pick<SupplyCache, 'stats'>;
  readonly closed: () => readonly ClosedAccount[];
  readonly version: string;
  readonly sockets: () => number;
}): Promise<Health> {
  const began = performance.now();
  const work = await within(DATABASE_MS_MAX, workFacts(deps.db, deps.clock.now())).catch(() => null);
  const stockCheck = work && (await within(DATABASE_MS_MAX, stockCheckFacts(deps.db)).catch(() => null));
  const { subscribers, lagMs } = deps.tail.stats();
  const closed = deps.closed();
  const resting = closed.filter(({ because }) => because === 'RESTING').length;
  return {
    status: work === null ? 'failing' : 'ok',
    version: deps.version,
    now: deps.clock.now().toISOString(),
    uptimeSeconds: Math.floor(process.uptime()),
    database: { ok: work !== null, answeredInMs: Math.round(performance.now() - began) },
    work,
    stockCheck,
    availability: deps.supply.stats(),
    calls: { resting, paused: closed.length - resting },
    subscriptions: { sockets: deps.sockets(), subscribers, lagMs },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The same for people: a page without scripts that reloads itself. */
export function healthPage(health: Health): string {
  const row = (name: string, value: string | number) => `<tr><th>${name}</th><td>${value}</td></tr>`;
  const { work, stockCheck } = health;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Headgate: ${health.status}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:40rem;padding:0 1rem}
th{text-align:left;padding-right:2rem;font-weight:500}.ok{color:#176f2c}.failing{color:#b3261e}</style></head>
<body><h1>Headgate is <span class="${health.status}">${health.status === 'ok' ? 'up' : 'not well'}</span></h1><table>
${row('Version', health.version)}${row('Up for', `${health.uptimeSeconds} s`)}
${row('Database', health.database.ok ? `answers in ${health.database.answeredInMs} ms` : 'does not answer')}
${work === null ? '' : row('Due now', `${work.due.intake} intakes, ${work.due.route} orders, ${work.due.dispatch} fulfillments, ${work.due.poll} polls, ${work.due.check} live checks, ${work.due.notice} notices`)}
${work === null ? '' : row('Live checks', `${work.liveChecks.waiting} parts of orders wait for a vendor's word, ${work.liveChecks.silent} of them for a person`)}
${work === null ? '' : row('Stock feeds', `${work.stockFeeds.review} reports wait for a person, ${work.stockFeeds.fallen} vendors' numbers fell back, ${work.stockFeeds.ahead} vendors' moments lie ahead of our clock`)}
${work === null ? '' : row('Notices to channels', `${work.notices.waiting} wait, ${work.notices.overdue} overdue, ${work.notices.setAside} set aside`)}
${work === null ? '' : row('Dead letters', work.deadLetters)}
${work === null ? '' : row('Event log', `at ${work.eventHead}, ${work.eventsWaiting} waiting`)}
${stockCheck === null ? '' : row('Stock counters', stockCheckText(stockCheck))}
${row('Availability', `${health.availability.questions} questions, ${health.availability.fromMemory} answered from memory`)}
${row('Calls of this process', `${health.calls.resting} accounts fail and rest, ${health.calls.paused} asked for a pause`)}
${row('Subscriptions', `${health.subscriptions.subscribers} on ${health.subscriptions.sockets} sockets`)}
</table><p>As JSON: <code>curl -H 'accept: application/json' …/health</code>. The API is at <code>/graphql</code>.</p></body></html>`;
}

function stockCheckText({ finishedAt, startedAt, rows, repaired, unrepaired }: StockCheckFacts): string {
  const when = finishedAt === null ? `since ${startedAt}` : `at ${finishedAt}`;
  const found = repaired + unrepaired === 0 ? 'all true' : `${repaired} repaired, ${unrepaired} to be settled`;
  return `${rows} rows checked ${when}: ${found}`;
}
