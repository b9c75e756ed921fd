import { momentOf } from '../moment-text.js';
import { amountOf } from './amount-text.js';

/** One reason why a request is refused, with where. Paths look like `order.lines[2].quantity`. */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

/** Thrown where nothing more need be found. */
class Enough extends Error {}

/** The faults of one request, of which no more than a thousand are looked for. */
export class Faults {
  private readonly named: RequestFault[] = [];
  private isFull = false;

  get isEmpty(): boolean {
    return this.named.length === 0;
  }

  add(path: string, message: string): void {
    if (this.named.length === FAULTS_MAX) throw new Enough();
    this.named.push({ path, message });
  }

  /** Does what may add faults, or as much of it as there is room for. */
  during(search: () => void): void {
    if (!this.isFull) this.isFull = attempt(search) === null;
  }

  /** In the order in which they were found; the last one says so where there are more. */
  list(): readonly RequestFault[] {
    if (!this.isFull) return this.named;
    return [
      ...this.named,
      { path: '', message: `has more faults than these ${FAULTS_MAX}, after which no more were looked for` },
    ];
  }
}

/** What `search` gives; null where it was cut short by faults. */
export function attempt<T>(search: () => T): T | null {
  try {
    return search();
  } catch (error) {
    if (error instanceof Enough) return null;
    throw error;
  }
}

/** The fields of an object of the request, not judged yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** What stands for the fields of a value that is no object. */
export const NO_FIELDS: Fields = Object.freeze(Object.create(null));

const FAULTS_MAX = 1_000;
/** Of a text or a name, so many characters are shown. */
const SHOWN_MAX = 60;
const STEP = /\[(\d+)\]|"(?:[^"\\]|\\.)*"|\w+/g;
const NO_ENTRIES: readonly never[] = Object.freeze([]);
/** Beyond so many ids a set finds repetitions sooner than a look at all pairs. */
const PAIRS_MAX = 8;

/**
 * Reads values of unknown JSON, noting every fault by its path; what is wrong reads as a harmless default, one that counts for nothing. The
 * path is kept as steps, which `enter` and `leave` take; methods name the field of the object that was entered last.
 *
 * Most requests have no fault, so one is read without `faults` first, which ends at the first one: see `attempt`.
 */
export class Reader {
  /** How many faults there were so far, or more: some are noted twice. */
  found = 0;
  private readonly steps: (string | number)[] = [];
  private latestPath: string | null = null;
  /** Within a value of the wrong shape, which so many steps led to, nothing is judged. */
  private misshapenAt = Number.POSITIVE_INFINITY;

  constructor(private readonly faults: Faults | null) {}

  /** Goes on to a field. */
  enter(name: string): void {
    if (this.faults) this.steps.push(name);
  }

  /** Goes on to an entry of the list that was entered. */
  enterEntry(index: number): void {
    if (this.faults) this.steps.push(index);
  }

  /** Goes back to where the last step was taken. */
  leave(): void {
    if (!this.faults) return;
    this.steps.pop();
    if (this.steps.length < this.misshapenAt) this.misshapenAt = Number.POSITIVE_INFINITY;
  }

  /** Notes a fault of a field, or of what was entered itself. One fault a path. */
  fault(message: string, name: string | null = null, index: number | null = null): void {
    this.found += 1;
    if (!this.faults) throw new Enough();
    if (this.steps.length >= this.misshapenAt) return;
    const steps = [...this.steps, ...(name === null ? [] : [name]), ...(index === null ? [] : [index])];
    const path = pathText(steps);
    if (path !== this.latestPath) this.faults.add(path, message);
    this.latestPath = path;
  }

