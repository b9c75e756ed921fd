import { Big } from 'big.js';
import type { DecimalText } from '../../model/canonical-order.js';
import type { Fault } from '../../model/order.js';
import { isJsonObject, JsonNumber, type JsonValue } from './json.js';

const FAULTS_MAX = 100;
const WARNINGS_MAX = 100;
const ORIGINALS_MAX = 500;
const UNMAPPED_MAX = 500;
const UNMAPPED_TEXT_MAX = 500;
const PATH_MAX = 300;
const DEPTH_MAX = 20;
const TEXT_MAX = 500;
const FRACTION_MAX = 12;
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;
const UNSTORABLE = /\0|\p{Cs}/gu;

/**
 * One reading of a payload: what is wrong with it, what a person should know of it, the texts that values were read from, and, at
 * the end, what nobody read. All of it bounded.
 */
export class Reading {
  readonly faults: Fault[] = [];
  readonly warnings: Fault[] = [];
  readonly originals = new Map<string, string>();
  readonly #read = new Set<string>();

  constructor(readonly value: JsonValue) {}

  get root(): Field {
    return new Field(this, '', this.value);
  }

  fault(code: string, path: string, message: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push({ code, path: path.slice(0, PATH_MAX), message });
  }

  warn(code: string, path: string, message: string): void {
    if (this.warnings.length < WARNINGS_MAX) this.warnings.push({ code, path: path.slice(0, PATH_MAX), message });
  }

  /** Keeps the text that the canonical order's value at `path` was read from, where the two differ. */
  original(path: string, text: string, value: string | undefined): void {
    if (text !== value && this.originals.size < ORIGINALS_MAX) this.originals.set(path, text.slice(0, TEXT_MAX));
  }

  mark(path: string): void {
    this.#read.add(path);
  }

  /** What was not read, by its path; nulls, empty texts and empty lists say nothing and are left out. */
  unmapped(): { readonly unmapped: Readonly<Record<string, unknown>> | undefined; readonly unmappedLeft: number } {
    const found: [string, unknown][] = [];
    let left = 0;
    const walk = (value: JsonValue, path: string, depth: number): void => {
      if (value === null || value === '' || this.#read.has(path)) return;
      if (Array.isArray(value) || isJsonObject(value)) {
        if (depth >= DEPTH_MAX) {
          left += 1;
        } else if (Array.isArray(value)) {
          for (const [at, entry] of value.entries()) walk(entry, `${path}[${at}]`, depth + 1);
        } else {
          for (const [key, entry] of Object.entries(value)) walk(entry, child(path, key), depth + 1);
        }
      } else if (found.length < UNMAPPED_MAX && path.length <= PATH_MAX) {
        found.push([clean(path), plain(value as Exclude<JsonValue, object> | JsonNumber)]);
      } else {
        left += 1;
      }
    };
    walk(this.value, '', 0);
    return { unmapped: found.length > 0 ? Object.fromEntries(found) : undefined, unmappedLeft: left };
  }
}

/** A place in a payload, whether something stands there or not. Each getter marks what it reads; a fault carries the path. */
export class Field {
  constructor(
    readonly reading: Reading,
    readonly path: string,
    readonly value: JsonValue | undefined,
  ) {}

