import type { CanonicalLine, CanonicalOrder } from '../model/canonical-order.js';
import { MONEY } from '../model/currencies.js';
import type { Address, Fault } from '../model/order.js';
import { type OrderSource, sourceOf } from '../model/order-source.js';
import type { ResolvedSku } from '../store/skus.js';
import type { OrderError, OrderErrorCode } from './errors/codes.js';
import { explodeKit, type ProductLine } from './kits.js';
import { sourceFaults } from './validate-source.js';

/** An order that is whole and may be routed: its lines are products of ours, kits taken apart. */
export interface ValidOrder {
  readonly order: CanonicalOrder;
  readonly lines: readonly ProductLine[];
  /** What it says beyond what is routed. */
  readonly source: OrderSource;
}

export type Validation =
  | { readonly ok: true; readonly valid: ValidOrder }
  /** Nothing of it needs shipping: no fault, and nothing to do. */
  | { readonly ok: false; readonly nothingToShip: true; readonly errors: readonly OrderError[] }
  | { readonly ok: false; readonly nothingToShip: false; readonly errors: readonly OrderError[] };

export const LINES_MAX = 500;
const QUANTITY_MAX = 1_000_000;
/** 10^7 in ten-thousandths: what the engine counts with. Source: ROUTING.md. */
const UNIT_PRICE_MAX = 100_000_000_000;
/** 10^11 in ten-thousandths: with what the goods cost and leaving them does, the engine counts up to 9 x 10^11. */
const TOTAL_MAX = 1_000_000_000_000_000;
const ERRORS_MAX = 100;
const TAGS_MAX = 100;
const TAG_LENGTH_MAX = 100;

/** Countries whose parcels need no postal code; all others do. Source: Universal Postal Union, addressing systems. */
const WITHOUT_POSTAL_CODE = new Set(
  'AE AG AN AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GD GH GM GN GQ GY HK IE JM KE KI KM KN KP LC ML MO MR MS MU MW NR NU PA QA RW SB SC SL SR ST SY TD TF TG TK TL TO TT TV TZ UG VU YE ZA ZW'.split(
    ' ',
  ),
);