  /** The fields of the object that was entered, null where it is no object. Fields that are not in `known` are refused. */
  object(value: unknown, known: readonly string[], expected = 'an object'): Fields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(`expected ${expected}, got ${describe(value)}`);
      this.misshapenAt = Math.min(this.misshapenAt, this.steps.length);
      return null;
    }
    // Fields mostly come in the order of `known`, so the next one is looked for after the one before.
    const { length } = known;
    let at = 0;
    for (const name in value) {
      while (at < length && known[at] !== name) at += 1;
      if (at === length) {
        at = known.indexOf(name);
        if (at < 0) this.fault(`unknown field; known are ${known.join(', ')}`, name);
      }
      at += 1;
    }
    return value as Fields;
  }

  /** A list, empty where it is missing. */
  list(value: unknown, name: string): readonly unknown[] {
    if (value === undefined) return NO_ENTRIES;
    if (Array.isArray(value)) return value;
    this.fault(`expected a list, got ${describe(value)}`, name);
    return NO_ENTRIES;
  }

  /** An id or a name: a text that is not empty. */
  string(value: unknown, name: string): string {
    const text = this.text(value, name);
    if (text === '') this.fault('expected a text that is not empty', name);
    return text;
  }

  /** Canonical JSON (RFC 8785), of which the digest is made, has no lone surrogates. */
  text(value: unknown, name: string, index: number | null = null): string {
    if (typeof value === 'string' && value.isWellFormed()) return value;
    this.fault(`expected a text of Unicode characters, got ${describe(value)}`, name, index);
    return '';
  }

  strings(value: unknown, name: string): readonly string[] {
    const entries = this.list(value, name);
    for (let index = 0; index < entries.length; index += 1) this.text(entries[index], name, index);
    return entries as readonly string[];
  }

  boolean(value: unknown, name: string, missing: boolean): boolean {
    if (value === undefined) return missing;
    if (typeof value === 'boolean') return value;
    this.fault(`expected true or false, got ${describe(value)}`, name);
    return missing;
  }

  integer(value: unknown, name: string, low: number, high: number, missing?: number): number {
    if (value === undefined && missing !== undefined) return missing;
    if (typeof value === 'number' && value >= low && value <= high && Number.isSafeInteger(value)) return value;
    this.fault(`expected a whole number from ${low} to ${high}, got ${describe(value)}`, name);
    return low;
  }

  /** An amount in 1/10000; `low` and `high` in 1/10000 too. */
  amount(value: unknown, name: string, low: number, high: number, missing?: number): number {
    if (value === undefined && missing !== undefined) return missing;
    if (typeof value === 'string') {
      const amount = amountOf(value);
      if (amount >= low && amount <= high) return amount;
    }
    const range = low === 0 ? 'not negative' : `from ${low / 10_000}`;
    this.fault(
      `expected an amount as text with at most 4 fraction digits, ${range} and at most ${high / 10_000}, got ${describe(value)}`,
      name,
    );
    return 0;
  }

  /** RFC 3339, as milliseconds; NaN where it is faulty. What is `finer` is refused, since decisions compare moments, unless nothing is decided by it. */
  moment(value: unknown, name: string, finer: 'refused' | 'dropped' = 'refused'): number {
    if (typeof value === 'string') {
      const at = momentOf(value, finer);
      if (!Number.isNaN(at)) return at;
    }
    this.fault(
      `expected a moment such as 2026-03-02T10:00:00Z (RFC 3339), in the years 0000 to 9999 of UTC and to the millisecond, got ${describe(value)}`,
      name,
    );
    return Number.NaN;
  }

  /** Notes ids that occur twice in the list that was entered; `field` holds the id. */
  unique(ids: readonly string[], field: string, what: string): void {
    const { length } = ids;
    if (length <= PAIRS_MAX) {
      let isUnique = true;
      for (let a = 1; a < length; a += 1) for (let b = 0; b < a; b += 1) if (ids[a] === ids[b]) isUnique = false;
      if (isUnique) return;
    }
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (id !== '' && seen.has(id)) {
        this.enterEntry(index);
        this.fault(`repeated ${what} "${id.slice(0, SHOWN_MAX)}"`, field);
        this.leave();
      }
      seen.add(id);
    }
  }
}

/** The path that these steps lead along: names by dots, positions in brackets. */
export function pathText(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : join(path, step)), '');
}

/** The steps of a path that `pathText` wrote; a name that it cut short is not found again. */
export function stepsOf(path: string): (string | number)[] {
  return Array.from(path.matchAll(STEP), ([step, index]) => {
    if (index !== undefined) return Number(index);
    return step.startsWith('"') ? (JSON.parse(step) as string) : step;
  });
}

function join(path: string, name: string): string {
  const isPlain = name.length <= SHOWN_MAX && /^[A-Za-z_]\w*$/.test(name);
  const plain = isPlain ? name : JSON.stringify(name.slice(0, SHOWN_MAX));
  return path === '' ? plain : `${path}.${plain}`;
}

/** A value in a few words, whatever it holds. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}...` : value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value).slice(0, SHOWN_MAX);
}
