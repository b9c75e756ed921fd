import { setAsidesOf } from '../matrix/rules/set-asides.js';
import type { Pool } from '../store/database.js';
import {
  keepRuleSetAsides,
  loadSetAsideCursor,
  mayRulesSetAside,
  nextStockedProducts,
  saveSetAsideCursor,
  sellingAccounts,
} from '../store/rule-set-asides.js';
import { rulesInForce } from '../store/rule-sets.js';
import type { RulesOf } from './rules.js';

/** Rows of stock in one statement, and statements in one run: the next run goes on where this one stops, or begins again. */
const PAGE = 1_000;
const PAGES_MAX = 20;
const FIRST = { nodeId: 0, productId: 0 };

/**
 * Sets aside what the rules in force for all orders say of each row of stock: a bounded part of the pass that is under way. Returns how many
 * rows changed. Nothing is read where no rule sets anything aside.
 *
 * Errors: HeadgateError RULES_UNREADABLE.
 */
export async function refreshSetAsides(
  deps: { readonly pool: Pool; readonly rulesOf: RulesOf },
  now: Date,
  page = PAGE,
): Promise<number> {
  const { pool } = deps;
  const { version } = await rulesInForce(pool);
  if (!(await mayRulesSetAside(pool, version))) return 0;
  const [rules, accounts, began] = await Promise.all([
    deps.rulesOf(pool, version),
    sellingAccounts(pool),
    loadSetAsideCursor(pool),
  ]);
  let after = began ?? FIRST;
  let changed = 0;
  for (let round = 0; round < PAGES_MAX; round += 1) {
    const stock = await nextStockedProducts(pool, after, page);
    const last = stock.length < page ? undefined : stock.at(-1);
    const to = last ? { nodeId: last.nodeId, productId: last.productId } : null;
    changed += await keepRuleSetAsides(pool, { after, to }, setAsidesOf(rules, stock, accounts, now));
    if (to === null) {
      if (began !== null) await saveSetAsideCursor(pool, null);
      return changed;
    }
    after = to;
  }
  await saveSetAsideCursor(pool, after);
  return changed;
}
