import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { decideWithin, InvalidRequest } from '../engine/decide.js';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { RequestTexts, ThreadAnswer } from './decider-thread.js';

/** Decides requests without holding up the event loop: small ones at once, large ones in a thread. */
export interface Decider {
  /** The decision that `decide` of the engine gives, byte for byte. Errors: InvalidRequest; an Error where too many wait. */
  readonly decide: (request: RoutingRequest) => Decision | Promise<Decision>;
  /** Those being decided are given up. */
  close(): Promise<void>;
}

export interface DeciderLimits {
  /** Threads at most. */
  readonly threads: number;
  /** Requests that wait for a thread at most. */
  readonly waiting: number;
  /** Entries (lines times nodes, offers, price brackets) above which a request goes to a thread unread. */
  readonly entriesAtOnce: number;
  /** Search steps that a request may take at once; the rest of them is for a thread. A step is 30 to 100 microseconds. */
  readonly stepsAtOnce: number;
}

export const DEFAULT_DECIDER_LIMITS: DeciderLimits = {
  threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
  waiting: 1_000,
  entriesAtOnce: 1_200,
  stepsAtOnce: 25,
};

/** A thread that has nothing to do for so long ends. */
const IDLE_MS = 60_000;

/**
 * Everyday requests are decided in well under a millisecond, where they are: sending them anywhere would take longer. What is larger, or
 * turns out harder, is decided by a thread from the start, so that the event loop is never held up for long.
 * `threadFile`: the built module of the thread.
 */
export function createDecider(
  limits: DeciderLimits = DEFAULT_DECIDER_LIMITS,
  threadFile: URL = new URL('./decider-thread.js', import.meta.url),
): Decider {
  let pool: Piscina<RequestTexts, ThreadAnswer> | undefined;
  const inThread = async (request: RoutingRequest): Promise<Decision> => {
    pool ??= new Piscina({
      filename: threadFile.href,
      minThreads: 0,
      maxThreads: limits.threads,
      maxQueue: limits.waiting,
      idleTimeout: IDLE_MS,
    });
    const answer = await pool.run(await textsOf(request));
    if ('faults' in answer) throw new InvalidRequest(answer.faults);
    return JSON.parse(answer.decision);
  };
  return {
    decide: (request) => {
      if (entriesOf(request) > limits.entriesAtOnce) return inThread(request);
      return decideWithin(request, limits.stepsAtOnce) ?? inThread(request);
    },
    close: async () => {
      await pool?.destroy();
    },
  };
}

/** Written so many characters at a time: under a millisecond of the event loop. */
const CHARACTERS_AT_ONCE = 100_000;

async function textsOf(request: RoutingRequest): Promise<RequestTexts> {
  const { nodes, ...rest } = request;
  const frame = JSON.stringify(rest);
  if (nodes === undefined) return { frame, nodes: null };
  const texts: string[] = [];
  let written = 0;
  for (const node of nodes) {
    const text = JSON.stringify(node);
    texts.push(text);
    written += text.length;
    if (written < CHARACTERS_AT_ONCE) continue;
    written = 0;
    await setImmediate();
  }
  return { frame, nodes: texts };
}

function entriesOf(request: RoutingRequest): number {
  const lines = request.order.lines?.length ?? 0;
  return (request.nodes ?? []).reduce(
    (sum, node) =>
      sum +
      lines +
      (node.offers ?? []).reduce((entries, offer) => entries + 1 + offer.unitCosts.length, 0) +
      (node.services ?? []).reduce((entries, service) => entries + 1 + service.rates.length, 0),
    0,
  );
}
