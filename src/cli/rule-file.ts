import { isNode, LineCounter, parseDocument, stringify } from 'yaml';
import { type CompiledRule, compileRuleSet } from '../matrix/rules/compile.js';
import { type RuleSet, ruleSetSchema } from '../model/rule-set.js';

/** What is wrong with a file of rules. */
export interface RuleFileFault {
  readonly path: string;
  readonly message: string;
  /** `line:column`, from 1. */
  readonly place?: string;
}

const TEXT_MAX = 2_000_000;
/** A file has no need of many, and each may stand for a whole tree. */
const ALIASES_MAX = 100;

/** Reads rules from YAML, or from JSON, which is YAML too: every fault by its path and place. Pure. */
export function readRuleFile(
  text: string,
):
  | { readonly ruleSet: RuleSet; readonly rules: readonly CompiledRule[] }
  | { readonly faults: readonly RuleFileFault[] } {
  if (text.length > TEXT_MAX)
    return { faults: [{ path: '', message: `expected at most ${TEXT_MAX} characters, got ${text.length}` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  if (document.errors.length > 0)
    return { faults: document.errors.map(({ message, pos }) => ({ path: '', message, place: placeAt(pos[0]) })) };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    return { faults: [{ path: '', message: error instanceof Error ? error.message : String(error) }] };
  }
  const read = compileRuleSet(value);
  if (!('faults' in read)) return read;
  return {
    faults: read.faults.map(({ path, message, at }) => {
      const offset = offsetOf(document, path);
      const inside = at === undefined ? message : `${message} (character ${at + 1})`;
      return { path, message: inside, ...(offset === null ? {} : { place: placeAt(offset) }) };
    }),
  };
}

/** The rules as text: read again, they are the same. Pure. */
export function ruleFileText(ruleSet: unknown, format: 'yaml' | 'json'): string {
  // Parsed, fields come in the order of the schema, whatever order the database keeps them in.
  const ordered = ruleSetSchema.parse(ruleSet);
  return format === 'json' ? `${JSON.stringify(ordered, null, 2)}\n` : stringify(ordered, { lineWidth: 120 });
}

/** Where the part of a path that is there begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: string): number | null {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  for (let length = parts.length; length >= 0; length -= 1) {
    const steps = parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const node = length === 0 ? document.contents : document.getIn(steps, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return null;
}
