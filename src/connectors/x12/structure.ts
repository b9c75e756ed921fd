import type { Fault } from '../../model/order.js';
import type { Separators } from './separators.js';
import { readTokens, type Segment } from './tokenizer.js';

/** An interchange's head. Control numbers and ids are kept as they were written, without the padding. */
export interface Interchange {
  readonly path: string;
  readonly isa: Segment;
  readonly separators: Separators;
  readonly senderId: string;
  readonly receiverId: string;
  readonly control: string;
  readonly version: string;
  readonly isTest: boolean;
}

export interface Group {
  readonly path: string;
  readonly interchange: Interchange;
  readonly gs: Segment;
  readonly functionalId: string;
  readonly control: string;
  /** GS08, such as `004010` or `004010VICS`. */
  readonly version: string;
}

export interface SetHead {
  readonly path: string;
  readonly group: Group;
  /** Such as `850`. */
  readonly type: string;
  readonly control: string;
}

/** What stands in documents, in their order. `problems` are those of the part that ends there, bounded. */
export type X12Event =
  | { readonly kind: 'interchange'; readonly interchange: Interchange }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'set'; readonly set: SetHead }
  /** `position` counts the segments of its set; that of ST is 1. */
  | { readonly kind: 'segment'; readonly set: SetHead; readonly segment: Segment; readonly position: number }
  /** `trailer` is its SE, null where that is missing. */
  | {
      readonly kind: 'set_end';
      readonly set: SetHead;
      readonly trailer: Segment | null;
      readonly problems: readonly Fault[];
    }
  | {
      readonly kind: 'group_end';
      readonly group: Group;
      readonly said: string;
      readonly sets: number;
      readonly problems: readonly Fault[];
    }
  | { readonly kind: 'interchange_end'; readonly interchange: Interchange; readonly problems: readonly Fault[] }
  /** Of no interchange. */
  | { readonly kind: 'astray'; readonly problem: Fault };

/** Problems told of one set, group or interchange at most. */
const PROBLEMS_MAX = 20;

/** Parts of a document that are open, innermost last; each counts what it holds. */
interface Open<Head> {
  readonly head: Head;
  held: number;
  readonly problems: Fault[];
}

/**
 * Interchanges, groups and transaction sets as they stand in documents, every count and control number checked. A trailer that is
 * missing, or that says another count or number, is a problem of its part and ends nothing else.
 * Errors: none. Memory: one segment.
 */
export function* readEvents(chunks: Iterable<Uint8Array>): Generator<X12Event, void, undefined> {
  const reader = new StructureReader();
  for (const token of readTokens(chunks)) {
    if (token.kind === 'trouble') yield* reader.trouble(token.code, token.message);
    else if (token.kind === 'head') yield* reader.interchange(token.segment, token.separators);
    else yield* reader.segment(token.segment);
  }
  yield* reader.end();
}

class StructureReader {
  #interchanges = 0;
  #interchange: Open<Interchange> | null = null;
  #group: Open<Group> | null = null;
  #set: Open<SetHead> | null = null;

  *trouble(code: string, message: string): Generator<X12Event> {
    // It stands there all the same, and is counted.
    if (code === 'SEGMENT_TOO_LONG' && this.#set !== null) this.#set.held += 1;
    const open = this.#set ?? this.#group ?? this.#interchange;
    if (open === null) yield { kind: 'astray', problem: { code, message, path: '' } };
    else note(open, code, message);
  }

  *interchange(isa: Segment, separators: Separators): Generator<X12Event> {
    yield* this.end();
    this.#interchanges += 1;
    const field = (at: number) => isa[at]?.trim() ?? '';
    const interchange = {
      ...{ path: `ISA[${this.#interchanges}]`, isa, separators, senderId: field(6), receiverId: field(8) },
      ...{ control: field(13), version: field(12), isTest: field(15) === 'T' },
    };
    this.#interchange = { head: interchange, held: 0, problems: [] };
    yield { kind: 'interchange', interchange };
  }

  *segment(segment: Segment): Generator<X12Event> {
    switch (segment[0]) {
      case 'GS':
        yield* this.#beginGroup(segment);
        break;
      case 'ST':
        yield* this.#beginSet(segment);
        break;
      case 'SE':
        yield* this.#endSet(segment);
        break;
      case 'GE':
        yield* this.#endGroup(segment);
        break;
      case 'IEA':
        yield* this.#endInterchange(segment);
        break;
      default:
        if (this.#set !== null) {
          this.#set.held += 1;
          yield { kind: 'segment', set: this.#set.head, segment, position: this.#set.held };
        } else if (segment[0] !== 'TA1') {
          const message = `a segment ${(segment[0] ?? '').slice(0, 10)} stands outside of a transaction set`;
          yield* this.trouble('SEGMENT_OUTSIDE', message);
        }
    }
  }

  /** Ends what is open; what is open then lacks its trailer. */
  *end(): Generator<X12Event> {
    yield* this.#endSet(null);
    yield* this.#endGroup(null);
    yield* this.#endInterchange(null);
  }

  *#beginGroup(gs: Segment): Generator<X12Event> {
    yield* this.#endSet(null);
    yield* this.#endGroup(null);
    if (this.#interchange === null) {
      yield* this.trouble('GROUP_OUTSIDE', 'a group stands outside of an interchange');
      return;
    }
    this.#interchange.held += 1;
    const { head, held } = this.#interchange;
    const field = (at: number) => gs[at]?.trim() ?? '';
    const group = {
      ...{ path: `${head.path}/GS[${held}]`, interchange: head, gs, functionalId: field(1), control: field(6) },
      version: field(8),
    };
    this.#group = { head: group, held: 0, problems: [] };
    yield { kind: 'group', group };
  }

  *#beginSet(st: Segment): Generator<X12Event> {
    yield* this.#endSet(null);
    if (this.#group === null) {
      yield* this.trouble('SET_OUTSIDE', 'a transaction set stands outside of a group');
      return;
    }
    this.#group.held += 1;
    const { head, held } = this.#group;
    const set = {
      ...{ path: `${head.path}/ST[${held}]`, group: head, type: st[1]?.trim() ?? '', control: st[2]?.trim() ?? '' },
    };
    this.#set = { head: set, held: 1, problems: [] };
    yield { kind: 'set', set };
  }

