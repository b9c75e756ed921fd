import type { CompiledRule } from './compile.js';
import { conflictsWithEarlier } from './conflicts.js';
import type { Named } from './expression.js';

/** Codes that exist, by what a condition may compare with them. */
export interface KnownNames {
  readonly vendors: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  readonly carriers: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
}

/** A rule that is well formed and will not do what it seems to. */
export interface RuleWarning {
  readonly ruleId: string;
  readonly message: string;
}

const FIELDS: Readonly<Record<string, readonly [of: keyof KnownNames, what: string]>> = {
  'node.vendor': ['vendors', 'vendor'],
  'node.code': ['nodes', 'node'],
  'service.carrier': ['carriers', 'carrier'],
  'service.code': ['services', 'service'],
  'order.account': ['accounts', 'account'],
  'order.channel': ['channels', 'channel'],
};

/**
 * Looks for rules that can never match, say the same as an earlier one or the opposite, are shadowed by one or leave nothing with it, and, where `known` is given, that name what does not
 * exist. What it does not say may still be so. Pure.
 */
export function inspectRules(rules: readonly CompiledRule[], now: Date, known: KnownNames | null): RuleWarning[] {
  const warnings: RuleWarning[] = [];
  const seen = new Map<string, string>();
  for (const [at, { rule, when, require, effect }] of rules.entries()) {
    const warn = (message: string) => warnings.push({ ruleId: rule.id, message });
    const { from, until, then } = rule;
    if (until !== undefined && new Date(until) <= now) warn(`is over since ${until}`);
    else if (from !== undefined && until !== undefined && new Date(from) >= new Date(until))
      warn('can never match: it ends before it begins');
    if (when.neverHolds !== null) warn(`can never match: ${when.neverHolds}`);
    if (require?.neverHolds) warn(`requires what can never be: ${require.neverHolds}`);
    const condition = JSON.stringify([rule.when ?? 'true', from, until]);
    const earlier = (key: string) => seen.get(`${condition} ${key}`);
    const same = earlier(JSON.stringify(then));
    if (same !== undefined) warn(`says the same as ${same} before it`);
    const opposite = effect === 'prefer' ? earlier('avoid') : effect === 'avoid' ? earlier('prefer') : undefined;
    if (opposite !== undefined)
      warn(`prefers and avoids the same as ${opposite}: the two only cancel each other in part`);
    if (same === undefined) {
      seen.set(`${condition} ${JSON.stringify(then)}`, rule.id);
      seen.set(`${condition} ${effect}`, rule.id);
    }
    if (same === undefined) for (const message of conflictsWithEarlier(rules, at)) warn(message);
    if (known)
      for (const message of unknownNames(known, [...when.names, ...(require?.names ?? [])], then)) warn(message);
  }
  return warnings;
}

function unknownNames(known: KnownNames, names: readonly Named[], then: CompiledRule['rule']['then']): string[] {
  const said = [
    ...names,
    ...[...(then.vendorOrder?.vendors ?? []), ...(then.vendorShare ? [then.vendorShare.vendor] : [])].map((name) => ({
      field: 'node.vendor',
      name,
    })),
    ...(then.setAside?.accounts ?? []).map((name) => ({ field: 'order.account', name })),
    ...(then.setAside?.channels ?? []).map((name) => ({ field: 'order.channel', name })),
    ...[...(then.carriers?.only ?? []), ...(then.carriers?.not ?? [])].map((name) => ({
      field: 'service.carrier',
      name,
    })),
  ];
  return said.flatMap(({ field, name }) => {
    const [of, what] = FIELDS[field] ?? [];
    return of === undefined || known[of].has(name) ? [] : [`names ${what} ${name}, which does not exist`];
  });
}
