import { z } from 'zod';
import type { ChannelNotice } from '../../channel.js';
import { trackingLink } from './notes.js';
import type { ShopOrder } from './told.js';

/** Where Advanced Shipment Tracking and WooCommerce Shipment Tracking keep an order's tracking numbers. */
export const TRACKING_KEY = '_wc_shipment_tracking_items';
const NUMBERS_MAX = 20;
const ITEMS_MAX = 200;
const MS_PER_SECOND = 1_000;
const kept = z.array(z.looseObject({ tracking_number: z.unknown() })).max(ITEMS_MAX);

/**
 * The plugins' list with this shipment's numbers behind those that are there; null where none is to be added, or the list is not theirs.
 * Source: the metadata format of WooCommerce Shipment Tracking.
 */
export function trackingItems(
  notice: ChannelNotice,
  order: ShopOrder,
  reference: string,
  links: Readonly<Record<string, string>>,
): unknown[] | null {
  if (notice.kind !== 'ship') return null;
  const entry = order.meta_data.find(({ key }) => key === TRACKING_KEY)?.value;
  const there = kept.safeParse(entry === undefined || entry === '' ? [] : entry).data;
  if (there === undefined) return null;
  const known = new Set(there.map((item) => String(item.tracking_number)));
  const added = notice.trackingNumbers.slice(0, NUMBERS_MAX).flatMap((number, at) =>
    known.has(number)
      ? []
      : [
          {
            tracking_provider: '',
            custom_tracking_provider: notice.carrier,
            custom_tracking_link: trackingLink(links, notice.carrier, number) ?? '',
            tracking_number: number,
            date_shipped: String(Math.floor(Date.parse(notice.shippedAt) / MS_PER_SECOND)),
            tracking_id: `${reference}${at}`,
          },
        ],
  );
  return added.length === 0 ? null : [...there, ...added];
}
