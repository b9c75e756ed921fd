import { readDelimited } from './delimited.js';
import type { CellSetting, FormatIn, Incoming } from './file-settings.js';

/** A row of a file: where it stands (`row 17`), and its values by where they stand in it; undefined where there is none. */
export interface Row {
  readonly place: string;
  cell(from: string | number): string | undefined;
}

/** A place of a file that could not be read; `isWhole`: nothing of the file can be. */
export interface Unreadable {
  readonly place: string;
  readonly problem: string;
}

/** The rows of a file in order, and what of it is no row. */
export interface RowsRead {
  readonly rows: readonly Row[];
  readonly unreadable: readonly Unreadable[];
}

/** Rows of one file at most. */
export const ROWS_MAX = 1_000_000;

/** Reads a file's rows. What is wrong with a row holds up none of the others; a file that has not what its settings name has none. */
export function readRows(bytes: Uint8Array, { format, columns }: Pick<Incoming, 'format' | 'columns'>): RowsRead {
  const text = decoded(bytes, format);
  if (text === null)
    return { rows: [], unreadable: [{ place: 'file', problem: `expected text in ${format.encoding}` }] };
  const named = Object.values(columns).filter((cell): cell is CellSetting => cell !== undefined);
  return readDelimited(
    text,
    format,
    named.map(({ from }) => from),
  );
}

function decoded(bytes: Uint8Array, { encoding }: FormatIn): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
