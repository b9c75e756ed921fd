import { describe, expect, it } from 'vitest';
import type { VendorCapabilities } from '../connectors/vendor.js';
import type { FulfillmentStatus } from '../model/order.js';
import type { FulfillmentAggregate, OrderAggregate } from '../store/orders.js';
import { afterNotFound, nextMove } from './next-move.js';
import { NOW, orderAtVendor } from './testing/aggregate.js';

const MARGIN_MS = 5_000;
const later = (ms: number) => new Date(NOW.getTime() + ms);

function moveOf(
  status: FulfillmentStatus,
  part: Partial<FulfillmentAggregate> = {},
  order: Partial<OrderAggregate> = {},
) {
  const made = orderAtVendor({ status, fulfillment: part, order });
  const fulfillment = made.fulfillments[0];
  if (!fulfillment) throw new Error('expected a fulfillment');
  return nextMove(made, fulfillment, NOW, MARGIN_MS).kind;
}

describe('the next move of a purchase order', () => {
  it.each<[string, FulfillmentStatus, Partial<FulfillmentAggregate>, string]>([
    ['is sent when it is due', 'PLANNED', { nextActionAt: NOW }, 'send'],
    ['waits for its moment', 'PLANNED', { nextActionAt: later(1) }, 'wait'],
    ['rests where nothing is due', 'PLANNED', { nextActionAt: null }, 'nothing'],
    ['ends here when it was canceled before it was sent', 'PLANNED', { cancelRequested: true }, 'cancel_unsent'],
    ['is left to its sender while the lease lasts', 'SENDING', { lease: { token: 't', until: later(1) } }, 'wait'],
    [
      'is left alone within the margin after the lease',
      'SENDING',
      { lease: { token: 't', until: later(-4_999) } },
      'wait',
    ],
    ['is taken over after the margin', 'SENDING', { lease: { token: 't', until: later(-5_000) } }, 'take_over'],
    ['is looked up when its sending is in doubt', 'UNKNOWN', { nextActionAt: NOW }, 'look_up'],
    ['is looked up when the vendor is silent', 'SENT', { nextActionAt: NOW }, 'look_up'],
    ['is asked to be canceled', 'CANCELING', { nextActionAt: NOW }, 'ask_to_cancel'],
    ['is asked once at a time', 'CANCELING', { nextActionAt: NOW, lease: { token: 't', until: later(1) } }, 'wait'],
    ['rests when it is delivered', 'DELIVERED', { nextActionAt: NOW }, 'nothing'],
  ])('%s', (_, status, part, move) => {
    expect(moveOf(status, part)).toBe(move);
  });

  it('is never to send what is not confirmed', () => {
    expect(moveOf('PLANNED', { nextActionAt: NOW }, { confirmedAt: null })).toBe('nothing');
  });

  it('is never to send what a review holds back', () => {
    const item = {
      id: 'i',
      orderId: 'order',
      fulfillmentId: null,
      kind: 'review' as const,
      reason: 'FRAUD',
      evidence: {},
      blocks: ['dispatch' as const],
      openedAt: NOW,
      resolvedAt: null,
      resolution: null,
    };
    expect(moveOf('PLANNED', { nextActionAt: NOW }, { openItems: [item] })).toBe('nothing');
    expect(moveOf('PLANNED', { nextActionAt: NOW }, { openItems: [{ ...item, resolvedAt: NOW }] })).toBe('send');
  });
});

describe('a purchase order that the vendor does not know', () => {
  const capabilities: VendorCapabilities = {
    idempotentSubmit: false,
    authoritativeLookup: true,
    lateArrivalBoundMs: 60_000,
    cancel: true,
    checkAvailability: false,
    stockFeed: null,
  };
  const doubtful = (part: Partial<FulfillmentAggregate> = {}): FulfillmentAggregate => {
    const lease = { token: 't', until: NOW };
    const made = orderAtVendor({ status: 'UNKNOWN', fulfillment: { lease, ...part } }).fulfillments[0];
    if (!made) throw new Error('expected a fulfillment');
    return made;
  };

  it.each([
    ['is sent again where that makes no second one', { idempotentSubmit: true }, {}, 0, 'send_again'],
    ['is waited for while it may still arrive', {}, {}, 60_000, 'wait'],
    ['is given up once it no longer can', {}, {}, 60_001, 'give_up'],
    ['is waited for where a lookup proves nothing', { authoritativeLookup: false }, {}, 1e9, 'wait'],
    ['is waited for where nobody knows how late it may arrive', { lateArrivalBoundMs: null }, {}, 1e9, 'wait'],
    [
      'is canceled by its number when the customer canceled',
      { idempotentSubmit: true },
      { cancelRequested: true },
      0,
      'ask_to_cancel',
    ],
    [
      'is given up when the customer canceled and it can no longer arrive',
      {},
      { cancelRequested: true },
      60_001,
      'give_up',
    ],
    ['is waited for when it cannot be canceled', { cancel: false }, { cancelRequested: true }, 0, 'wait'],
  ])('%s', (_, can, part, afterMs, next) => {
    expect(afterNotFound(doubtful(part), { ...capabilities, ...can }, later(afterMs))).toBe(next);
  });
});
