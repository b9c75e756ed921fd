import jsonata from 'jsonata';
import { LRUCache } from 'lru-cache';

/** An expression and its input; JSON travels both ways. */
export interface Evaluation {
  readonly expression: string;
  readonly input: string;
}

/** What came out as JSON, null for nothing, or why nothing could. */
export type Evaluated = { readonly output: string } | { readonly problem: string };

/** What one evaluation may take before it ends itself; a step that takes longer is ended with its thread. */
const LIMITS = { timeout: 500, stack: 200, sequence: 200_000 } as const;
const OUTPUT_LENGTH_MAX = 8_000_000;
const parsed = new LRUCache<string, jsonata.Expression>({ max: 500 });

/** What runs in a thread of its own: a user's expression over a partner's data. */
export default async function evaluateHere({ expression, input }: Evaluation): Promise<Evaluated> {
  try {
    const program = parsed.get(expression) ?? jsonata(expression, LIMITS);
    parsed.set(expression, program);
    const output = JSON.stringify(await program.evaluate(JSON.parse(input))) ?? 'null';
    if (output.length > OUTPUT_LENGTH_MAX) return { problem: `more than ${OUTPUT_LENGTH_MAX} characters came out` };
    return { output };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** JSONata's code and place alone: its messages quote what was worked on, which may be somebody's address. */
function problemOf(error: unknown): string {
  const { code, position, token } = Object(error) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string') return 'it failed';
  const where = typeof position === 'number' ? ` at character ${position}` : '';
  return `JSONata ${code}${where}${typeof token === 'string' ? ` (${token.slice(0, 50)})` : ''}`;
}
