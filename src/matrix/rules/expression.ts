import {
  type ASTNode,
  Environment,
  EvaluationError,
  ParseError,
  serialize,
  TypeError as TypeFault,
} from '@marcbachmann/cel-js';
import { FIELDS, type Subject } from './subjects.js';

/** What an expression is evaluated over: of each subject its fields, as `subjects.ts` names them. */
export type Facts = Readonly<Partial<Record<Subject, Readonly<Record<string, unknown>>>>>;

/** A name that a field is compared with: `node.vendor == "acme"`, or one of a list. */
export interface Named {
  /** Such as `node.vendor`. */
  readonly field: string;
  readonly name: string;
}

/** One part of a condition: its text in one spelling, and the field that it compares with names, where it is that. */
export interface Part {
  readonly text: string;
  readonly is: { readonly field: string; readonly oneOf: readonly string[] } | null;
}

/** A condition of its own that another one is joined of by `&&`. */
export interface Step {
  readonly subjects: ReadonlySet<Subject>;
  /** Facts of every subject that it names. An evaluation that fails (division by zero, say) is no match. Pure. */
  readonly holds: (facts: Facts) => boolean;
}

/** A condition that was checked: it knows every field that it names, and answers yes or no. */
export interface Expression extends Step {
  /** The fields that it names, such as `node.vendor`; of a subject that is named as a whole, the subject. */
  readonly fields: ReadonlySet<string>;
  /** Nodes of the syntax tree that one evaluation visits at most. */
  readonly cost: number;
  readonly names: readonly Named[];
  /** What must all hold for it to hold; equal parts are the same condition. */
  readonly parts: readonly Part[];
  /** Why it can never hold, where that shows without any facts; null where it does not. */
  readonly neverHolds: string | null;
  /** As `holds`, over facts of `onlyKnown`: null where it depends on what is not known. Pure. */
  readonly surely: (facts: Facts) => boolean | null;
  /** It holds where each of these does, so that what speaks of less needs to be asked less often. */
  readonly steps: readonly Step[];
}

export interface ExpressionFault {
  readonly message: string;
  /** From 0, in UTF-16 code units. */
  readonly at: number;
}

/** A list of the facts, or one that a function returns, has no more entries; see `subjects.ts`. */
export const LIST_MAX = 100;
const COST_MAX = 20_000;
/** Work that grows with more than the length of what it looks at. */
const REFUSED: Readonly<Record<string, string>> = {
  matches: 'matches is not offered, because some patterns never end: use startsWith, endsWith or contains',
};
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

const environment = new Environment({
  limits: { maxAstNodes: 500, maxDepth: 30, maxListElements: LIST_MAX, maxMapEntries: 20, maxCallArguments: 8 },
});
for (const [name, fields] of Object.entries(FIELDS))
  environment.registerVariable({
    name,
    schema: Object.fromEntries(Object.entries(fields).map(([field, { type }]) => [field, type])),
  });

/** Reads an expression of CEL that must answer yes or no, checks its types, and bounds its work. Pure. Source: the CEL specification. */
export function compileExpression(
  source: string,
): { readonly expression: Expression } | { readonly fault: ExpressionFault } {
  let program: ReturnType<Environment['parse']>;
  try {
    program = environment.parse(source);
  } catch (error) {
    return { fault: faultOf(error) };
  }
  const checked = program.check();
  if (!checked.valid) return { fault: faultOf(checked.error) };
  if (checked.type !== 'bool') return { fault: { message: `expected a condition, got ${checked.type}`, at: 0 } };
  const found = look(program.ast);
  if ('fault' in found) return found;
  const { subjects, fields, cost, names } = found;
  if (cost > COST_MAX)
    return {
      fault: { message: `looks at up to ${cost} things, of ${COST_MAX} allowed: nest fewer lists`, at: 0 },
    };
  const surely = answering(program);
  const holds = (facts: Facts) => surely(facts) ?? false;
  const conjuncts = conjunctsOf(program.ast);
  const parts = conjuncts.map(partOf);
  const neverHolds = subjects.size === 0 && !holds({}) ? 'it is always false' : contradictionIn(parts);
  const steps = stepsOf(conjuncts) ?? [{ subjects, holds }];
  return { expression: { subjects, fields, cost, names, parts, neverHolds, surely, steps, holds } };
}

/** Null: the evaluation failed. */
function answering(program: ReturnType<Environment['parse']>): Expression['surely'] {
  return (facts) => {
    try {
      return program(facts) === true;
    } catch (error) {
      if (error instanceof EvaluationError) return null;
      throw error;
    }
  };
}

/**
 * Facts of which only some fields are known. To read another is an error to CEL, and its && and || pass errors over where the other side
 * decides: so what an expression says of them is so whatever the rest may be.
 */
export function onlyKnown(known: Facts): Facts {
  const facts = Object.entries(FIELDS).map(([subject, fields]) => {
    const some = { ...known[subject as Subject] };
    for (const field of Object.keys(fields))
      if (!(field in some))
        Object.defineProperty(some, field, {
          enumerable: true,
          get: () => {
            throw new EvaluationError(`${subject}.${field} is not known`);
          },
        });
    return [subject, some];
  });
  return Object.fromEntries(facts);
}

