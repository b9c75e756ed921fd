import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { decideWithin, InvalidRequest } from '../engine/decide.js';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { RequestBytes, ThreadAnswer } from './decider-thread.js';
import { createLoopShare } from './loop-share.js';

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
  /** Requests that wait for a thread at most, and for a turn of the event loop. */
  readonly waiting: number;
  /** Entries (lines times nodes, offers, price brackets) above which a request goes to a thread unread. */
  readonly entriesAtOnce: number;
  /** Search steps that a request may take at once; the rest of them is for a thread. A step is 30 to 100 microseconds. */
  readonly stepsAtOnce: number;
  /** Milliseconds of one turn of the event loop after which requests decided at once wait for the next. */
  readonly millisecondsAtOnce: number;
}

export const DEFAULT_DECIDER_LIMITS: DeciderLimits = {
  threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
  waiting: 1_000,
  entriesAtOnce: 600,
  stepsAtOnce: 10,
  millisecondsAtOnce: 2,
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
  let pool: Piscina<RequestBytes, ThreadAnswer> | undefined;
  const turn = createLoopShare({ milliseconds: limits.millisecondsAtOnce, waiting: limits.waiting });
  const inThread = async (request: RoutingRequest): Promise<Decision> => {
    pool ??= new Piscina({
      filename: threadFile.href,
      minThreads: 0,
      maxThreads: limits.threads,
      maxQueue: limits.waiting,
      idleTimeout: IDLE_MS,
    });
    const bytes = await bytesOf(request);
    const answer = await pool.run(bytes, { transferList: [bytes.frame, ...(bytes.nodes ?? [])] });
    if ('faults' in answer) throw new InvalidRequest(answer.faults);
    return JSON.parse(answer.decision);
  };
  return {
    decide: (request) => {
      if (entriesOf(request) > limits.entriesAtOnce) return inThread(request);
      const decided = turn.run(() => decideWithin(request, limits.stepsAtOnce));
      if (decided instanceof Promise) return decided.then((decision) => decision ?? inThread(request));
      return decided ?? inThread(request);
    },
    close: async () => {
      await pool?.destroy();
    },
  };
}

/** Written so many characters at a time: under a millisecond of the event loop. */
const CHARACTERS_AT_ONCE = 100_000;

/**
 * The request as JSON, ready to be handed over. As bytes it lies outside the heap: as text, a few large requests under way were what the
 * garbage collector moved about, for tens of milliseconds at a time.
 */
async function bytesOf(request: RoutingRequest): Promise<RequestBytes> {
  const { nodes, ...rest } = request;
  const frame = bytesOfText(JSON.stringify(rest));
  if (nodes === undefined) return { frame, nodes: null };
  const written: ArrayBuffer[] = [];
  let characters = 0;
  for (const node of nodes) {
    const text = JSON.stringify(node);
    written.push(bytesOfText(text));
    characters += text.length;
    if (characters < CHARACTERS_AT_ONCE) continue;
    characters = 0;
    await setImmediate();
  }
  return { frame, nodes: written };
}

const encoder = new TextEncoder();
/** In a buffer of its own, which can be handed over. */
function bytesOfText(text: string): ArrayBuffer {
  return encoder.encode(text).buffer as ArrayBuffer;
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
