import { DateTime } from 'luxon';
import { z } from 'zod';
import { formatAmountShort } from '../../model/money.js';
import { dateForm } from './file-settings.js';

/** A value of a row that we write: text, a count, an amount in ten-thousandths, or a moment (ISO 8601). */
export type OutValue =
  | { readonly kind: 'text'; readonly text: string | undefined }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'moment'; readonly at: string };

/** How a value is read off a row that is to be written. */
export type OutField<Row> = (row: Row) => OutValue;

export const words =
  <Row>(of: (row: Row) => string | null | undefined): OutField<Row> =>
  (row) => ({ kind: 'text', text: of(row) ?? undefined });
export const count =
  <Row>(of: (row: Row) => number): OutField<Row> =>
  (row) => ({ kind: 'count', count: of(row) });
export const amount =
  <Row>(of: (row: Row) => number): OutField<Row> =>
  (row) => ({ kind: 'amount', amount: of(row) });
export const moment =
  <Row>(of: (row: Row) => string): OutField<Row> =>
  (row) => ({ kind: 'moment', at: of(row) });

/** Setting of a column that we write: one of these fields, or a text that is the same in every row. */
export const outColumn = <Field extends string>(fields: readonly Field[]) =>
  z
    .object({
      /** As the partner calls it. */
      name: z.string().min(1).max(100),
      from: z.enum(fields as [Field, ...Field[]]).optional(),
      /** The same in every row. */
      text: z.string().max(500).optional(),
      /** Of moments; in the partner's time zone. */
      date: dateForm.default('yyyy-MM-dd'),
      /** The partner's words by our values; a value that is missing stands as it is. */
      table: z.record(z.string().max(200), z.string().max(200)).default({}),
    })
    .refine(({ from, text }) => (from === undefined) !== (text === undefined), 'expected either from or text');
export type OutColumn<Field extends string> = z.output<ReturnType<typeof outColumn<Field>>>;

/** What a column says of a row. */
export function outText<Row, Field extends string>(
  column: OutColumn<Field>,
  row: Row,
  fields: Readonly<Record<Field, OutField<Row>>>,
  { decimal, timeZone }: { readonly decimal: '.' | ','; readonly timeZone: string },
): string {
  if (column.from === undefined) return column.text ?? '';
  const value = fields[column.from](row);
  const text = textOf(value);
  return Object.hasOwn(column.table, text) ? (column.table[text] ?? text) : text;

  function textOf(shown: OutValue): string {
    if (shown.kind === 'count') return String(shown.count);
    if (shown.kind === 'amount') return formatAmountShort(shown.amount).replace('.', decimal);
    if (shown.kind === 'text') return shown.text ?? '';
    return DateTime.fromISO(shown.at, { zone: timeZone }).toFormat(column.date, { locale: 'en-US' });
  }
}
