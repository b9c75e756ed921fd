import type { Segment } from './tokenizer.js';

/** A segment with those of its loop below it. */
export interface Loop {
  readonly id: string;
  readonly segment: Segment;
  /** Such as `ISA[1]/GS[1]/ST[2]/PO1[3]/PID[1]`. */
  readonly path: string;
  /** That of ST is 1. */
  readonly position: number;
  readonly children: readonly Loop[];
}

/** Which segments begin a loop within another: `holds` names what a loop takes besides its own loops; missing: everything. */
export interface LoopShape {
  readonly loops?: Readonly<Record<string, LoopShape>>;
  readonly holds?: readonly string[];
}

/** Characters of a segment's id that paths show; an id has two or three. */
const ID_MAX = 10;
/** A party: its names, address, references and contacts. */
const PARTY: LoopShape = { holds: ['N2', 'N3', 'N4', 'NX2', 'REF', 'PER', 'SI'] };
const NOTE: LoopShape = { holds: ['DTM', 'MSG', 'MTX'] };
const DETAIL = { N1: PARTY, N9: NOTE, SLN: { holds: ['PID', 'MSG', 'N9', 'REF', 'DTM', 'SAC', 'PO3'] } };

/** The loops of each set that is read. Source: X12 004010, as trading partners' guides narrow it. */
export const SHAPES: Readonly<Record<string, LoopShape>> = {
  '850': { loops: { N1: PARTY, N9: NOTE, PO1: { loops: DETAIL }, CTT: { holds: ['AMT'] } } },
  '855': { loops: { N1: PARTY, N9: NOTE, PO1: { loops: DETAIL }, CTT: { holds: ['AMT'] } } },
  '856': { loops: { HL: { loops: { N1: PARTY } }, CTT: { holds: [] } } },
  '810': {
    loops: {
      N1: PARTY,
      IT1: { loops: DETAIL },
      TDS: { holds: ['TXI', 'CAD', 'AMT', 'SAC', 'ISS'] },
      CTT: { holds: [] },
    },
  },
  '997': { loops: { AK2: { loops: { AK3: { holds: ['AK4'] } }, holds: ['AK5'] } } },
};

interface Building {
  readonly loop: Loop & { readonly children: Loop[] };
  readonly shape: LoopShape;
  readonly counts: Map<string, number>;
}

/**
 * The segments of a set as a tree. A segment that begins a loop of an open one opens it there, innermost first; any other goes to the
 * innermost open loop that takes it. Errors: none: what stands where no guide has it stands at the set itself.
 */
export function loopsOf(segments: readonly Segment[], type: string, path: string): Loop {
  const root: Building = {
    loop: { id: 'ST', segment: ['ST', type], path, position: 1, children: [] },
    shape: SHAPES[type] ?? {},
    counts: new Map(),
  };
  let open = [root];
  for (const [index, segment] of segments.entries()) {
    const id = (segment[0] ?? '').slice(0, ID_MAX);
    const begins = ({ shape }: Building) => Object.hasOwn(shape.loops ?? {}, id);
    // What takes everything takes no segment that begins a loop further out.
    const at = open.findLastIndex(
      (each, depth) =>
        begins(each) || (each.shape.holds?.includes(id) ?? !open.slice(0, depth).some((outer) => begins(outer))),
    );
    open = open.slice(0, Math.max(0, at) + 1);
    const parent = open.at(-1) ?? root;
    const count = (parent.counts.get(id) ?? 0) + 1;
    parent.counts.set(id, count);
    const loop = { id, segment, path: `${parent.loop.path}/${id}[${count}]`, position: index + 2, children: [] };
    parent.loop.children.push(loop);
    const shape = Object.hasOwn(parent.shape.loops ?? {}, id) ? parent.shape.loops?.[id] : undefined;
    if (shape) open.push({ loop, shape, counts: new Map() });
  }
  return root.loop;
}
