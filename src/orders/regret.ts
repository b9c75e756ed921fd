import { unfilledUnits } from '../matrix/low-stock.js';
import { formatAmount, parseAmount, type TenThousandths } from '../model/money.js';
import { answerUnder, withDayCounts } from './question.js';
import { type Progress, type ReplayDeps, replayLatest } from './replay.js';

/** What one rule cost over some orders of one currency. */
export interface RuleRegret {
  readonly ruleId: string;
  readonly currency: string;
  /** The objective with the rule less that without it, summed over `orders`; negative where it earned. A decimal. */
  readonly cost: string;
  /** Orders in which it did something, and that ship as many units without it. */
  readonly orders: number;
  /** Orders that ship other units without it, or nothing: what it cost there is no sum of money. Units more that would ship. */
  readonly otherwise: number;
  readonly unitsKept: number;
}

/**
 * What each rule in force costs on the latest orders, as `replayLatest` asks about them: each order is decided with all rules, and once
 * more without each rule that did something to it, so 1 + its effective rules questions each. The costliest first, by currency.
 */
export async function regretOf(
  deps: ReplayDeps,
  last: number,
  onProgress: Progress = () => {},
): Promise<{ readonly rules: readonly RuleRegret[]; readonly passedOver: number }> {
  const sums = new Map<string, Sum>();
  const passedOver = await replayLatest(deps, last, onProgress, async (asked, ruleVersion) => {
    const rules = await deps.rulesOf(deps.pool, ruleVersion);
    const question = await withDayCounts(deps.pool, asked, rules);
    const { answer } = await answerUnder(deps.decide, question, rules);
    const { currency } = question.order;
    for (const ruleId of answer.rules?.effective ?? []) {
      const others = rules.filter(({ rule }) => rule.id !== ruleId);
      const without = (await answerUnder(deps.decide, question, others)).answer.decision;
      const key = JSON.stringify([currency, ruleId]);
      const sum = sums.get(key) ?? { ruleId, currency, cost: 0, orders: 0, otherwise: 0, unitsKept: 0 };
      sums.set(key, sum);
      const units = unfilledUnits(answer.decision) - unfilledUnits(without);
      const [cost, costWithout] = [answer.decision.objective, without.objective];
      if (units !== 0 || cost === undefined || costWithout === undefined) {
        sum.otherwise += 1;
        sum.unitsKept += units;
      } else {
        sum.orders += 1;
        sum.cost += parseAmount(cost) - parseAmount(costWithout);
      }
    }
  });
  const all = [...sums.values()].sort((a, b) => b.cost - a.cost || (a.ruleId < b.ruleId ? -1 : 1));
  return { rules: all.map((sum) => ({ ...sum, cost: formatAmount(sum.cost) })), passedOver };
}

interface Sum extends Omit<RuleRegret, 'cost'> {
  cost: TenThousandths;
  orders: number;
  otherwise: number;
  unitsKept: number;
}
