import type { ChannelNotice, StockLevels } from '../../channel.js';
import { amount, count, moment, type OutField, words } from '../../flat/out-columns.js';

/** Notices that are told by files. */
export const TOLD_KINDS = ['acknowledge', 'ship', 'cancel', 'invoice'] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];
type Of<K extends ToldKind> = Extract<ChannelNotice, { readonly kind: K }>;

/** A row of a file that tells a notice: one of its lines, with what is said of the whole. */
export interface ToldRow<K extends ToldKind> {
  readonly notice: Of<K>;
  readonly line: Of<K>['lines'][number];
}

/** What is said in every kind of file. */
function common<K extends ToldKind>() {
  return {
    orderNumber: words<ToldRow<K>>(({ notice }) => notice.externalId),
    displayNumber: words<ToldRow<K>>(({ notice }) => notice.displayNumber),
    customerPoNumber: words<ToldRow<K>>(({ notice }) => notice.customerPoNumber),
    noticeId: words<ToldRow<K>>(({ notice }) => notice.noticeId),
    at: moment<ToldRow<K>>(({ notice }) => notice.at),
    'line.id': words<ToldRow<K>>(({ line }) => line.externalLineId),
    'line.sku': words<ToldRow<K>>(({ line }) => line.sku),
  };
}

/** What a column of each kind of file may say. Source: docs/connectors/csv.md. */
export const TOLD_FIELDS = {
  acknowledge: {
    ...common<'acknowledge'>(),
    'line.accepted': count(({ line }) => line.accepted),
    'line.backordered': count(({ line }) => line.backordered),
    'line.rejected': count(({ line }) => line.rejected),
    'line.reason': words(({ line }) => line.reason),
  },
  ship: {
    ...common<'ship'>(),
    shipmentId: words(({ notice }) => notice.shipmentId),
    carrier: words(({ notice }) => notice.carrier),
    service: words(({ notice }) => notice.serviceCode),
    trackingNumbers: words(({ notice }) => notice.trackingNumbers.join(' ')),
    shippedAt: moment(({ notice }) => notice.shippedAt),
    'line.quantity': count(({ line }) => line.quantity),
  },
  cancel: {
    ...common<'cancel'>(),
    reason: words(({ notice }) => notice.reason),
    'line.quantity': count(({ line }) => line.quantity),
  },
  invoice: {
    ...common<'invoice'>(),
    invoiceNumber: words(({ notice }) => notice.invoiceNumber),
    currency: words(({ notice }) => notice.currency),
    'line.quantity': count(({ line }) => line.quantity),
    'line.unitPrice': amount(({ line }) => line.unitPrice),
  },
} as const satisfies { readonly [K in ToldKind]: Readonly<Record<string, OutField<ToldRow<K>>>> };

/** A row of a file that tells stock. */
export interface StockRow {
  readonly asOf: string;
  readonly level: StockLevels['levels'][number];
}
export const STOCK_FIELDS = {
  sku: words<StockRow>(({ level }) => level.sku),
  available: count<StockRow>(({ level }) => level.available),
  asOf: moment<StockRow>(({ asOf }) => asOf),
} as const;
