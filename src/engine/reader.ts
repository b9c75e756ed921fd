import { parseAmount } from '../model/money.js';

/** One reason why a request is refused, with where. Paths look like `order.lines[2].quantity`. */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const FAULTS_MAX = 1_000;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Reads values of unknown JSON, noting every fault by its path; what is wrong reads as a harmless default. */
export class Reader {
  readonly faults: RequestFault[] = [];
  private misshapen: string | null = null;

  /** One fault a path; what lies within a value of the wrong shape is not judged. */
  fault(path: string, message: string): void {
    if (this.faults.at(-1)?.path === path || this.isWithinMisshapen(path)) return;
    if (this.faults.length < FAULTS_MAX) this.faults.push({ path, message });
  }

  private isWithinMisshapen(path: string): boolean {
    return this.misshapen !== null && path.startsWith(`${this.misshapen}.`);
  }

  /** The fields of an object, or null. Fields that are not in `known` are refused. */
  object(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(path, `expected an object, got ${describe(value)}`);
      if (!this.isWithinMisshapen(path)) this.misshapen = path;
      return null;
    }
    const fields: Record<string, unknown> = Object.create(null);
    for (const [name, field] of Object.entries(value)) {
      if (known.includes(name)) fields[name] = field;
      else this.fault(join(path, name), `unknown field; known are ${known.join(', ')}`);
    }
    return fields;
  }

  /** A list, empty where it is missing. */
  list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.fault(path, `expected a list, got ${describe(value)}`);
    return [];
  }

  /** An id or a name: a text that is not empty. */
  string(value: unknown, path: string): string {
    const text = this.text(value, path);
    if (text === '') this.fault(path, 'expected a text that is not empty');
    return text;
  }

  /** Canonical JSON (RFC 8785), of which the digest is made, has no lone surrogates. */
  text(value: unknown, path: string): string {
    if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return value;
    this.fault(path, `expected a text of Unicode characters, got ${describe(value)}`);
    return '';
  }

  strings(value: unknown, path: string): readonly string[] {
    return this.list(value, path).map((entry, index) => this.text(entry, `${path}[${index}]`));
  }

  boolean(value: unknown, path: string, missing: boolean): boolean {
    if (value === undefined) return missing;
    if (typeof value === 'boolean') return value;
    this.fault(path, `expected true or false, got ${describe(value)}`);
    return missing;
  }

  integer(value: unknown, path: string, low: number, high: number, missing?: number): number {
    if (value === undefined && missing !== undefined) return missing;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) return value;
    this.fault(path, `expected a whole number from ${low} to ${high}, got ${describe(value)}`);
    return low;
  }

  /** An amount in 1/10000; `low` and `high` in 1/10000 too. */
  amount(value: unknown, path: string, bounds: { low: number; high: number }, missing?: number): number {
    if (value === undefined && missing !== undefined) return missing;
    if (typeof value === 'string') {
      try {
        const amount = parseAmount(value);
        if (amount >= bounds.low && amount <= bounds.high) return amount;
      } catch {
        // Told below.
      }
    }
    const range = bounds.low === 0 ? 'not negative' : `from ${bounds.low / 10_000}`;
    this.fault(
      path,
      `expected an amount as text with at most 4 fraction digits, ${range} and at most ${bounds.high / 10_000}, got ${describe(value)}`,
    );
    return 0;
  }

  /** RFC 3339, as milliseconds. */
  moment(value: unknown, path: string): number {
    const match = typeof value === 'string' ? MOMENT.exec(value) : null;
    if (match) {
      const [, year, month, day, hour, minute, second] = match.map(Number);
      const days = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
      const inRange =
        (month ?? 0) >= 1 &&
        (month ?? 0) <= 12 &&
        (day ?? 0) >= 1 &&
        (day ?? 0) <= days &&
        (hour ?? 0) <= 23 &&
        (minute ?? 0) <= 59 &&
        (second ?? 0) <= 59;
      const at = Date.parse(String(value).toUpperCase());
      if (inRange && Number.isFinite(at)) return at;
    }
    this.fault(path, `expected a moment such as 2026-03-02T10:00:00Z (RFC 3339), got ${describe(value)}`);
    return 0;
  }

  /** Notes ids that occur twice. */
  unique(ids: readonly string[], path: (index: number) => string, what: string): void {
    const seen = new Set<string>();
    ids.forEach((id, index) => {
      if (id !== '' && seen.has(id)) this.fault(path(index), `repeated ${what} "${id.slice(0, 60)}"`);
      seen.add(id);
    });
  }
}

export function join(path: string, name: string): string {
  const plain = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name.slice(0, 60));
  return path === '' ? plain : `${path}.${plain}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
