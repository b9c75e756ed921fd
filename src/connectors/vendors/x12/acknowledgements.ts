import type { LineId } from '../../line-id.js';
import type { Acknowledgement } from '../../vendor-documents.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { readLineId, unitCostOf, unitsOf } from './line-ids.js';
import { textAt, type VendorSet, wordsOf } from './vendor-set.js';

type Line = Acknowledgement['lines'][number];

/** BAK02. With exceptions only: the lines that are not named are as the whole order is. */
const ACCEPTED = ['AC', 'AD', 'AE', 'AH', 'AK', 'AP', 'AT'];
const REJECTED = ['RD', 'RF', 'RJ'];
const OTHERS_AS_ORDERED = ['AE', 'AK', 'AT'];
/** ACK01. Source: X12 data element 668. Items on hold (IF, IH, IW) are neither. */
const ITEM_ACCEPTED = ['AA', 'AC', 'AR', 'BP', 'DR', 'IA', 'IC', 'IE', 'IP', 'IQ', 'IS', 'SP'];
const ITEM_REJECTED = ['ID', 'IR', 'IU', 'R1', 'R2', 'R3', 'R4', 'R5', 'R6'];
const ITEM_BACKORDERED = ['IB'];
const PRICE_CHANGED = ['IC', 'IP'];
const SHIP_DATES = ['002', '010', '017', '068', '106', '118'];

/** An 855 as a word on its PO, line by line or on the whole. */
export function acknowledgementOf855(set: VendorSet): Acknowledgement[] {
  const bak = set.first('BAK');
  const poNumber = textAt(bak, 3);
  if (poNumber === undefined) {
    set.problem(null, set.root.path, 'expected BAK03: the number of the purchase order');
    return [];
  }
  const type = textAt(bak, 2) ?? '';
  const isRejected = REJECTED.includes(type);
  if (!isRejected && !ACCEPTED.includes(type)) {
    set.problem(poNumber, `${bak?.path}.02`, `expected one of ${[...ACCEPTED, ...REJECTED].join(', ')}, got ${type}`);
    return [];
  }
  const loops = childrenOf(set.root, 'PO1');
  const lines = loops.flatMap((loop) => lineOf(set, loop, poNumber, isRejected) ?? []);
  const reason = wordsOf(set.root);
  const order = isRejected
    ? { order: { verdict: 'rejected' as const, ...(reason === undefined ? {} : { reason }) } }
    : loops.length === 0 || OTHERS_AS_ORDERED.includes(type)
      ? { order: { verdict: 'accepted' as const } }
      : {};
  const vendorReference =
    textAt(bak, 8) ?? textAt(childWhere(set.root, 'REF', 1, 'VN'), 2) ?? textAt(bak, 6) ?? poNumber;
  // Lines were told, and none of them can be read: it says nothing.
  if (lines.length === 0 && !('order' in order)) return [];
  const at = set.moment(textAt(bak, 9)) ?? set.writtenAt;
  return [{ kind: 'acknowledgement', poNumber, vendorReference, at, lines, ...order }];
}

function lineOf(set: VendorSet, loop: Loop, poNumber: string, isRejected: boolean): Line | null {
  const id = readLineId(loop, loop.segment[1]);
  if (id === null) {
    set.problem(
      poNumber,
      `${loop.path}.01`,
      `expected the line's number of our order, got ${textAt(loop, 1)?.slice(0, 20) ?? 'none'}`,
    );
    return null;
  }
  const acks = childrenOf(loop, 'ACK');
  const ordered = unitsOf(id, loop.segment[2], loop.segment[3]);
  const counted = acks.length === 0 ? wholeLine(ordered, isRejected) : countOf(set, loop, id, acks, ordered, poNumber);
  if (counted === null) {
    set.problem(poNumber, loop.path, 'expected how many are accepted, rejected or backordered');
    return null;
  }
  const { accepted, rejected, backordered } = counted;
  const until = acks
    .filter((ack) => ITEM_BACKORDERED.includes(textAt(ack, 1) ?? ''))
    .map((ack) => set.moment(textAt(ack, 5)))
    .find((moment) => moment !== null);
  const reason =
    wordsOf(loop) ?? (rejected > 0 ? `ACK01 ${acks.map((ack) => textAt(ack, 1)).join(' ') || 'of none'}` : undefined);
  const changed = changesOf(set, loop, id, acks);
  return {
    ...{ lineNo: id.lineNo, accepted, rejected },
    ...(backordered > 0 ? { backordered: { quantity: backordered, ...(until ? { until } : {}) } } : {}),
    ...(changed === null ? {} : { changed }),
    ...(rejected > 0 || backordered > 0 ? (reason === undefined ? {} : { reason }) : {}),
  };
}