/** Every fault of an order, each with its path; or the order with its lines looked up. Pure; never throws on any order. */
export function validateOrder(order: CanonicalOrder, resolved: ReadonlyMap<string, ResolvedSku>): Validation {
  const errors: OrderError[] = [];
  const fault = (code: PlainCode, path: string, message: string) => errors.push({ code, path, message });

  text(fault, 'externalId', order.externalId, 200);
  if (order.displayNumber !== undefined) text(fault, 'displayNumber', order.displayNumber, 200);
  if (!MONEY.has(order.currency)) {
    fault('INVALID_CURRENCY', 'currency', `expected an ISO 4217 code such as USD, got "${shown(order.currency)}"`);
  }
  moment(fault, 'placedAt', order.placedAt);
  if (order.updatedAt !== undefined) moment(fault, 'updatedAt', order.updatedAt);
  if (order.deliverBy !== undefined) moment(fault, 'deliverBy', order.deliverBy);
  if (order.customerTier !== undefined) text(fault, 'customerTier', order.customerTier, TAG_LENGTH_MAX);
  const { tags = [] } = order;
  if (tags.length > TAGS_MAX) fault('INVALID_TEXT', 'tags', `expected at most ${TAGS_MAX} tags, got ${tags.length}`);
  for (const [at, tag] of tags.slice(0, TAGS_MAX).entries()) text(fault, `tags[${at}]`, tag, TAG_LENGTH_MAX);
  validateAddress(fault, order.shipTo);
  const source = sourceOf(order);
  for (const { path, message } of sourceFaults(source)) fault('INVALID_SOURCE', path, message);

  const shipping = order.lines.flatMap((line, index) => (isShipped(line) ? [{ line, index }] : []));
  if (order.lines.length > LINES_MAX) {
    fault('TOO_MANY_LINES', 'lines', `expected at most ${LINES_MAX} lines, got ${order.lines.length}`);
    return { ok: false, nothingToShip: false, errors };
  }
  if (shipping.length === 0) {
    fault('NOTHING_TO_SHIP', 'lines', 'expected a line that needs shipping, got none');
    return { ok: false, nothingToShip: errors.length === 1, errors };
  }

  const seen = new Set<string>();
  const lines: ProductLine[] = [];
  for (const { line, index } of shipping) {
    const at = `lines[${index}]`;
    text(fault, `${at}.externalLineId`, line.externalLineId, 200);
    if (seen.has(line.externalLineId)) {
      fault('DUPLICATE_LINE', `${at}.externalLineId`, `two lines have the id "${shown(line.externalLineId)}"`);
    }
    seen.add(line.externalLineId);
    const quantityOk = Number.isInteger(line.quantity) && line.quantity >= 1 && line.quantity <= QUANTITY_MAX;
    if (!quantityOk) {
      fault(
        'INVALID_QUANTITY',
        `${at}.quantity`,
        `expected a whole number from 1 to ${QUANTITY_MAX}, got ${line.quantity}`,
      );
    }
    const priceOk = Number.isSafeInteger(line.unitPrice) && line.unitPrice >= 0 && line.unitPrice <= UNIT_PRICE_MAX;
    if (!priceOk) fault('INVALID_PRICE', `${at}.unitPrice`, 'expected an amount from 0 to 10000000');
    const product = resolved.get(line.sku);
    if (!product) {
      errors.push({
        code: 'UNKNOWN_SKU',
        path: `${at}.sku`,
        message: `expected a SKU or an alias of the account, got "${shown(line.sku)}"`,
        sku: shown(line.sku),
      });
    }
    if (!product || !quantityOk || !priceOk) continue;
    const own =
      product.components.length === 0
        ? [
            {
              externalLineId: line.externalLineId,
              productId: product.productId,
              sku: product.sku,
              quantity: line.quantity,
              unitPrice: line.unitPrice,
            },
          ]
        : explodeKit(line, product.components);
    for (const part of own) {
      if (part.externalLineId.length > 200 || part.quantity > QUANTITY_MAX) {
        fault(
          'INVALID_QUANTITY',
          `${at}.quantity`,
          `component ${part.sku}: ${part.quantity} units, at most ${QUANTITY_MAX}`,
        );
      }
      if (own.length > 1 && part.externalLineId !== line.externalLineId && seen.has(part.externalLineId)) {
        fault(
          'DUPLICATE_LINE',
          `${at}.externalLineId`,
          `the kit's component line "${shown(part.externalLineId)}" exists already`,
        );
      }
      seen.add(part.externalLineId);
    }
    lines.push(...own);
  }
  if (lines.length > LINES_MAX) {
    fault('TOO_MANY_LINES', 'lines', `expected at most ${LINES_MAX} lines with kits taken apart, got ${lines.length}`);
  }
  const total = lines.reduce((sum, line) => sum + BigInt(line.unitPrice) * BigInt(line.quantity), 0n);
  if (total > TOTAL_MAX) {
    fault('ORDER_TOO_LARGE', 'lines', `expected lines worth at most 100000000000 in all, got ${total / 10_000n}`);
  }
  if (errors.length > 0) return { ok: false, nothingToShip: false, errors: errors.slice(0, ERRORS_MAX) };
  return { ok: true, valid: { order, lines, source } };
}

/**
 * Whether units of the line are to be sent: not of what was taken out of the order, nor of gift cards and services, nor of a bundle, whose
 * parts are lines of their own.
 */
function isShipped({ requiresShipping, quantity, quantities, kind = 'goods' }: CanonicalLine): boolean {
  return requiresShipping && kind === 'goods' && !(quantity === 0 && quantities !== undefined);
}

