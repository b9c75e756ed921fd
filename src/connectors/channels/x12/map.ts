import type { CanonicalOrder, DeliveryWish, Party } from '../../../model/canonical-order.js';
import type { Fault } from '../../../model/order.js';
import { type Loop, loopsOf } from '../../x12/loops.js';
import type { TransactionSet } from '../../x12/sets.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import { dayOf, momentOf } from '../../x12/values.js';
import { moneyOf } from './charges.js';
import { checkTotals, linesOf } from './lines.js';
import { contactOf, partyLoop, partyOf, shipToOf } from './parties.js';
import { elementPath, type OrderReading, Reading } from './reading.js';
import { checkedTotals } from './totals.js';

export const MAPPING = 'x12 1.0.0';

/** BEG01 of documents that are orders: original, and a copy of one. */
const PURPOSES = ['00', '07'];
const INCOTERMS = ['EXW', 'FCA', 'FAS', 'FOB', 'CFR', 'CIF', 'CPT', 'CIP', 'DAT', 'DAP', 'DPU', 'DDP'];
/** Freight that someone else than the sender pays (FOB01). */
const FREIGHT_OF_OTHERS = ['TP', 'CC'];
/** A set without its end may be half an order. */
const CUT_OFF = ['SE_MISSING', 'SET_TOO_LONG'];

export type OrderOf850 =
  | { readonly ok: true; readonly order: CanonicalOrder }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * One 850 as one canonical order, or every fault with its segment path. Pure. What the order has no place for is listed in `unmapped`,
 * by segment path; where counts are wrong and the set is whole, the order has warnings.
 */
export function orderOf850(set: TransactionSet, settings: OrderReading, contentHash: string): OrderOf850 {
  const { head } = set;
  const root = loopsOf(set.segments, '850', head.path);
  const reading = new Reading(settings);
  for (const { code, path, message } of set.problems)
    if (CUT_OFF.includes(code)) reading.fault(code, path, message);
    else reading.warn(code, path, message);
  const ids = idsOf(reading, root);
  const currency = currencyOf(reading, root);
  const lines = linesOf(reading, root);
  const shipTo = shipToOf(reading, root);
  checkTotals(reading, root);
  const money = moneyOf(reading, root);
  const { deliverBy, ...delivery } = deliveryOf(reading, root);
  const parties = partiesOf(reading, root);
  if (reading.faults.length > 0 || ids === null || shipTo === null) return { ok: false, faults: reading.faults };
  const { unmapped, left } = reading.taken.unread(root);
  const { version, interchange } = head.group;
  return {
    ok: true,
    order: {
      ...{ ...ids, currency, deliverBy, shipTo, lines, ...parties, delivery, money },
      totals: checkedTotals(lines, money),
      whenShort: whenShortOf(root),
      source: { payment: 'unknown', fulfillment: 'unfulfilled', ...(interchange.isTest ? { test: true } : {}) },
      warnings: reading.warnings,
      originals: reading.originals,
      ...{ unmapped, unmappedLeft: left },
      provenance: { mapping: MAPPING, sourceVersion: version, contentHash },
    },
  };
}

function idsOf(
  reading: Reading,
  root: Loop,
): Pick<CanonicalOrder, 'externalId' | 'placedAt' | 'displayNumber' | 'customerPoNumber'> | null {
  const [beg] = childrenOf(root, 'BEG');
  if (beg === undefined) {
    reading.fault('BEG_MISSING', root.path, 'expected a segment BEG: the purchase order’s number, kind and date');
    return null;
  }
  const [purpose = '', type = ''] = [reading.text(beg, 1), reading.text(beg, 2)];
  if (!PURPOSES.includes(purpose))
    reading.fault('PURPOSE_UNSUPPORTED', elementPath(beg, 1), `expected 00 (original) or 07 (copy), got ${purpose}`);
  const { orderTypes } = reading.settings;
  if (!orderTypes.includes(type))
    reading.fault(
      'ORDER_TYPE_UNSUPPORTED',
      elementPath(beg, 2),
      `expected one of ${orderTypes.join(', ')}, got ${type}`,
    );
  const [number, release] = [reading.text(beg, 3), reading.text(beg, 4)];
  if (number === undefined)
    reading.fault('PO_NUMBER_MISSING', elementPath(beg, 3), 'expected the purchase order’s number');
  const date = reading.text(beg, 5);
  const placedAt = momentOf(date ?? '');
  if (placedAt === null) reading.fault('DATE_INVALID', elementPath(beg, 5), 'expected a date such as 20130401');
  if (number === undefined || placedAt === null || date === undefined) return null;
  reading.originals.placedAt = date;
  // Releases against one order have numbers of their own below its number.
  const externalId = release === undefined ? number : `${number}/${release}`;
  return { externalId, displayNumber: externalId, customerPoNumber: number, placedAt };
}

