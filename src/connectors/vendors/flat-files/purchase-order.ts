import { ConnectorError } from '../../../model/errors.js';
import { writeDelimited } from '../../flat/delimited.js';
import type { FormatOut } from '../../flat/file-settings.js';
import { outText } from '../../flat/out-columns.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { PO_FIELDS, type PoRow } from './purchase-order-fields.js';
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
  const cellOf = (column: Column, row: PoRow) =>
    outText(column, row, PO_FIELDS, { decimal, timeZone: settings.timeZone });
  const rows = po.lines.map((line) =>
    columns.map((column): Value => {
      const isOfLine = column.from?.startsWith('line.') ?? false;
      return { name: column.name, text: cellOf(column, { po, line, writtenAt, site }), isOfLine };
    }),
  );
  return encoded(textOf(rows, format), format.encoding);
}

interface Value {
  readonly name: string;
  readonly text: string;
  readonly isOfLine: boolean;
}

function textOf(rows: readonly (readonly Value[])[], format: FormatOut): string {
  const [first = []] = rows;
  if (format.kind === 'delimited')
    return writeDelimited(
      first.map(({ name }) => name),
      rows.map((row) => row.map(({ text }) => text)),
      format,
    );
  if (format.kind === 'json-lines')
    return rows
      .map((row) => `${JSON.stringify(Object.fromEntries(row.map(({ name, text }) => [name, text])))}\n`)
      .join('');
  const elements = (values: readonly Value[]) => values.map(({ name, text }) => element(name, escaped(text))).join('');
  const head = elements(first.filter(({ isOfLine }) => !isOfLine));
  const lines = rows.map((row) => element(format.row, elements(row.filter(({ isOfLine }) => isOfLine))));
  return `<?xml version="1.0" encoding="${format.encoding.toUpperCase()}"?>\n${element(format.root, head + lines.join(''))}\n`;
}

const element = (name: string, content: string) => `<${name}>${content}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};
/** Characters that XML 1.0 has not, not even as references. */
const NOT_OF_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const escaped = (text: string) => text.replace(NOT_OF_XML, '').replace(/[<>&"']/g, (sign) => ENTITIES[sign] ?? sign);

function encoded(text: string, encoding: FormatOut['encoding']): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const missing = [...text].find((character) => (character.codePointAt(0) ?? 0) > 0xff);
  if (missing === undefined) return Buffer.from(text, 'latin1');
  throw new ConnectorError('TEXT_UNWRITABLE', 'permanent', `expected characters of ${encoding}, got "${missing}"`);
}
