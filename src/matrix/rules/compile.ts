import { effectOf, type Rule, type RuleEffect, type RuleSet, ruleSetSchema } from '../../model/rule-set.js';
import { compileExpression, type Expression } from './expression.js';
import type { Subject } from './subjects.js';

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
};
/** Of these, the condition must name one at least: it says what the effect falls on. */
const NEEDED: Readonly<Partial<Record<RuleEffect, readonly Subject[]>>> = {
  exclude: ['line', 'node', 'offer', 'service'],
  prefer: ['node', 'offer'],
  avoid: ['node', 'offer'],
};
const ALWAYS = 'true';

/** Reads a rule set, as a file or the database has it, and checks its expressions: every fault by its path. Pure. */
export function compileRuleSet(
  value: unknown,
): { readonly ruleSet: RuleSet; readonly rules: readonly CompiledRule[] } | { readonly faults: readonly RuleFault[] } {
  const parsed = ruleSetSchema.safeParse(value);
  if (!parsed.success)
    return { faults: parsed.error.issues.map(({ path, message }) => ({ path: pathOf(path), message })) };
  const faults: RuleFault[] = [];
  const rules = parsed.data.rules.flatMap((rule, at) => {
    const compiled = compileRule(rule, ['rules', at], faults);
    return compiled ? [compiled] : [];
  });
  return faults.length > 0 ? { faults } : { ruleSet: parsed.data, rules };
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
