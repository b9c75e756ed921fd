import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import { lowOffersOf, unfilledUnits, withLowForTheRest, withoutLow } from '../matrix/low-stock.js';
import type { NetworkSnapshot } from '../model/network.js';

/**
 * Asks the engine without the nodes that run low, and where that leaves units that they could serve, once more with them. The
 * second answer counts only where it leaves fewer. At most two decisions; one where nothing is low. Source: docs/stock.md.
 */
export async function decideSparingLow(
  decide: (request: RoutingRequest) => Decision | Promise<Decision>,
  request: RoutingRequest,
  snapshot: NetworkSnapshot,
): Promise<{ readonly request: RoutingRequest; readonly decision: Decision }> {
  const low = lowOffersOf(snapshot);
  if (low.length === 0) return { request, decision: await decide(request) };
  const sparing = withoutLow(request, low);
  const first = { request: sparing, decision: await decide(sparing) };
  if (first.decision.status === 'routed' || first.decision.status === 'undecided') return first;
  const drawing = withLowForTheRest(request, low, first.decision);
  const second = { request: drawing, decision: await decide(drawing) };
  const better =
    second.decision.status !== 'undecided' && unfilledUnits(second.decision) < unfilledUnits(first.decision);
  return better ? second : first;
}
