import { DateTime } from 'luxon';
import { formatAmountShort } from '../../../model/money.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { writeDelimited } from './delimited.js';
import { PO_FIELDS, type PoRow, type PoValue } from './purchase-order-fields.js';
import type { PurchaseOrderSettings, VendorSettings } from './settings.js';

type Column = PurchaseOrderSettings['columns'][number];

/** The name of a PO's file; the same for the same PO. */
export const fileNameOf = (poNumber: string, { name }: PurchaseOrderSettings): string =>
  name.replace('{poNumber}', () => poNumber);

/**
 * A purchase order as a file: a row for each line, each with what is said of the whole. The same PO, first written at the same moment,
 * is the same bytes. Errors: ConnectorError TEXT_UNWRITABLE, class `permanent`.
 */
export function writePurchaseOrder(po: PurchaseOrder, settings: VendorSettings, writtenAt: string): Uint8Array {
  const { columns, format, decimal } = settings.purchaseOrders;
  const site = settings.sites[po.nodeCode] ?? po.nodeCode;
  const shown = (column: Column, value: PoValue): string => {
    if (value.kind === 'count') return String(value.count);
    if (value.kind === 'amount') return formatAmountShort(value.amount).replace('.', decimal);
    if (value.kind === 'text') return value.text ?? '';
    return DateTime.fromISO(value.at, { zone: settings.timeZone }).toFormat(column.date, { locale: 'en-US' });
  };
  const cellOf = (column: Column, row: PoRow): string => {
    if (column.from === undefined) return column.text ?? '';
    const text = shown(column, PO_FIELDS[column.from](row));
    return Object.hasOwn(column.table, text) ? (column.table[text] ?? text) : text;
  };
  const rows = po.lines.map((line) => columns.map((column) => cellOf(column, { po, line, writtenAt, site })));
  return writeDelimited(
    columns.map(({ name }) => name),
    rows,
    format,
  );
}
