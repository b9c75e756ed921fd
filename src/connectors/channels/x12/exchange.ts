import { ConnectorError } from '../../../model/errors.js';
import {
  type ChannelNotice,
  type NoticeReceipt,
  type OrderPage,
  STOCK_LEVELS_MAX,
  type StockLevels,
} from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { hashOf, type InboxFile } from '../../files/inbox.js';
import { readOrderInbox } from '../../files/order-inbox.js';
import type { FileTransport, OpenFiles } from '../../files/transport.js';
import { numbersOf } from '../../numbers.js';
import { type Outbox, sendReceipts, sendSet } from '../../x12/outbox.js';
import { envelopeOf } from '../../x12/partner.js';
import { readSets, type TransactionSet } from '../../x12/sets.js';
import { documentOf } from '../../x12/split.js';
import { readEvents } from '../../x12/structure.js';
import { orderOf850 } from './map.js';
import { toNoticeSet, toStockSet } from './notices.js';
import { type ChannelSettings, channelSettings, TOPIC } from './settings.js';

/** An account's folders, open for one call. */
interface Exchange {
  readonly settings: ChannelSettings;
  readonly files: FileTransport;
  readonly inFolder: string;
  readonly outbox: Outbox;
}

/** Works with the account's files. Errors: ConnectorError CHANNEL_MISCONFIGURED where it has none; the transport's. */
async function exchanging<T>(
  open: OpenFiles,
  context: CallContext,
  work: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  const parsed = channelSettings.safeParse(context.account.settings);
  const folders = parsed.success ? parsed.data.folders : undefined;
  if (!parsed.success || folders === undefined)
    throw new ConnectorError(
      'CHANNEL_MISCONFIGURED',
      'permanent',
      'expected settings with folders to exchange files in',
    );
  const numbers = numbersOf(context);
  const files = await open(context);
  try {
    const outbox = { files, folder: folders.out, envelope: envelopeOf(parsed.data), numbers };
    return await work({ settings: parsed.data, files, inFolder: folders.in, outbox });
  } finally {
    await files.close();
  }
}

/**
 * The sets of files that were not read before, each as a document of its own, so that one that is refused holds up no other. A file is
 * archived, and its groups answered with 997s, once the cursor comes back. A file that is no X12 is one payload, to be refused.
 */
export async function pollFiles(open: OpenFiles, cursor: string | null, context: CallContext): Promise<OrderPage> {
  const { data } = channelSettings.safeParse(context.account.settings);
  // Its documents come by HTTP.
  if (data && data.folders === undefined) return { payloads: [], cursor, more: false };
  return exchanging(open, context, async ({ settings, files, inFolder, outbox }) => {
    return readOrderInbox(files, inFolder, cursor, {
      topic: TOPIC,
      settled: async (file) => {
        if (isOfPartner(file, settings)) await sendReceipts(outbox, file, (set) => faultsOf(set, settings));
      },
      payloadsOf: async (file) => payloadsOf(file).map((payload) => () => payload),
    });
  });
}

function payloadsOf(file: InboxFile): OrderPage['payloads'][number][] {
  const documents: Uint8Array[] = [];
  for (const part of readSets([file.bytes])) if (part.kind === 'set') documents.push(documentOf(part.set));
  if (documents.length === 0) documents.push(file.bytes);
  return documents.map((rawBody) => ({ topic: TOPIC, deliveryId: hashOf(rawBody), rawBody }));
}

function isOfPartner({ bytes }: InboxFile, { partner }: ChannelSettings): boolean {
  for (const event of readEvents([bytes]))
    if (event.kind === 'interchange') return event.interchange.senderId === partner.id;
  return false;
}

function faultsOf(set: TransactionSet, settings: ChannelSettings) {
  const { type, path } = set.head;
  if (type !== '850') return [{ code: 'SET_UNSUPPORTED', message: `a set ${type.slice(0, 10)} is not taken`, path }];
  const read = orderOf850(set, settings, '');
  return read.ok ? [] : read.faults;
}

/** Tells a notice as a file: the same notice is the same file. */
export function tellByFile(open: OpenFiles, notice: ChannelNotice, context: CallContext): Promise<NoticeReceipt> {
  return exchanging(open, context, async ({ outbox }) => {
    const { control } = await sendSet(outbox, `notice:${notice.noticeId}`, () => toNoticeSet(notice));
    return { outcome: 'taken', reference: String(control) };
  });
}

/** Tells stock as a file. Which SKUs the partner does not have is not known by X12. */
export function publishByFile(
  open: OpenFiles,
  stock: StockLevels,
  context: CallContext,
): Promise<{ unknownSkus: string[] }> {
  return exchanging(open, context, async ({ outbox }) => {
    if (stock.levels.length > STOCK_LEVELS_MAX)
      throw new ConnectorError('TOO_MANY_LEVELS', 'permanent', `expected at most ${STOCK_LEVELS_MAX} levels`);
    const digest = hashOf(new TextEncoder().encode(JSON.stringify(stock)));
    await sendSet(outbox, `846:${digest}`, () => toStockSet(stock, digest.slice(0, 30)));
    return { unknownSkus: [] };
  });
}
