import type { Problem, ProblemNode, ProblemOffer } from '../problem.js';

/**
 * No plan from these nodes costs less, in 1/10000, what is left apart: 0 where no adjustment is negative. Every unit is taken to come from where it
 * costs least, and every node that is paid for shipping at all to ship. No more than the largest conceivable total, so the sum is exact.
 * Source: ROUTING.md, "Cost": all else that a shipment costs is not negative.
 */
export function leastPlanCost(problem: Problem, nodes: readonly ProblemNode[]): number {
  let sum = 0;
  for (const { orderFee, failureCost, adjustment } of nodes) sum += Math.min(0, orderFee + failureCost + adjustment);
  const perUnit = problem.skus.map((_, sku) =>
    nodes.reduce((least, { offers }) => Math.min(least, leastUnitCost(offers[sku] ?? null)), 0),
  );
  for (const { sku, quantity } of problem.lines) sum += (perUnit[sku] as number) * quantity;
  return sum;
}

function leastUnitCost(offer: ProblemOffer | null): number {
  if (offer === null) return 0;
  const { costs, unitFee, unitReserve, unitAdjustment } = offer;
  return (
    costs.reduce((least, { cost }) => Math.min(least, cost), Number.POSITIVE_INFINITY) +
    unitFee +
    unitReserve +
    unitAdjustment
  );
}
