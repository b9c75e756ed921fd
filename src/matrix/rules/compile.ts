import type { z } from 'zod';
import {
  EXPRESSION_MAX,
  effectOf,
  RULES_MAX,
  type Rule,
  type RuleEffect,
  type RuleSet,
  ruleSchema,
  ruleSetSchema,
} from '../../model/rule-set.js';
import { compileExpression, type Expression } from './expression.js';
import { STANDING_FIELDS, type Subject } from './subjects.js';

/** What is wrong with a rule set: a field by its path, in an expression also the place in it (from 0). */
export interface RuleFault {
  readonly path: string;
  readonly message: string;
  readonly at?: number;
}

/** A rule whose expressions were checked. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly effect: RuleEffect;
  readonly when: Expression;
  /** Of `require` alone. */
  readonly require: Expression | null;
}

const ORDER: readonly Subject[] = ['order', 'destination'];
const LINES: readonly Subject[] = [...ORDER, 'line'];
const NODES: readonly Subject[] = [...LINES, 'node', 'offer'];
const ALL: readonly Subject[] = [...NODES, 'service'];

/** What the condition of each effect may speak of. */
const SUBJECTS: Readonly<Record<RuleEffect, readonly Subject[]>> = {
  exclude: ALL,
  require: LINES,
  prefer: NODES,
  avoid: NODES,
  vendorOrder: ORDER,
  nearestFirst: ORDER,
  maxShipments: ORDER,
  keepTogether: LINES,
  carriers: NODES,
  maxLeadTimeHours: NODES,
  hold: LINES,
  minimumMargin: LINES,
  nodeLimit: [...ORDER, 'node'],
  vendorShare: ORDER,
  setAside: ['line', 'node'],
};
/** Of these, the condition must name one at least: it says what the effect falls on. */
const NEEDED: Readonly<Partial<Record<RuleEffect, readonly Subject[]>>> = {
  exclude: ['line', 'node', 'offer', 'service'],
  prefer: ['node', 'offer'],
  avoid: ['node', 'offer'],
  setAside: ['line', 'node'],
};
const ALWAYS = 'true';

/** Reads a rule set, as a file or the database has it, and checks its expressions: every fault by its path. Pure. */
export function compileRuleSet(
  value: unknown,
): { readonly ruleSet: RuleSet; readonly rules: readonly CompiledRule[] } | { readonly faults: readonly RuleFault[] } {
  const parsed = ruleSetSchema.safeParse(value);
  const faults: RuleFault[] = parsed.success ? [] : parsed.error.issues.flatMap(inWords);
  // Expressions are looked at whatever else is wrong, so that one look shows all.
  const rules = rulesIn(value).flatMap((raw, at) => {
    const rule = ruleSchema.safeParse(raw);
    const compiled = rule.success ? compileRule(rule.data, ['rules', at], faults) : null;
    if (!rule.success) checkExpressions(raw, ['rules', at], faults);
    return compiled ? [compiled] : [];
  });
  return parsed.success && faults.length === 0 ? { ruleSet: parsed.data, rules } : { faults };
}

/** The rules of what may be no rule set, as many as one may have. */
function rulesIn(value: unknown): readonly unknown[] {
  const rules = typeof value === 'object' && value !== null && 'rules' in value ? value.rules : null;
  return Array.isArray(rules) ? rules.slice(0, RULES_MAX) : [];
}

/** Expressions of a rule in which something else is wrong. */
function checkExpressions(raw: unknown, path: readonly PropertyKey[], faults: RuleFault[]): void {
  const { when, then } = (raw ?? {}) as { readonly when?: unknown; readonly then?: { readonly require?: unknown } };
  for (const [source, more] of [
    [when, ['when']],
    [then?.require, ['then', 'require']],
  ] as const) {
    if (typeof source !== 'string' || source.length === 0 || source.length > EXPRESSION_MAX) continue;
    const read = compileExpression(source);
    if ('fault' in read) faults.push({ path: pathOf([...path, ...more]), ...read.fault });
  }
}

/** A fault of the schema as whoever wrote the file would say it. */
function inWords(issue: z.core.$ZodIssue): RuleFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }));
  const said = issue.message.replace(/^Invalid input: /, '').replace(/^Too (big|small): /, '');
  const message = said.endsWith('received undefined') ? 'is missing' : said.replace(/, received /, ', got ');
  return [{ path: pathOf(issue.path), message }];
}

function compileRule(rule: Rule, path: readonly PropertyKey[], faults: RuleFault[]): CompiledRule | null {
  const effect = effectOf(rule);
  const read = (source: string, more: readonly PropertyKey[]): Expression | null => {
    const read = compileExpression(source);
    if ('expression' in read) return read.expression;
    faults.push({ path: pathOf([...path, ...more]), ...read.fault });
    return null;
  };
  const when = read(rule.when ?? ALWAYS, ['when']);
  const require = rule.then.require === undefined ? null : read(rule.then.require, ['then', 'require']);
  const before = faults.length;
  if (when) {
    const stray = [...when.subjects].filter((subject) => !SUBJECTS[effect].includes(subject));
    if (stray.length > 0)
      faults.push({
        path: pathOf([...path, 'when']),
        message: `the condition of ${effect} cannot speak of ${stray.join(', ')}, only of ${SUBJECTS[effect].join(', ')}`,
      });
    const needed = NEEDED[effect];
    if (needed && !needed.some((subject) => when.subjects.has(subject)))
      faults.push({
        path: pathOf([...path, 'when']),
        message: `expected the condition of ${effect} to say on what it falls: to speak of ${needed.join(', ')}`,
      });
    const passing = effect === 'setAside' ? [...when.fields].filter((field) => !STANDING_FIELDS.has(field)) : [];
    if (stray.length === 0 && passing.length > 0)
      faults.push({
        path: pathOf([...path, 'when']),
        message: `stock is set aside before there is an order: the condition cannot speak of ${passing.join(', ')}`,
      });
    const perLine = when.subjects.has('line') || when.subjects.has('offer');
    const charges = rule.then.prefer ?? rule.then.avoid;
    if (charges?.perShipment !== undefined && perLine)
      faults.push({
        path: pathOf([...path, 'when']),
        message: 'a charge a shipment falls on nodes: the condition cannot speak of line or offer; charge perUnit',
      });
  }
  if (require && !['node', 'offer', 'service'].some((subject) => require.subjects.has(subject as Subject)))
    faults.push({
      path: pathOf([...path, 'then', 'require']),
      message: 'expected an expression over node, offer or service',
    });
  return when && (rule.then.require === undefined || require) && faults.length === before
    ? { rule, effect, when, require }
    : null;
}

/** `rules[3].then.require`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
