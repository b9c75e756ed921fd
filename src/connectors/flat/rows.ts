import { readDelimited } from './delimited.js';
import { type CellSetting, type FormatIn, type Incoming, placesOf } from './file-settings.js';
import type { RowsRead } from './row.js';
import { readJsonLines, readXml } from './tree.js';

/** Reads a file's rows. What is wrong with a row holds up none of the others; a file that has not what its settings name has none. */
export function readRows(bytes: Uint8Array, { format, columns }: Pick<Incoming, 'format' | 'columns'>): RowsRead {
  const text = decoded(bytes, format);
  if (text === null)
    return { rows: [], unreadable: [{ place: 'file', problem: `expected text in ${format.encoding}` }] };
  const named = Object.values(columns).filter((cell): cell is CellSetting => cell !== undefined);
  const places = named.flatMap(placesOf);
  if (format.kind === 'delimited') return readDelimited(text, format, places);
  return format.kind === 'xml' ? readXml(text, format.rows) : readJsonLines(text, format.rows);
}

function decoded(bytes: Uint8Array, { encoding }: FormatIn): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
