import type { Clock } from '../model/clock.js';
import type { LoggedEvent } from '../model/events.js';
import type { Log } from '../model/log.js';
import type { Viewer } from '../model/viewer.js';
import { Audience } from './audience.js';
import type { Database } from './database.js';
import { CursorPruned } from './event-cursor.js';
import { type EventFilter, eventMatches, logBounds, readEvents, sequenceEvents } from './event-log.js';
import type { Wake } from './wake.js';

/** However lost or late wake-ups are, a committed event is read after this long at most. Source: DESIGN.md section 5. */
const IDLE_POLL_MS_MAX = 250;
const PAGE = 500;

/** What a subscriber wants, and who it is; `viewer` null: Headgate itself. */
export type TailFilter = EventFilter & { readonly viewer: Viewer | null };

/** Who is told of everything that a tail reads, at once and in order; each call returns before the tail goes on. */
export interface TailWatcher {
  /** What was read; everything up to `head` is in it or in what came before. */
  readonly onEvents: (events: readonly LoggedEvent[], head: bigint) => void;
  /**
   * What came before says nothing any more: events were pruned before this process read them, or the log could not be read, or
   * ends before where it was read to (what answers next may be another server, or the same with older data).
   */
  readonly onGap: () => void;
  /** Everything that was committed before this moment, by whichever process, has been read. */
  readonly onCaughtUp: (since: { readonly at: Date; readonly monotonicMs: number }) => void;
}

/** One process's reader of the event log: gives positions, reads what is new once, and hands it to all subscribers. */
export interface EventTail {
  /** Begins to read, from the log's present end. */
  start(): Promise<void>;
  /** Ends every subscription and stops reading. */
  close(): Promise<void>;
  /** The last position that this process has read. */
  head(): bigint;
  /**
   * Events after a position (undefined: from now on), first from the log, then live, with no gap and no double.
   *
   * At most `bufferMax` (256) events are kept for a reader; one that is slower reads the rest from the log when it comes to
   * it. Errors, from `next()`: CursorPruned, CursorInvalid, what the database says.
   */
  subscribe(
    after: bigint | undefined,
    filter: TailFilter,
    options?: { readonly bufferMax?: number },
  ): AsyncIterableIterator<LoggedEvent>;
  /** From now on; the watcher comes before subscribers. Returns how to stop it. */
  watch(watcher: TailWatcher): () => void;
  /** Calls the listener whenever the head has moved; returns how to stop it. */
  onAdvance(listener: () => void): () => void;
  /** For metrics: subscribers, and how old the newest event was when it was read. */
  stats(): { readonly subscribers: number; readonly lagMs: number };
}