/** What a condition is joined of, each read by itself; null where one of them, written down again, is not read as the same. */
function stepsOf(conjuncts: readonly ASTNode[]): Step[] | null {
  if (conjuncts.length < 2) return null;
  const steps = conjuncts.map((conjunct): Step | null => {
    const program = environment.parse(serialize(conjunct));
    const found = look(program.ast);
    const isSame = spellingOf(program.ast) === spellingOf(conjunct) && program.check().valid && !('fault' in found);
    const surely = answering(program);
    return isSame ? { subjects: found.subjects, holds: (facts) => surely(facts) ?? false } : null;
  });
  return steps.every((step) => step !== null) ? steps : null;
}

function faultOf(error: unknown): ExpressionFault {
  if (error instanceof ParseError || error instanceof TypeFault)
    return { message: error.summary ?? error.message, at: error.range?.start ?? 0 };
  throw error;
}

interface Look {
  readonly subjects: Set<Subject>;
  readonly fields: Set<string>;
  readonly names: Named[];
  cost: number;
}

/** Which subjects a syntax tree names, and how many of its nodes one evaluation visits at most: lists count with all their entries. */
function look(root: ASTNode): Look | { readonly fault: ExpressionFault } {
  const found: Look = { subjects: new Set(), fields: new Set(), names: [], cost: 0 };
  let fault: ExpressionFault | null = null;
  const visit = (node: ASTNode, times: number, bound: ReadonlySet<string>, fieldAround: string | null = null): void => {
    found.cost = Math.min(Number.MAX_SAFE_INTEGER, found.cost + times);
    if (node.op === 'id') {
      const name = node.args as string;
      if (bound.has(name) || !isSubject(name)) return;
      found.subjects.add(name);
      found.fields.add(fieldAround ?? name);
      return;
    }
    if (node.op === '==' || node.op === '!=' || node.op === 'in') found.names.push(...namesOf(node));
    if (node.op === 'rcall') {
      const [name, receiver, args] = node.args as [string, ASTNode, ASTNode[]];
      fault ??= name in REFUSED ? { message: REFUSED[name] ?? '', at: node.range.start } : null;
      visit(receiver, times, bound);
      const [variable] = args;
      const inner = COMPREHENSIONS.has(name) && variable?.op === 'id';
      const within = inner ? new Set([...bound, variable.args as string]) : bound;
      for (const arg of inner ? args.slice(1) : args) visit(arg, inner ? times * entriesOf(receiver) : times, within);
      return;
    }
    for (const child of childrenOf(node.args)) visit(child, times, bound, fieldOf(node));
  };
  visit(root, 1, new Set());
  return fault ? { fault } : found;
}

/** The names that a comparison holds a field against. */
function namesOf({ args }: ASTNode): Named[] {
  const [left, right] = args as [ASTNode, ASTNode];
  const field = fieldOf(left) ?? fieldOf(right);
  if (field === null) return [];
  const values = fieldOf(left) === null ? left : right;
  const texts = values.op === 'list' ? (values.args as ASTNode[]) : [values];
  return texts.flatMap((text) =>
    text.op === 'value' && typeof text.args === 'string' ? [{ field, name: text.args }] : [],
  );
}

function fieldOf(node: ASTNode): string | null {
  if (node.op !== '.') return null;
  const [subject, field] = node.args as [ASTNode, string];
  return subject.op === 'id' && isSubject(subject.args as string) ? `${subject.args}.${field}` : null;
}

/** What a conjunction is made of; `true` is no part of anything. */
function conjunctsOf(root: ASTNode): ASTNode[] {
  if (root.op === '&&') return (root.args as ASTNode[]).flatMap(conjunctsOf);
  return root.op === 'value' && root.args === true ? [] : [root];
}

function partOf(root: ASTNode): Part {
  const [first, ...more] = root.op === '==' || root.op === 'in' ? namesOf(root) : [];
  const is = first ? { field: first.field, oneOf: [first, ...more].map(({ name }) => name) } : null;
  return { text: spellingOf(root), is };
}

/** A syntax tree as text, without what its author's spaces, brackets and quotes were. */
function spellingOf(node: ASTNode): string {
  return JSON.stringify([node.op, node.args], (key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (key !== '' && typeof value === 'object' && value !== null && 'op' in value) {
      const { op, args } = value as ASTNode;
      return [op, args];
    }
    return value;
  });
}

/** Why parts can never all hold: two of them that name different values of one field. Null where that does not show. Pure. */
export function contradictionIn(parts: readonly Part[]): string | null {
  const values = new Map<string, readonly string[]>();
  for (const { is } of parts) {
    if (!is) continue;
    const before = values.get(is.field);
    const now = is.oneOf.filter((name) => before?.includes(name) ?? true);
    if (now.length === 0) return `${is.field} cannot be two things at once`;
    values.set(is.field, now);
  }
  return null;
}

function entriesOf(list: ASTNode): number {
  if (list.op === 'list') return Math.max(1, (list.args as ASTNode[]).length);
  if (list.op === '+') return (list.args as ASTNode[]).reduce((sum, part) => sum + entriesOf(part), 0);
  return LIST_MAX;
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

function isSubject(name: string): name is Subject {
  return name in FIELDS;
}
