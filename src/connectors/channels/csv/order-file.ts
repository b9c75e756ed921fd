import { setImmediate } from 'node:timers/promises';
import { CsvError, type Info, type Options, parse as parseStream } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import type { Fault } from '../../../model/order.js';
import { placesOf } from '../../flat/file-settings.js';
import { ROWS_MAX } from '../../flat/row.js';
import type { ChannelSettings, OrderField } from './settings.js';
import { DecimalSigns, delimiterOf, encodingOf } from './sniff.js';

const RECORD_CHARACTERS_MAX = 100_000;
const CHUNK_BYTES = 65_536;
const NUMBERS: readonly OrderField[] = [
  ...(['line.quantity', 'line.unitPrice', 'line.discount', 'line.tax'] as const),
  ...(['order.shipping', 'order.discount', 'order.tax', 'order.subtotal', 'order.total'] as const),
];

/** The rows of one order as they stood in a file: their lines there (from 1) and cells, and the names of the columns, none where no row has them. */
export interface OrderRows {
  readonly columns: readonly string[];
  readonly decimal: '.' | ',';
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** Every order of a file in the order in which it begins, or why nothing of the file can be read. */
export type OrderFile =
  | { readonly ok: true; readonly orders: readonly OrderRows[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

interface Found {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Reads a file at once. Pure. */
export function readOrderFile(bytes: Uint8Array, settings: ChannelSettings): OrderFile {
  const opened = opening(bytes, settings);
  if ('faults' in opened) return { ok: false, faults: opened.faults };
  const { text, gathering, options } = opened;
  try {
    for (const found of parse(text(bytes), options) as unknown as Iterable<Found>) gathering.take(found);
  } catch (cause) {
    return { ok: false, faults: [unreadable(cause)] };
  }
  return gathering.end();
}

/** The same piece by piece, so that a large file holds up nothing else meanwhile. */
export async function streamOrderFile(bytes: Uint8Array, settings: ChannelSettings): Promise<OrderFile> {
  const opened = opening(bytes, settings);
  if ('faults' in opened) return { ok: false, faults: opened.faults };
  const { text, gathering, options } = opened;
  const parser = parseStream(options);
  const fed = (async () => {
    for (let at = 0; at < bytes.length && !parser.destroyed; at += CHUNK_BYTES) {
      parser.write(text(bytes.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES < bytes.length));
      // Streams go on without letting go of the turn.
      do await setImmediate();
      while (parser.writableNeedDrain && !parser.destroyed);
    }
    if (!parser.destroyed) parser.end();
  })();
  try {
    for await (const found of parser as AsyncIterable<Found>) gathering.take(found);
    await fed;
  } catch (cause) {
    return { ok: false, faults: [unreadable(cause)] };
  }
  return gathering.end();
}

interface Opened {
  readonly text: (chunk: Uint8Array, stream?: boolean) => string;
  readonly options: Options;
  readonly gathering: Gathering;
}

function opening(bytes: Uint8Array, settings: ChannelSettings): Opened | { readonly faults: readonly Fault[] } {
  const { format } = settings;
  const encoding = encodingOf(bytes, format.encoding);
  if (encoding === null) return { faults: [fault('ENCODING_INVALID', 'file', `expected text in ${format.encoding}`)] };
  const places = Object.values(settings.columns).flatMap((cell) => (cell === undefined ? [] : placesOf(cell)));
  const head = new TextDecoder(encoding).decode(bytes.subarray(0, CHUNK_BYTES));
  const delimiter = delimiterOf(head, settings, places);
  const decoder = new TextDecoder(encoding);
  const options: Options = {
    ...{
      delimiter,
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
    },
    ...{ max_record_size: RECORD_CHARACTERS_MAX, from_line: format.skipLines + 1, to: ROWS_MAX + 2 },
  };
  const text = (chunk: Uint8Array, stream = false) => decoder.decode(chunk, { stream });
  return { text, options, gathering: new Gathering(settings, places) };
}

/** Gathers rows by their order, wherever in the file they stand. */
class Gathering {
  readonly #orders = new Map<string, { line: number; cells: readonly string[] }[]>();
  readonly #signs = new DecimalSigns();
  readonly #numbers: readonly (string | number)[];
  readonly #key: readonly (string | number)[];
  #columns: readonly string[] | null;
  #rows = 0;

  constructor(
    private readonly settings: ChannelSettings,
    private readonly places: readonly (string | number)[],
  ) {
    const { columns, format } = settings;
    this.#numbers = NUMBERS.flatMap((field) => {
      const cell = columns[field];
      return cell === undefined ? [] : placesOf(cell);
    });
    this.#key = placesOf(columns.orderNumber);
    this.#columns = format.header ? null : [];
  }

  take({ record, info }: Found): void {
    if (this.#columns === null) {
      this.#columns = record;
      return;
    }
    this.#rows += 1;
    const line = info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
    for (const place of this.#numbers) this.#signs.look(this.#cell(record, place), placeOf(line, place));
    const key = this.#key.map((place) => this.#cell(record, place)).join('\0');
    // Rows that name no order are each refused for themselves.
    const name = key.replaceAll('\0', '') === '' ? `\0${line}` : key;
    const rows = this.#orders.get(name);
    if (rows) rows.push({ line, cells: record });
    else this.#orders.set(name, [{ line, cells: record }]);
  }

  end(): OrderFile {
    const columns = this.#columns;
    if (columns === null) return refused('HEADER_MISSING', 'row 1', 'expected a row that names the columns');
    if (this.settings.format.header) {
      const missing = this.places.find((place) => typeof place === 'string' && columnOf(columns, place) === null);
      if (missing !== undefined)
        return refused(
          'COLUMN_MISSING',
          'row 1',
          `expected one column "${missing}", got ${columns.slice(0, 30).join(', ').slice(0, 300)}`,
        );
    }
    if (this.#rows > ROWS_MAX) return refused('TOO_MANY_ROWS', 'file', `expected at most ${ROWS_MAX} rows`);
    if (this.#rows === 0) return refused('NO_ORDER', 'file', 'expected rows of orders');
    const said = this.#signs.said(this.settings.format.decimal);
    if ('problem' in said) return refused('DECIMAL_UNCLEAR', said.place, said.problem);
    return { ok: true, orders: [...this.#orders.values()].map((rows) => ({ columns, decimal: said.sign, rows })) };
  }

  #cell(record: readonly string[], place: string | number): string {
    return record[columnOf(this.#columns ?? [], place) ?? -1] ?? '';
  }
}

/** The place of a column by its number, from 1, or by its name; null where there is none of it, or more than one. */
export function columnOf(columns: readonly string[], place: string | number): number | null {
  if (typeof place === 'number') return place - 1;
  const first = columns.indexOf(place);
  return first === -1 || columns.indexOf(place, first + 1) !== -1 ? null : first;
}

/** Where a value stands, for people: `row 17, "Qty"`. */
export const placeOf = (line: number, place: string | number): string => `row ${line}, ${JSON.stringify(place)}`;

const fault = (code: string, path: string, message: string): Fault => ({ code, path, message });
const refused = (...said: Parameters<typeof fault>): OrderFile => ({ ok: false, faults: [fault(...said)] });

function unreadable(cause: unknown): Fault {
  if (!(cause instanceof CsvError)) throw cause;
  const problem = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is never closed' : 'expected rows of values';
  return fault('CSV_INVALID', `row ${String(cause.lines ?? 1)}`, problem);
}
