import { describe, expect, it } from 'vitest';
import type { FulfillmentStatus } from '../model/order.js';
import { canceledLines, cancelWhatCanBe } from './cancel.js';
import { excludedNodes } from './exclusions.js';
import { after, draftOf, NOW, orderAtVendor } from './testing/aggregate.js';

function cancel(order: ReturnType<typeof orderAtVendor>) {
  const draft = draftOf(order);
  cancelWhatCanBe(draft);
  if (!draft.hasEvents) return { order, events: [] as string[] };
  return { order: after(draft), events: draft.toPlan().events.map((event) => event.type) };
}

describe('cancelling an order', () => {
  it('ends at once what was never sent, and frees its stock', () => {
    const { order, events } = cancel(orderAtVendor({ status: 'PLANNED' }));
    expect([order.fulfillments[0]?.status, order.status]).toEqual(['CANCELED', 'CANCELED']);
    expect(order.reservations.map((each) => each.state)).toEqual(['released']);
    expect(events).toEqual(['fulfillment.canceled', 'order.canceled']);
    expect(canceledLines(order)).toEqual([{ lineNo: 1, externalLineId: 'a', canceled: 10, pending: 0, tooLate: 0 }]);
  });

  it('ends at once what waits for stock', () => {
    const waiting = orderAtVendor({ status: 'SUPERSEDED' });
    const lines = waiting.lines.map((line) => ({ ...line, routed: 0, open: 4, backordered: 6 }));
    const { order } = cancel({ ...waiting, lines, reservations: [] });
    expect(order.lines[0]).toMatchObject({ canceled: 10, open: 0, backordered: 0 });
    expect(order).toMatchObject({ status: 'CANCELED', nextActionAt: null });
  });

  it.each<[FulfillmentStatus, FulfillmentStatus]>([
    ['SENDING', 'SENDING'],
    ['UNKNOWN', 'UNKNOWN'],
    ['SENT', 'CANCELING'],
    ['ACCEPTED', 'CANCELING'],
  ])('asks the vendor about what may be there (%s), and keeps its stock until it answers', (status, then) => {
    const { order, events } = cancel(orderAtVendor({ status }));
    expect(order.fulfillments[0]).toMatchObject({ status: then, cancelRequested: true });
    expect(order.reservations.map((each) => each.state)).toEqual(['committed']);
    expect(events).toContain('order.cancel_requested');
    expect(canceledLines(order)).toEqual([{ lineNo: 1, externalLineId: 'a', canceled: 0, pending: 10, tooLate: 0 }]);
  });

  it('changes nothing the second time', () => {
    for (const status of ['PLANNED', 'SENDING', 'ACCEPTED'] as const) {
      expect(cancel(cancel(orderAtVendor({ status })).order).events).toEqual([]);
    }
  });

  it('is too late for what has left', () => {
    const gone = orderAtVendor({ status: 'SHIPPED' });
    const lines = gone.lines.map((line) => ({ ...line, routed: 0, shipped: 10 }));
    const fulfillments = gone.fulfillments.map((each) => ({
      ...each,
      lines: each.lines.map((line) => ({ ...line, shipped: 10 })),
    }));
    const { order, events } = cancel({ ...gone, lines, fulfillments });
    expect(events).toEqual([]);
    expect(canceledLines(order)[0]).toMatchObject({ canceled: 0, pending: 0, tooLate: 10 });
  });
});

describe('where an order is not offered again', () => {
  it('is the node that rejected it, or some of its SKUs', () => {
    const whole = orderAtVendor({ status: 'REJECTED' });
    expect(excludedNodes(whole, NOW)).toEqual([{ nodeId: 'acme-east', reason: 'the vendor rejected this order' }]);
    const part = orderAtVendor({ status: 'ACCEPTED' });
    const fulfillments = part.fulfillments.map((each) => ({
      ...each,
      lines: each.lines.map((line) => ({ ...line, rejected: 3 })),
    }));
    expect(excludedNodes({ ...part, fulfillments }, NOW)).toMatchObject([{ nodeId: 'acme-east', sku: 'LAMP' }]);
  });

  it('is not a node that the customer canceled at, nor one whose hold only ran out', () => {
    expect(excludedNodes(orderAtVendor({ status: 'CANCELED', fulfillment: { cancelRequested: true } }), NOW)).toEqual(
      [],
    );
    expect(excludedNodes(orderAtVendor({ status: 'SUPERSEDED', fulfillment: { updatedAt: NOW } }), NOW)).toEqual([]);
  });
});
