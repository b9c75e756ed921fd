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
