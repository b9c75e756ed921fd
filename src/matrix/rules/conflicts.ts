import { FILTERS } from '../../model/rule-set.js';
import type { CompiledRule } from './compile.js';
import { contradictionIn, type Part } from './expression.js';

/** Effects that fall on nothing but what their condition names: where all of that is excluded, they do nothing. */
const ON_WHAT_IT_NAMES: ReadonlySet<string> = new Set([
  'exclude',
  'avoid',
  'carriers',
  'maxLeadTimeHours',
  'nodeLimit',
]);

/**
 * What makes a rule useless, or leaves nothing, because of an earlier one; by the parts of their conditions, that they are joined of by `&&`.
 * All that it says is so wherever both rules apply; of what it does not say, much may still be so. Pure.
 */
export function conflictsWithEarlier(rules: readonly CompiledRule[], at: number): string[] {
  const later = rules[at];
  if (!later) return [];
  return rules.slice(0, at).flatMap((earlier) => {
    if (!isHard(earlier)) return [];
    if (isShadowed(later, earlier)) return [`is shadowed by ${earlier.rule.id}, which excludes all that it names`];
    const why = isHard(later) && meet(later, earlier) ? leavesNothing(later, earlier) : null;
    return why === null ? [] : [`leaves nothing to ship where ${earlier.rule.id} applies too: ${why}`];
  });
}

function isHard({ rule, effect }: CompiledRule): boolean {
  return FILTERS.has(effect) && rule.soft !== true;
}

function isShadowed(later: CompiledRule, earlier: CompiledRule): boolean {
  return (
    earlier.effect === 'exclude' &&
    ON_WHAT_IT_NAMES.has(later.effect) &&
    contains(later.when.parts, earlier.when.parts) &&
    // In force all the while that the later one is.
    startOf(earlier) <= startOf(later) &&
    endOf(earlier) >= endOf(later)
  );
}

/** Whether both may be in force at once, for one order: nothing shows that they cannot. */
function meet(one: CompiledRule, other: CompiledRule): boolean {
  const overlap = startOf(one) < endOf(other) && startOf(other) < endOf(one);
  return overlap && contradictionIn([...one.when.parts, ...other.when.parts]) === null;
}

/** Why nothing can be left of two filters that both hold. */
function leavesNothing(one: CompiledRule, other: CompiledRule): string | null {
  if (one.require && other.require) return contradictionIn([...one.require.parts, ...other.require.parts]);
  for (const [required, excluded] of [
    [one, other],
    [other, one],
  ] as const)
    if (required.require && excluded.effect === 'exclude' && excluded.when.parts.length > 0)
      if (contains([...required.when.parts, ...required.require.parts], excluded.when.parts))
        return `${excluded.rule.id} excludes all that ${required.rule.id} requires`;
  const carriers = [one.rule.then.carriers, other.rule.then.carriers];
  const [first, second] = carriers.map((each) => each?.only);
  const barred = carriers.flatMap((each) => each?.not ?? []);
  const only = first && second ? first.filter((carrier) => second.includes(carrier)) : (first ?? second);
  return only?.every((carrier) => barred.includes(carrier)) ? 'no carrier is left' : null;
}

/** Whether all parts of one condition are parts of the other: whatever fulfils the other fulfils it. */
function contains(all: readonly Part[], some: readonly Part[]): boolean {
  return some.every(({ text }) => all.some((part) => part.text === text));
}

function startOf({ rule }: CompiledRule): number {
  return rule.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(rule.from);
}

function endOf({ rule }: CompiledRule): number {
  return rule.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.until);
}