/** An error as a fault of an intake keeps it. */
export function faultOf(error: OrderError): Fault {
  const { code, message, path } = error;
  const suggestions = error.code === 'UNKNOWN_SKU' ? error.suggestions : undefined;
  return { code, message, path, ...(suggestions?.length ? { suggestions } : {}) };
}

type PlainCode = Exclude<OrderErrorCode, 'INSUFFICIENT_STOCK' | 'UNKNOWN_SKU' | 'ORDER_ALREADY_EXISTS' | 'UNROUTABLE'>;
type Report = (code: PlainCode, path: string, message: string) => void;

function validateAddress(fault: Report, address: Address): void {
  const country = address.countryCode;
  if (address.redacted) {
    const message = 'the channel keeps the address from us: let the app read protected customer data, then replay';
    fault('ADDRESS_REDACTED', 'shipTo', message);
    return;
  }
  if (!isCountry(country)) {
    fault('INVALID_COUNTRY', 'shipTo.countryCode', `expected an ISO 3166-1 code such as US, got "${shown(country)}"`);
  }
  const missing = (path: string, what: string) =>
    fault('INVALID_ADDRESS', `shipTo.${path}`, `expected ${what}, got none`);
  if (!address.name?.trim() && !address.company?.trim()) missing('name', 'the name of a person or a company');
  if (!address.lines.some((line) => line.trim() !== '')) missing('lines', 'a street or box');
  if (!address.city?.trim() && country !== 'SG' && country !== 'MC' && country !== 'VA') missing('city', 'a city');
  if (isCountry(country) && !WITHOUT_POSTAL_CODE.has(country) && !address.postalCode?.trim()) {
    missing('postalCode', `a postal code, which parcels to ${country} need`);
  }
  if (address.lines.length > 10)
    fault('INVALID_ADDRESS', 'shipTo.lines', `expected at most 10 lines, got ${address.lines.length}`);
  for (const [path, value] of addressTexts(address)) {
    if (value.length > 500 || !isPlainText(value, 'line breaks')) {
      fault('INVALID_TEXT', `shipTo.${path}`, 'expected at most 500 characters, none of them control characters');
    }
  }
  if (address.regionCode !== undefined && address.regionCode.length > 20) {
    fault('INVALID_ADDRESS', 'shipTo.regionCode', 'expected a region code of at most 20 characters');
  }
}

function addressTexts(address: Address): [string, string][] {
  const { name, company, city, regionCode, postalCode, phone, email } = address;
  const single = Object.entries({ name, company, city, regionCode, postalCode, phone, email });
  return [
    ...single.flatMap(([path, value]): [string, string][] => (value === undefined ? [] : [[path, value]])),
    ...address.lines.map((line, index): [string, string] => [`lines[${index}]`, line]),
  ];
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && code !== 'ZZ' && code !== 'EU' && code !== 'UN' && REGIONS.of(code) !== undefined;
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function moment(fault: Report, path: string, value: string): void {
  if (RFC_3339.test(value) && !Number.isNaN(Date.parse(value))) return;
  fault('INVALID_MOMENT', path, `expected RFC 3339 with an offset, got "${shown(value)}"`);
}

function text(fault: Report, path: string, value: string, lengthMax: number): void {
  if (value.length >= 1 && value.length <= lengthMax && isPlainText(value)) return;
  fault(
    'INVALID_TEXT',
    path,
    `expected 1 to ${lengthMax} characters, none of them control characters, got ${value.length}`,
  );
}

/** Control characters and halves of a character: neither can be stored. Line breaks are checked apart. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** Whether the text can be stored and sent on as it is; an address may hold tabs and line breaks. */
export function isPlainText(value: string, allow: 'one line' | 'line breaks' = 'one line'): boolean {
  return !UNSTORABLE.test(allow === 'line breaks' ? value.replace(/[\t\r\n]/g, ' ') : value);
}

/** What came, shortened and made harmless for a message. */
export function shown(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
