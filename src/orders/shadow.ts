import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { Log } from '../model/log.js';
import type { Pool } from '../store/database.js';
import { keepShadow } from '../store/rule-shadows.js';
import { type Outcome, outcomeUnder } from './outcome.js';
import type { Question } from './question.js';
import type { RulesOf } from './rules.js';
import { compareOutcomes } from './what-if-report.js';

/** An order's first question, and what became of it: under the rules in force, or under those on trial where it is one of their share. */
export interface Shadowed {
  readonly question: Question;
  readonly outcome: Outcome;
  readonly isTried: boolean;
  readonly liveVersion: number;
  readonly trialVersion: number;
}

/** Decides orders once more beside the decisions that count: under the rules on trial, or, where these decided, under those in force. */
export interface Shadow {
  /** Takes an order where there is room, and returns at once. */
  offer(order: Shadowed): void;
  /** Once all that was taken is compared. */
  settled(): Promise<void>;
  /** Takes no more, and waits for the one that is being compared. */
  close(): Promise<void>;
}

/** Orders that wait, each with its question: more are passed over, which the report counts. */
const WAITING_MAX = 20;
/** It rests so many times as long as it worked: of a busy process it takes a quarter at most. */
const REST = 3;

/**
 * One order at a time, and none waits for it: what fails, or finds no room, is passed over. Both rule sets answer the very same question, with
 * the stock and the live rates of that moment.
 */
export function createShadow(deps: {
  readonly pool: Pool;
  readonly decide: Parameters<typeof outcomeUnder>[0];
  readonly rulesOf: RulesOf;
  readonly monotonicMs: () => number;
  readonly log: Log;
}): Shadow {
  const waiting: Shadowed[] = [];
  const closing = new AbortController();
  let working: Promise<void> | null = null;

  const compare = async ({ question, outcome, isTried, liveVersion, trialVersion: version }: Shadowed) => {
    const { id: orderId, currency } = question.order;
    try {
      const others = await deps.rulesOf(deps.pool, isTried ? liveVersion : version);
      const other = await outcomeUnder(deps.decide, question, others);
      const [live, draft] = isTried ? [other, outcome] : [outcome, other];
      const compared = compareOutcomes(orderId, currency, live, draft);
      await keepShadow(deps.pool, version, {
        ...compared,
        liveVersion,
        decidedAt: question.snapshot.takenAt,
      });
    } catch (error) {
      deps.log.warn(
        { orderId, version, error: String(error) },
        'an order could not be compared for the rules on trial',
      );
    }
  };
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await setImmediate();
      const from = deps.monotonicMs();
      await compare(next);
      const rest = (deps.monotonicMs() - from) * REST;
      await pause(rest, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
    working = null;
  };
  return {
    offer(order) {
      if (closing.signal.aborted || waiting.length >= WAITING_MAX) return;
      waiting.push(order);
      working ??= work();
    },
    async settled() {
      await working;
    },
    async close() {
      closing.abort();
      waiting.length = 0;
      await working;
    },
  };
}
