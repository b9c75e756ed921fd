import { describe, expect, it } from 'vitest';
import type { FulfillmentStatus, LineQuantities, OrderStatus } from './order.js';
import { deriveOrderStatus } from './order-status.js';

const line = (part: Partial<LineQuantities>): LineQuantities => {
  const quantities = { open: 0, routed: 0, backordered: 0, shipped: 0, canceled: 0, returned: 0, ...part };
  const { open, routed, backordered, shipped, canceled } = quantities;
  return { ...quantities, ordered: open + routed + backordered + shipped + canceled };
};

describe('the status of an order', () => {
  it.each<[string, LineQuantities[], FulfillmentStatus[], boolean, OrderStatus]>([
    ['is RECEIVED while nothing is routed', [line({ open: 2 })], [], false, 'RECEIVED'],
    ['is ROUTED once its units are held', [line({ routed: 2 })], ['PLANNED'], false, 'ROUTED'],
    ['is CONFIRMED once the hold is for good', [line({ routed: 2 })], ['PLANNED'], true, 'CONFIRMED'],
    [
      'stays CONFIRMED until the last vendor has its order',
      [line({ routed: 2 })],
      ['SENT', 'PLANNED'],
      true,
      'CONFIRMED',
    ],
    ['is DISPATCHED when every vendor has its order', [line({ routed: 2 })], ['SENT', 'ACCEPTED'], true, 'DISPATCHED'],
    ['forgets fulfillments that were given up', [line({ routed: 2 })], ['REJECTED', 'ACCEPTED'], true, 'DISPATCHED'],
    ['is BACKORDERED when all that is left waits for stock', [line({ backordered: 1 })], [], true, 'BACKORDERED'],
    [
      'is CONFIRMED while one line is routed and another waits',
      [line({ routed: 1 }), line({ backordered: 1 })],
      ['PLANNED'],
      true,
      'CONFIRMED',
    ],
    [
      'is PARTIALLY_SHIPPED while units remain',
      [line({ shipped: 1, routed: 1 })],
      ['PARTIALLY_SHIPPED'],
      true,
      'PARTIALLY_SHIPPED',
    ],
    ['is SHIPPED when none remain', [line({ shipped: 1 }), line({ canceled: 1 })], ['SHIPPED'], true, 'SHIPPED'],
    ['is DELIVERED when every parcel arrived', [line({ shipped: 1 })], ['DELIVERED', 'CANCELED'], true, 'DELIVERED'],
    [
      'is CANCELED when nothing was shipped and nothing is left',
      [line({ canceled: 3 })],
      ['CANCELED'],
      true,
      'CANCELED',
    ],
  ])('%s', (_name, lines, fulfillments, confirmed, expected) => {
    expect(deriveOrderStatus(lines, fulfillments, { confirmed, rejected: false })).toBe(expected);
  });

  it('is REJECTED when it was refused at intake, whatever its lines say', () => {
    expect(deriveOrderStatus([line({ canceled: 1 })], [], { confirmed: false, rejected: true })).toBe('REJECTED');
  });
});
