import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConnectorError } from '../../model/errors.js';
import { ENTRIES_MAX } from './names.js';
import type { FileTransport } from './transport.js';

/** Bytes of one file, and of one page, at most. */
export const FILE_BYTES_MAX = 50_000_000;
/** Files of a folder that are looked at: those of ours, the oldest. */
const LOOKED_AT_MAX = 1_000;
const FILES_PER_PAGE = 50;
/** Letters of a cursor: whoever keeps it has 4,000 for it, with what else it may say. */
const CURSOR_MAX = 3_000;
/** Of a file's hash so much stands in a cursor, where only the same name's other contents are told apart by it. */
const HASH_KEPT = 16;

/** A file as it was read; `hash` is the SHA-256 of its bytes, in hex. */
export interface InboxFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** Files of a folder that were not read before, at most a page; the cursor names them. */
export interface InboxPage {
  readonly files: readonly InboxFile[];
  readonly cursor: string | null;
  readonly more: boolean;
}

const cursorShape = z.array(z.tuple([z.string().max(300), z.string().min(HASH_KEPT).max(64)])).max(FILES_PER_PAGE);

/**
 * Reads a folder page by page. The cursor names the files of the last page with their content: that it comes back proves that what they
 * said is kept, so they are archived then, each after `settled`, and never before. A file under a known name with other content is new.
 * A file that is too long is left where it is, and told of by `refused`.
 *
 * Errors: ConnectorError of the transport; INBOX_CURSOR_INVALID, class `permanent`.
 */
export async function readInbox(
  transport: FileTransport,
  folder: string,
  cursor: string | null,
  on: {
    /** Names that are looked at; all where it is left out. */
    readonly isNamed?: (name: string) => boolean;
    readonly isOurs: (file: InboxFile) => boolean;
    readonly settled: (file: InboxFile) => Promise<void>;
    readonly refused: (name: string, problem: string) => void;
  },
): Promise<InboxPage> {
  const settled = new Map(parseCursor(cursor));
  const files: InboxFile[] = [];
  const read: [string, string][] = [];
  let bytesLeft = FILE_BYTES_MAX;
  let more = false;
  const listed = await transport.list(folder, ENTRIES_MAX);
  const ours = listed.filter(({ name }) => on.isNamed?.(name) !== false);
  let letters = '[]'.length;
  for (const { name, size } of ours.slice(0, LOOKED_AT_MAX)) {
    if (size > FILE_BYTES_MAX) {
      on.refused(name, `expected at most ${FILE_BYTES_MAX} bytes, got ${size}`);
      continue;
    }
    const length = JSON.stringify([name, '']).length + HASH_KEPT + 1;
    const isFull = read.length === FILES_PER_PAGE || letters + length > CURSOR_MAX;
    if (!settled.has(name) && (isFull || (files.length > 0 && size > bytesLeft))) {
      more = true;
      continue;
    }
    const bytes = await transport.read(folder, name, FILE_BYTES_MAX);
    const file = { name, bytes, hash: hashOf(bytes) };
    const known = settled.get(name);
    if (known !== undefined && file.hash.startsWith(known)) {
      await on.settled(file);
      await transport.archive(folder, name);
    } else if (on.isOurs(file)) {
      // A copy under another name says nothing new; it is archived with the other.
      if (!files.some(({ hash }) => hash === file.hash)) files.push(file);
      read.push([name, file.hash.slice(0, HASH_KEPT)]);
      letters += length;
      bytesLeft -= bytes.length;
    }
  }
  return { files, cursor: read.length === 0 ? cursor : JSON.stringify(read), more };
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function parseCursor(cursor: string | null): readonly (readonly [string, string])[] {
  if (cursor === null) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(cursor);
  } catch {
    parsed = null;
  }
  const read = cursorShape.safeParse(parsed);
  if (read.success) return read.data;
  throw new ConnectorError(
    'INBOX_CURSOR_INVALID',
    'permanent',
    'expected a cursor that names the files of the last page',
  );
}
