import { DateTime } from 'luxon';
import type { TenThousandths } from '../../model/money.js';
import { decimalOf, tenThousandthsOf } from '../x12/values.js';
import { type CellSetting, type Incoming, placesOf } from './file-settings.js';
import type { Row } from './row.js';

const TEXT_MAX = 500;
const SHOWN_MAX = 40;

/** A value that cannot be read: where it stands (`row 17, column "Qty"`), and what was expected and stood there. */
export class CellUnreadable extends Error {
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path}: ${problem}`);
  }
}

/** The values of one row by our names of them. Every method throws CellUnreadable of a value that is none. */
export class Cells<Field extends string> {
  constructor(
    readonly row: Row,
    readonly spec: Pick<Incoming, 'decimal' | 'dates'> & {
      readonly columns: Readonly<Partial<Record<Field, CellSetting | undefined>>>;
    },
    readonly timeZone: string,
  ) {}

  /** The value in our words; undefined where none stands there, or the settings name no place for it. */
  text(field: Field, max = TEXT_MAX): string | undefined {
    const cell = this.spec.columns[field];
    if (cell === undefined) return undefined;
    if ('text' in cell) return cell.text;
    const found = placesOf(cell).flatMap((place) => this.row.cell(place)?.trim() || []);
    const text = found.join(cell.join ?? ' ');
    if (text === '') return undefined;
    if (text.length > max) throw this.unreadable(field, `at most ${max} characters`, text);
    if (cell.table === undefined) return text;
    if (Object.hasOwn(cell.table, text)) return cell.table[text];
    throw this.unreadable(field, `one of ${Object.keys(cell.table).slice(0, 20).join(', ')}`, text);
  }

  /** A value that must be there. */
  required(field: Field): string {
    const text = this.text(field);
    if (text !== undefined) return text;
    throw this.unreadable(field, 'a value', '');
  }

  /** A whole number of at most `max`, not negative unless `low` allows. `1,200` or `3.000` are read by the file's decimal sign. */
  whole(field: Field, max: number, low = 0): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const value = Number(this.#decimal(text) ?? Number.NaN);
    if (Number.isSafeInteger(value) && value >= low && value <= max) return value;
    throw this.unreadable(field, `a whole number from ${low} to ${max}`, text);
  }

  /** A decimal with a point, as `DecimalText`. */
  decimal(field: Field): string | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const decimal = this.#decimal(text);
    if (decimal !== null) return decimal;
    throw this.unreadable(field, 'an amount', text);
  }

  /** An amount, half up to ten-thousandths. */
  amount(field: Field): TenThousandths | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const amount = tenThousandthsOf(this.#decimal(text) ?? '');
    if (amount !== null) return amount;
    throw this.unreadable(field, 'an amount', text);
  }

  /**
   * A moment, ISO 8601 in UTC, by the first of the file's forms that fits. A form with hours is of the vendor's time zone; a bare day is its
   * first moment in UTC: a day is never guessed away.
   */
  moment(field: Field): string | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    for (const form of this.spec.dates) {
      const read = form === 'iso' ? this.#iso(text) : this.#formed(text, form);
      if (read.isValid) return read.toJSDate().toISOString();
    }
    throw this.unreadable(field, `a date such as ${this.spec.dates.join(' or ')}`, text);
  }

  unreadable(field: Field, expected: string, got: string): CellUnreadable {
    const cell = this.spec.columns[field];
    const [from = field] = cell === undefined ? [] : placesOf(cell);
    const shown = got === '' ? 'none' : `"${got.slice(0, SHOWN_MAX)}"`;
    return new CellUnreadable(`${this.row.place}, column "${from}"`, `expected ${expected}, got ${shown}`);
  }

  #iso(text: string): DateTime {
    return DateTime.fromISO(text, { zone: text.includes('T') ? this.timeZone : 'UTC' });
  }

  #formed(text: string, form: string): DateTime {
    const hasHours = /[Hh]/.test(form.replace(/'[^']*'/g, ''));
    return DateTime.fromFormat(text, form, { zone: hasHours ? this.timeZone : 'UTC', locale: 'en-US' });
  }

  /** A decimal with a point and without signs between thousands, or null. */
  #decimal(text: string): string | null {
    const [point, group] = this.spec.decimal === '.' ? ['\\.', ','] : [',', '\\.'];
    const grouped = new RegExp(`^[+-]?\\d{1,3}(${group}\\d{3})+(${point}\\d*)?$`).test(text);
    const bare = grouped ? text.replaceAll(group.slice(-1), '') : text;
    return decimalOf(this.spec.decimal === '.' ? bare : bare.includes('.') ? '' : bare.replace(',', '.'));
  }
}
