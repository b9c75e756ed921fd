import type { Duty } from '../connectors/channel.js';
import type { NewId } from '../model/clock.js';
import type { NoticeKind, NoticeLine } from '../model/notice.js';
import type { NewNotice, ToldOrder } from '../store/channel-notices.js';

const HOUR_MS = 3_600_000;

/** Why units are rejected or canceled, as channels are told. */
const CANCELED = 'CANCELED';
const NOT_SUPPLIED = 'NOT_SUPPLIED';

/** What follows for an order's channel, beside what was made for it before. */
export interface Due {
  readonly notices: readonly NewNotice[];
  /** Nothing is left to ship: its deadline is met, or no longer counts. */
  readonly shipped: boolean;
}

/**
 * What an order's channel is to be told as the order stands, and has not been told; from the duties that its connector declares.
 * Asked again for an order that did not change it says nothing more. Pure. Source: docs/channels.md.
 */
export function noticesOf(order: ToldOrder, duties: readonly Duty[], now: Date, newId: NewId): Due {
  const dutyOf = new Map(duties.map((duty) => [duty.kind, duty]));
  const notices: NewNotice[] = [];
  const add = (kind: NoticeKind, subject: string, from: Date, lines: readonly NoticeLine[], reason: string | null) => {
    const withinMs = dutyOf.get(kind)?.withinMs;
    const due = withinMs === undefined ? null : from.getTime() + withinMs;
    notices.push({
      ...{ id: newId(), orderId: order.orderId, accountId: order.accountId, kind, subject, lines, reason },
      state: lines.length === 0 ? 'awaited' : 'waiting',
      dueAt: due === null ? null : new Date(due),
      alarmAt: due === null || withinMs === undefined ? null : new Date(due - Math.min(HOUR_MS, withinMs / 10)),
    });
  };
  const made = (kind: NoticeKind, subject: string) =>
    order.notices.find((notice) => notice.kind === kind && notice.subject === subject);
  const awaits = (kind: NoticeKind) => dutyOf.get(kind)?.withinMs !== undefined && made(kind, '') === undefined;

  const isAcknowledged = !dutyOf.has('acknowledge') || (made('acknowledge', '')?.state ?? 'awaited') !== 'awaited';
  const answer = isAcknowledged ? null : answerOf(order);
  if (answer !== null) add('acknowledge', '', order.arrivedAt, answer, gaveUp(order));
  else if (!isAcknowledged && awaits('acknowledge')) add('acknowledge', '', order.arrivedAt, [], null);

  const leftToShip = order.lines.some((line) => line.open + line.routed + line.backordered > 0);
  const shipped = order.status === 'REJECTED' || !leftToShip;
  if (awaits('ship') && !shipped) add('ship', '', order.arrivedAt, [], null);
  for (const kind of ['ship', 'invoice'] as const) {
    if (!dutyOf.has(kind)) continue;
    for (const { id, lines } of order.shipments) {
      if (made(kind, id) === undefined) add(kind, id, kind === 'ship' ? order.arrivedAt : now, lines, null);
    }
  }

  if (dutyOf.has('cancel') && isAcknowledged) {
    const canceled = newlyCanceled(order);
    const before = order.notices.filter(({ kind }) => kind === 'cancel').length;
    if (canceled.length > 0) add('cancel', String(before + 1), now, canceled, gaveUp(order) ?? CANCELED);
  }
  return { notices, shipped };
}

/** What becomes of each line's units, once that is settled: confirmed, refused, canceled, or all of it waits for stock. */
function answerOf(order: ToldOrder): NoticeLine[] | null {
  const waits = order.lines.every((line) => line.open + line.routed + line.shipped === 0);
  if (!order.confirmed && order.status !== 'REJECTED' && !waits) return null;
  return order.lines.map(({ lineNo, ordered, backordered, canceled }) =>
    order.status === 'REJECTED'
      ? { lineNo, accepted: 0, backordered: 0, rejected: ordered }
      : { lineNo, accepted: ordered - backordered - canceled, backordered, rejected: canceled },
  );
}

/** Units canceled for good that the channel was not told of, as rejected at first or as canceled later. */
function newlyCanceled(order: ToldOrder): NoticeLine[] {
  const told = new Map<number, number>();
  for (const { kind, lines } of order.notices) {
    if (kind !== 'acknowledge' && kind !== 'cancel') continue;
    for (const { lineNo, rejected, quantity } of lines)
      told.set(lineNo, (told.get(lineNo) ?? 0) + (rejected ?? quantity ?? 0));
  }
  return order.lines.flatMap(({ lineNo, ordered, canceled }) => {
    const quantity = (order.status === 'REJECTED' ? ordered : canceled) - (told.get(lineNo) ?? 0);
    return quantity > 0 ? [{ lineNo, quantity }] : [];
  });
}

function gaveUp(order: ToldOrder): string | null {
  return order.status === 'REJECTED' ? NOT_SUPPLIED : null;
}
