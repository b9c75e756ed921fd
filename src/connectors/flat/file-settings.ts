import { DateTime } from 'luxon';
import { z } from 'zod';
import { folderPath } from '../files/transport.js';

const text = (length: number) => z.string().min(1).max(length);
const SAMPLE = DateTime.fromISO('2026-11-23T14:25:36Z', { zone: 'UTC' });

/** A date's form in Luxon's tokens, such as `dd.MM.yyyy HH:mm`; it must be able to read what it writes. */
export const dateForm = text(60).refine((form) => {
  const read = DateTime.fromFormat(SAMPLE.toFormat(form), form, { zone: 'UTC' });
  return read.isValid && read.hasSame(SAMPLE, 'day');
}, 'expected a date’s form with day, month and year, such as dd.MM.yyyy');

/** Names of files: `*` is any text, `?` any one character. */
export const namePattern = z
  .string()
  .regex(/^[^/\\\p{Cc}]{1,100}$/u)
  .refine((pattern) => pattern.split('*').length <= 4, 'expected at most three *');

/** What is between two values of a row: one character, such as `,`, `;`, `|` or a tab. */
export const delimiter = z.string().regex(/^[^"\r\n\s\p{L}\p{N}]$|^\t$/u, 'expected one character, such as , or a tab');

const delimited = z.object({
  kind: z.literal('delimited'),
  delimiter: delimiter.default(','),
  /** The first row names the columns; without one they go by their numbers, from 1. */
  header: z.boolean().default(true),
});

/** Where rows are: names of elements or keys, from the outermost to the row's own, such as `Shipments/Shipment/Item`. */
const rowsPath = z.string().regex(/^[^/\s]{1,100}(\/[^/\s]{1,100}){0,9}$/, 'expected names with / between them');
const encodingIn = z.enum(['utf-8', 'windows-1252', 'utf-16le']).default('utf-8');

/** How a file that we read is written. */
export const formatIn = z.discriminatedUnion('kind', [
  delimited.extend({ encoding: encodingIn }),
  z.object({ kind: z.literal('xml'), rows: rowsPath, encoding: encodingIn }),
  /** An object in each line; `rows` where its rows are within it, left out: it is one. */
  z.object({ kind: z.literal('json-lines'), rows: rowsPath.optional(), encoding: encodingIn }),
]);

const encodingOut = z.enum(['utf-8', 'iso-8859-1']).default('utf-8');
const elementName = z.string().regex(/^[A-Za-z_][\w.-]{0,99}$/, 'expected a name of an element');

/** How a file that we write is written. */
export const formatOut = z.discriminatedUnion('kind', [
  delimited.extend({ encoding: encodingOut, lineEnd: z.enum(['crlf', 'lf']).default('crlf') }),
  /** Columns of the whole are elements of the root, those of lines elements of a row. */
  z.object({ kind: z.literal('xml'), root: elementName, row: elementName, encoding: encodingOut }),
  z.object({ kind: z.literal('json-lines'), encoding: encodingOut }),
]);

const place = z.union([text(200), z.number().int().min(1).max(1_000)]);

/** Where a value stands, and what the sender's words for it mean. */
export const cellSetting = z
  .union([
    place,
    z.object({
      /** Of several places what stands in them, with `join` between. */
      from: z.union([place, z.array(place).min(1).max(10)]),
      join: z.string().max(10).optional(),
      /** Our values by the sender's: `{ "OK": "accepted" }`. A word that is missing cannot be read. */
      table: z.record(z.string().max(200), text(200)).optional(),
    }),
    /** The same in every row. */
    z.object({ text: text(500) }),
  ])
  .transform((cell) => (typeof cell === 'object' ? cell : { from: cell }));

/** The places that a cell is read from; none where it is the same in every row. */
export const placesOf = (cell: z.output<typeof cellSetting>): readonly (string | number)[] =>
  'text' in cell ? [] : Array.isArray(cell.from) ? cell.from : [cell.from];

/** Settings of files that the vendor puts there: where they lie, how they are written, where in a row each value stands. */
export const incoming = <S extends z.ZodType>(columns: S) =>
  z.object({
    folder: folderPath,
    files: namePattern.default('*'),
    format: formatIn,
    columns,
    decimal: z.enum(['.', ',']).default('.'),
    /** Forms of dates; the first that fits counts. `iso`: ISO 8601. */
    dates: z
      .array(z.union([z.literal('iso'), dateForm]))
      .min(1)
      .max(5)
      .default(['iso']),
  });

export type FormatIn = z.output<typeof formatIn>;
export type FormatOut = z.output<typeof formatOut>;
export type DelimitedIn = Extract<FormatIn, { kind: 'delimited' }>;
export type DelimitedOut = Extract<FormatOut, { kind: 'delimited' }>;
export type CellSetting = z.output<typeof cellSetting>;

/** What is common to files of every kind. */
export interface Incoming {
  readonly folder: string;
  readonly files: string;
  readonly format: FormatIn;
  readonly columns: Readonly<Record<string, CellSetting | undefined>>;
  readonly decimal: '.' | ',';
  readonly dates: readonly string[];
}

/** Whether a file's name is one of a pattern. */
export function isNamed(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'u').test(name);
}