export function createEventTail(options: {
  readonly pool: Database['pool'];
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  /** At most 250. */
  readonly idlePollMs?: number;
}): EventTail {
  const { pool, wake, clock, log } = options;
  const idlePollMs = Math.min(options.idlePollMs ?? IDLE_POLL_MS_MAX, IDLE_POLL_MS_MAX);
  const subscriptions = new Audience<Subscription>();
  const watchers = new Set<TailWatcher>();
  const listeners = new Set<() => void>();
  let head = 0n;
  let lagMs = 0;
  let state: 'new' | 'reading' | 'closed' = 'new';
  let running: Promise<void> | undefined;
  let again = false;
  let failing = false;
  let idle: NodeJS.Timeout | undefined;
  let stopWake = () => {};

  /** Hands on what is new. No await between moving the head and offering: a subscriber goes live in between or not at all. */
  const advance = (to: bigint, events: readonly LoggedEvent[]) => {
    head = to;
    for (const watcher of watchers) watcher.onEvents(events, to);
    for (const [subscription, wanted] of subscriptions.of(events)) subscription.offer(wanted);
    for (const listener of listeners) listener();
  };

  const readTo = async (target: bigint) => {
    while (head < target && state === 'reading') {
      if (subscriptions.size + watchers.size === 0) {
        advance(target, []);
        return;
      }
      try {
        const page = await readEvents(pool, null, { after: head, limit: PAGE });
        const newest = page.events.at(-1);
        if (newest !== undefined) lagMs = Math.max(0, clock.now().getTime() - newest.occurredAt.getTime());
        advance(page.next, page.events);
      } catch (error) {
        if (!(error instanceof CursorPruned)) throw error;
        // This process slept while the log was pruned past it; each subscriber now finds its own answer in the log.
        goOnFrom(error.oldest);
      }
    }
  };

  const goOnFrom = (position: bigint) => {
    for (const watcher of watchers) watcher.onGap();
    for (const subscription of subscriptions) subscription.fallBehind();
    head = position;
  };

  const rewind = (to: bigint) => {
    log.error(
      { readTo: String(head), endsAt: String(to) },
      'the event log ends before where it was read to: older data was restored',
    );
    goOnFrom(to);
  };

  const turn = async () => {
    for (let more = true; more && state === 'reading'; ) {
      const since = { at: clock.now(), monotonicMs: performance.now() };
      const batch = await sequenceEvents(pool);
      if (batch.sequenced > 0) wake.announce();
      if (batch.head < head) rewind(batch.head);
      await readTo(batch.head);
      more = batch.more;
      if (!more && state === 'reading') for (const watcher of watchers) watcher.onCaughtUp(since);
    }
  };

  const run = async () => {
    clearTimeout(idle);
    do {
      again = false;
      try {
        await turn();
        if (failing) log.info({}, 'the event log can be read again');
        failing = false;
      } catch (error) {
        if (!failing) log.error({ error: String(error) }, 'cannot read the event log; trying again');
        failing = true;
        for (const watcher of watchers) watcher.onGap();
      }
    } while (again && !failing && state === 'reading');
    running = undefined;
    if (state === 'reading') idle = setTimeout(kick, idlePollMs);
  };

  function kick() {
    if (state !== 'reading') return;
    again = true;
    running ??= run();
  }

  return {
    async start() {
      if (state !== 'new') throw new Error(`an event tail starts once, this one is ${state}`);
      head = (await logBounds(pool)).head;
      state = 'reading';
      stopWake = wake.onWake(kick);
      kick();
    },
    async close() {
      state = 'closed';
      stopWake();
      clearTimeout(idle);
      for (const subscription of [...subscriptions]) await subscription.return();
      await running;
    },
    head: () => head,
    subscribe(after, filter, { bufferMax = 256 } = {}) {
      if (state !== 'reading') throw new Error(`the event tail is not reading (${state}): start it before subscribing`);
      const subscription: Subscription = new Subscription({
        pool,
        filter,
        bufferMax,
        position: after ?? head,
        head: () => head,
        ended: () => subscriptions.delete(subscription),
      });
      subscriptions.add(subscription, filter);
      return subscription;
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stats: () => ({ subscribers: subscriptions.size, lagMs }),
  };
}

/**
 * One subscriber: reads from the log until it stands at the tail's head, then takes what the tail offers; where its buffer
 * is full it drops back to the log from the last event it kept.
 */
class Subscription implements AsyncIterableIterator<LoggedEvent> {
  readonly #o: {
    readonly pool: Database['pool'];
    readonly filter: TailFilter;
    readonly bufferMax: number;
    readonly head: () => bigint;
    readonly ended: () => void;
  };
  readonly #buffer: LoggedEvent[] = [];
  /** Everything up to here is delivered, buffered, or was not wanted; while live, up to the tail's head. */
  #position: bigint;
  #live = false;
  #closed = false;
  #signal = () => {};
  #pulls: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly pool: Database['pool'];
    readonly filter: TailFilter;
    readonly bufferMax: number;
    readonly position: bigint;
    readonly head: () => bigint;
    readonly ended: () => void;
  }) {
    this.#o = options;
    this.#position = options.position;
    // At the tail's head already: whatever is offered next is what comes next.
    this.#live = options.position === options.head();
  }

  /** What the tail has read of what it may want, in order. */
  offer(events: readonly LoggedEvent[]): void {
    if (!this.#live) return;
    for (const event of events) {
      // It may have read the log further than the tail has.
      if (event.position <= this.#position) continue;
      if (!eventMatches(this.#o.filter.viewer, this.#o.filter, event)) continue;
      if (this.#buffer.length >= this.#o.bufferMax) {
        this.#live = false;
        break;
      }
      this.#buffer.push(event);
      this.#position = event.position;
    }
    if (this.#buffer.length > 0) this.#signal();
  }

  fallBehind(): void {
    const head = this.#o.head();
    if (this.#live && head > this.#position) this.#position = head;
    this.#live = false;
    this.#signal();
  }

  next(): Promise<IteratorResult<LoggedEvent>> {
    const pull = this.#pulls.then(() => this.#pull());
    this.#pulls = pull.catch(() => {});
    return pull;
  }

  async return(): Promise<IteratorResult<LoggedEvent>> {
    this.#end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #pull(): Promise<IteratorResult<LoggedEvent>> {
    while (!this.#closed) {
      const event = this.#buffer.shift();
      if (event !== undefined) return { value: event, done: false };
      if (this.#live) {
        await new Promise<void>((resolve) => {
          this.#signal = resolve;
        });
      } else {
        await this.#readLog();
      }
    }
    return { value: undefined, done: true };
  }

  async #readLog(): Promise<void> {
    const { pool, filter, bufferMax, head } = this.#o;
    try {
      const limit = Math.min(PAGE, bufferMax);
      const page = await readEvents(pool, filter.viewer, { ...filter, after: this.#position, limit });
      this.#buffer.push(...page.events);
      this.#position = page.next;
      // The tail offers everything after its head; from here on nothing is missed and nothing at or before is taken again.
      this.#live = page.next >= head();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#buffer.length = 0;
    this.#signal();
    this.#o.ended();
  }
}
