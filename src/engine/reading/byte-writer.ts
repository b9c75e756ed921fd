const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const BACKSLASH = 92;
const WORD = 8;
const CAPACITY_FIRST = 65_536;
/** A larger buffer is not kept for the next request. */
const CAPACITY_KEPT = 1_048_576;
/** A number takes at most so many characters, and a literal at most so many beyond its end. */
const MARGIN = 64;
/** Above this, and where digits after the point are more than four, numbers are written by ECMAScript itself. */
const INTEGER_MAX = 999_999_999;
const FRACTION_SCALE = 10_000;
const FRACTION_DIGITS = 4;

/** Text that is written as it stands, eight characters at a time. */
export interface Literal {
  readonly words: Float64Array;
  readonly length: number;
}

/** The literal of a text, which must be ASCII. */
export function literal(text: string): Literal {
  const bytes = new Uint8Array(Math.ceil(text.length / WORD) * WORD);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return { words: new Float64Array(bytes.buffer), length: text.length };
}

/** Writes JSON as UTF-8, without a text in between. Every value is followed by a comma. What it holds lasts until it is begun again. */
export class ByteWriter {
  private bytes = new Uint8Array(CAPACITY_FIRST);
  private words = new DataView(this.bytes.buffer);
  private at = 0;

  begin(): void {
    this.at = 0;
    if (this.bytes.length > CAPACITY_KEPT) this.resize(CAPACITY_FIRST);
  }

  /** All that was written, but for the last comma. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at - 1);
  }

  /** Ends an object or a list. */
  end(bracket: number): void {
    if (this.bytes[this.at - 1] === COMMA) this.at -= 1;
    this.bytes[this.at++] = bracket;
    this.bytes[this.at++] = COMMA;
  }

  literal({ words, length }: Literal): void {
    let { at } = this;
    if (at + length + MARGIN > this.bytes.length) this.reserve(length);
    // What a last word writes too much is written over by what follows.
    for (let word = 0; word < words.length; word += 1) {
      this.words.setFloat64(at, words[word] as number, IS_LITTLE_ENDIAN);
      at += WORD;
    }
    this.at += length;
  }

  /** A text that needs no escapes, such as a decimal, in quotes. */
  plain(text: string): void {
    const { length } = text;
    if (this.at + length + MARGIN > this.bytes.length) this.reserve(length);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index += 1) bytes[at++] = text.charCodeAt(index);
    bytes[at++] = QUOTE;
    bytes[at++] = COMMA;
    this.at = at;
  }

  /** A text as JSON writes it. It has no lone surrogates. */
  text(text: string): void {
    const { length } = text;
    if (this.at + length + MARGIN > this.bytes.length) this.reserve(length);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        this.escaped(text);
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    bytes[at++] = COMMA;
    this.at = at;
  }

  private escaped(text: string): void {
    const json = JSON.stringify(text);
    this.reserve(json.length * 3);
    this.at += ENCODER.encodeInto(json, this.bytes.subarray(this.at)).written;
    this.bytes[this.at++] = COMMA;
  }

  /** A number as ECMAScript writes it. */
  number(value: number): void {
    if (this.at + MARGIN > this.bytes.length) this.reserve(0);
    if (value >= 0 && value <= INTEGER_MAX && (value | 0) === value) this.digits(value | 0);
    else this.otherNumber(value);
    this.bytes[this.at++] = COMMA;
  }

  private digits(value: number): void {
    let length = 1;
    for (let power = 10; power <= value; power *= 10) length += 1;
    const { bytes } = this;
    let rest = value;
    for (let at = this.at + length - 1; at >= this.at; at -= 1) {
      const tens = (rest / 10) | 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.at += length;
  }

  /** A few digits after the point, which is what places have, or any other number. */
  private otherNumber(value: number): void {
    const size = Math.abs(value);
    const scaled = Math.round(size * FRACTION_SCALE);
    const { bytes } = this;
    // So few digits are the shortest that name the number, as fifteen significant ones always are.
    if (scaled === 0 || scaled > INTEGER_MAX || scaled / FRACTION_SCALE !== size) {
      for (const digit of String(value)) bytes[this.at++] = digit.charCodeAt(0);
      return;
    }
    if (value < 0) bytes[this.at++] = MINUS;
    this.digits((scaled / FRACTION_SCALE) | 0);
    let rest = (scaled % FRACTION_SCALE) | 0;
    if (rest === 0) return;
    bytes[this.at] = DOT;
    for (let digit = FRACTION_DIGITS; digit > 0; digit -= 1) {
      const tens = (rest / 10) | 0;
      bytes[this.at + digit] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.at += FRACTION_DIGITS + 1;
    while (bytes[this.at - 1] === ZERO) this.at -= 1;
  }

  private reserve(length: number): void {
    const capacity = this.at + length + MARGIN;
    if (capacity > this.bytes.length) this.resize(capacity * 2);
  }

  private resize(capacity: number): void {
    const { bytes } = this;
    this.bytes = new Uint8Array(capacity);
    this.words = new DataView(this.bytes.buffer);
    this.bytes.set(bytes.subarray(0, this.at));
  }
}

const ENCODER = new TextEncoder();
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
