import { ConnectorError } from '../../../model/errors.js';
import {
  type ChannelNotice,
  type NoticeReceipt,
  type OrderPage,
  STOCK_LEVELS_MAX,
  type StockLevels,
} from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { hashOf } from '../../files/inbox.js';
import { readOrderInbox } from '../../files/order-inbox.js';
import type { FileTransport, OpenFiles } from '../../files/transport.js';
import { writeDelimited } from '../../flat/delimited.js';
import { isNamed } from '../../flat/file-settings.js';
import { type OutColumn, type OutField, outText } from '../../flat/out-columns.js';
import { payloadOf } from './normalize.js';
import { streamOrderFile } from './order-file.js';
import { type ChannelSettings, channelSettings, FILE_TOPIC, ORDER_TOPIC } from './settings.js';
import { STOCK_FIELDS, TOLD_FIELDS, type ToldKind } from './told-fields.js';

/** Works with the account's files. Errors: ConnectorError CHANNEL_MISCONFIGURED; the transport's. */
async function exchanging<T>(
  open: OpenFiles,
  context: CallContext,
  work: (settings: ChannelSettings, files: FileTransport) => Promise<T>,
): Promise<T> {
  const parsed = channelSettings.safeParse(context.account.settings);
  if (!parsed.success)
    throw new ConnectorError(
      'CHANNEL_MISCONFIGURED',
      'permanent',
      `the account's settings: ${parsed.error.issues[0]?.message}`,
    );
  const files = await open(context);
  try {
    return await work(parsed.data, files);
  } finally {
    await files.close();
  }
}

/**
 * The orders of files that were not read before, each as a payload of its own, so that one that is refused holds up no other. A file is
 * archived once all of its orders are kept. One that cannot be read is one payload, to be refused.
 */
export async function pollFiles(open: OpenFiles, cursor: string | null, context: CallContext): Promise<OrderPage> {
  return exchanging(open, context, async (settings, files) => {
    const { orders } = settings;
    if (orders === undefined) return { payloads: [], cursor, more: false };
    return readOrderInbox(files, orders.folder, cursor, {
      topic: FILE_TOPIC,
      isNamed: (name) => isNamed(orders.files, name),
      payloadsOf: async ({ bytes, hash }) => {
        const read = await streamOrderFile(bytes, settings);
        if (!read.ok) return [() => ({ topic: FILE_TOPIC, deliveryId: hash, rawBody: bytes })];
        return read.orders.map((rows) => () => ({ topic: ORDER_TOPIC, ...payloadOf(rows) }));
      },
    });
  });
}

/** Tells a notice as a file: the same notice is the same file. */
export function tellByFile(open: OpenFiles, notice: ChannelNotice, context: CallContext): Promise<NoticeReceipt> {
  return exchanging(open, context, async (settings, files) => {
    const told = settings.tells?.[notice.kind];
    if (settings.tells === undefined || told === undefined) throw unwanted(notice.kind);
    const rows = notice.lines.map((line) => ({ notice, line }));
    const name = told.name.replace('{id}', () => notice.noticeId);
    await files.write(settings.tells.folder, name, written(settings.tells, told.columns, fieldsOf(notice.kind), rows));
    return { outcome: 'taken', reference: name };
  });
}

/** Tells stock as a file. Which SKUs the partner does not have is not known. */
export function publishByFile(
  open: OpenFiles,
  stock: StockLevels,
  context: CallContext,
): Promise<{ readonly unknownSkus: readonly string[] }> {
  return exchanging(open, context, async ({ tells }, files) => {
    if (tells?.stock === undefined) throw unwanted('stock');
    if (stock.levels.length > STOCK_LEVELS_MAX)
      throw new ConnectorError('TOO_MANY_LEVELS', 'permanent', `expected at most ${STOCK_LEVELS_MAX} levels`);
    const rows = stock.levels.map((level) => ({ asOf: stock.asOf, level }));
    const id = hashOf(new TextEncoder().encode(JSON.stringify(stock))).slice(0, 32);
    const name = tells.stock.name.replace('{id}', () => id);
    await files.write(tells.folder, name, written(tells, tells.stock.columns, STOCK_FIELDS, rows));
    return { unknownSkus: [] };
  });
}

const unwanted = (kind: string) =>
  new ConnectorError(
    'CHANNEL_MISCONFIGURED',
    'permanent',
    `expected the setting tells.${kind}: how the partner is told`,
  );

type Fields = Readonly<Record<string, OutField<unknown>>>;
/** Each kind's fields read rows of that kind alone, which is what they are given. */
const fieldsOf = (kind: ToldKind) => TOLD_FIELDS[kind] as Fields;

function written(
  { delimiter, decimal, lineEnd, timeZone }: NonNullable<ChannelSettings['tells']>,
  columns: readonly OutColumn<string>[],
  fields: Fields | typeof STOCK_FIELDS,
  rows: readonly unknown[],
): Uint8Array {
  const cells = rows.map((row) =>
    columns.map((column) => outText(column, row, fields as Fields, { decimal, timeZone })),
  );
  const names = columns.map(({ name }) => name);
  const format = { kind: 'delimited', delimiter, header: true, encoding: 'utf-8', lineEnd } as const;
  return new TextEncoder().encode(writeDelimited(names, cells, format));
}
