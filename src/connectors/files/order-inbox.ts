import { z } from 'zod';
import { ConnectorError } from '../../model/errors.js';
import type { OrderPage } from '../channel.js';
import { hashOf, type InboxFile, readInbox } from './inbox.js';
import type { FileTransport } from './transport.js';

type Payload = OrderPage['payloads'][number];

/** Payloads of one page, and those of files among them that are too long to be read. */
const PAGE_MAX = 1_000;
const REFUSED_MAX = 100;

/**
 * `inbox`: of the files that are settled; `at`: of the next page so many payloads were given out, out of its first `files`, whose content
 * has the hash `hash`. Where one of these is another by now all are given out again, so that none is passed over.
 */
const cursorShape = z.strictObject({
  inbox: z.string().nullable(),
  files: z.number().int().min(0),
  hash: z.string().max(64),
  at: z.number().int().min(0),
});

/**
 * The payloads of files of a folder that were not read before, page by page, however many a file holds. A file is archived once all of its
 * payloads are kept. One that is too long is told of by a payload of `topic`, so that a person sees it.
 *
 * Errors: as `readInbox`; CURSOR_INVALID, class `permanent`.
 */
export async function readOrderInbox(
  transport: FileTransport,
  folder: string,
  cursor: string | null,
  on: {
    readonly topic: string;
    readonly isNamed?: (name: string) => boolean;
    readonly settled?: (file: InboxFile) => Promise<void>;
    /** What a file holds, each made only where it is given out. */
    readonly payloadsOf: (file: InboxFile) => Promise<readonly (() => Payload)[]>;
  },
): Promise<OrderPage> {
  const from = cursorOf(cursor);
  const refused: Payload[] = [];
  const page = await readInbox(transport, folder, from.inbox, {
    ...(on.isNamed ? { isNamed: on.isNamed } : {}),
    isOurs: () => true,
    settled: async (file) => on.settled?.(file),
    refused: (name, problem) => {
      const rawBody = new TextEncoder().encode(`${name}: ${problem}`);
      if (refused.length < REFUSED_MAX) refused.push({ topic: on.topic, deliveryId: hashOf(rawBody), rawBody });
    },
  });
  const found: (() => Payload)[] = [];
  const starts: number[] = [];
  for (const file of page.files) {
    starts.push(found.length);
    for (const payload of await on.payloadsOf(file)) found.push(payload);
  }
  const at = hashOfFirst(page.files, from.files) === from.hash ? from.at : 0;
  const end = at + PAGE_MAX - refused.length;
  // A copy says what was said.
  const given = [...refused, ...found.slice(at, end).map((payload) => payload())];
  const payloads = [...new Map(given.map((payload) => [payload.deliveryId, payload])).values()];
  if (end < found.length) {
    const begun = starts.filter((start) => start < end).length;
    const place = { inbox: from.inbox, files: begun, hash: hashOfFirst(page.files, begun), at: end };
    return { payloads, cursor: JSON.stringify(place), more: true };
  }
  const next = JSON.stringify({ inbox: page.cursor, files: 0, hash: '', at: 0 });
  return { payloads, cursor: page.files.length === 0 && !page.more ? cursor : next, more: page.more };
}

const hashOfFirst = (files: readonly InboxFile[], count: number): string =>
  hashOf(
    Buffer.from(
      files
        .slice(0, count)
        .map(({ hash }) => hash)
        .join(),
    ),
  );

function cursorOf(cursor: string | null): z.output<typeof cursorShape> {
  if (cursor === null) return { inbox: null, files: 0, hash: '', at: 0 };
  try {
    const read: unknown = JSON.parse(cursor);
    // As it was before pages ended within a file.
    return Array.isArray(read) ? { inbox: cursor, files: 0, hash: '', at: 0 } : cursorShape.parse(read);
  } catch (cause) {
    throw new ConnectorError('CURSOR_INVALID', 'permanent', 'expected a cursor of this connector', { cause });
  }
}