interface Counted {
  readonly accepted: number;
  readonly rejected: number;
  readonly backordered: number;
}

const wholeLine = (ordered: number | null, isRejected: boolean): Counted | null =>
  ordered === null ? null : { accepted: isRejected ? 0 : ordered, rejected: isRejected ? ordered : 0, backordered: 0 };

/**
 * Units by what the ACK segments say. Several of one line describe parts of it where they have quantities; one without a quantity is of
 * what the others leave. A quantity that was changed (IQ) leaves the rest rejected.
 */
function countOf(
  set: VendorSet,
  loop: Loop,
  id: LineId,
  acks: readonly Loop[],
  ordered: number | null,
  poNumber: string,
): Counted | null {
  const sums = { accepted: 0, rejected: 0, backordered: 0 };
  let rest: keyof Counted | null = null;
  let isChanged = false;
  for (const ack of acks) {
    const status = textAt(ack, 1) ?? '';
    const group = groupOf(status);
    if (group === null) {
      set.problem(poNumber, `${ack.path}.01`, `the item's status ${status.slice(0, 10)} says neither yes nor no`);
      continue;
    }
    if (status === 'IQ' || status === 'BP') isChanged = status === 'IQ';
    const quantity = unitsOf(id, ack.segment[2], textAt(ack, 3) ?? loop.segment[3]);
    // Some write 0 beside a rejection: it is of all the rest.
    if (quantity === null || (quantity === 0 && group === 'rejected'))
      rest = rest === null || group !== 'accepted' ? group : rest;
    else sums[group] += quantity;
    if (status === 'BP') rest = 'backordered';
  }
  const told = sums.accepted + sums.rejected + sums.backordered;
  if (ordered === null) return told > 0 ? sums : null;
  const left = Math.max(0, ordered - told);
  if (isChanged && sums.accepted > 0) sums.rejected += left;
  else if (rest !== null) sums[rest] += left;
  return rest === null && told === 0 ? null : sums;
}

function groupOf(status: string): keyof Counted | null {
  if (ITEM_ACCEPTED.includes(status)) return 'accepted';
  if (ITEM_REJECTED.includes(status)) return 'rejected';
  return ITEM_BACKORDERED.includes(status) ? 'backordered' : null;
}

function changesOf(set: VendorSet, loop: Loop, id: LineId, acks: readonly Loop[]): NonNullable<Line['changed']> | null {
  const statuses = acks.map((ack) => textAt(ack, 1) ?? '');
  const [ctp] = childrenOf(loop, 'CTP');
  const unitCost = statuses.some((status) => PRICE_CHANGED.includes(status))
    ? (unitCostOf(id, ctp?.segment[3], undefined, textAt(ctp, 5) ?? loop.segment[3]) ??
      unitCostOf(id, loop.segment[4], loop.segment[5], loop.segment[3]))
    : null;
  const substitute = acks.filter((ack) => textAt(ack, 1) === 'IS').map((ack) => textAt(ack, 8))[0];
  const title = textAt(childrenOf(loop, 'PID')[0], 5);
  const days = [
    ...acks
      .filter((ack) => groupOf(textAt(ack, 1) ?? '') === 'accepted')
      .map((ack) => [textAt(ack, 4), textAt(ack, 5)]),
    ...childrenOf(loop, 'SCH').map((sch) => [textAt(sch, 5), textAt(sch, 6)]),
  ].flatMap(([qualifier, date]) => (SHIP_DATES.includes(qualifier ?? '') ? (set.moment(date) ?? []) : []));
  const shipBy = days.sort().at(-1);
  if (unitCost === null && substitute === undefined && shipBy === undefined) return null;
  return {
    ...(unitCost === null ? {} : { unitCost }),
    ...(shipBy === undefined ? {} : { shipBy }),
    ...(substitute === undefined
      ? {}
      : { substitute: { vendorSku: substitute, ...(title === undefined ? {} : { title }) } }),
  };
}
