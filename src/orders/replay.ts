import { systemViewer } from '../model/viewer.js';
import { type FirstDecision, firstDecisions, type WhichOrders } from '../store/first-decisions.js';
import { loadOrder } from '../store/orders.js';
import type { OrderDeps } from './deps.js';
import { askedOf, type GivenOrder } from './given-order.js';
import { type Asked, type Question, readQuestion } from './question.js';

/** Orders that one replay asks about at most. */
export const REPLAY_MAX = 10_000;

export type ReplayDeps = Pick<OrderDeps, 'pool' | 'settings' | 'clock' | 'rulesOf' | 'decide'>;

/** How far a replay is: orders done, of all. */
export type Progress = (done: number, total: number) => void;

/** Orders that were decided, or that are given. */
export type Replayed = WhichOrders | { readonly orders: readonly GivenOrder[] };

/**
 * Asks anew what was first asked about each of these orders (its lines, quantities, prices, address, and a promise as far ahead as it was
 * then), or asks about orders that are given, alone, on the stock, prices and rates of today with what it holds itself counted as free. Writes and
 * holds nothing. Returns how many orders could not be asked about.
 */
export async function replay(
  deps: ReplayDeps,
  which: Replayed,
  onProgress: Progress,
  ask: (question: Question, ruleVersion: number) => Promise<void>,
): Promise<number> {
  const questions = await questionsOf(deps, which);
  let passedOver = 0;
  for (const [done, read] of questions.entries()) {
    onProgress(done, questions.length);
    const asked = await read();
    if (asked === null) passedOver += 1;
    else {
      const { question, inForce } = await readQuestion(deps, asked);
      await ask(question, inForce.version);
    }
  }
  onProgress(questions.length, questions.length);
  return passedOver;
}

/** What is to be asked about each order, to be read one after another; null where the order is gone. */
async function questionsOf(deps: ReplayDeps, which: Replayed): Promise<(() => Promise<Asked | null>)[]> {
  if ('orders' in which) return which.orders.map((given) => async () => askedOf(given, deps.clock.now()));
  const firsts = await firstDecisions(deps.pool, which);
  return firsts.map((first) => () => firstAsked(deps, first));
}

/** The question of an order's first decision, put today. */
async function firstAsked(deps: ReplayDeps, { orderId, decidedAt, quantities }: FirstDecision): Promise<Asked | null> {
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
  return { order, lines, exclusions: [], now, givenBack };
}
