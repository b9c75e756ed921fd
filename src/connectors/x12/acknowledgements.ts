import type { Fault } from '../../model/order.js';
import { loopsOf } from './loops.js';
import type { GroupEnd, TransactionSet } from './sets.js';
import { childrenOf } from './taken.js';
import type { OutgoingSet } from './write.js';

/** Errors of AK502 by our codes. Source: X12 data element 718. */
const SET_ERRORS: Readonly<Record<string, string>> = {
  ...{ SET_UNSUPPORTED: '1', SE_MISSING: '2', SE_CONTROL: '3', SE_COUNT: '4' },
};
/** Errors of AK905. Source: X12 data element 716. */
const GROUP_ERRORS: Readonly<Record<string, string>> = { GE_MISSING: '3', GE_CONTROL: '4', GE_COUNT: '5' };
const SEGMENTS_IN_ERROR = '5';
/** AK304. Source: X12 data element 720. */
const ELEMENTS_IN_ERROR = '8';
const ERRORS_MAX = 5;

/** What became of one set: its counts as they were checked, and what refused it. */
export interface SetOutcome {
  readonly type: string;
  readonly control: string;
  readonly problems: readonly Fault[];
  readonly faults: readonly Fault[];
  /** Segments that faults lie in; `position` counts from ST, which is 1. */
  readonly segments: readonly { readonly id: string; readonly position: number }[];
}

/**
 * The 997 for one group: each set and the group accepted (A), accepted though counts are wrong (E), or rejected (R); the error codes say
 * which count or number is wrong. Part of a group that is rejected is P in AK9. Counts are of the sets as they came.
 */
export function acknowledgementOf(
  { group, said, sets, problems }: GroupEnd,
  outcomes: readonly SetOutcome[],
): OutgoingSet {
  let accepted = 0;
  const answers = outcomes.flatMap(({ type, control, problems: counts, faults, segments }) => {
    const rejected = faults.length > 0;
    if (!rejected) accepted += 1;
    const errors = [...codesOf(SET_ERRORS, [...counts, ...faults]), ...(rejected ? [SEGMENTS_IN_ERROR] : [])];
    const verdict = rejected ? 'R' : errors.length > 0 ? 'E' : 'A';
    return [
      ['AK2', type, control],
      ...segments.map(({ id, position }) => ['AK3', id, position, undefined, ELEMENTS_IN_ERROR]),
      ['AK5', verdict, ...errors.slice(0, ERRORS_MAX)],
    ];
  });
  const errors = codesOf(GROUP_ERRORS, problems);
  const faultless = accepted === outcomes.length;
  const verdict =
    accepted === 0 ? 'R' : !faultless ? 'P' : errors.length > 0 || answers.some(([, said]) => said === 'E') ? 'E' : 'A';
  return {
    type: '997',
    segments: [
      ['AK1', group.functionalId, group.control],
      ...answers,
      ['AK9', verdict, said || sets, sets, accepted, ...errors.slice(0, ERRORS_MAX)],
    ],
  };
}

function codesOf(table: Readonly<Record<string, string>>, problems: readonly Fault[]): string[] {
  return [...new Set(problems.flatMap(({ code }) => table[code] ?? []))];
}

/** The segments of a set that faults lie in, by their paths; a fault of the whole set lies in none. */
export function segmentsOf(set: TransactionSet, faults: readonly Fault[]): SetOutcome['segments'] {
  const paths = new Set(faults.map(({ path }) => path.replace(/\.\d{2}$/, '')));
  const found: { id: string; position: number }[] = [];
  const open = [...loopsOf(set.segments, set.head.type, set.head.path).children];
  for (let loop = open.pop(); loop !== undefined; loop = open.pop()) {
    if (paths.has(loop.path)) found.push({ id: loop.id, position: loop.position });
    open.push(...loop.children);
  }
  return found.sort((a, b) => a.position - b.position);
}

/** What a partner's 997 says of our sets, one word each. `control` is of the group (AK102), `setControl` of the set (AK202). */
export interface Receipt {
  readonly path: string;
  readonly functionalId: string;
  readonly control: string;
  /** null: said of the whole group. */
  readonly setControl: string | null;
  readonly accepted: boolean;
  readonly reason: string | undefined;
}

/**
 * Reads a 997. A set without its own verdict (AK2 without AK5) goes with the group's (AK9); where that is missing too, its receipt says
 * nothing and is left out: a receipt that is not there is asked for.
 */
export function receiptsOf(set: TransactionSet): Receipt[] {
  const root = loopsOf(set.segments, '997', set.head.path);
  const receipts: Receipt[] = [];
  const [ak1] = childrenOf(root, 'AK1');
  const [ak9] = childrenOf(root, 'AK9');
  const field = (segment: readonly string[] | undefined, at: number) => segment?.[at]?.trim() ?? '';
  const group = { functionalId: field(ak1?.segment, 1), control: field(ak1?.segment, 2) };
  const groupVerdict = field(ak9?.segment, 1);
  const loops = childrenOf(root, 'AK2');
  for (const loop of loops) {
    const [ak5] = childrenOf(loop, 'AK5');
    const verdict = field(ak5?.segment, 1) || (groupVerdict === 'P' ? '' : groupVerdict);
    if (verdict === '') continue;
    const details = childrenOf(loop, 'AK3').map(({ segment }) => `segment ${field(segment, 2)} (${field(segment, 1)})`);
    const codes = (ak5?.segment.slice(2) ?? [])
      .filter((code) => code.trim() !== '')
      .map((code) => `error ${code.trim()}`);
    receipts.push({
      ...{ path: loop.path, ...group, setControl: field(loop.segment, 2) },
      ...verdictOf(verdict, [...codes, ...details]),
    });
  }
  if (loops.length === 0 && groupVerdict !== '') {
    const codes = (ak9?.segment.slice(5) ?? [])
      .filter((code) => code.trim() !== '')
      .map((code) => `error ${code.trim()}`);
    receipts.push({ path: ak9?.path ?? root.path, ...group, setControl: null, ...verdictOf(groupVerdict, codes) });
  }
  return receipts;
}

/** A, E: taken. R, M, W, X: not taken. */
function verdictOf(verdict: string, details: readonly string[]): Pick<Receipt, 'accepted' | 'reason'> {
  const accepted = verdict === 'A' || verdict === 'E';
  const reason = [`997 says ${verdict.slice(0, 5)}`, ...details].join(', ').slice(0, 300);
  return { accepted, reason: accepted && details.length === 0 ? undefined : reason };
}

/** The sets of ours that a partner's 997 does not take, as faults. */
export function rejectionsOf(set: TransactionSet): Fault[] {
  return receiptsOf(set)
    .filter(({ accepted }) => !accepted)
    .map(({ path, functionalId, control, setControl, reason }) => ({
      code: 'DOCUMENT_REJECTED',
      message: `the partner does not take ${functionalId} ${control}/${setControl ?? ''}: ${reason ?? ''}`.slice(
        0,
        500,
      ),
      path,
    }));
}