function currencyOf(reading: Reading, root: Loop): string {
  const [cur] = childrenOf(root, 'CUR');
  if (cur === undefined) return reading.settings.currency;
  reading.taken.mark(cur, 1);
  const said = reading.text(cur, 2) ?? '';
  if (!/^[A-Z]{3}$/.test(said))
    reading.fault('CURRENCY_INVALID', elementPath(cur, 2), 'expected an ISO 4217 code such as USD');
  return said;
}

function partiesOf(reading: Reading, root: Loop): Pick<CanonicalOrder, 'buyer' | 'billTo' | 'soldBy' | 'endCustomer'> {
  const buyer = partyOf(reading, partyLoop(root, 'BY', 'SO'));
  const { contact, ...reached } = contactOf(reading, root);
  return {
    buyer:
      buyer || contact !== undefined || Object.keys(reached).length > 0
        ? { name: contact, ...reached, ...withoutGaps(buyer) }
        : undefined,
    billTo: partyOf(reading, partyLoop(root, 'BT')),
    soldBy: partyOf(reading, partyLoop(root, 'SE')),
    endCustomer: partyOf(reading, partyLoop(root, 'EN', 'UC', 'OB')),
  };
}

const withoutGaps = (party: Party | undefined): Party =>
  Object.fromEntries(Object.entries(party ?? {}).filter(([, value]) => value !== undefined));

/** CSH01: what is to become of units that are not there. */
function whenShortOf(root: Loop): CanonicalOrder['whenShort'] {
  const csh = childrenOf(root, 'CSH').map(({ segment }) => segment[1]?.trim());
  if (csh.includes('Y')) return 'BACKORDER';
  return csh.includes('N') || csh.includes('B') ? 'REJECT' : undefined;
}

function deliveryOf(reading: Reading, root: Loop): DeliveryWish & { readonly deliverBy?: string | undefined } {
  const { taken } = reading;
  const [td5] = childrenOf(root, 'TD5');
  if (td5) taken.mark(td5, 2);
  const [carrier, title, level] = [reading.text(td5, 3), reading.text(td5, 5), reading.text(td5, 12)];
  const service = [carrier, level].filter((part) => part !== undefined).join('-') || title;
  let shipComplete = false;
  for (const csh of childrenOf(root, 'CSH')) {
    const code = csh.segment[1]?.trim() ?? '';
    if (['Y', 'N', 'B', 'SC'].includes(code)) taken.mark(csh, 1);
    if (['SC', 'B'].includes(code)) shipComplete = true;
  }
  const deliverOn = dayOn(reading, root, 'deliverBy', '002');
  const notes = notesOf(reading, root);
  return {
    ...(deliverOn === undefined ? {} : { deliverBy: `${deliverOn}T23:59:59.000Z` }),
    serviceCode: service,
    serviceTitle: title,
    shipBy: dayOn(reading, root, 'delivery.shipBy', '038', '010'),
    earliest: dayOn(reading, root, 'delivery.earliest', '064'),
    latest: dayOn(reading, root, 'delivery.latest', '063'),
    instructions: notes.instructions,
    incoterms: incotermsOf(reading, root),
    ...(shipComplete ? { shipComplete } : {}),
    thirdPartyFreight: freightOf(reading, root, td5?.segment[2]?.trim() === '2' ? carrier : undefined),
    packingSlip: packingSlipOf(reading, root, notes),
  };
}

