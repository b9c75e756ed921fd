import { systemViewer } from '../model/viewer.js';
import { type FirstDecision, firstDecisions } from '../store/first-decisions.js';
import { loadOrder } from '../store/orders.js';
import type { OrderDeps } from './deps.js';
import { type Question, readQuestion } from './question.js';

/** Orders that one replay asks about at most. */
export const REPLAY_MAX = 10_000;

export type ReplayDeps = Pick<OrderDeps, 'pool' | 'settings' | 'clock' | 'rulesOf' | 'decide'>;

/** How far a replay is: orders done, of all. */
export type Progress = (done: number, total: number) => void;

/**
 * Asks anew what was first asked about each of the latest orders (its lines, quantities, prices, address, and a promise as far ahead as it was
 * then), alone, on the stock, prices and rates of today with what it holds itself counted as free. Writes and holds nothing. Returns
 * how many orders could not be asked about.
 */
export async function replayLatest(
  deps: ReplayDeps,
  last: number,
  onProgress: Progress,
  ask: (question: Question, ruleVersion: number) => Promise<void>,
): Promise<number> {
  const firsts = await firstDecisions(deps.pool, Math.min(last, REPLAY_MAX));
  let passedOver = 0;
  for (const [done, first] of firsts.entries()) {
    onProgress(done, firsts.length);
    const asked = await questionOf(deps, first);
    if (asked === null) passedOver += 1;
    else await ask(asked.question, asked.inForce.version);
  }
  onProgress(firsts.length, firsts.length);
  return passedOver;
}

/** The question of an order's first decision, put today; null where the order is gone. */
async function questionOf(deps: ReplayDeps, { orderId, decidedAt, quantities }: FirstDecision) {
  const stored = await loadOrder(deps.pool, systemViewer('replay'), orderId);
  if (stored === null) return null;
  const now = deps.clock.now();
  const laterMs = now.getTime() - decidedAt.getTime();
  // As it came in: nothing of it shipped or confirmed yet.
  const order = {
    ...{ ...stored, fulfillments: [], confirmedAt: null },
    placedAt: new Date(stored.placedAt.getTime() + laterMs),
    deliverBy: stored.deliverBy && new Date(stored.deliverBy.getTime() + laterMs),
  };
  const lines = stored.lines.flatMap((line) => {
    const quantity = quantities.get(line.lineNo);
    return quantity === undefined ? [] : [{ ...line, quantity }];
  });
  const givenBack = stored.reservations
    .filter(({ state }) => state === 'held' || state === 'committed')
    .map(({ nodeId, productId, quantity }) => ({ nodeId, productId, units: quantity }));
  return readQuestion(deps, { order, lines, exclusions: [], now, givenBack });
}
