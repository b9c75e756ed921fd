import { parseAmount } from '../../model/money.js';
import { isInForce, type Rule } from '../../model/rule-set.js';
import type { SellingAccount, SetAside, StockedProduct } from '../../model/set-aside.js';
import type { CompiledRule } from './compile.js';
import { LIST_MAX } from './expression.js';

/** A percentage counts in 1/10000 of a hundredth. */
const WHOLE = 1_000_000n;

/** What the rules in force at `now` set aside of this stock, the greatest of what several say for an account. Pure. */
export function setAsidesOf(
  rules: readonly CompiledRule[],
  stock: readonly StockedProduct[],
  accounts: readonly SellingAccount[],
  now: Date,
): SetAside[] {
  const setting = rules.flatMap(({ rule, when }) =>
    rule.then.setAside && isInForce(rule, now) ? [{ when, setAside: rule.then.setAside }] : [],
  );
  return stock.flatMap((one) => {
    const facts = factsOf(one);
    const byAccount = new Map<number, number>();
    for (const { when, setAside } of setting) {
      if (!when.holds(facts)) continue;
      const units = unitsOf(setAside, one.onHand);
      for (const { id } of accounts.filter((account) => isFor(setAside, account)))
        byAccount.set(id, Math.max(byAccount.get(id) ?? 0, units));
    }
    const { nodeId, productId } = one;
    return [...byAccount].flatMap(([accountId, units]) => (units > 0 ? [{ nodeId, productId, accountId, units }] : []));
  });
}

/** The ids of the rules in force at `now` that set this stock aside for anybody, in their order. Pure. */
export function setAsideRulesOf(
  rules: readonly CompiledRule[],
  stock: Omit<StockedProduct, 'onHand' | 'nodeId' | 'productId'>,
  now: Date,
): string[] {
  const facts = factsOf(stock);
  return rules.flatMap(({ rule, when }) =>
    rule.then.setAside && isInForce(rule, now) && when.holds(facts) ? [rule.id] : [],
  );
}

type Setting = NonNullable<Rule['then']['setAside']>;

function unitsOf({ units, percent = '0' }: Setting, onHand: number): number {
  return units ?? Number((BigInt(onHand) * BigInt(parseAmount(percent))) / WHOLE);
}

function isFor({ accounts, channels }: Setting, { code, channel }: SellingAccount): boolean {
  return accounts ? accounts.includes(code) : (channels?.includes(channel) ?? false);
}

function factsOf({ node, product }: Pick<StockedProduct, 'node' | 'product'>) {
  return {
    node: { ...node, region: node.region ?? '', leadTimeHours: BigInt(node.leadTimeHours) },
    line: {
      ...{ sku: product.sku, weightGrams: BigInt(product.weightGrams), tags: product.tags.slice(0, LIST_MAX) },
      ...{ hsCode: product.hsCode ?? '', originCountry: product.originCountry ?? '' },
    },
  };
}
