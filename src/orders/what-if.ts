import type { CompiledRule } from '../matrix/rules/compile.js';
import { outcomeUnder } from './outcome.js';
import { withDayCounts } from './question.js';
import { type Progress, type ReplayDeps, type Replayed, replay } from './replay.js';
import { type Comparison, compareOutcomes, sumComparisons, type WhatIf } from './what-if-report.js';

/** What other rules would make of these orders than those in force: both answer the same questions, as `replay` puts them. */
export async function whatIf(
  deps: ReplayDeps,
  draft: readonly CompiledRule[],
  which: Replayed,
  onProgress: Progress = () => {},
): Promise<WhatIf> {
  const comparisons: Comparison[] = [];
  const passedOver = await replay(deps, which, onProgress, async (asked, ruleVersion) => {
    const rules = await deps.rulesOf(deps.pool, ruleVersion);
    const question = await withDayCounts(deps.pool, asked, [...rules, ...draft]);
    const { id, currency } = question.order;
    const live = await outcomeUnder(deps.decide, question, rules);
    comparisons.push(compareOutcomes(id, currency, live, await outcomeUnder(deps.decide, question, draft)));
  });
  return { ...sumComparisons(comparisons), passedOver };
}
