import type { NewId } from '../model/clock.js';
import type { Exchange } from '../model/exchange.js';
import type { Log } from '../model/log.js';
import type { Queryable } from './database.js';
import { type KeptExchange, keepExchanges } from './exchanges.js';

/** Calls that wait to be written; beyond, the oldest are dropped. */
const WAITING_MAX = 100;
const WRITTEN_AT_ONCE_MAX = 20;

/** Keeps exchanges beside the work that they are of: whoever hands them over never waits, and never fails for it. */
export interface ExchangeTrail {
  /** `taken` gives the exchanges of one call; it is asked when they are written, or never. */
  keep(taken: () => readonly Exchange[]): void;
  /** Calls whose exchanges were not kept since the start. */
  readonly dropped: number;
  /** Resolves when all that waits is written. */
  close(): Promise<void>;
}

/** A trail that is written call by call, many at once where many wait; what cannot be written is dropped and told. */
export function createExchangeTrail({
  pool,
  newId,
  log,
  keep = (exchanges) => keepExchanges(pool, exchanges),
}: {
  readonly pool: Queryable;
  readonly newId: NewId;
  readonly log: Log;
  readonly keep?: (exchanges: readonly KeptExchange[]) => Promise<void>;
}): ExchangeTrail {
  const waiting: (() => readonly Exchange[])[] = [];
  let dropped = 0;
  let writing: Promise<void> | null = null;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const calls = waiting.splice(0, WRITTEN_AT_ONCE_MAX);
      try {
        await keep(calls.flatMap((taken) => taken()).map((exchange) => ({ id: newId(), ...exchange })));
      } catch (error) {
        dropped += calls.length;
        log.warn({ error: error instanceof Error ? error.name : 'thrown', dropped }, 'exchanges could not be kept');
      }
    }
    writing = null;
  }

  return {
    keep(taken) {
      waiting.push(taken);
      if (waiting.length > WAITING_MAX) {
        waiting.shift();
        dropped += 1;
        // Once at the first, then seldom: a database that is away is told of already.
        if (dropped % WAITING_MAX === 1) log.warn({ dropped }, 'exchanges were not kept: too many waited');
      }
      writing ??= Promise.resolve().then(writeAll);
    },
    get dropped() {
      return dropped;
    },
    close: async () => void (await writing),
  };
}
