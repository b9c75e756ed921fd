import type { TenThousandths } from '../../../model/money.js';
import type { Cells } from '../../flat/cells.js';
import type { InvoiceNotice } from '../../vendor-documents.js';
import { type DocumentFile, eachRow, lineOf, must, peek, unitCostOf, unitsOf } from './document-rows.js';
import type { InvoiceSettings } from './settings.js';

type Row = Cells<keyof InvoiceSettings['columns']>;
type Whole = 'freight' | 'tax' | 'total';

/** What is known of one invoice so far. */
interface Billed {
  readonly poNumber: string;
  readonly invoiceNumber: string;
  at: string | undefined;
  currency: string | undefined;
  readonly lines: InvoiceNotice['lines'][number][];
  readonly charges: InvoiceNotice['charges'][number][];
  readonly whole: Map<Whole, TenThousandths>;
}

/**
 * The invoices of a file, one for each PO and number. Of one of which a row cannot be read nothing is used, and nothing of the file where it
 * cannot be seen which one a row is of.
 */
export function readInvoices(file: DocumentFile, spec: InvoiceSettings): InvoiceNotice[] {
  const billed = new Map<string, Billed>();
  const broken = new Set<string>();
  let isAllBroken = false;
  eachRow<keyof InvoiceSettings['columns']>(
    file,
    spec,
    (cells, poNumber) => {
      const invoiceNumber = cells.required('invoiceNumber');
      const key = keyOf(poNumber, invoiceNumber);
      const invoice = billed.get(key) ?? {
        ...{ poNumber, invoiceNumber, at: undefined, currency: undefined },
        ...{ lines: [], charges: [], whole: new Map<Whole, TenThousandths>() },
      };
      billed.set(key, invoice);
      takeRow(cells, invoice, spec);
    },
    (cells) => {
      const [poNumber, invoiceNumber] = cells ? [peek(cells, 'poNumber'), peek(cells, 'invoiceNumber')] : [];
      if (poNumber === undefined || invoiceNumber === undefined) isAllBroken = true;
      else broken.add(keyOf(poNumber, invoiceNumber));
    },
  );
  if (isAllBroken) return [];
  return [...billed].flatMap(([key, invoice]) => (broken.has(key) ? [] : noticeOf(invoice, file)));
}

const keyOf = (poNumber: string, invoiceNumber: string) => JSON.stringify([poNumber, invoiceNumber]);

function noticeOf({ whole, at, currency, ...invoice }: Billed, file: DocumentFile): InvoiceNotice {
  const charges = (['freight', 'tax'] as const).flatMap((code) => {
    const amount = whole.get(code);
    return amount === undefined || amount === 0 ? [] : [{ code: code.toUpperCase(), amount }];
  });
  const total = whole.get('total');
  return {
    ...{ kind: 'invoice', ...invoice, at: at ?? file.seenAt, currency: currency ?? file.currency },
    charges: [...invoice.charges, ...charges],
    ...(total === undefined ? {} : { total }),
  };
}

function takeRow(cells: Row, invoice: Billed, spec: InvoiceSettings): void {
  invoice.at ??= cells.moment('at');
  const currency = cells.text('currency');
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    throw cells.unreadable('currency', 'a currency of ISO 4217, such as EUR', currency);
  if (currency !== undefined && invoice.currency !== undefined && currency !== invoice.currency)
    throw cells.unreadable('currency', `${invoice.currency} as in the rows before`, currency);
  invoice.currency ??= currency;
  for (const field of ['freight', 'tax', 'total'] as const) {
    const amount = cells.amount(field);
    if (amount === undefined) continue;
    if ((invoice.whole.get(field) ?? amount) !== amount)
      throw cells.unreadable(field, 'the amount of the rows before', cells.text(field) ?? '');
    invoice.whole.set(field, amount);
  }
  const code = cells.text('chargeCode');
  const amount = cells.amount('chargeAmount');
  const title = cells.text('chargeTitle');
  if (amount !== undefined)
    invoice.charges.push({ code: code ?? 'CHARGE', ...(title === undefined ? {} : { title }), amount });
  const id = lineOf(cells);
  if (id === undefined) {
    if (amount === undefined) throw cells.unreadable('line', 'a line or a charge', '');
    return;
  }
  const quantity = must(unitsOf(cells, 'quantity', id, spec), cells, 'quantity');
  const unitCost = must(unitCostOf(cells, 'unitCost', id, spec), cells, 'unitCost');
  invoice.lines.push({ lineNo: id.lineNo, quantity, unitCost });
}
