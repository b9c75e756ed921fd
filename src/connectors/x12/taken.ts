import type { Loop } from './loops.js';

const KEPT_MAX = 200;
const TEXT_MAX = 500;

/**
 * Reads elements of a set and remembers which, so that what nobody read can be listed. A text is trimmed, without control characters,
 * and no longer than TEXT_MAX; undefined where it says nothing.
 */
export class Taken {
  readonly #read = new Map<Loop, Set<number>>();

  /** Element `at` of the segment. */
  text(loop: Loop | undefined, at: number): string | undefined {
    if (loop === undefined) return undefined;
    this.mark(loop, at);
    const text = (loop.segment[at] ?? '').replace(/\p{Cc}/gu, ' ').trim();
    return text === '' ? undefined : text.slice(0, TEXT_MAX);
  }

  /** Says of elements that they are accounted for. */
  mark(loop: Loop, ...elements: readonly number[]): void {
    const read = this.#read.get(loop) ?? new Set();
    this.#read.set(loop, read);
    for (const at of elements) read.add(at);
  }

  /** Values by qualifier, of elements that come in pairs from `from` on, such as PO106 and PO107. First of each wins; none is marked. */
  pairs(loop: Loop, from: number): ReadonlyMap<string, { readonly value: string; readonly at: number }> {
    const pairs = new Map<string, { value: string; at: number }>();
    for (let at = from; at + 1 < loop.segment.length; at += 2) {
      const qualifier = loop.segment[at]?.trim() ?? '';
      const value = (loop.segment[at + 1] ?? '')
        .replace(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, TEXT_MAX);
      if (qualifier !== '' && value !== '' && !pairs.has(qualifier)) pairs.set(qualifier, { value, at });
    }
    return pairs;
  }

  /**
   * What was not read below a loop: a segment by its path where none of it was, else its elements (`.../PO1[3].05`). Bounded; `left`
   * counts what did not fit.
   */
  unread(root: Loop): { readonly unmapped: Readonly<Record<string, string>>; readonly left: number } {
    const unmapped: Record<string, string> = {};
    let kept = 0;
    let left = 0;
    const keep = (path: string, text: string) => {
      if (kept < KEPT_MAX) unmapped[path] = text.slice(0, TEXT_MAX);
      else left += 1;
      kept += 1;
    };
    const open: Loop[] = [...root.children].reverse();
    for (let loop = open.pop(); loop !== undefined; loop = open.pop()) {
      const { segment, path, children } = loop;
      const read = this.#read.get(loop);
      if (read === undefined) keep(path, segment.join('*'));
      else
        for (let at = 1; at < segment.length; at += 1) {
          const text = segment[at]?.trim() ?? '';
          if (text !== '' && !read.has(at)) keep(`${path}.${String(at).padStart(2, '0')}`, text);
        }
      for (const child of [...children].reverse()) open.push(child);
    }
    return { unmapped, left };
  }
}

/** The loops of an id below one, in their order. */
export const childrenOf = (loop: Loop, id: string): readonly Loop[] => loop.children.filter((child) => child.id === id);

/** The first whose element `at` is one of `values`. */
export const childWhere = (loop: Loop, id: string, at: number, ...values: readonly string[]): Loop | undefined =>
  loop.children.find((child) => child.id === id && values.includes(child.segment[at]?.trim() ?? ''));
