import { z } from 'zod';
import { ConnectorError } from '../../../model/errors.js';
import type { Numbers } from '../../connector.js';
import { type InboxFile, readInbox } from '../../files/inbox.js';
import type { FileTransport } from '../../files/transport.js';
import { isNamed } from '../../flat/file-settings.js';
import type { DocumentPage, UnreadableDocument, VendorDocument } from '../../vendor-documents.js';
import { readAcknowledgements } from './acknowledgements.js';
import type { DocumentFile } from './document-rows.js';
import { readInvoices } from './invoices.js';
import type { VendorSettings } from './settings.js';
import { readShipments } from './shipments.js';

const PROBLEMS_MAX = 100;
const PROBLEM_MAX = 500;
const SERIES = 'flat-read';

/** A kind of document: whose names are which, and how a file of it is read. */
interface Kind {
  readonly folder: string;
  readonly files: string;
  readonly read: (file: DocumentFile) => readonly VendorDocument[];
}

const cursorShape = z.record(z.string().max(1_000), z.string().max(50_000));

/**
 * The documents of all folders that the settings name, a page of each. A file is of the first kind whose pattern its name fits, and is
 * archived once what it said is kept. Errors: ConnectorError of the transport; INBOX_CURSOR_INVALID, class `permanent`.
 */
export async function pullDocumentFiles(
  settings: VendorSettings,
  files: FileTransport,
  numbers: Numbers,
  cursor: string | null,
): Promise<DocumentPage> {
  const kinds = kindsOf(settings);
  const cursors = new Map(Object.entries(parseCursor(cursor)));
  const documents: VendorDocument[] = [];
  const unreadable: UnreadableDocument[] = [];
  let left = 0;
  let more = false;
  const tell = (problem: UnreadableDocument) => {
    if (unreadable.length < PROBLEMS_MAX)
      unreadable.push({ ...problem, problem: problem.problem.slice(0, PROBLEM_MAX) });
    else left += 1;
  };
  for (const folder of new Set(kinds.map((kind) => kind.folder))) {
    const here = kinds.filter((kind) => kind.folder === folder);
    const page = await readInbox(files, folder, cursors.get(folder) ?? null, {
      isNamed: (name) => !isStock(settings, folder, name) && here.some((kind) => isNamed(kind.files, name)),
      isOurs: () => true,
      settled: async () => {},
      refused: (name, problem) => tell({ poNumber: null, problem: `${name}: ${problem}` }),
    });
    for (const file of page.files) documents.push(...(await readFile(file, here, settings, numbers, tell)));
    if (page.cursor !== null) cursors.set(folder, page.cursor);
    more ||= page.more;
  }
  if (left > 0) unreadable.push({ poNumber: null, problem: `${left} more places could not be read` });
  return {
    documents,
    unreadable,
    cursor: cursors.size === 0 ? cursor : JSON.stringify(Object.fromEntries(cursors)),
    more,
  };
}

/** Stock that lies among the documents is left to the reading of stock. */
const isStock = ({ stock }: VendorSettings, folder: string, name: string) =>
  stock?.folder === folder && isNamed(stock.files, name);

async function readFile(
  { name, bytes, hash }: InboxFile,
  kinds: readonly Kind[],
  { timeZone, currency }: VendorSettings,
  numbers: Numbers,
  tell: (problem: UnreadableDocument) => void,
): Promise<readonly VendorDocument[]> {
  // The same content was first seen at the same moment, whatever its name is now: a copy says what was said.
  const { issuedAt: seenAt } = await numbers.of(SERIES, hash);
  const kind = kinds.find(({ files }) => isNamed(files, name));
  return (
    kind?.read({
      ...{ bytes, timeZone, currency, seenAt },
      tell: ({ poNumber, problem }) => tell({ poNumber, problem: `${name}: ${problem}` }),
    }) ?? []
  );
}

function kindsOf({ acknowledgements, shipments, invoices }: VendorSettings): readonly Kind[] {
  return [
    ...(acknowledgements
      ? [{ ...acknowledgements, read: (file: DocumentFile) => readAcknowledgements(file, acknowledgements) }]
      : []),
    ...(shipments ? [{ ...shipments, read: (file: DocumentFile) => readShipments(file, shipments) }] : []),
    ...(invoices ? [{ ...invoices, read: (file: DocumentFile) => readInvoices(file, invoices) }] : []),
  ];
}

function parseCursor(cursor: string | null): Readonly<Record<string, string>> {
  if (cursor === null) return {};
  try {
    return cursorShape.parse(JSON.parse(cursor));
  } catch (cause) {
    throw new ConnectorError('INBOX_CURSOR_INVALID', 'permanent', 'expected a cursor of each folder', { cause });
  }
}
