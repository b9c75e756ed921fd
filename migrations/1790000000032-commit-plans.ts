import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000029-commit-plans.js';

/** What an item that is open is known by, besides its order or fulfillment and its reason. */
export const ITEM_KEY = `(order_id, COALESCE(fulfillment_id, order_id), reason, COALESCE(evidence #>> '{rules,0,ruleId}', ''))`;
/** The same as it was before. */
export const ITEM_KEY_BEFORE = '(order_id, COALESCE(fulfillment_id, order_id), reason)';

/** Commits a batch of plans as before; items of one order and reason that name different rules stand beside each other. */
export const COMMIT_PLANS = replaceOnce(
  COMMIT_PLANS_BEFORE,
  `ON CONFLICT ${ITEM_KEY_BEFORE} WHERE`,
  `ON CONFLICT ${ITEM_KEY} WHERE`,
);

function replaceOnce(text: string, before: string, after: string): string {
  if (text.split(before).length !== 2) throw new Error(`expected once in commit_plans: ${before}`);
  return text.replace(before, () => after);
}
