import { CURRENCIES } from '../../model/currencies.js';
import type { ProblemLine } from '../problem.js';
import { QUANTITY_MAX, UNIT_AMOUNT_MAX } from './limits.js';
import { describe, NO_FIELDS, type Reader } from './reader.js';

/** Grams, or cm3, of one unit. */
const MEASURE_MAX = 1_000_000_000;
const NO_SKU = -1;
const LATITUDE_MAX = 90;
const LONGITUDE_MAX = 180;
const ORDER = ['id', 'currency', 'placedAt', 'deliverBy', 'destination', 'lines'];
const PLACE = ['countryCode', 'regionCode', 'postalCode', 'latitude', 'longitude', 'residential'];
const LINE = ['id', 'sku', 'quantity', 'unitPrice', 'unitWeightGrams', 'unitVolumeCm3', 'tags', 'group', 'partial'];

/** What the order of a request says. */
export interface ReadOrder {
  readonly lines: readonly ProblemLine[];
  /** Each SKU once, as the lines name them first, and where each stands. */
  readonly skus: readonly string[];
  readonly skuIndex: ReadonlyMap<string, number>;
  readonly deliverBy: number | null;
}

/** Reads `order`; `expected` is what it has to be, in words. Source: ROUTING.md, "Request". */
export function readOrder(read: Reader, value: unknown, expected?: string): ReadOrder {
  read.enter('order');
  const order = read.object(value, ORDER, expected) ?? NO_FIELDS;
  read.string(order.id, 'id');
  if (!CURRENCIES.has(read.string(order.currency, 'currency')))
    read.fault(`expected a code of ISO 4217 such as USD, got ${describe(order.currency)}`, 'currency');
  // Nothing is decided by when the order was placed.
  read.moment(order.placedAt, 'placedAt', 'dropped');
  const deliverBy = order.deliverBy === undefined ? null : read.moment(order.deliverBy, 'deliverBy');
  readPlace(read, order.destination, 'destination');
  const lines: ProblemLine[] = [];
  const ids: string[] = [];
  const skus: string[] = [];
  const skuIndex = new Map<string, number>();
  const entries = read.list(order.lines, 'lines');
  read.enter('lines');
  for (let index = 0; index < entries.length; index += 1) {
    read.enterEntry(index);
    const line = readLine(read, entries[index], skus, skuIndex);
    lines.push(line);
    ids.push(line.id);
    read.leave();
  }
  read.unique(ids, 'id', 'line id');
  read.leave();
  read.leave();
  return { lines, skus, skuIndex, deliverBy };
}

function readLine(read: Reader, value: unknown, skus: string[], skuIndex: Map<string, number>): ProblemLine {
  const line = read.object(value, LINE) ?? NO_FIELDS;
  const name = read.string(line.sku, 'sku');
  // What has no name is no SKU that a node could offer.
  let sku = name === '' ? NO_SKU : skuIndex.get(name);
  if (sku === undefined) {
    sku = skus.push(name) - 1;
    skuIndex.set(name, sku);
  }
  return {
    id: read.string(line.id, 'id'),
    sku,
    quantity: read.integer(line.quantity, 'quantity', 1, QUANTITY_MAX),
    unitPrice: read.amount(line.unitPrice, 'unitPrice', 0, UNIT_AMOUNT_MAX),
    grams: read.integer(line.unitWeightGrams, 'unitWeightGrams', 0, MEASURE_MAX),
    volume: read.integer(line.unitVolumeCm3, 'unitVolumeCm3', 0, MEASURE_MAX, 0),
    tags: read.strings(line.tags, 'tags'),
    group: line.group === undefined ? null : read.string(line.group, 'group'),
    partial: read.boolean(line.partial, 'partial', true),
  };
}

/** Checks a place, of which nothing is decided. */
export function readPlace(read: Reader, value: unknown, name: string): void {
  read.enter(name);
  const place = read.object(value, PLACE);
  if (place) {
    read.string(place.countryCode, 'countryCode');
    if (place.regionCode !== undefined) read.text(place.regionCode, 'regionCode');
    if (place.postalCode !== undefined) read.text(place.postalCode, 'postalCode');
    readDegrees(read, place.latitude, 'latitude', LATITUDE_MAX);
    readDegrees(read, place.longitude, 'longitude', LONGITUDE_MAX);
    read.boolean(place.residential, 'residential', false);
  }
  read.leave();
}

function readDegrees(read: Reader, value: unknown, name: string, limit: number): void {
  if (value === undefined || (typeof value === 'number' && Math.abs(value) <= limit)) return;
  read.fault(`expected degrees from -${limit} to ${limit}, got ${describe(value)}`, name);
}
