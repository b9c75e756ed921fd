import type { Fault } from '../../../model/order.js';
import { Cells, CellUnreadable } from '../../flat/cells.js';
import { placesOf } from '../../flat/file-settings.js';
import { columnOf, type OrderRows, placeOf } from './order-file.js';
import type { ChannelSettings, ColumnSettings, OrderField } from './settings.js';

const FAULTS_MAX = 100;
const UNMAPPED_MAX = 500;
const UNMAPPED_TEXT_MAX = 500;
const ORIGINALS_MAX = 500;

export type RowCells = Cells<OrderField>;

/** One reading of an order's rows: what is wrong with them, what a person should know, and the texts that values were read from. */
export class OrderValues {
  readonly faults: Fault[] = [];
  readonly warnings: Fault[] = [];
  readonly originals: Record<string, string> = {};
  readonly rows: readonly RowCells[];

  constructor(
    private readonly source: OrderRows,
    private readonly settings: ChannelSettings,
  ) {
    const { columns, rows, decimal } = source;
    const { format, columns: spec } = settings;
    const reading = { columns: spec as ColumnSettings, decimal, dates: format.dates };
    const width = columns.length;
    this.rows = rows.flatMap(({ line, cells }) => {
      if (width > 0 && cells.length !== width) {
        this.fault('ROW_INVALID', `row ${line}`, `expected ${width} values, got ${cells.length}`);
        return [];
      }
      const cell = (from: string | number) => cells[columnOf(columns, from) ?? -1] || undefined;
      return [new Cells<OrderField>({ place: `row ${line}`, cell }, reading, format.timeZone)];
    });
  }

  fault(code: string, path: string, message: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push({ code, path, message });
  }

  warn(code: string, path: string, message: string): void {
    if (this.warnings.length < FAULTS_MAX) this.warnings.push({ code, path, message });
  }

  /** A value of a row; undefined, with a fault, where it cannot be read. */
  of<T>(cells: RowCells, read: (cells: RowCells) => T | undefined): T | undefined {
    try {
      return read(cells);
    } catch (cause) {
      if (!(cause instanceof CellUnreadable)) throw cause;
      this.fault('VALUE_INVALID', cause.path, cause.problem);
      return undefined;
    }
  }

  /**
   * A value of the order: what its rows say, those of them that say something. Where they say different things that is a fault: which of
   * them counts is nobody's guess.
   */
  once<T>(field: OrderField, read: (cells: RowCells) => T | undefined): T | undefined {
    let said: { readonly value: T; readonly text: string | undefined } | undefined;
    for (const cells of this.rows) {
      const text = this.of(cells, (row) => row.text(field));
      if (text === undefined || text === said?.text) continue;
      const value = this.of(cells, read);
      if (value === undefined) continue;
      if (said !== undefined && said.value !== value) {
        const other = `"${String(said.text).slice(0, 60)}"`;
        this.fault('ROWS_DIFFER', this.pathOf(cells, field), `expected what the order's other rows say, ${other}`);
        return said.value;
      }
      said ??= { value, text };
    }
    return said?.value;
  }

  /** The text of the order, such as its number. */
  text(field: OrderField, max?: number): string | undefined {
    return this.once(field, (cells) => cells.text(field, max));
  }

  moment(field: OrderField, path: string): string | undefined {
    const value = this.once(field, (cells) => cells.moment(field));
    const text = value === undefined ? undefined : this.text(field);
    if (text !== undefined) this.original(path, text, value);
    return value;
  }

  original(path: string, text: string, value: string | undefined): void {
    if (text !== value && Object.keys(this.originals).length < ORIGINALS_MAX) this.originals[path] = text;
  }

  pathOf({ row }: RowCells, field: OrderField): string {
    return `${row.place}, ${this.#columnOf(field)}`;
  }

  /** Whether a fault of this value is told already, in whichever row. */
  isFaulty(field: OrderField): boolean {
    return this.faults.some(({ path }) => path.endsWith(` ${this.#columnOf(field)}`));
  }

  #columnOf(field: OrderField): string {
    const cell = this.settings.columns[field];
    const [from = field] = cell === undefined ? [] : placesOf(cell);
    return JSON.stringify(from);
  }

  /** What stands in columns that the settings do not name: once where all rows say the same, else by row. Bounded. */
  unmapped(): { readonly unmapped?: Readonly<Record<string, string>>; readonly unmappedLeft?: number } {
    const { columns, rows } = this.source;
    const named = new Set(
      Object.values(this.settings.columns)
        .flatMap((cell) => (cell === undefined ? [] : placesOf(cell)))
        .map((place) => columnOf(columns, place)),
    );
    const width = Math.max(columns.length, ...rows.map(({ cells }) => cells.length));
    const found: [string, string][] = [];
    for (let at = 0; at < width; at += 1) {
      if (named.has(at)) continue;
      const place = columns[at] || at + 1;
      const said = rows.flatMap(({ line, cells }) =>
        cells[at] ? [[placeOf(line, place), cells[at] ?? ''] as const] : [],
      );
      const isSame = said.length === rows.length && new Set(said.map(([, text]) => text)).size === 1;
      for (const [path, text] of isSame ? said.slice(0, 1) : said)
        found.push([isSame ? JSON.stringify(place) : path, text.slice(0, UNMAPPED_TEXT_MAX)]);
    }
    const kept = found.slice(0, UNMAPPED_MAX);
    return {
      ...(kept.length > 0 ? { unmapped: Object.fromEntries(kept) } : {}),
      ...(found.length > kept.length ? { unmappedLeft: found.length - kept.length } : {}),
    };
  }
}
