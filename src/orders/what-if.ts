import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { CompiledRule } from '../matrix/rules/compile.js';
import { systemViewer } from '../model/viewer.js';
import { type FirstDecision, firstDecisions } from '../store/first-decisions.js';
import { loadOrder } from '../store/orders.js';
import type { OrderDeps } from './deps.js';
import { answerUnder, type Question, readQuestion } from './question.js';
import { compareOutcomes, type Outcome, type WhatIf } from './what-if-report.js';

/** Orders that one comparison asks at most. */
export const WHAT_IF_MAX = 10_000;

type Deps = Pick<OrderDeps, 'pool' | 'settings' | 'clock' | 'rulesOf' | 'decide'>;

/**
 * What other rules would make of the latest orders than those in force: each order as it was first decided (its lines, quantities, prices,
 * address, and a promise as far ahead as it was then), alone, on the stock, prices and rates of today with what it holds itself counted as
 * free; under both rule sets by the code that routes. Writes and holds nothing.
 */
export async function whatIf(
  deps: Deps,
  draft: readonly CompiledRule[],
  last: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<WhatIf> {
  const firsts = await firstDecisions(deps.pool, Math.min(last, WHAT_IF_MAX));
  const pairs: { orderId: string; currency: string; live: Outcome; draft: Outcome }[] = [];
  let passedOver = 0;
  for (const [done, first] of firsts.entries()) {
    onProgress(done, firsts.length);
    const asked = await questionOf(deps, first);
    if (asked === null) passedOver += 1;
    else {
      const { question, ruleVersion } = asked;
      const live = await deps.rulesOf(deps.pool, ruleVersion);
      pairs.push({
        ...{ orderId: first.orderId, currency: question.order.currency },
        live: await outcomeOf(deps, question, live),
        draft: await outcomeOf(deps, question, draft),
      });
    }
  }
  onProgress(firsts.length, firsts.length);
  return { ...compareOutcomes(pairs), passedOver };
}

/** The question of an order's first decision, put today; null where the order is gone. */
async function questionOf(deps: Deps, { orderId, decidedAt, quantities }: FirstDecision) {
  const stored = await loadOrder(deps.pool, systemViewer('what-if'), orderId);
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

async function outcomeOf(deps: Deps, question: Question, rules: readonly CompiledRule[]): Promise<Outcome> {
  const { answer, dropped, held } = await answerUnder(deps.decide, question, rules);
  const { request, decision }: { readonly request: RoutingRequest; readonly decision: Decision } = answer;
  return { request, decision, dropped, held: held.map(({ ruleId }) => ruleId) };
}
