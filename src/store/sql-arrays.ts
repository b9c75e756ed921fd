/** Microseconds from 1970 to 2000, where PostgreSQL's time begins. */
const EPOCH_MICROS = 946_684_800_000_000;
const TWO_32 = 2 ** 32;
const UUID_CHARACTERS = 36;
/** Where the hyphens of a UUID stand; each pair of other characters is a byte. */
const HYPHENS: ReadonlySet<number> = new Set([8, 13, 18, 23]);
/** Of a column that is written anew, the most room that is kept for what comes next. */
const KEPT_BYTES_MAX = 4 * 2 ** 20;
/** Dimensions, whether there are nulls, the type; then the length and the first index. */
const HEADER_BYTES = 20;
const EMPTY_BYTES = 12;
const NULL_LENGTH = -1;
const FIRST_BYTES = 256;

/**
 * A column of values as an array in PostgreSQL's binary form, which node-postgres passes on as it is: nothing is quoted here and
 * parsed there, which for a batch of plans took longer than writing its rows.
 *
 * undefined and null become NULL. Errors of `add`: RangeError where a value is not of the column's type.
 * Source: array_recv of PostgreSQL, and the recv function of each type.
 */
export abstract class SqlArray<T> {
  protected bytes = Buffer.allocUnsafe(FIRST_BYTES);
  protected end = HEADER_BYTES;
  private count = 0;
  private nulls = 0;

  /** `oid`: the type's number in PostgreSQL's catalogue. */
  constructor(private readonly oid: number) {}

  add(value: T | null | undefined): void {
    this.count += 1;
    const from = this.end + 4;
    this.room(4);
    if (value === undefined || value === null) {
      this.nulls = 1;
      this.end = this.bytes.writeInt32BE(NULL_LENGTH, this.end);
      return;
    }
    this.end = from;
    this.write(value);
    this.bytes.writeInt32BE(this.end - from, from - 4);
  }

  /** Empty again, in the room that it has: memory that is new to the process takes it longer than writing to it. */
  clear(): void {
    if (this.bytes.length > KEPT_BYTES_MAX) this.bytes = Buffer.allocUnsafe(FIRST_BYTES);
    this.end = HEADER_BYTES;
    this.count = 0;
    this.nulls = 0;
  }

  /** The array, good until it is cleared; nothing may be added any more. */
  toBuffer(): Buffer {
    this.bytes.writeInt32BE(this.count === 0 ? 0 : 1, 0);
    this.bytes.writeInt32BE(this.nulls, 4);
    this.bytes.writeInt32BE(this.oid, 8);
    this.bytes.writeInt32BE(this.count, 12);
    this.bytes.writeInt32BE(1, 16);
    return this.bytes.subarray(0, this.count === 0 ? EMPTY_BYTES : this.end);
  }

  /** Writes the value's bytes at the end. */
  protected abstract write(value: T): void;

  /** Makes room for so many bytes more. */
  protected room(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + count));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  protected writeInt64(value: number): void {
    this.room(8);
    const high = Math.floor(value / TWO_32);
    this.end = this.bytes.writeInt32BE(high, this.end);
    this.end = this.bytes.writeUInt32BE(value - high * TWO_32, this.end);
  }

  protected writeText(value: string): void {
    // Three bytes for a character are the most that UTF-8 takes of one unit of UTF-16; for long texts it is worth counting.
    this.room(value.length < 100 ? value.length * 3 : Buffer.byteLength(value));
    this.end += this.bytes.write(value, this.end);
  }
}

class Integers extends SqlArray<number> {
  protected write(value: number): void {
    if (!Number.isInteger(value)) throw new RangeError(`expected a whole number, got ${value}`);
    this.room(4);
    this.end = this.bytes.writeInt32BE(value, this.end);
  }
}

class Bigints extends SqlArray<number> {
  protected write(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`expected a whole number, got ${value}`);
    this.writeInt64(value);
  }
}

class Texts extends SqlArray<string> {
  protected write(value: string): void {
    this.writeText(value);
  }
}

class Moments extends SqlArray<string> {
  protected write(value: string): void {
    const milliseconds = Date.parse(value);
    if (Number.isNaN(milliseconds)) throw new RangeError(`expected a moment, got "${value}"`);
    this.writeInt64(milliseconds * 1000 - EPOCH_MICROS);
  }
}

class Uuids extends SqlArray<string> {
  protected write(value: string): void {
    this.room(16);
    let wrong = value.length !== UUID_CHARACTERS;
    for (let at = 0; at < UUID_CHARACTERS && !wrong; at += 2) {
      if (HYPHENS.has(at)) {
        wrong = value.charCodeAt(at) !== 45;
        at += 1;
      }
      const [high, low] = [digitOf(value.charCodeAt(at)), digitOf(value.charCodeAt(at + 1))];
      wrong ||= high < 0 || low < 0;
      this.bytes[this.end++] = high * 16 + low;
    }
    if (wrong) throw new RangeError(`expected a UUID, got "${value}"`);
  }
}

/** Values as JSON. */
class Jsons extends SqlArray<unknown> {
  protected write(value: unknown): void {
    this.writeText(JSON.stringify(value));
  }
}

/** Values as JSON; the first byte is the version of jsonb's binary form, which otherwise is the text. */
class Jsonbs extends Jsons {
  protected override write(value: unknown): void {
    this.room(1);
    this.end = this.bytes.writeUInt8(1, this.end);
    super.write(value);
  }
}

/** Of a hexadecimal digit's character; below zero where it is none. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** New arrays of each type. */
export const sqlArrays = {
  integer: (): SqlArray<number> => new Integers(23),
  bigint: (): SqlArray<number> => new Bigints(20),
  text: (): SqlArray<string> => new Texts(25),
  uuid: (): SqlArray<string> => new Uuids(2950),
  timestamptz: (): SqlArray<string> => new Moments(1184),
  json: (): SqlArray<unknown> => new Jsons(114),
  jsonb: (): SqlArray<unknown> => new Jsonbs(3802),
};
