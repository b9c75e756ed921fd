import { unfilledUnits } from '../matrix/low-stock.js';
import type { CompiledRule } from '../matrix/rules/compile.js';
import { formatAmount, parseAmount, type TenThousandths } from '../model/money.js';
import { answerUnder, type Question, withDayCounts } from './question.js';
import { type Progress, type ReplayDeps, type Replayed, replay } from './replay.js';

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
 * What each rule in force costs on these orders, as `replay` asks about them: each order is decided with all rules, and once
 * more without each rule that did something to it, so 1 + its effective rules questions each. The costliest first, by currency.
 */
export async function regretOf(
  deps: ReplayDeps,
  which: Replayed,
  onProgress: Progress = () => {},
): Promise<{ readonly rules: readonly RuleRegret[]; readonly orders: number; readonly passedOver: number }> {
  const sums = new RegretSums();
  let orders = 0;
  const passedOver = await replay(deps, which, onProgress, async (asked, ruleVersion) => {
    const rules = await deps.rulesOf(deps.pool, ruleVersion);
    await sums.add(deps.decide, await withDayCounts(deps.pool, asked, rules), rules);
    orders += 1;
  });
  return { rules: sums.result(), orders, passedOver };
}

/** Sums over orders what each rule that did something costs. */
class RegretSums {
  private readonly sums = new Map<string, Sum>();

  async add(decide: ReplayDeps['decide'], question: Question, rules: readonly CompiledRule[]): Promise<void> {
    const { answer } = await answerUnder(decide, question, rules);
    const { currency } = question.order;
    for (const ruleId of answer.rules?.effective ?? []) {
      const others = rules.filter(({ rule }) => rule.id !== ruleId);
      const without = (await answerUnder(decide, question, others)).answer.decision;
      const key = JSON.stringify([currency, ruleId]);
      const sum = this.sums.get(key) ?? { ruleId, currency, cost: 0, orders: 0, otherwise: 0, unitsKept: 0 };
      this.sums.set(key, sum);
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
  }

  result(): RuleRegret[] {
    const all = [...this.sums.values()].sort((a, b) => b.cost - a.cost || (a.ruleId < b.ruleId ? -1 : 1));
    return all.map((sum) => ({ ...sum, cost: formatAmount(sum.cost) }));
  }
}

interface Sum extends Omit<RuleRegret, 'cost'> {
  cost: TenThousandths;
  orders: number;
  otherwise: number;
  unitsKept: number;
}
