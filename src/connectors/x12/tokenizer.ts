import { readIsa, type Separators } from './separators.js';

/** A segment: `[0]` is its id and `[n]` its n-th element, as X12 counts them; trailing elements may be missing. */
export type Segment = readonly string[];

/** What the tokenizer finds. A head of an interchange comes with the separators that hold from there on. */
export type Token =
  | { readonly kind: 'head'; readonly segment: Segment; readonly separators: Separators }
  | { readonly kind: 'segment'; readonly segment: Segment }
  | { readonly kind: 'trouble'; readonly code: TroubleCode; readonly message: string };

export type TroubleCode = 'TEXT_BEFORE_ISA' | 'ISA_UNREADABLE' | 'SEGMENT_TOO_LONG';

/** Characters of one segment at most; what is longer is passed over to its end. */
export const SEGMENT_LENGTH_MAX = 65_536;
const WINDOW_BYTES = 65_536;
const BYTE_ORDER_MARK = '\xef\xbb\xbf';
const HEAD = /ISA[^A-Za-z0-9]/;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/**
 * The segments of X12 documents one after another, of any number of interchanges, each with separators of its own.
 *
 * Tolerant: byte order marks, tabs, empty lines and other space before segments; lines that were broken at a fixed width; a last segment
 * without its terminator. Text is UTF-8, or else windows-1252, element by element. "ISA" within a segment is data.
 * Errors: none; what cannot be read is a token of its own. Memory: a window and one segment, whatever the length of the document.
 */
export function* readTokens(chunks: Iterable<Uint8Array>): Generator<Token, void, undefined> {
  const tokenizer = new Tokenizer();
  for (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += WINDOW_BYTES) {
      const window = chunk.subarray(at, at + WINDOW_BYTES);
      yield* tokenizer.take(Buffer.from(window.buffer, window.byteOffset, window.length).toString('latin1'), false);
    }
  yield* tokenizer.take('', true);
}

class Tokenizer {
  #text = '';
  #at = 0;
  #separators: Separators | null = null;
  /** Within a segment that is too long. */
  #passing = false;
  /** Text that is of no interchange was told of. */
  #astray = false;

  *take(more: string, atEnd: boolean): Generator<Token, void, undefined> {
    // Nothing that is kept may hold a NUL, and no document means one.
    this.#text = this.#text.slice(this.#at) + more.replaceAll('\0', '');
    this.#at = 0;
    for (;;) {
      const token = this.#next(atEnd);
      if (token === null) return;
      if (token !== 'again') yield token;
    }
  }

  #next(atEnd: boolean): Token | 'again' | null {
    if (!this.#passing) {
      this.#skipBlanks();
      const left = this.#text.length - this.#at;
      if (left === 0 || (left < 4 && !atEnd)) return null;
      if (HEAD.test(this.#text.slice(this.#at, this.#at + 4))) return this.#head(atEnd);
    }
    return this.#separators === null ? this.#search(atEnd) : this.#segment(this.#separators, atEnd);
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code <= 0x20 || code === 0xa0) this.#at += 1;
      else if (code === 0xef && this.#text.startsWith(BYTE_ORDER_MARK, this.#at)) this.#at += BYTE_ORDER_MARK.length;
      else return;
    }
  }

  #head(atEnd: boolean): Token | 'again' | null {
    const found = readIsa(this.#text.slice(this.#at, this.#at + 1_024), atEnd);
    if (found === 'more') return null;
    if (found === null) {
      const told = this.#astray;
      this.#separators = null;
      this.#astray = true;
      this.#at += 3;
      if (told) return 'again';
      return {
        kind: 'trouble',
        code: 'ISA_UNREADABLE',
        message: 'an ISA segment is none: its separators cannot be told',
      };
    }
    this.#separators = found.separators;
    this.#astray = false;
    this.#at += found.length;
    return { kind: 'head', segment: found.elements.map(decoded), separators: found.separators };
  }

  /** Without an interchange's head nothing can be told apart. */
  #search(atEnd: boolean): Token | 'again' | null {
    const rest = this.#text.slice(this.#at);
    const found = rest.search(HEAD);
    this.#at += found >= 0 ? found : Math.max(0, rest.length - (atEnd ? 0 : 3));
    const told = this.#astray;
    this.#astray = true;
    if (told) return found >= 0 ? 'again' : null;
    return { kind: 'trouble', code: 'TEXT_BEFORE_ISA', message: 'expected an ISA segment, got other text' };
  }

  #segment(separators: Separators, atEnd: boolean): Token | 'again' | null {
    const found = this.#text.indexOf(separators.terminator, this.#at);
    if (found < 0 && !atEnd && this.#text.length - this.#at <= SEGMENT_LENGTH_MAX) return null;
    const end = found < 0 ? this.#text.length : found;
    const start = this.#at;
    this.#at = found < 0 ? end : end + separators.terminator.length;
    const passed = this.#passing;
    this.#passing = found < 0 && !atEnd;
    if (passed) return this.#passing ? null : 'again';
    if (end === start) return 'again';
    if (end - start > SEGMENT_LENGTH_MAX) {
      const message = `expected at most ${SEGMENT_LENGTH_MAX} characters before a segment's end, got more`;
      return { kind: 'trouble', code: 'SEGMENT_TOO_LONG', message };
    }
    return { kind: 'segment', segment: elementsOf(this.#text.slice(start, end), separators) };
  }
}

function elementsOf(text: string, { element, terminator }: Separators): Segment {
  const line = /[\r\n]/.test(text)
    ? terminator === '\n'
      ? text.replace(/\r$/, '')
      : text.replace(/[\r\n]+/g, '')
    : text;
  const elements = line.split(element).map(decoded);
  elements[0] = elements[0]?.trim() ?? '';
  return elements;
}

function decoded(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}
