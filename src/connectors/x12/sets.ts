import type { Fault } from '../../model/order.js';
import { type Group, type Interchange, readEvents, type SetHead } from './structure.js';
import type { Segment } from './tokenizer.js';

/** A transaction set with what stands between ST and SE; `positions[0]` is that of the first of them, 2. */
export interface TransactionSet {
  readonly head: SetHead;
  readonly segments: readonly Segment[];
  /** Its SE as it came; null where it is missing. */
  readonly trailer: Segment | null;
  /** Of its counts and control numbers; SET_TOO_LONG where segments are left out. */
  readonly problems: readonly Fault[];
}

export interface GroupEnd {
  readonly group: Group;
  /** GE01: how many sets the sender counted. */
  readonly said: string;
  readonly sets: number;
  readonly problems: readonly Fault[];
}

/** What stands in documents, whole sets at a time. */
export type X12Part =
  | { readonly kind: 'interchange'; readonly interchange: Interchange }
  | { readonly kind: 'set'; readonly set: TransactionSet }
  | ({ readonly kind: 'group_end' } & GroupEnd)
  /** Of an interchange's trailer, or of text that is of no interchange. */
  | { readonly kind: 'problem'; readonly problem: Fault };

/** Segments of one set that are kept at most: an order of 500 lines has some thousands. */
export const SET_SEGMENTS_MAX = 50_000;

/** The transaction sets of documents in their order. Errors: none. Memory: one set. */
export function* readSets(chunks: Iterable<Uint8Array>): Generator<X12Part, void, undefined> {
  let segments: Segment[] = [];
  let left = 0;
  for (const event of readEvents(chunks)) {
    switch (event.kind) {
      case 'set':
        segments = [];
        left = 0;
        break;
      case 'segment':
        if (segments.length < SET_SEGMENTS_MAX) segments.push(event.segment);
        else left += 1;
        break;
      case 'set_end': {
        const { set: head, trailer, problems } = event;
        const message = `expected at most ${SET_SEGMENTS_MAX} segments in a set, got ${left} more`;
        const tooLong = left > 0 ? [{ code: 'SET_TOO_LONG', message, path: head.path }] : [];
        yield { kind: 'set', set: { head, segments, trailer, problems: [...tooLong, ...problems] } };
        segments = [];
        break;
      }
      case 'interchange_end':
        for (const problem of event.problems) yield { kind: 'problem', problem };
        break;
      case 'astray':
        yield { kind: 'problem', problem: event.problem };
        break;
      case 'interchange':
      case 'group_end':
        yield event;
    }
  }
}
