import { z } from 'zod';
import { CSV_FAULTS_MAX, type CsvFault, type CsvRow } from './csv.js';
import { MONEY } from './currencies.js';
import { parseAmount } from './money.js';

const AMOUNT_MAX = 10_000_000;
const AMOUNT = /^(0|[1-9]\d{0,7})(\.\d{1,4})?$/;
const amountWithin = (text: string, max: number) => AMOUNT.test(text) && parseAmount(text) <= max * 10_000;

/** What a cell of an imported file may be. A cell that is left blank is not there at all. */
export const cell = {
  /** As codes are everywhere: of vendors, nodes, cards. */
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a code: small letters, digits, ".", "_", "-", at most 63 of them'),
  text: (max: number) => z.string().max(max, `expected at most ${max} characters`),
  currency: z.string().refine((text) => MONEY.has(text), { message: 'expected a currency of ISO 4217, such as EUR' }),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected a country of ISO 3166-1 alpha-2 in capitals, such as DE, or ZZ for anywhere'),
  region: z.string().regex(/^[A-Z0-9]{1,3}$/, 'expected a region of ISO 3166-2 without the country, such as NY'),
  /** Without spaces, in capitals, as they are looked up. */
  postalPrefix: z
    .string()
    .transform((text) => text.replaceAll(' ', '').toUpperCase())
    .pipe(z.string().regex(/^[A-Z0-9-]{1,20}$/, 'expected the beginning of a postal code')),
  /** Exact, in units of the currency. */
  amount: z.string().refine((text) => amountWithin(text, AMOUNT_MAX), {
    message: `expected an amount from 0 to ${AMOUNT_MAX} with at most 4 decimals`,
  }),
  percent: z.string().refine((text) => amountWithin(text, 1_000), {
    message: 'expected a percentage from 0 to 1000 with at most 4 decimals',
  }),
  whole: (low: number, high: number) =>
    z
      .string()
      .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high, {
        message: `expected a whole number from ${low} to ${high}`,
      })
      .transform(Number),
  day: z.iso.date('expected a day, such as 2026-12-31'),
  yes: z.enum(['yes', 'no'], { message: 'expected yes or no' }).transform((text) => text === 'yes'),
};

/** A row as its record has it, with the line that it begins on. */
export interface Placed<T> {
  readonly line: number;
  readonly value: T;
}

/** Reads rows by their schemas, which refuse cells of columns that the record has no use for. Every fault with line and column. */
export function readCells<S extends z.ZodType>(
  rows: readonly CsvRow[],
  schema: S,
): { readonly records: readonly Placed<z.output<S>>[]; readonly faults: readonly CsvFault[] } {
  const records: Placed<z.output<S>>[] = [];
  const faults: CsvFault[] = [];
  for (const { line, cells } of rows) {
    if (faults.length >= CSV_FAULTS_MAX) break;
    const given = Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ''));
    const read = schema.safeParse(given);
    if (read.success) records.push({ line, value: read.data });
    else {
      for (const issue of read.error.issues) {
        const place = String(line);
        if (issue.code === 'unrecognized_keys')
          for (const path of issue.keys)
            faults.push({ place, path, message: 'this record has no such cell: leave it blank' });
        else {
          const path = issue.path.join('.');
          const blank = typeof issue.path[0] === 'string' && !(issue.path[0] in given);
          faults.push({ place, path, message: blank ? 'expected a value, got a blank cell' : issue.message });
        }
      }
    }
  }
  return { records, faults };
}

/** What is wrong with dates of validity, or null. */
export function periodFault(from: string, to: string | null | undefined): string | null {
  return to != null && to <= from ? `expected a day after ${from}, the first on which it is not valid any more` : null;
}
