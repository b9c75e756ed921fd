import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import {
  couldDrawMore,
  drawsOf,
  type LowDraw,
  type LowOffer,
  takenOf,
  trimmedDraws,
  unfilledUnits,
  unitsBySku,
  withDraws,
  withoutLow,
} from '../matrix/low-stock.js';

type Decide = (request: RoutingRequest) => Decision | Promise<Decision>;

/** The question that counts, its answer, and what the answer takes of nodes that run low. */
export interface SparingDecision {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  readonly drawn: readonly LowDraw[];
}

/**
 * Asks the engine without the nodes that run low, and where that leaves units that they could serve, once more with them up to what is
 * missing. A later answer counts only where it leaves fewer units, so an order that can be served whole is served whole.
 *
 * At most five decisions: without what is low; what exactly is missing, where that was not said; with it; with each node that
 * runs low held to what it is really needed for, where they gave more together; without limits, where something is still left. One decision where nothing is low or others have it all. Source: docs/stock.md.
 */
export async function decideSparingLow(
  decide: Decide,
  request: RoutingRequest,
  low: readonly LowOffer[],
): Promise<SparingDecision> {
  const ask = async (asked: RoutingRequest): Promise<SparingDecision> => {
    const decision = await decide(asked);
    return { request: asked, decision, drawn: takenOf(low, decision).filter(({ units }) => units > 0) };
  };
  if (low.length === 0) return ask(request);
  const spared = await ask(withoutLow(request, low));
  if (spared.decision.status === 'routed' || spared.decision.status === 'undecided') return spared;

  const missing = await missingBySku(decide, spared);
  let best = better(spared, await ask(withDraws(request, drawsOf(low, missing))));
  const trimmed = trimmedDraws(low, missing, best.decision);
  if (trimmed !== null) best = noWorse(best, await ask(withDraws(request, trimmed)));
  return couldDrawMore(low, best.decision) ? better(best, await ask(request)) : best;
}

/** What the nodes that do not run low leave, by SKU: of an order that goes whole or not at all, what they would leave if it need not. */
async function missingBySku(decide: Decide, spared: SparingDecision): Promise<ReadonlyMap<string, number>> {
  if (spared.decision.status === 'partial') return unitsBySku(spared.decision.unfilled);
  const { request } = spared;
  const eased = await decide({ ...request, policy: { ...request.policy, unfilled: 'allow' } });
  // Where that was not decided within the effort, all that is wanted may be missing.
  return unitsBySku(eased.status === 'undecided' ? (request.order.lines ?? []) : eased.unfilled);
}

function better(first: SparingDecision, second: SparingDecision): SparingDecision {
  return isDecided(second) && unfilledUnits(second.decision) < unfilledUnits(first.decision) ? second : first;
}

function noWorse(first: SparingDecision, second: SparingDecision): SparingDecision {
  return isDecided(second) && unfilledUnits(second.decision) <= unfilledUnits(first.decision) ? second : first;
}

function isDecided({ decision }: SparingDecision): boolean {
  return decision.status !== 'undecided';
}
