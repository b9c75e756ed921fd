import type { PlanCommitter, PlanOutcome } from '../src/store/plan.js';
import { processorMs } from './machine.js';
import { quantile } from './measure.js';
import { type RecordTexts, routingPlan, type Shop, type WaitingOrder } from './stock-shop.js';

/** What one turn came to. Processor time is that of server and client together, in microseconds an order; 0 where the system does not tell. */
export interface Turn {
  readonly orders: number;
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Lets so many callers route orders through the committer, each one after another, until the time is over, the orders are used up, or
 * the signal comes. Every order is to be accepted.
 */
export async function commitTurn(options: {
  readonly committer: PlanCommitter;
  readonly shop: Shop;
  readonly orders: readonly WaitingOrder[];
  readonly record: RecordTexts;
  readonly callers: number;
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** Called when all is ready and the time begins. */
  readonly onBegin?: () => void;
}): Promise<Turn> {
  const { committer, shop, orders, record, callers, signal } = options;
  // Made before: what is measured is committing them.
  const plans = orders.map((order) => routingPlan(shop, order, record));
  // With what making them left behind, where the process may (node --expose-gc).
  globalThis.gc?.();
  const took: number[] = [];
  options.onBegin?.();
  const cpuFromMs = processorMs();
  const began = performance.now();
  const until = began + options.seconds * 1000;
  let next = 0;
  const caller = async () => {
    while (performance.now() < until && !signal?.aborted) {
      const plan = plans[next++];
      if (plan === undefined) return;
      const from = performance.now();
      const outcome = await committer.commit(plan);
      took.push(performance.now() - from);
      expectCommitted(outcome);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - began) / 1000;
  return {
    orders: took.length,
    perSecond: took.length / seconds,
    cpuMicros: ((processorMs() - cpuFromMs) * 1000) / took.length,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
  };
}

function expectCommitted(outcome: PlanOutcome): void {
  if (outcome.outcome !== 'committed')
    throw new Error(`expected every order to be accepted, got ${JSON.stringify(outcome)}`);
}
