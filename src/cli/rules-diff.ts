import { isDeepStrictEqual } from 'node:util';
import type { Rule, RuleSet } from '../model/rule-set.js';

/** What becomes of one rule. */
export interface RuleChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly id: string;
  readonly before?: Rule;
  readonly after?: Rule;
}

/**
 * How two rule sets differ, rule by rule: those of the second in its order, then those that are gone. Moved is a rule that stands behind
 * another one than before, of those that both have. Pure.
 */
export function compareRuleSets(before: RuleSet, after: RuleSet): RuleChange[] {
  const old = new Map(before.rules.map((rule) => [rule.id, rule]));
  const fresh = new Map(after.rules.map((rule) => [rule.id, rule]));
  const behind = (rules: readonly Rule[], other: ReadonlyMap<string, Rule>) => {
    const shared = rules.filter(({ id }) => other.has(id));
    return new Map(shared.map(({ id }, at) => [id, shared[at - 1]?.id]));
  };
  const stood = behind(before.rules, fresh);
  const stands = behind(after.rules, old);
  const changes = after.rules.flatMap((rule): RuleChange[] => {
    const { id } = rule;
    const was = old.get(id);
    if (!was) return [{ kind: 'added', id, after: rule }];
    if (!isDeepStrictEqual(was, rule)) return [{ kind: 'changed', id, before: was, after: rule }];
    return stood.get(id) === stands.get(id) ? [] : [{ kind: 'moved', id }];
  });
  const removed = before.rules.filter(({ id }) => !fresh.has(id));
  return [...changes, ...removed.map((rule): RuleChange => ({ kind: 'removed', id: rule.id, before: rule }))];
}