  *#endSet(se: Segment | null): Generator<X12Event> {
    const open = this.#set;
    if (open === null) {
      if (se !== null) yield* this.trouble('TRAILER_ASTRAY', 'a segment SE ends no transaction set');
      return;
    }
    this.#set = null;
    checkTrailer(open, se, {
      id: 'SE',
      of: 'ST',
      counted: 'segments',
      count: open.held + 1,
      control: open.head.control,
    });
    yield { kind: 'set_end', set: open.head, trailer: se, problems: open.problems };
  }

  *#endGroup(ge: Segment | null): Generator<X12Event> {
    yield* this.#endSet(null);
    const open = this.#group;
    if (open === null) {
      if (ge !== null) yield* this.trouble('TRAILER_ASTRAY', 'a segment GE ends no group');
      return;
    }
    this.#group = null;
    checkTrailer(open, ge, { id: 'GE', of: 'GS', counted: 'sets', count: open.held, control: open.head.control });
    const said = ge?.[1]?.trim() ?? '';
    yield { kind: 'group_end', group: open.head, said, sets: open.held, problems: open.problems };
  }

  *#endInterchange(iea: Segment | null): Generator<X12Event> {
    yield* this.#endGroup(null);
    const open = this.#interchange;
    if (open === null) {
      if (iea !== null) yield* this.trouble('TRAILER_ASTRAY', 'a segment IEA ends no interchange');
      return;
    }
    this.#interchange = null;
    checkTrailer(open, iea, { id: 'IEA', of: 'ISA', counted: 'groups', count: open.held, control: open.head.control });
    yield { kind: 'interchange_end', interchange: open.head, problems: open.problems };
  }
}

interface Trailer {
  readonly id: 'SE' | 'GE' | 'IEA';
  readonly of: 'ST' | 'GS' | 'ISA';
  readonly counted: string;
  readonly count: number;
  readonly control: string;
}

/** `SE_MISSING`, `SE_COUNT`, `SE_CONTROL`, and the same of GE and IEA. */
function checkTrailer(open: Open<{ readonly path: string }>, segment: Segment | null, trailer: Trailer): void {
  const { id, of, counted, count, control } = trailer;
  if (segment === null) {
    note(open, `${id}_MISSING`, `expected a segment ${id} at the end, got none`);
    return;
  }
  const said = segment[1]?.trim() ?? '';
  if (plainNumber(said) !== String(count))
    note(open, `${id}_COUNT`, `${id}01 says ${said.slice(0, 20) || 'nothing'} ${counted}, there are ${count}`);
  const number = segment[2]?.trim() ?? '';
  if (plainNumber(number) !== plainNumber(control))
    note(
      open,
      `${id}_CONTROL`,
      `${id}02 is ${number.slice(0, 20) || 'empty'}, ${of} says ${control.slice(0, 20) || 'nothing'}`,
    );
}

/** `000000012` and `12` are one number. */
const plainNumber = (text: string) => text.replace(/^0+(?=.)/, '');

function note(open: Open<{ readonly path: string }>, code: string, message: string): void {
  if (open.problems.length < PROBLEMS_MAX) open.problems.push({ code, message, path: open.head.path });
}
