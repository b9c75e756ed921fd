import type { TransactionSet } from './sets.js';
import type { Segment } from './tokenizer.js';

/** Candidates for a separator that the data does not hold. */
const ELEMENTS = ['*', '|', '^', '\x1d'];
const TERMINATORS = ['~', '!', '\n', '\x1c'];
const ENCODER = new TextEncoder();

/**
 * One set as a document of its own, in UTF-8, with the heads of the interchange and group around it, its own SE as it came, and the rest
 * of the document left out. The same set in the same interchange gives the same bytes.
 */
export function documentOf({ head, segments, trailer }: TransactionSet): Uint8Array {
  const { group } = head;
  const { interchange } = group;
  const isa = [...interchange.isa];
  const inner: Segment[] = [group.gs, ['ST', head.type, head.control], ...segments, ...(trailer ? [trailer] : [])];
  const text = [isa, ...inner].flat().join('');
  const free = (signs: readonly string[]) => signs.find((sign) => !text.includes(sign)) ?? signs[0] ?? '';
  const [element, terminator] = [free(ELEMENTS), free(TERMINATORS)];
  // Where the head had no component separator it has one that nothing is separated by.
  isa[16] = interchange.separators.component ?? free([':', '>', '<', '\x1f']);
  const all = [isa, ...inner, ['GE', '1', group.control], ['IEA', '1', interchange.control]];
  return ENCODER.encode(all.map((segment) => `${segment.join(element)}${terminator}\n`).join(''));
}
