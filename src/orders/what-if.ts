import type { CompiledRule } from '../matrix/rules/compile.js';
import { answerUnder, type Question, withDayCounts } from './question.js';
import { type Progress, type ReplayDeps, replayLatest } from './replay.js';
import { compareOutcomes, type Outcome, type WhatIf } from './what-if-report.js';

/** What other rules would make of the latest orders than those in force: both answer the same questions, as `replayLatest` puts them. */
export async function whatIf(
  deps: ReplayDeps,
  draft: readonly CompiledRule[],
  last: number,
  onProgress: Progress = () => {},
): Promise<WhatIf> {
  const pairs: { orderId: string; currency: string; live: Outcome; draft: Outcome }[] = [];
  const passedOver = await replayLatest(deps, last, onProgress, async (asked, ruleVersion) => {
    const live = await deps.rulesOf(deps.pool, ruleVersion);
    const question = await withDayCounts(deps.pool, asked, [...live, ...draft]);
    pairs.push({
      ...{ orderId: question.order.id, currency: question.order.currency },
      live: await outcomeOf(deps, question, live),
      draft: await outcomeOf(deps, question, draft),
    });
  });
  return { ...compareOutcomes(pairs), passedOver };
}

async function outcomeOf(deps: ReplayDeps, question: Question, rules: readonly CompiledRule[]): Promise<Outcome> {
  const { answer, dropped, held } = await answerUnder(deps.decide, question, rules);
  const { request, decision } = answer;
  return { request, decision, dropped, held: held.map(({ ruleId }) => ruleId) };
}
