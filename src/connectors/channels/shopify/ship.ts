import { z } from 'zod';
import type { ChannelNotice, NoticeReceipt } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { callShop, checkUserErrors, gid, refusedBy, userErrors } from './client.js';
import {
  type FulfillmentOrder,
  type MadeFulfillment,
  readFulfilled,
  readFulfillmentOrders,
  readFulfillments,
  takeUnits,
  unitsOf,
  whyLeft,
} from './fulfillment-orders.js';
import { shopOf } from './settings.js';

type ShipNotice = Extract<ChannelNotice, { kind: 'ship' }>;

/** How far the shop's clock may be behind ours. */
const CLOCK_SKEW_MS = 60_000;
const NUMBERS_MAX = 100;
/** Carriers by the names that Shopify makes tracking links for. Source: shopify.dev, FulfillmentTrackingInfo.company. */
const CARRIERS: Readonly<Record<string, string>> = { ups: 'UPS', usps: 'USPS', fedex: 'FedEx', dhl: 'DHL Express' };

const FULFILL = `mutation Fulfill($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}`;
const fulfilled = z.object({
  fulfillmentCreate: z.object({ fulfillment: z.object({ id: z.string() }).nullable(), userErrors }),
});

/** Units of fulfillment orders that one location sends. */
interface Part {
  readonly fulfillmentOrderId: string;
  readonly fulfillmentOrderLineItems: { readonly id: string; readonly quantity: number }[];
}

/**
 * Tells the shop of a shipment: a fulfillment at each location that was to send some of it, with its tracking numbers. What the shop has of
 * this shipment already (by its tracking numbers; where it has none, by the time) is left out, so that telling twice makes one.
 *
 * Errors: as `callShop`; CHANNEL_REFUSED, class `refused`, where units are on hold or no longer to be fulfilled, after all others were told.
 */
export async function tellShipped(notice: ShipNotice, context: CallContext): Promise<NoticeReceipt> {
  const made = await madeOf(notice, context);
  const left = new Map<string, number>();
  for (const line of notice.lines) {
    const id = gid('LineItem', line.externalLineId);
    left.set(id, (left.get(id) ?? 0) + line.quantity);
  }
  for (const { id } of made)
    for (const [lineId, units] of await readFulfilled(id, context))
      if (left.has(lineId)) left.set(lineId, Math.max(0, (left.get(lineId) ?? 0) - units));
  const ids = made.map(({ id }) => id);
  if (unitsOf(left) === 0) return { outcome: 'known', reference: referenceOf(ids) };

  const { fulfillmentOrders } = await readFulfillmentOrders(notice.externalId, context);
  for (const parts of partsByLocation(fulfillmentOrders, left)) ids.push(await fulfill(notice, parts, context));
  if (unitsOf(left) > 0)
    throw refusedBy(
      `shipped, and not to be fulfilled in the shop: ${whyLeft(fulfillmentOrders, left, 'CREATE_FULFILLMENT')}`,
    );
  return { outcome: 'taken', reference: referenceOf(ids) };
}

/** The fulfillments that were made of this notice before. */
async function madeOf(notice: ShipNotice, context: CallContext): Promise<MadeFulfillment[]> {
  const numbers = JSON.stringify([...notice.trackingNumbers].sort());
  const since = Date.parse(notice.at) - CLOCK_SKEW_MS;
  const found = await readFulfillments(notice.externalId, context);
  return found.filter(
    ({ trackingNumbers, createdAt }) =>
      JSON.stringify([...trackingNumbers].sort()) === numbers &&
      (trackingNumbers.length > 0 || createdAt.getTime() >= since),
  );
}

/** Takes from `left` what can be fulfilled now: Shopify takes one fulfillment for each location. */
function partsByLocation(fulfillmentOrders: readonly FulfillmentOrder[], left: Map<string, number>): Part[][] {
  const byLocation = new Map<string, Part[]>();
  for (const order of fulfillmentOrders) {
    const { id, actions, location } = order;
    if (!actions.has('CREATE_FULFILLMENT')) continue;
    const taken = takeUnits(order, left);
    if (taken.length > 0)
      byLocation.set(location, [
        ...(byLocation.get(location) ?? []),
        { fulfillmentOrderId: id, fulfillmentOrderLineItems: taken },
      ]);
  }
  return [...byLocation.values()];
}

async function fulfill(notice: ShipNotice, parts: readonly Part[], context: CallContext): Promise<string> {
  const { settings } = shopOf(context.account);
  const numbers = notice.trackingNumbers.slice(0, NUMBERS_MAX);
  const company =
    settings.carrierNames[notice.carrier] ?? CARRIERS[notice.carrier.toLowerCase()] ?? (notice.carrier || undefined);
  const fulfillment = {
    lineItemsByFulfillmentOrder: parts,
    notifyCustomer: settings.notifyCustomer,
    trackingInfo: { company, ...(numbers.length > 1 ? { numbers } : { number: numbers[0] }) },
  };
  const call = { document: FULFILL, variables: { fulfillment }, answer: fulfilled, changes: true };
  const { fulfillmentCreate } = await callShop(call, context);
  checkUserErrors(fulfillmentCreate.userErrors);
  if (fulfillmentCreate.fulfillment === null) throw refusedBy('the shop made no fulfillment, and does not say why');
  return fulfillmentCreate.fulfillment.id;
}

function referenceOf(ids: readonly string[]): string {
  return ids
    .map((id) => id.split('/').at(-1))
    .sort()
    .join(',')
    .slice(0, 200);
}
