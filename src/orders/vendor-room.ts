import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { VendorRoom } from '../matrix/rules/day-limits.js';

/**
 * Asks with what each of these vendors may ship as the room of each of its nodes; where several nodes of one took more together, again with
 * the room shared out by what they took, the greatest part first. At most one question more than there are vendors.
 */
export async function decideWithinRoom<T extends { readonly decision: Decision }>(
  room: readonly VendorRoom[],
  request: RoutingRequest,
  ask: (request: RoutingRequest) => Promise<T>,
): Promise<T> {
  let asked = request;
  for (;;) {
    const answer = await ask(asked);
    const shares = room.flatMap((of) => sharesOf(of, answer.decision));
    if (shares.length === 0) return answer;
    asked = withShares(asked, new Map(shares));
  }
}

/** Vendor code -> node id -> units; none where its nodes took no more than there is room. */
function sharesOf(
  { vendorCode, units }: VendorRoom,
  { shipments }: Decision,
): (readonly [string, ReadonlyMap<string, number>])[] {
  const taken = shipments
    .filter(({ vendorId }) => vendorId === vendorCode)
    .map(({ nodeId, items }) => ({ nodeId, units: items.reduce((sum, { quantity }) => sum + quantity, 0) }))
    .sort((a, b) => b.units - a.units || (a.nodeId < b.nodeId ? -1 : 1));
  let left = units;
  const shares = new Map<string, number>();
  for (const each of taken) {
    const share = Math.min(each.units, left);
    shares.set(each.nodeId, share);
    left -= share;
  }
  return taken.reduce((sum, each) => sum + each.units, 0) > units ? [[vendorCode, shares]] : [];
}

/** The request in which nodes of these vendors ship no more than their share; those without one nothing. */
function withShares(request: RoutingRequest, shares: ReadonlyMap<string, ReadonlyMap<string, number>>): RoutingRequest {
  return {
    ...request,
    nodes: (request.nodes ?? []).map((node) => {
      const share = shares.get(node.vendorId)?.get(node.id) ?? (shares.has(node.vendorId) ? 0 : undefined);
      return share === undefined ? node : { ...node, remainingUnits: Math.min(node.remainingUnits ?? share, share) };
    }),
  };
}
