import { z } from 'zod';
import type { ChannelNotice, NoticeReceipt } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { failure } from '../../http/exchange.js';
import { callShop, shopId } from './client.js';
import { mapOrder } from './map.js';
import { noteOf } from './notes.js';
import { apiAccount, type WooAccount } from './settings.js';
import { referenceOf, type ShopOrder, shopOrder, type Told, toldEntry, toldOf, unitsOf } from './told.js';
import { TRACKING_KEY, trackingItems } from './tracking.js';

/** Someone, or the shop, has ended it: it keeps its status. */
const ENDED = ['completed', 'cancelled', 'refunded', 'failed', 'trash'];
const shopNote = z.object({ id: shopId, note: z.string() });

/**
 * Tells the shop of one of its orders: a note, then what it was told of and the status that follows, in one change. Both are looked for
 * first, the note by the reference in it, so that a notice that is told twice, from wherever it ended, is one.
 * Errors: callShop's; CHANNEL_CALL_INVALID, class `permanent`, for an invoice or the id of no order of WooCommerce.
 */
export async function tellShop(notice: ChannelNotice, context: CallContext): Promise<NoticeReceipt> {
  const account = apiAccount(context.account);
  if (notice.kind === 'invoice') throw invalid('WooCommerce has nothing to tell an invoice to');
  if (!/^\d{1,20}$/.test(notice.externalId)) throw invalid('expected the digits of an order’s id');
  const path = `orders/${notice.externalId}`;
  const { said: order } = await callShop({ method: 'GET', path, answer: shopOrder }, context);
  const told = toldOf(order);
  const key = referenceOf(notice);
  const before = told.get(key);
  if (before) return { outcome: 'known', reference: before.reference };
  const reference = (await putNote(notice, path, account, context)) ?? order.id;
  const entry: Told = { units: unitsOf(notice), isShipment: notice.kind === 'ship', reference };
  const status = statusAfter(notice, order, [...told.values(), entry], account);
  const meta = [toldEntry(key, entry)] as { readonly key: string; readonly value: unknown }[];
  const items = account.shipmentTrackingPlugin ? trackingItems(notice, order, key, account.trackingLinks) : null;
  if (items) meta.push({ key: TRACKING_KEY, value: items });
  const body = { ...(status === null ? {} : { status }), meta_data: meta };
  await callShop({ method: 'PUT', path, body, answer: shopOrder }, context);
  return { outcome: 'taken', reference };
}

/** The id of the note that tells it, made unless it is there; null where nothing is to be noted. */
async function putNote(
  notice: ChannelNotice,
  path: string,
  { trackingLinks }: WooAccount,
  context: CallContext,
): Promise<string | null> {
  const mark = `HG-${referenceOf(notice)}`;
  const note = noteOf(notice, trackingLinks);
  if (note === null) return null;
  const { said: notes } = await callShop({ method: 'GET', path: `${path}/notes`, answer: z.array(shopNote) }, context);
  const there = notes.find((one) => one.note.includes(mark));
  if (there) return there.id;
  const body = { note: `${note.text} (${mark})`, customer_note: note.isForCustomer };
  return (await callShop({ method: 'POST', path: `${path}/notes`, body, answer: shopNote }, context)).said.id;
}

/** The status that the order gets; null: it keeps its own, also where its lines cannot be read. */
export function statusAfter(
  notice: ChannelNotice,
  order: ShopOrder,
  told: readonly Told[],
  { statuses, shipToBilling }: Pick<WooAccount, 'statuses' | 'shipToBilling'>,
): string | null {
  if (ENDED.includes(order.status)) return null;
  const read = mapOrder(Buffer.from(JSON.stringify(order)), { takeStatuses: [order.status], shipToBilling });
  const lines = read.ok ? (read.orders[0]?.lines ?? []) : [];
  const count = (line: string) => told.reduce((sum, { units }) => sum + (units.get(line) ?? 0), 0);
  const isSent = told.some(({ isShipment, units }) => isShipment && units.size > 0);
  const isDone =
    lines.length > 0 && lines.every((line) => !line.requiresShipping || count(line.externalLineId) >= line.quantity);
  const isAccepted = notice.kind === 'acknowledge' && notice.lines.some(({ accepted }) => accepted > 0);
  const status = isDone
    ? statuses[isSent ? 'shipped' : 'canceled']
    : isSent
      ? statuses.partlyShipped
      : isAccepted
        ? statuses.acknowledged
        : null;
  return status === order.status ? null : status;
}

function invalid(message: string) {
  return failure('channel', 'CALL_INVALID', 'permanent', message);
}
