import type { ShipmentNotice } from '../../vendor-documents.js';
import { type DocumentFile, eachRow, lineOf, must, unitsOf } from './document-rows.js';
import type { ShipmentSettings } from './settings.js';

const TRACKING_MAX = 100;
/** Characters of tracking numbers in one row. */
const TRACKING_TEXT_MAX = 5_000;

/** What is known of one shipment so far. */
interface Sent {
  readonly poNumber: string;
  readonly vendorShipmentId: string;
  readonly carrier: string;
  shippedAt: string | undefined;
  readonly tracking: Set<string>;
  readonly lines: Map<number, number>;
}

/** The shipments of a file, one for each PO and shipment number; several rows of a line are parts of it. */
export function readShipments(file: DocumentFile, spec: ShipmentSettings): ShipmentNotice[] {
  const sent = new Map<string, Sent>();
  eachRow<keyof ShipmentSettings['columns']>(file, spec, (cells, poNumber) => {
    const { lineNo, unitsPerPack } = must(lineOf(cells), cells, 'line');
    const quantity = must(unitsOf(cells, 'quantity', { lineNo, unitsPerPack }, spec), cells, 'quantity');
    const carrier = cells.required('carrier');
    const numbers = (cells.text('tracking', TRACKING_TEXT_MAX) ?? '')
      .split(/[\s,;]+/)
      .filter((number) => number !== '');
    const vendorShipmentId = cells.text('shipmentId') ?? numbers[0];
    if (vendorShipmentId === undefined)
      throw cells.unreadable(spec.columns.shipmentId ? 'shipmentId' : 'tracking', 'what tells the shipment apart', '');
    const shippedAt = cells.moment('shippedAt');
    const key = JSON.stringify([poNumber, vendorShipmentId]);
    const shipment = sent.get(key) ?? {
      ...{ poNumber, vendorShipmentId, carrier, shippedAt },
      ...{ tracking: new Set<string>(), lines: new Map<number, number>() },
    };
    if (new Set([...shipment.tracking, ...numbers]).size > TRACKING_MAX)
      throw cells.unreadable('tracking', `at most ${TRACKING_MAX} tracking numbers of a shipment`, numbers.join(' '));
    sent.set(key, shipment);
    shipment.shippedAt ??= shippedAt;
    for (const number of numbers) shipment.tracking.add(number);
    shipment.lines.set(lineNo, (shipment.lines.get(lineNo) ?? 0) + quantity);
  });
  return [...sent.values()].map(({ poNumber, vendorShipmentId, carrier, shippedAt, tracking, lines }) => ({
    ...{ kind: 'shipment', poNumber, vendorShipmentId, carrier, trackingNumbers: [...tracking] },
    shippedAt: shippedAt ?? file.seenAt,
    lines: [...lines].map(([lineNo, quantity]) => ({ lineNo, quantity })),
  }));
}
