import type { Asked } from './question.js';
import type { ValidOrder } from './validate.js';

/** An order of a file that may be asked about. */
export interface GivenOrder {
  readonly accountId: number;
  readonly whenShort: 'BACKORDER' | 'REJECT';
  readonly valid: ValidOrder;
}

/** A given order as it would come in now. */
export function askedOf({ accountId, whenShort, valid: { order, lines } }: GivenOrder, now: Date): Asked {
  return {
    order: {
      ...{ id: order.externalId, accountId, currency: order.currency, whenShort },
      placedAt: new Date(order.placedAt),
      deliverBy: order.deliverBy === undefined ? null : new Date(order.deliverBy),
      destinationCountry: order.shipTo.countryCode,
      destinationRegion: order.shipTo.regionCode ?? null,
      ...{
        tags: order.tags ?? [],
        customerTier: order.customerTier ?? null,
        serviceCodes: null,
        shipComplete: order.delivery?.shipComplete ?? false,
        fulfillments: [],
        confirmedAt: null,
      },
    },
    address: order.shipTo,
    lines: lines.map(({ productId, quantity, unitPrice }, at) => ({ lineNo: at + 1, productId, quantity, unitPrice })),
    ...{ exclusions: [], now, givenBack: [] },
  };
}
