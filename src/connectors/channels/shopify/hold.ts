import { z } from 'zod';
import type { ChannelNotice, NoticeReceipt } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { callShop, checkUserErrors, gid, refusedBy, userErrors } from './client.js';
import { readFulfillmentOrders, takeUnits, unitsOf, whyLeft } from './fulfillment-orders.js';

type CancelNotice = Extract<ChannelNotice, { kind: 'cancel' }>;

const NOTES_MAX = 250;
const HOLD = `mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
    fulfillmentHold { id }
    userErrors { field message }
  }
}`;
const held = z.object({
  fulfillmentOrderHold: z.object({ fulfillmentHold: z.object({ id: z.string() }).nullable(), userErrors }),
});

/**
 * Tells the shop that units come from nobody: they are put on hold there under the notice's own handle, for a person of the shop to refund or
 * to supply otherwise. Of an order that the shop canceled nothing is left to tell. Nothing is refunded or canceled by itself.
 *
 * Errors: as `callShop`; CHANNEL_REFUSED, class `refused`, where units cannot be held, after all others were.
 */
export async function tellCanceled(notice: CancelNotice, context: CallContext): Promise<NoticeReceipt> {
  const { canceled, fulfillmentOrders } = await readFulfillmentOrders(notice.externalId, context);
  if (canceled) return { outcome: 'known', reference: null };
  const left = new Map<string, number>();
  for (const line of notice.lines) {
    const id = gid('LineItem', line.externalLineId);
    left.set(id, (left.get(id) ?? 0) + line.quantity);
  }
  const own = fulfillmentOrders.filter(({ ownHolds }) => ownHolds.has(notice.noticeId));
  for (const order of own) takeUnits(order, left);
  let reference = own[0]?.ownHolds.get(notice.noticeId)?.split('/').at(-1) ?? null;
  if (unitsOf(left) === 0) return { outcome: 'known', reference };
  for (const order of fulfillmentOrders) {
    if (!order.actions.has('HOLD') || order.ownHolds.has(notice.noticeId)) continue;
    const lines = takeUnits(order, left);
    if (lines.length === 0) continue;
    const hold = {
      ...{ reason: 'INVENTORY_OUT_OF_STOCK', handle: notice.noticeId, fulfillmentOrderLineItems: lines },
      ...{ notifyMerchant: true, reasonNotes: (notice.reason ?? 'no vendor supplies it').slice(0, NOTES_MAX) },
    };
    const call = { document: HOLD, variables: { id: order.id, hold }, answer: held, changes: true };
    const { fulfillmentOrderHold } = await callShop(call, context);
    checkUserErrors(fulfillmentOrderHold.userErrors);
    reference ??= fulfillmentOrderHold.fulfillmentHold?.id.split('/').at(-1) ?? null;
  }
  if (unitsOf(left) > 0)
    throw refusedBy(`canceled, and not to be held in the shop: ${whyLeft(fulfillmentOrders, left, 'HOLD')}`);
  return { outcome: 'taken', reference };
}
