import type { ShipmentNotice } from '../../vendor-documents.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { readLineId, unitsOf } from './line-ids.js';
import { textAt, type VendorSet } from './vendor-set.js';

/** Levels of the tree from the outside in. */
const LEVELS = ['S', 'O', 'T', 'P', 'I'];
/** MAN01 and REF01 that hold a carrier's number of a parcel, the surest first; GM is a pallet's label, BM a bill of lading. */
const MAN_TRACKING = ['CP', '2I', 'SM', 'CA'];
const REF_TRACKING = ['2I', 'TN', '08', 'CN'];
const TRACKING_MAX = 200;

interface Level {
  readonly loop: Loop;
  readonly code: string;
  readonly parent: Level | null;
  readonly children: Level[];
}

/**
 * An 856 as notices of shipment, one for each order in it. The tree may be S-O-P-I, S-O-I or S-P-O-I, with blank parents: a level then
 * hangs below the nearest outer one before it. A set for each parcel is as good as one for all.
 */
export function shipmentsOf856(set: VendorSet): ShipmentNotice[] {
  const bsn = set.first('BSN');
  const vendorShipmentId = textAt(bsn, 2);
  const levels = treeOf(childrenOf(set.root, 'HL'));
  const orders = levels.filter(({ loop }) => childrenOf(loop, 'PRF').length > 0);
  if (vendorShipmentId === undefined || orders.length === 0) {
    const what =
      vendorShipmentId === undefined ? 'BSN02: the shipment’s number' : 'PRF: the number of a purchase order';
    set.problem(
      textAt(childrenOf(orders[0]?.loop ?? set.root, 'PRF')[0], 1) ?? null,
      set.root.path,
      `expected ${what}`,
    );
    return [];
  }
  return orders.flatMap((order) => {
    const poNumber = textAt(childrenOf(order.loop, 'PRF')[0], 1);
    if (textAt(bsn, 1) === '01' || poNumber === undefined) {
      const what = poNumber === undefined ? 'expected PRF01: its number' : 'a shipment that was told is canceled';
      set.problem(poNumber ?? null, order.loop.path, what);
      return [];
    }
    const lines = linesOf(set, order, poNumber);
    if (lines.length === 0) {
      set.problem(poNumber, order.loop.path, 'expected items (HL I with LIN and SN1) of our order');
      return [];
    }
    const around = [...outwards(order), ...below(order)];
    return [
      {
        ...{ kind: 'shipment' as const, poNumber, vendorShipmentId, lines },
        carrier: carrierOf(around) ?? '',
        trackingNumbers: trackingOf(order, around),
        shippedAt: shippedAt(set, around, bsn),
      },
    ];
  });
}

function treeOf(loops: readonly Loop[]): Level[] {
  const levels: Level[] = [];
  for (const loop of loops) {
    const code = textAt(loop, 3) ?? '';
    const parentId = textAt(loop, 2);
    const depth = LEVELS.indexOf(code);
    const parent =
      levels.find((level) => parentId !== undefined && textAt(level.loop, 1) === parentId) ??
      levels.findLast((level) => depth > 0 && LEVELS.indexOf(level.code) < depth) ??
      null;
    const level = { loop, code, parent, children: [] };
    parent?.children.push(level);
    levels.push(level);
  }
  return levels;
}

/** From the level itself to the outermost. */
function outwards(level: Level): Level[] {
  const found: Level[] = [];
  for (let at: Level | null = level; at !== null; at = at.parent) found.push(at);
  return found;
}

/** All below a level. */
function below(level: Level): Level[] {
  const found: Level[] = [];
  const open = [...level.children].reverse();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    found.push(at);
    open.push(...[...at.children].reverse());
  }
  return found;
}

function linesOf(set: VendorSet, order: Level, poNumber: string): ShipmentNotice['lines'] {
  const shipped = new Map<number, number>();
  for (const { loop } of [order, ...below(order)])
    for (const sn1 of childrenOf(loop, 'SN1')) {
      const lin = childrenOf(loop, 'LIN')[0];
      const id = readLineId(loop, lin?.segment[1], sn1.segment[1]);
      const quantity = id && unitsOf(id, sn1.segment[2], sn1.segment[3]);
      if (id === null || quantity === null) {
        const what =
          id === null ? 'expected the line’s number of our order in LIN01' : 'expected a whole quantity in SN102';
        set.problem(poNumber, loop.path, what);
      } else shipped.set(id.lineNo, (shipped.get(id.lineNo) ?? 0) + quantity);
    }
  return [...shipped].map(([lineNo, quantity]) => ({ lineNo, quantity }));
}

/** The carrier's SCAC, else its words. */
function carrierOf(levels: readonly Level[]): string | undefined {
  const routes = levels.flatMap(({ loop }) => childrenOf(loop, 'TD5'));
  return routes.map((td5) => textAt(td5, 3)).find(Boolean) ?? routes.map((td5) => textAt(td5, 5)).find(Boolean);
}

function trackingOf(order: Level, around: readonly Level[]): string[] {
  const marked = [order, ...below(order), ...outwards(order)].flatMap(({ loop }) =>
    childrenOf(loop, 'MAN').flatMap((man) => [
      ...(MAN_TRACKING.includes(textAt(man, 1) ?? '') ? [textAt(man, 2)] : []),
      ...(MAN_TRACKING.includes(textAt(man, 4) ?? '') ? [textAt(man, 5)] : []),
    ]),
  );
  const referred = REF_TRACKING.map((qualifier) =>
    around.flatMap(({ loop }) => {
      const ref = childWhere(loop, 'REF', 1, qualifier);
      return ref ? [textAt(ref, 2)] : [];
    }),
  );
  const found = [marked, ...referred].find((numbers) => numbers.length > 0) ?? [];
  return [...new Set(found.filter((number) => number !== undefined))].slice(0, TRACKING_MAX);
}

function shippedAt(set: VendorSet, levels: readonly Level[], bsn: Loop | undefined): string {
  for (const { loop } of levels) {
    const dtm = childWhere(loop, 'DTM', 1, '011');
    const moment = dtm && set.moment(textAt(dtm, 2), textAt(dtm, 3), textAt(dtm, 4));
    if (moment) return moment;
  }
  return set.moment(textAt(bsn, 3), textAt(bsn, 4)) ?? set.writtenAt;
}
