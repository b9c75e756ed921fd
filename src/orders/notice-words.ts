import type { ChannelNotice } from '../connectors/channel.js';
import type { NoticeLine } from '../model/notice.js';
import type { NoticeFacts } from '../store/channel-notices-told.js';
import { type ChannelLine, touchedUnits, wholeUnits } from './channel-lines.js';

/**
 * A notice in the channel's own lines; null where there is nothing to say in them yet, such as of a part of a kit.
 *
 * Of a kit a unit is accepted, shipped and invoiced once all of its parts are, canceled once one of them is. The same each time,
 * since it follows from what was noted when it was made and from the notices before it. Pure.
 */
export function noticeOf(
  facts: NoticeFacts,
  lines: readonly ChannelLine[],
  customerPoNumber: string | null,
): ChannelNotice | null {
  const { noticeId, externalId, displayNumber, shipment } = facts;
  const head = { noticeId, externalId, displayNumber, customerPoNumber, at: facts.madeAt.toISOString() };
  if (facts.kind === 'acknowledge') return { ...head, kind: 'acknowledge', lines: answered(facts, lines) };
  const moved = facts.kind === 'cancel' ? touchedUnits : wholeUnits;
  const before = sumOf(facts.before.flat());
  const by = sumOf([...facts.before.flat(), ...facts.lines]);
  const own = lines.flatMap((line) => {
    const quantity = moved(line, by) - moved(line, before);
    return quantity > 0 ? [{ line, quantity }] : [];
  });
  if (own.length === 0) return null;
  const units = own.map(({ line: { externalLineId, sku }, quantity }) => ({ externalLineId, sku, quantity }));
  if (facts.kind === 'cancel') return { ...head, kind: 'cancel', reason: facts.reason, lines: units };
  if (shipment === null) throw new Error(`expected the shipment of notice ${noticeId}, found none`);
  if (facts.kind === 'ship') {
    const { shipmentId, carrier, serviceCode, trackingNumbers, shippedAt } = shipment;
    const left = { shipmentId, carrier, serviceCode, trackingNumbers, shippedAt: shippedAt.toISOString() };
    return { ...head, kind: 'ship', ...left, lines: units };
  }
  const invoiceNumber = shipment.ordinal === 1 ? shipment.poNumber : `${shipment.poNumber}-${shipment.ordinal}`;
  const priced = own.map(({ line: { externalLineId, sku, unitPrice }, quantity }) => ({
    ...{ externalLineId, sku, quantity, unitPrice },
  }));
  return { ...head, kind: 'invoice', invoiceNumber, currency: facts.currency, lines: priced };
}

function answered(facts: NoticeFacts, lines: readonly ChannelLine[]) {
  const byLine = new Map(facts.lines.map((line) => [line.lineNo, line]));
  const accepted = (lineNo: number) => byLine.get(lineNo)?.accepted ?? 0;
  const promised = (lineNo: number) => accepted(lineNo) + (byLine.get(lineNo)?.backordered ?? 0);
  return lines.map((line) => {
    const [now, inAll] = [wholeUnits(line, accepted), wholeUnits(line, promised)];
    const rejected = line.ordered - inAll;
    return {
      ...{ externalLineId: line.externalLineId, sku: line.sku, accepted: now, backordered: inAll - now, rejected },
      reason: rejected > 0 ? (facts.reason ?? 'CANCELED') : null,
    };
  });
}

function sumOf(lines: readonly NoticeLine[]): (lineNo: number) => number {
  const sums = new Map<number, number>();
  for (const { lineNo, quantity, rejected } of lines)
    sums.set(lineNo, (sums.get(lineNo) ?? 0) + (quantity ?? rejected ?? 0));
  return (lineNo) => sums.get(lineNo) ?? 0;
}
