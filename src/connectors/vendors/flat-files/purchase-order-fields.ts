import { timesQuantity } from '../../../model/money.js';
import type { Address } from '../../../model/order.js';
import { amount, count, moment, type OutField, words } from '../../flat/out-columns.js';
import { lineIdOf } from '../../line-id.js';
import type { PurchaseOrder } from '../../vendor-documents.js';

/** One line of a PO, and what its file says beside: when it was first written, and the vendor's name of the site. */
export interface PoRow {
  readonly po: PurchaseOrder;
  readonly line: PurchaseOrder['lines'][number];
  readonly writtenAt: string;
  readonly site: string;
}

type Reader = OutField<PoRow>;

const packCostOf = ({ line }: PoRow) => timesQuantity(line.unitCost, line.unitsPerPack);

function address<P extends string>(prefix: P, of: (row: PoRow) => Address | undefined) {
  const part = (read: (address: Address) => string | undefined) =>
    words<PoRow>((row) => {
      const at = of(row);
      return at === undefined ? undefined : read(at);
    });
  const fields = {
    name: part((at) => at.name),
    company: part((at) => at.company),
    line1: part((at) => at.lines[0]),
    line2: part((at) => at.lines[1]),
    /** The third and all that follow. */
    line3: part((at) => at.lines.slice(2).join(', ') || undefined),
    city: part((at) => at.city),
    regionCode: part((at) => at.regionCode),
    postalCode: part((at) => at.postalCode),
    countryCode: part((at) => at.countryCode),
    phone: part((at) => at.phone),
    email: part((at) => at.email),
  };
  const named = Object.entries(fields).map(([name, read]) => [`${prefix}.${name}`, read]);
  return Object.fromEntries(named) as Record<`${P}.${keyof typeof fields}`, Reader>;
}

/** What a column of a purchase order may say. Source: docs/connectors/flat-files.md. */
export const PO_FIELDS = {
  poNumber: words(({ po }) => po.poNumber),
  orderNumber: words(({ po }) => po.orderNumber),
  site: words(({ site }) => site),
  shipVia: words(({ po }) => po.shipVia),
  currency: words(({ po }) => po.currency),
  shipBy: moment(({ po }) => po.shipBy),
  writtenAt: moment(({ writtenAt }) => writtenAt),
  instructions: words(({ po }) => po.instructions),
  incoterms: words(({ po }) => po.incoterms),
  total: amount(({ po }) => po.lines.reduce((sum, line) => sum + timesQuantity(line.unitCost, line.quantity), 0)),
  'freightAccount.carrier': words(({ po }) => po.freightAccount?.carrier),
  'freightAccount.account': words(({ po }) => po.freightAccount?.account),
  'packingSlip.brand': words(({ po }) => po.packingSlip?.brand),
  'packingSlip.customerOrderNumber': words(({ po }) => po.packingSlip?.customerOrderNumber),
  'packingSlip.customerPoNumber': words(({ po }) => po.packingSlip?.customerPoNumber),
  'packingSlip.giftMessage': words(({ po }) => po.packingSlip?.giftMessage),
  'packingSlip.message': words(({ po }) => po.packingSlip?.message),
  ...address('shipTo', ({ po }) => po.shipTo),
  ...address('returnTo', ({ po }) => po.packingSlip?.returnAddress),
  /** To be sent back: the line's number, and the units in a pack where there are several (`3-12`). */
  'line.id': words(({ line }) => lineIdOf(line)),
  'line.vendorSku': words(({ line }) => line.vendorSku),
  'line.sku': words(({ line }) => line.sku),
  'line.title': words(({ line }) => line.title),
  'line.gtin': words(({ line }) => line.gtin),
  'line.packs': count(({ line }) => line.packs),
  'line.unitsPerPack': count(({ line }) => line.unitsPerPack),
  'line.quantity': count(({ line }) => line.quantity),
  'line.unitOfMeasure': words(({ line }) => line.unitOfMeasure),
  'line.unitCost': amount(({ line }) => line.unitCost),
  'line.packCost': amount(packCostOf),
  'line.amount': amount((row) => timesQuantity(packCostOf(row), row.line.packs)),
  'line.hsCode': words(({ line }) => line.customs?.hsCode),
  'line.originCountry': words(({ line }) => line.customs?.originCountry),
} as const satisfies Record<string, Reader>;

export type PoField = keyof typeof PO_FIELDS;
