import { createHash } from 'node:crypto';
import type { CanonicalOrder, OrderMoney } from '../../model/canonical-order.js';
import { readJson } from './json.js';
import { type Field, Reading } from './reader.js';
import { checkTotals } from './totals.js';

/** A reading of a body that is to be an order, its root an object; or a reading whose fault says why it is none. */
export function readOrder(rawBody: Uint8Array): Reading {
  try {
    const reading = new Reading(readJson(rawBody));
    if (!reading.root.isObject) reading.fault('NOT_AN_ORDER', '', 'expected an order as a JSON object');
    return reading;
  } catch {
    const reading = new Reading(null);
    reading.fault('NOT_JSON', '', 'expected a body that is JSON in UTF-8, not nested without end');
    return reading;
  }
}

/** The order with what every mapping of a JSON payload adds: totals checked, warnings, originals, what was not mapped, provenance. */
export function finishOrder(
  reading: Reading,
  rawBody: Uint8Array,
  order: CanonicalOrder & { readonly money: OrderMoney },
  mapping: string,
  sourceVersion: string | undefined,
): CanonicalOrder {
  const totals = checkTotals(order);
  if (totals.grade === 'different')
    reading.warn('TOTALS_DIFFERENT', '', `the stated total is ${totals.stated}, its parts give ${totals.computed}`);
  const { unmapped, unmappedLeft } = reading.unmapped();
  return {
    ...order,
    totals,
    warnings: reading.warnings.length > 0 ? reading.warnings : undefined,
    originals: reading.originals.size > 0 ? Object.fromEntries(reading.originals) : undefined,
    unmapped,
    unmappedLeft: unmappedLeft > 0 ? unmappedLeft : undefined,
    provenance: { mapping, sourceVersion, contentHash: createHash('sha256').update(rawBody).digest('hex') },
  };
}

/** A moment of the payload, its own text kept under the order's path. */
export function momentKept(field: Field, as: string, zone: 'offset' | 'UTC' = 'offset'): string | undefined {
  const moment = field.moment(zone);
  const text = field.text(100);
  if (moment !== undefined && text !== undefined) field.reading.original(as, text, moment);
  return moment;
}
