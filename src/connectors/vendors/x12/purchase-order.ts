import { formatAmountShort, timesQuantity } from '../../../model/money.js';
import type { Address } from '../../../model/order.js';
import { lineIdOf } from '../../line-id.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { dateAndTime } from '../../x12/values.js';
import type { OutgoingSet } from '../../x12/write.js';
import type { VendorSettings } from './settings.js';

type Segments = OutgoingSet['segments'][number][];

/** Characters of a free text in one segment; longer ones go on in the next. */
const TEXT_MAX = 60;
const MESSAGES_MAX = 20;

/**
 * A purchase order as an 850: one dropship order to one vendor site. The same PO gives the same segments. Never a cost on what the
 * customer sees: costs stand in PO104 alone.
 */
export function toPurchaseOrderSet(po: PurchaseOrder, settings: VendorSettings, issuedAt: string): OutgoingSet {
  const { packingSlip, freightAccount, instructions, incoterms } = po;
  const site = settings.sites[po.nodeCode] ?? po.nodeCode;
  const segments: Segments = [
    ['BEG', '00', settings.orderType, po.poNumber, undefined, dateAndTime(issuedAt).date],
    ['CUR', 'BY', po.currency],
    ...reference('CO', packingSlip?.customerOrderNumber ?? po.orderNumber),
    ...reference('CR', packingSlip?.customerPoNumber),
    ...reference('11', freightAccount?.account),
    ...(freightAccount
      ? [['FOB', 'TP', undefined, undefined, ...termsOf(incoterms)]]
      : incoterms
        ? [['FOB', 'PP', undefined, undefined, ...termsOf(incoterms)]]
        : []),
    ['DTM', '010', dateAndTime(po.shipBy).date],
    ['TD5', undefined, freightAccount?.carrier ? '2' : undefined, freightAccount?.carrier, undefined, po.shipVia],
    ...messages('PACKING SLIP BRAND', packingSlip?.brand),
    ...messages('PACKING SLIP MESSAGE', packingSlip?.message),
    ...messages('GIFT MESSAGE', packingSlip?.giftMessage),
    ...messages('INSTRUCTIONS', instructions),
    ...party('ST', po.shipTo),
    ['N1', 'SF', site, '92', site],
    ...(packingSlip?.returnAddress ? party('RT', packingSlip.returnAddress) : []),
  ];
  let packs = 0;
  let total = 0;
  for (const line of po.lines) {
    // The cost of a pack, so that quantity times price is what the vendor bills.
    const packCost = timesQuantity(line.unitCost, line.unitsPerPack);
    packs += line.packs;
    total += timesQuantity(packCost, line.packs);
    const unit = settings.unitsOfMeasure[line.unitOfMeasure] ?? line.unitOfMeasure.toUpperCase().slice(0, 2);
    segments.push([
      ...['PO1', lineIdOf(line), line.packs, unit, formatAmountShort(packCost), undefined, 'VN', line.vendorSku],
      ...['SK', line.sku],
      ...(line.gtin === undefined ? [] : ['UP', line.gtin]),
      ...(line.customs?.originCountry === undefined ? [] : ['CH', line.customs.originCountry]),
    ]);
    if (line.title !== undefined) segments.push(['PID', 'F', '08', undefined, undefined, line.title.slice(0, 80)]);
    if (line.unitsPerPack > 1) segments.push(['PO4', line.unitsPerPack, 1, 'EA']);
    if (line.customs?.hsCode !== undefined) segments.push(['TC2', 'J', line.customs.hsCode]);
    const value = line.customs?.value;
    if (value) segments.push(...messages('CUSTOMS VALUE PER UNIT', `${value.amount} ${po.currency}`));
  }
  segments.push(['CTT', po.lines.length, packs], ['AMT', 'TT', formatAmountShort(total)]);
  return { type: '850', segments };
}

const reference = (qualifier: string, value: string | undefined): Segments =>
  value === undefined ? [] : [['REF', qualifier, value.slice(0, 50)]];

const termsOf = (incoterms: string | undefined) => (incoterms === undefined ? [] : ['01', incoterms]);

function messages(heading: string, words: string | undefined): Segments {
  if (words === undefined || words.trim() === '') return [];
  const parts = words.match(new RegExp(`[^\\n]{1,${TEXT_MAX}}`, 'gu')) ?? [];
  return [['N9', 'L1', heading], ...parts.slice(0, MESSAGES_MAX).map((part) => ['MSG', part])];
}

function party(role: string, address: Address): Segments {
  const { lines, city, regionCode, postalCode, countryCode, phone, email } = address;
  const streets = [0, 2].flatMap((at) => (lines[at] === undefined ? [] : [['N3', lines[at], lines[at + 1]]]));
  const reached = [...(phone === undefined ? [] : ['TE', phone]), ...(email === undefined ? [] : ['EM', email])];
  return [
    ['N1', role, (address.name ?? address.company ?? '').slice(0, 60)],
    ...(address.name !== undefined && address.company !== undefined ? [['N2', address.company.slice(0, 60)]] : []),
    ...streets,
    ['N4', city, regionCode, postalCode, countryCode],
    ...(reached.length === 0 ? [] : [['PER', 'DC', undefined, ...reached]]),
  ];
}
