import type { HeldByRule } from '../matrix/rules/held.js';
import type { OrderDraft } from './draft.js';

/** Rules have the order wait for a person: an open item that keeps all of it from being sent. */
export const HELD_BY_RULE = 'HELD_BY_RULE';

/**
 * Has what was decided wait for a person, its stock held, because of these rules; one that a person has passed for this order before does not
 * hold it again. Pure.
 */
export function holdForRules(draft: OrderDraft, held: readonly HeldByRule[], decisionId: string): void {
  const passed = new Set(
    draft.order.openItems
      .filter(({ reason, resolvedAt }) => reason === HELD_BY_RULE && resolvedAt !== null)
      .flatMap(({ evidence }) => (evidence.rules as readonly HeldByRule[]).map(({ ruleId }) => ruleId)),
  );
  const rules = held.filter(({ ruleId }) => !passed.has(ruleId));
  if (rules.length === 0) return;
  draft.openItem({ kind: 'hold', reason: HELD_BY_RULE, evidence: { decisionId, rules }, blocks: ['dispatch'] });
  for (const fulfillment of draft.fulfillments)
    if (fulfillment.status === 'PLANNED') fulfillment.assign({ nextActionAt: null });
}

/** Lets an order that rules hold be sent, as far as nothing else keeps it; false where none of them holds it. Pure. */
export function releaseHeld(draft: OrderDraft): boolean {
  const isHeld = draft.order.openItems.some(({ reason, resolvedAt }) => reason === HELD_BY_RULE && resolvedAt === null);
  if (!isHeld) return false;
  draft.resolveItems([HELD_BY_RULE], 'released by a person');
  for (const fulfillment of draft.fulfillments)
    if (draft.isConfirmed && fulfillment.status === 'PLANNED' && !draft.isDispatchBlocked(fulfillment.id))
      fulfillment.assign({ nextActionAt: draft.now.toISOString() });
  return true;
}
