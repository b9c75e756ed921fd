import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChannelNotice } from '../../channel.js';
import { shopId } from './client.js';

const KEY = '_headgate_';
const metaEntry = z.object({ key: z.string(), value: z.unknown() });
/** An order of the REST API, as far as telling goes; all of it is kept. */
export const shopOrder = z.looseObject({
  id: shopId,
  status: z.string(),
  meta_data: z.array(metaEntry.catch({ key: '', value: null })).default([]),
});
export type ShopOrder = z.infer<typeof shopOrder>;

/** What an order was told of before: kept in its metadata, in one entry for each notice. */
export interface Told {
  /** Units by the id of their line; of an acknowledgement those that are rejected. */
  readonly units: ReadonlyMap<string, number>;
  readonly isShipment: boolean;
  /** The note that was made of it, or the order where none was. */
  readonly reference: string;
}

/** The reference of a notice in the shop: short, the same on every attempt, and of no meaning to others. */
export function referenceOf({ noticeId }: ChannelNotice): string {
  return createHash('sha256').update(noticeId).digest('hex').slice(0, 12);
}

/** What the order keeps, by reference. What is not in our form says nothing. */
export function toldOf(order: ShopOrder): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const { key, value } of order.meta_data) {
    const [, isShipment, listed, reference] = /^(ship )?((?:\d+=\d+ )*)ref=(\d+)$/.exec(String(value)) ?? [];
    if (!key.startsWith(KEY) || listed === undefined || reference === undefined) continue;
    const units = [...listed.matchAll(/(\d+)=(\d+) /g)].map(
      ([, line, count]) => [String(line), Number(count)] as const,
    );
    told.set(key.slice(KEY.length), { units: new Map(units), isShipment: isShipment !== undefined, reference });
  }
  return told;
}

/** The entry that keeps it. */
export function toldEntry(reference: string, told: Told): { readonly key: string; readonly value: string } {
  const units = [...told.units].map(([line, count]) => `${line}=${count} `).join('');
  return { key: `${KEY}${reference}`, value: `${told.isShipment ? 'ship ' : ''}${units}ref=${told.reference}` };
}

/** The units that a notice says are shipped, or will never be. */
export function unitsOf(notice: ChannelNotice): Map<string, number> {
  const units = new Map<string, number>();
  const add = (line: string, count: number) => count > 0 && units.set(line, (units.get(line) ?? 0) + count);
  if (notice.kind === 'acknowledge') for (const line of notice.lines) add(line.externalLineId, line.rejected);
  else for (const line of notice.lines) add(line.externalLineId, line.quantity);
  return units;
}
