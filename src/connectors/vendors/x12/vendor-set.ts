import type { UnreadableDocument } from '../../vendor-documents.js';
import { type Loop, loopsOf } from '../../x12/loops.js';
import type { TransactionSet } from '../../x12/sets.js';
import { childrenOf } from '../../x12/taken.js';
import { momentOf } from '../../x12/values.js';
import type { VendorSettings } from './settings.js';

const PROBLEMS_MAX = 20;
/** A set with the texts of its elements at hand. */
export class VendorSet {
  readonly root: Loop;
  readonly problems: UnreadableDocument[] = [];

  constructor(
    readonly set: TransactionSet,
    readonly settings: VendorSettings,
  ) {
    this.root = loopsOf(set.segments, set.head.type, set.head.path);
  }

  /** The first segment of the id below the set. */
  first(id: string): Loop | undefined {
    return childrenOf(this.root, id)[0];
  }

  moment(date: string | undefined, time?: string, zone?: string): string | null {
    return momentOf(date ?? '', time, zone, this.settings.timeZone);
  }

  /** When the group was written (GS04, GS05), for documents that have no date of their own. */
  get writtenAt(): string {
    const { gs, interchange } = this.set.head.group;
    const of = (segment: readonly string[], date: number) => this.moment(segment[date], segment[date + 1]);
    return of(gs, 4) ?? of(interchange.isa, 9) ?? '1970-01-01T00:00:00.000Z';
  }

  /** Notes what could not be read, of the PO where that is known. */
  problem(poNumber: string | null, path: string, what: string): void {
    if (this.problems.length < PROBLEMS_MAX)
      this.problems.push({ poNumber, problem: `${path}: ${what}`.slice(0, 500) });
  }
}

/** An element's text, trimmed; undefined where it says nothing. */
export const textAt = (loop: Loop | undefined, at: number): string | undefined =>
  loop?.segment[at]?.trim() || undefined;

/** Words of the messages below a loop: NTE, MSG, and N9 with theirs. */
export function wordsOf(loop: Loop): string | undefined {
  const said = [
    ...childrenOf(loop, 'NTE').map((nte) => textAt(nte, 2)),
    ...childrenOf(loop, 'MSG').map((msg) => textAt(msg, 1)),
    ...childrenOf(loop, 'N9').flatMap((n9) => [textAt(n9, 3), ...childrenOf(n9, 'MSG').map((msg) => textAt(msg, 1))]),
    ...childrenOf(loop, 'REF').map((ref) => textAt(ref, 3)),
  ].filter((text) => text !== undefined);
  return said.length === 0 ? undefined : [...new Set(said)].join(' ').slice(0, 500);
}
