import { CsvError, type Info, parse } from 'csv-parse/sync';
import { withoutFormula } from '../../model/csv.js';
import type { DelimitedIn, DelimitedOut } from './file-settings.js';
import { ROWS_MAX, type Row, type RowsRead, type Unreadable } from './row.js';

const RECORD_CHARACTERS_MAX = 100_000;

interface Found {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * Reads rows of values with a delimiter between them and quotes as RFC 4180 has them. A row of another length than the header's is
 * unreadable; where a quote is never closed nothing of the file is read. `row 17` is the line that it begins on.
 */
export function readDelimited(
  text: string,
  { delimiter, header }: DelimitedIn,
  columns: readonly (string | number)[],
): RowsRead {
  let found: readonly Found[];
  try {
    found = parse(text, {
      ...{ delimiter, bom: true, info: true, trim: true, skip_empty_lines: true, relax_column_count: true },
      ...{ relax_quotes: true, max_record_size: RECORD_CHARACTERS_MAX, to: ROWS_MAX + 2 },
    }) as unknown as readonly Found[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const problem = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is never closed' : 'expected rows of values';
    return nothing(`row ${String(cause.lines ?? 1)}`, problem);
  }
  const names = header ? (found[0]?.record ?? []) : [];
  const missing = columns.find((column) => (header ? at(names, column) === null : typeof column !== 'number'));
  if (header && found.length === 0) return nothing('row 1', 'expected a row that names the columns');
  if (missing !== undefined) return nothing('row 1', `expected one column "${String(missing)}"`);
  const unreadable: Unreadable[] = [];
  const rows: Row[] = [];
  const width = found[0]?.record.length ?? 0;
  for (const { record, info } of found.slice(header ? 1 : 0)) {
    const place = `row ${info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)}`;
    if (rows.length >= ROWS_MAX) unreadable.push({ place, problem: `expected at most ${ROWS_MAX} rows` });
    else if (record.length !== width)
      unreadable.push({ place, problem: `expected ${width} values, got ${record.length}` });
    else rows.push({ place, cell: (from) => record[at(names, from) ?? -1] || undefined });
  }
  return { rows, unreadable };
}

/** The place of a column by its number, from 1, or by its name; null where there is none, or more than one. */
function at(names: readonly string[], column: string | number): number | null {
  if (typeof column === 'number') return column - 1;
  const first = names.indexOf(column);
  return first === -1 || names.indexOf(column, first + 1) !== -1 ? null : first;
}

const nothing = (place: string, problem: string): RowsRead => ({ rows: [], unreadable: [{ place, problem }] });

/** Rows as a file. Values are quoted where they must be; one that a spreadsheet would run has an apostrophe before it. */
export function writeDelimited(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { delimiter, header, lineEnd }: DelimitedOut,
): string {
  const end = lineEnd === 'crlf' ? '\r\n' : '\n';
  const quoted = (value: string) => {
    const safe = withoutFormula(value);
    const isPlain = !/["\r\n]|^\s|\s$/.test(safe) && !safe.includes(delimiter);
    return isPlain ? safe : `"${safe.replaceAll('"', '""')}"`;
  };
  return [...(header ? [names] : []), ...rows].map((row) => row.map(quoted).join(delimiter) + end).join('');
}