/** The day of the first DTM that has one of these qualifiers. */
function dayOn(reading: Reading, root: Loop, path: string, ...qualifiers: readonly string[]): string | undefined {
  for (const qualifier of qualifiers) {
    const dtm = childWhere(root, 'DTM', 1, qualifier);
    const day = dayOf(dtm?.segment[2] ?? '');
    if (!dtm || day === null) continue;
    reading.taken.mark(dtm, 1);
    reading.originals[path] = reading.text(dtm, 2) ?? '';
    return day;
  }
  return undefined;
}

function incotermsOf(reading: Reading, root: Loop): string | undefined {
  const fob = childrenOf(root, 'FOB').find(({ segment }) => INCOTERMS.includes(segment[5]?.trim() ?? ''));
  if (fob) reading.taken.mark(fob, 4);
  return reading.text(fob, 5);
}

function freightOf(reading: Reading, root: Loop, carrier: string | undefined): DeliveryWish['thirdPartyFreight'] {
  const [fob] = childrenOf(root, 'FOB');
  const ref = childWhere(root, 'REF', 1, '11');
  const account = ref?.segment[2]?.trim();
  if (!account || !fob || !FREIGHT_OF_OTHERS.includes(fob.segment[1]?.trim() ?? '')) return undefined;
  if (ref) reading.taken.mark(ref, 1, 2);
  reading.taken.mark(fob, 1);
  const postalCode = reading.text(childrenOf(partyLoop(root, 'BT') ?? root, 'N4')[0], 3);
  return {
    account,
    ...(carrier === undefined ? {} : { carrier }),
    ...(postalCode === undefined ? {} : { postalCode }),
  };
}

interface Notes {
  readonly giftMessage?: string | undefined;
  readonly message?: string | undefined;
  readonly instructions?: string | undefined;
}

/** Words of N9 loops, MSG and NTE: a gift message or one for the packing slip where their heading says so, else instructions. */
function notesOf(reading: Reading, root: Loop): Notes {
  const notes: Record<keyof Notes, string[]> = { giftMessage: [], message: [], instructions: [] };
  const say = (heading: string, text: string) => {
    const kind = /gift/i.test(heading) ? 'giftMessage' : /pack/i.test(heading) ? 'message' : 'instructions';
    if (text !== '') notes[kind].push(text);
  };
  for (const n9 of childrenOf(root, 'N9')) {
    const messages = childrenOf(n9, 'MSG');
    if (messages.length === 0) continue;
    const heading = [reading.text(n9, 1), reading.text(n9, 2), reading.text(n9, 3)].join(' ');
    say(heading, messages.map((msg) => reading.text(msg, 1) ?? '').join(' '));
  }
  for (const msg of childrenOf(root, 'MSG')) say('', reading.text(msg, 1) ?? '');
  for (const nte of childrenOf(root, 'NTE'))
    say(reading.text(nte, 1) === 'GFT' ? 'gift' : '', reading.text(nte, 2) ?? '');
  const joined = (texts: readonly string[]) => (texts.length === 0 ? undefined : texts.join('\n'));
  return {
    giftMessage: joined(notes.giftMessage),
    message: joined(notes.message),
    instructions: joined(notes.instructions),
  };
}

function packingSlipOf(reading: Reading, root: Loop, { giftMessage, message }: Notes): DeliveryWish['packingSlip'] {
  const order = childWhere(root, 'REF', 1, 'CO') ?? childWhere(root, 'REF', 1, 'CR');
  if (order) reading.taken.mark(order, 1);
  const customerOrderNumber = reading.text(order, 2);
  const returns = partyLoop(root, 'RT');
  const returnAddress = returns && partyOf(reading, returns);
  if ((customerOrderNumber ?? giftMessage ?? message ?? returnAddress) === undefined) return undefined;
  const address = returnAddress?.address;
  return {
    ...{ customerOrderNumber, giftMessage, message },
    ...(address ? { returnAddress: { ...address, name: returnAddress?.name } } : {}),
  };
}
