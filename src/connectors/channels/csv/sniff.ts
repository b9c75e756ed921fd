import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import type { ChannelSettings } from './settings.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;
const LOOKED_AT_BYTES = 65_536;
const LOOKED_AT_ROWS = 20;

/** How the bytes of a file spell text; null: not as the settings say. By its byte order mark, else UTF-8 where it is that, else windows-1252. */
export function encodingOf(bytes: Uint8Array, declared: ChannelSettings['format']['encoding']): string | null {
  const [first, second, third] = bytes;
  const marked =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : first === 0xef && second === 0xbb && third === 0xbf
          ? 'utf-8'
          : null;
  const encoding = declared !== 'auto' ? declared : (marked ?? unmarked(bytes));
  return encoding === 'utf-8' && !isUtf8(bytes) ? null : encoding;
}

/** Every second byte of western text in UTF-16 is zero; no other text has such. */
function unmarked(bytes: Uint8Array): string {
  const start = bytes.subarray(0, LOOKED_AT_BYTES);
  const zeros = [0, 1].map((odd) => start.filter((byte, at) => byte === 0 && at % 2 === odd).length);
  const most = start.length / 4;
  if ((zeros[1] ?? 0) > most) return 'utf-16le';
  if ((zeros[0] ?? 0) > most) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/**
 * What stands between two values: the sign with which the settings' columns are found; else the one that makes the most columns of the
 * most rows. Pure.
 */
export function delimiterOf(
  text: string,
  { format }: Pick<ChannelSettings, 'format'>,
  places: readonly (string | number)[],
): string {
  if (format.delimiter !== 'auto') return format.delimiter;
  // The last line may be cut.
  const start = text.slice(0, LOOKED_AT_BYTES).replace(/\r?\n[^\n]*$/, '') || text.slice(0, LOOKED_AT_BYTES);
  let best: { delimiter: string; score: number } = { delimiter: ',', score: -1 };
  for (const delimiter of DELIMITERS) {
    const rows = rowsOf(start, delimiter, format.skipLines);
    const [head = []] = rows;
    const found = places.filter((place) => (typeof place === 'number' ? place <= head.length : head.includes(place)));
    const even = rows.filter((row) => row.length === head.length).length;
    const score = found.length * 1_000_000 + Math.min(head.length, 1_000) * even;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function rowsOf(
  text: string,
  delimiter: string,
  skipLines: number,
  rowsMax = LOOKED_AT_ROWS,
): readonly (readonly string[])[] {
  try {
    return parse(text, {
      ...{ delimiter, bom: true, trim: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true },
      ...{ from_line: skipLines + 1, to: rowsMax },
    }) as unknown as readonly string[][];
  } catch {
    // A quote further down that is never closed: the first row may do.
    return rowsMax === 1 ? [] : rowsOf(text, delimiter, skipLines, 1);
  }
}

/** What amounts and counts of a file say of its decimal sign. */
export class DecimalSigns {
  #point = false;
  #comma = false;
  /** Where `1,234` or `1.234` stood, which may be either. */
  #unclear: string | null = null;

  look(text: string, place: string): void {
    const signs = text.replace(/[^.,]/g, '');
    if (signs === '') return;
    const last = signs.at(-1);
    if (signs.includes('.') && signs.includes(',')) {
      if (last === '.') this.#point = true;
      else this.#comma = true;
    } else if (signs.length > 1) {
      // Several of one sign stand between thousands.
      if (last === ',') this.#point = true;
      else this.#comma = true;
    } else if (/^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(text)) this.#unclear ??= place;
    else if (last === '.') this.#point = true;
    else this.#comma = true;
  }

  /** The sign, or why it is not known. */
  said(
    declared: ChannelSettings['format']['decimal'],
  ): { readonly sign: '.' | ',' } | { readonly problem: string; readonly place: string } {
    if (declared !== 'auto') return { sign: declared };
    if (this.#point && this.#comma)
      return { place: 'file', problem: 'expected one decimal sign, got amounts with . and others with ,' };
    if (this.#point || this.#comma) return { sign: this.#comma ? ',' : '.' };
    if (this.#unclear === null) return { sign: '.' };
    const problem =
      'expected a decimal sign that can be told, got a number that may be a thousand or one: set format.decimal';
    return { place: this.#unclear, problem };
  }
}
