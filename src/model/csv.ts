/** One row of a CSV file by column, with the line that it begins on (from 1). Cells that are left out are ''. */
export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** What is wrong with a CSV file, and where. `path` is the column; '' where it is the row or the file. */
export interface CsvFault {
  /** The line, from 1; left out where no line is to blame. */
  readonly place?: string;
  readonly path: string;
  readonly message: string;
}

/** A file, or what was to be made of it, that is refused: every fault at once. */
export interface Refused {
  readonly faults: readonly CsvFault[];
}

const TEXT_MAX = 30_000_000;
const ROWS_MAX = 200_000;
const CELL_MAX = 1_000;
/** More faults of one file are not told. */
export const CSV_FAULTS_MAX = 1_000;

/**
 * Reads CSV with a header line, which may name any of the columns in any order. Pure.
 *
 * Shape:  RFC 4180: comma, quotes doubled within quotes, lines end with LF or CRLF; a byte order mark and empty lines are
 *         passed over, blanks around a cell are taken off.
 * Errors: every fault with its line, 1,000 at most: unknown or repeated columns, quotes left open, rows of another length.
 *         At most 200,000 rows of cells of at most 1,000 characters.
 */
export function readCsv(text: string, columns: readonly string[]): { readonly rows: readonly CsvRow[] } | Refused {
  const whole = (message: string, line = 1): Refused => ({
    faults: [{ place: String(line), path: '', message }],
  });
  if (text.length > TEXT_MAX) return whole(`expected at most ${TEXT_MAX} characters, got ${text.length}`);
  const records = recordsOf(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if ('openedAt' in records) return whole('the quote that begins here is never closed', records.openedAt);
  const [header, ...rest] = records.records;
  if (!header) return whole(`expected a header line with some of: ${columns.join(', ')}`);
  const faults: CsvFault[] = [];
  for (const [at, name] of header.cells.entries()) {
    const fault = (message: string) => faults.push({ place: String(header.line), path: name.slice(0, 60), message });
    if (!columns.includes(name)) fault(`there is no such column: expected some of ${columns.join(', ')}`);
    else if (header.cells.indexOf(name) < at) fault('this column stands twice');
  }
  if (faults.length > 0) return { faults };
  if (rest.length > ROWS_MAX) return whole(`expected at most ${ROWS_MAX} rows, got ${rest.length}`);
  const rows: CsvRow[] = [];
  for (const { line, cells } of rest) {
    const fault = (path: string, message: string) => {
      if (faults.length < CSV_FAULTS_MAX) faults.push({ place: String(line), path, message });
    };
    if (cells.length !== header.cells.length)
      fault('', `expected ${header.cells.length} cells as in the header, got ${cells.length}`);
    else {
      const long = header.cells.filter((_, at) => (cells[at]?.length ?? 0) > CELL_MAX);
      for (const name of long) fault(name, `expected at most ${CELL_MAX} characters`);
      const named = header.cells.map((name, at) => [name, cells[at] ?? '']);
      rows.push({ line, cells: { ...EMPTY(columns), ...Object.fromEntries(named) } });
    }
  }
  return faults.length > 0 ? { faults } : { rows };
}

const EMPTY = (columns: readonly string[]) => Object.fromEntries(columns.map((name) => [name, '']));

/**
 * Rows as CSV: read again, they are the same, but for cells that a spreadsheet would take for a formula: these get an
 * apostrophe in front.
 */
export function csvText(columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string {
  const lines = rows.map((row) => columns.map((name) => cellText(row[name] ?? '')).join(','));
  return [columns.join(','), ...lines].map((line) => `${line}\n`).join('');
}

/**
 * A cell that a spreadsheet would take for a formula gets an apostrophe in front; numbers with a sign stay, such as a phone's `+493012345`.
 * Source: OWASP, CSV Injection.
 */
export const withoutFormula = (cell: string): string =>
  /^[=@\t\r]|^[+-](?!\d+(\.\d+)?$)/.test(cell) ? `'${cell}` : cell;

function cellText(cell: string): string {
  const safe = withoutFormula(cell);
  return /[",\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function recordsOf(text: string): { readonly records: CsvRecord[] } | { readonly openedAt: number } {
  const records: CsvRecord[] = [];
  let [line, began, at] = [1, 1, 0];
  let cells: string[] = [];
  const endRecord = () => {
    if (cells.length > 1 || cells[0] !== '') records.push({ line: began, cells });
    cells = [];
  };
  while (at < text.length) {
    let cell = '';
    while (text[at] === ' ') at += 1;
    if (text[at] === '"') {
      const openedAt = line;
      at += 1;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close === -1) return { openedAt };
        const part = text.slice(at, close);
        cell += part;
        line += part.split('\n').length - 1;
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at += 1;
      }
      const rest = endOfCell(text, at);
      cell += text.slice(at, rest).trim();
      at = rest;
    } else {
      const end = endOfCell(text, at);
      cell = text.slice(at, end).trim();
      at = end;
    }
    cells.push(cell);
    if (text[at] === ',') {
      at += 1;
      // A comma at the very end leaves one more, empty cell.
      if (at < text.length) continue;
      cells.push('');
    }
    endRecord();
    at += 1;
    line += 1;
    began = line;
  }
  return { records };
}

function endOfCell(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n') at += 1;
  return at;
}
