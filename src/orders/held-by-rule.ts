import type { HeldByRule } from '../matrix/rules/held.js';
import type { OrderAggregate } from '../store/orders.js';
import type { OrderDraft } from './draft.js';
import { UNMAPPED_SERVICE } from './shipping-service.js';

/** Rules have the order wait for a person: an open item that keeps all of it from being sent. */
export const HELD_BY_RULE = 'HELD_BY_RULE';
/** How an item ends that a person has passed; however else it ends, its rules were not passed. */
const RELEASED = 'released by a person';

type Item = OrderAggregate['openItems'][number];

/**
 * Has what was decided wait for a person, its stock held, because of these rules: one item for those that do not hold it already and that
 * no person has passed for this order before. Pure.
 */
export function holdForRules(draft: OrderDraft, held: readonly HeldByRule[], decisionId: string): void {
  const items = draft.order.openItems.filter(({ reason }) => reason === HELD_BY_RULE);
  const known = new Set(items.filter((item) => item.resolvedAt === null || isPassed(item)).flatMap(ruleIdsOf));
  const rules = held.filter(({ ruleId }) => !known.has(ruleId));
  if (rules.length === 0) return;
  draft.openItemBeside({ kind: 'hold', reason: HELD_BY_RULE, evidence: { decisionId, rules }, blocks: ['dispatch'] });
  for (const fulfillment of draft.fulfillments)
    if (fulfillment.status === 'PLANNED') fulfillment.assign({ nextActionAt: null });
}

/**
 * Lets an order go on, as far as nothing else keeps it, from the rules that held it at the moment of a person's word, and from a shipping
 * service that nobody knew: what holds it since then was not seen. Pure.
 */
export function releaseHeld(draft: OrderDraft, saidAt: Date): void {
  draft.resolveItems([HELD_BY_RULE, UNMAPPED_SERVICE], RELEASED, null, 'told', saidAt);
  if (!draft.hasEvents) return;
  for (const fulfillment of draft.fulfillments)
    if (draft.isConfirmed && fulfillment.status === 'PLANNED' && !draft.isDispatchBlocked(fulfillment.id))
      fulfillment.assign({ nextActionAt: draft.now.toISOString() });
}

/** Whether a person has let the order go from a rule that held it, or with a shipping service that nobody knew. */
export function wasReleased({ openItems }: OrderAggregate): boolean {
  return openItems.some((item) => isPassed(item) || (item.reason === UNMAPPED_SERVICE && item.resolution === RELEASED));
}

function isPassed({ reason, resolvedAt, resolution }: Item): boolean {
  return reason === HELD_BY_RULE && resolvedAt !== null && resolution === RELEASED;
}

function ruleIdsOf({ evidence }: Item): string[] {
  return (evidence.rules as readonly HeldByRule[]).map(({ ruleId }) => ruleId);
}