  get(key: string): Field {
    const found = isJsonObject(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Field(this.reading, child(this.path, key), found);
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null && this.value !== '';
  }

  get isObject(): boolean {
    return isJsonObject(this.value);
  }

  get isList(): boolean {
    return Array.isArray(this.value);
  }

  /** The entries of a list, none where no list stands here. More than `max` is a fault, and none are given. */
  each(max = 500, code = 'LIST_TOO_LONG'): Field[] {
    if (!Array.isArray(this.value)) return [];
    if (this.value.length <= max)
      return this.value.map((entry, at) => new Field(this.reading, `${this.path}[${at}]`, entry));
    this.reading.fault(code, this.path, `expected at most ${max} entries, got ${this.value.length}`);
    return [];
  }

  /** A text that says something, trimmed, and cut where it is longer (which becomes a warning); a number as it was written. */
  text(max = TEXT_MAX): string | undefined {
    const given = this.value instanceof JsonNumber ? this.value.text : this.value;
    if (typeof given !== 'string') return undefined;
    this.reading.mark(this.path);
    const trimmed = clean(given.trim());
    if (trimmed.length > max) this.reading.warn('TEXT_CUT', this.path, `cut to its first ${max} characters`);
    return trimmed === '' ? undefined : clean(trimmed.slice(0, max));
  }

  /** True or false; undefined where neither stands here. */
  flag(): boolean | undefined {
    if (typeof this.value !== 'boolean') return undefined;
    this.reading.mark(this.path);
    return this.value;
  }

  /** A decimal of at most 15 digits before and 12 after the point, as text; undefined where nothing stands here. Else a fault. */
  decimal(code = 'AMOUNT_INVALID', sign: 'any' | 'not negative' = 'any'): DecimalText | undefined {
    if (!this.present) return undefined;
    const text = this.text(100) ?? '';
    const read = decimalOf(text);
    if (read !== null && (sign === 'any' || !read.startsWith('-'))) return read;
    this.reading.fault(code, this.path, `expected a decimal such as 12.50${sign === 'any' ? '' : ', not negative'}`);
    return undefined;
  }

  /** A whole number from 0 to `max`; undefined where nothing stands here, or with a fault. */
  count(max: number, code: string): number | undefined {
    if (!this.present) return undefined;
    const text = this.text(100) ?? '';
    const count = /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : Number.NaN;
    if (count <= max) return count;
    this.reading.fault(code, this.path, `expected a whole number up to ${max}`);
    return undefined;
  }

  /** An id of digits, as text, whatever its length up to 30. Undefined where there is none. */
  id(): string | undefined {
    const text = this.value instanceof JsonNumber || typeof this.value === 'string' ? this.text(100) : undefined;
    return text !== undefined && /^[1-9]\d{0,29}$/.test(text) ? text : undefined;
  }

  /**
   * A moment as ISO 8601 in UTC. A text without an offset is read as UTC where `zone` says so, else it is a fault; undefined where
   * nothing stands here.
   */
  moment(zone: 'offset' | 'UTC' = 'offset'): string | undefined {
    if (!this.present) return undefined;
    const text = this.text(100) ?? '';
    const shape = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
    const offset = shape?.[3];
    const iso = text.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
    const at = shape && (offset || zone === 'UTC') ? Date.parse(offset ? iso : `${iso}Z`) : Number.NaN;
    if (Number.isFinite(at)) return new Date(at).toISOString();
    this.reading.fault('MOMENT_INVALID', this.path, 'expected a moment such as 2026-03-02T10:00:00-05:00');
    return undefined;
  }
}

function child(path: string, key: string): string {
  if (!PLAIN_KEY.test(key) || key === '__proto__') return `${path}[${JSON.stringify(key.slice(0, PATH_MAX))}]`;
  return path === '' ? key : `${path}.${key}`;
}

function clean(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd');
}

/** A decimal text in the form of `DecimalText`, rounded half up to 12 fraction digits; null where it is none. */
function decimalOf(text: string): DecimalText | null {
  const match = /^-?\d{1,15}(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const [, fraction = '', exponent] = match;
  if (exponent === undefined && fraction.length <= FRACTION_MAX) return text;
  const fixed = new Big(text).round(FRACTION_MAX, 1).toFixed();
  return /^-?\d{1,15}(\.\d+)?$/.test(fixed) ? fixed : null;
}

function plain(value: boolean | string | number | null | undefined | JsonNumber): unknown {
  if (value instanceof JsonNumber)
    return String(Number(value.text)) === value.text ? Number(value.text) : value.text.slice(0, UNMAPPED_TEXT_MAX);
  return typeof value === 'string' ? clean(value.slice(0, UNMAPPED_TEXT_MAX)) : value;
}
