import { z } from 'zod';
import { type CsvFault, csvText, type Refused, readCsv } from '../model/csv.js';
import { cell, readCells } from '../model/csv-cells.js';
import type { ExchangeRate } from './currency.js';

const COLUMNS = ['base', 'quote', 'valid_from', 'rate', 'source'];
const ROW = z.strictObject({
  ...{ base: cell.currency, quote: cell.currency, valid_from: cell.day, source: cell.text(100) },
  rate: z
    .string()
    .regex(/^(0|[1-9]\d{0,9})(\.\d{1,8})?$/, 'expected a rate with at most 8 decimals')
    .refine((text) => Number(text) > 0, { message: 'expected more than 0' }),
});

/** Reads a file of exchange rates. Errors: every fault with its line; a pair that stands twice for one day. Pure. */
export function readCurrencyFile(text: string): { readonly rates: readonly ExchangeRate[] } | Refused {
  const read = readCsv(text, COLUMNS);
  if ('faults' in read) return read;
  const { records, faults: cellFaults } = readCells(read.rows, ROW);
  const faults: CsvFault[] = [...cellFaults];
  const seen = new Set<string>();
  const rates = records.map(({ line, value: { base, quote, valid_from: validFrom, rate, source } }) => {
    const key = `${base} ${quote} ${validFrom}`;
    if (base === quote)
      faults.push({ place: String(line), path: 'quote', message: 'expected another currency than base' });
    if (seen.has(key))
      faults.push({ place: String(line), path: 'valid_from', message: 'this pair has a rate of this day already' });
    seen.add(key);
    return { base, quote, validFrom, rate, source };
  });
  return faults.length > 0 ? { faults } : { rates };
}

/** Exchange rates as a file that reads back as the same. Pure. */
export function currencyFileText(rates: readonly ExchangeRate[]): string {
  return csvText(
    COLUMNS,
    rates.map(({ validFrom, ...rate }) => ({ ...rate, valid_from: validFrom })),
  );
}
