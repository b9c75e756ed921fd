import type { Decision } from '../../engine/decision.js';
import type { RoutingRequest } from '../../engine/request.js';
import { formatAmount, parseAmount, type TenThousandths } from '../../model/money.js';
import type { RuleHold } from './apply.js';

/** A rule that has a decision wait for a person; with the margin that was too low, where it is for that. */
export interface HeldByRule {
  readonly ruleId: string;
  readonly reason: string;
  /** Amount in the order's currency. */
  readonly margin?: string;
}

/** A percentage counts in 1/10000 of a hundredth. */
const WHOLE = 1_000_000n;

/** Which of the rules have this decision wait; none where nothing ships. Pure. */
export function heldByRules(
  holds: readonly RuleHold[],
  request: RoutingRequest,
  decision: Pick<Decision, 'shipments' | 'landedCost'>,
): HeldByRule[] {
  if (decision.shipments.length === 0) return [];
  const value = shippedValue(request, decision);
  const margin = value - parseAmount(decision.landedCost ?? '0');
  return holds.flatMap(({ ruleId, reason, below }) => {
    if (below === null) return [{ ruleId, reason }];
    const low =
      'amount' in below
        ? margin < below.amount
        : BigInt(margin) * WHOLE < BigInt(value) * BigInt(parseAmount(below.percent));
    return low ? [{ ruleId, reason, margin: formatAmount(margin) }] : [];
  });
}

/** What the customer pays for the units that a decision ships, in the order's currency. Pure. */
export function shippedValue(request: RoutingRequest, decision: Pick<Decision, 'shipments'>): TenThousandths {
  const prices = new Map((request.order.lines ?? []).map(({ id, unitPrice }) => [id, parseAmount(unitPrice)]));
  return decision.shipments
    .flatMap(({ items }) => items)
    .reduce((sum, { lineId, quantity }) => sum + (prices.get(lineId) ?? 0) * quantity, 0);
}
