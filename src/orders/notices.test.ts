import { describe, expect, it } from 'vitest';
import type { Duty } from '../connectors/channel.js';
import type { CanonicalLine } from '../model/canonical-order.js';
import type { ToldOrder } from '../store/channel-notices.js';
import type { NoticeFacts } from '../store/channel-notices-told.js';
import { channelLines } from './channel-lines.js';
import { noticeOf } from './notice-words.js';
import { noticesOf } from './notices.js';

const HOUR_MS = 3_600_000;
const ARRIVED = new Date('2026-03-02T09:00:00Z');
const NOW = new Date('2026-03-02T10:00:00Z');
const DUTIES: readonly Duty[] = [
  { kind: 'acknowledge', withinMs: 4 * HOUR_MS },
  { kind: 'ship', withinMs: 48 * HOUR_MS },
  { kind: 'cancel', withinMs: HOUR_MS },
  { kind: 'invoice' },
];
const line = (lineNo: number, units: Partial<ToldOrder['lines'][number]>) => ({
  ...{ lineNo, ordered: 10, open: 0, routed: 0, backordered: 0, shipped: 0, canceled: 0 },
  ...units,
});
const order = (more: Partial<ToldOrder> = {}): ToldOrder => ({
  ...{
    orderId: 'o',
    accountId: 1,
    settings: {},
    channel: 'retailer',
    arrivedAt: ARRIVED,
    status: 'RECEIVED',
    confirmed: false,
  },
  ...{ lines: [line(1, { open: 10 })], shipments: [], notices: [] },
  ...more,
});
const due = (of: ToldOrder, duties = DUTIES) => noticesOf(of, duties, NOW, () => 'n');
const told = (of: ToldOrder, duties = DUTIES) =>
  due(of, duties).notices.map(({ kind, subject, state, lines }) => [kind, subject, state, lines]);
/** The order with everything made that was due. */
const noted = (of: ToldOrder): ToldOrder => {
  const { notices } = due(of);
  const kept = of.notices.filter(
    (old) => !notices.some(({ kind, subject }) => kind === old.kind && subject === old.subject),
  );
  return { ...of, notices: [...kept, ...notices] };
};
const CONFIRMED = { status: 'CONFIRMED', confirmed: true } as const;

describe("what an order's channel is to be told", () => {
  it('awaits an answer and a shipment from when the order came in, with an alarm before the time is up', () => {
    const { notices } = due(order());
    expect(notices).toMatchObject([
      { kind: 'acknowledge', state: 'awaited', dueAt: new Date('2026-03-02T13:00:00Z') },
      { kind: 'ship', state: 'awaited', dueAt: new Date('2026-03-04T09:00:00Z') },
    ]);
    expect(notices.map(({ alarmAt }) => alarmAt)).toEqual([
      new Date('2026-03-02T12:36:00Z'),
      new Date('2026-03-04T08:00:00Z'),
    ]);
    expect(told(order(), [{ kind: 'acknowledge' }, { kind: 'ship' }])).toEqual([]);
  });

  it.each([
    ['confirmed', { ...CONFIRMED, lines: [line(1, { routed: 7, backordered: 2, canceled: 1 })] }, [7, 2, 1]],
    ['refused', { status: 'REJECTED', lines: [line(1, { open: 10 })] }, [0, 0, 10]],
    ['all of it waiting', { status: 'BACKORDERED', lines: [line(1, { backordered: 10 })] }, [0, 10, 0]],
    ['canceled before', { status: 'CANCELED', lines: [line(1, { canceled: 10 })] }, [0, 0, 10]],
  ] as const)('answers once an order is %s', (_, more, [accepted, backordered, rejected]) => {
    const [answer] = told(order(more));
    expect(answer).toEqual(['acknowledge', '', 'waiting', [{ lineNo: 1, accepted, backordered, rejected }]]);
    expect(told(noted(order(more))).filter(([kind]) => kind === 'acknowledge' || kind === 'cancel')).toEqual([]);
  });

  it('does not answer an order that is planned and still to be confirmed', () => {
    const planned = order({ status: 'ROUTED', lines: [line(1, { routed: 10 })] });
    expect(told(planned)[0]).toEqual(['acknowledge', '', 'awaited', []]);
  });

  it('tells of each shipment once, and invoices it', () => {
    const confirmed = noted(order({ ...CONFIRMED, lines: [line(1, { routed: 10 })] }));
    const shipped = (...ids: string[]): ToldOrder => ({
      ...confirmed,
      lines: [line(1, { routed: 10 - 4 * ids.length, shipped: 4 * ids.length })],
      shipments: ids.map((id) => ({ id, lines: [{ lineNo: 1, quantity: 4 }] })),
    });
    const first = shipped('s1');
    expect(told(first)).toEqual([
      ['ship', 's1', 'waiting', [{ lineNo: 1, quantity: 4 }]],
      ['invoice', 's1', 'waiting', [{ lineNo: 1, quantity: 4 }]],
    ]);
    const second = { ...shipped('s1', 's2'), notices: noted(first).notices };
    expect(told(second).map(([kind, subject]) => [kind, subject])).toEqual([
      ['ship', 's2'],
      ['invoice', 's2'],
    ]);
    expect(due(first).shipped).toBe(false);
    expect(due({ ...first, lines: [line(1, { shipped: 4, canceled: 6 })] }).shipped).toBe(true);
  });

  it('tells what was canceled since, and never the same units twice', () => {
    const confirmed = noted(order({ ...CONFIRMED, lines: [line(1, { routed: 9, canceled: 1 })] }));
    const three = { ...confirmed, lines: [line(1, { routed: 7, canceled: 3 })] };
    expect(told(three)).toEqual([['cancel', '1', 'waiting', [{ lineNo: 1, quantity: 2 }]]]);
    expect(due(three).notices[0]?.dueAt).toEqual(new Date('2026-03-02T11:00:00Z'));
    const all = { ...noted(three), lines: [line(1, { canceled: 10 })] };
    expect(told(all)).toEqual([['cancel', '2', 'waiting', [{ lineNo: 1, quantity: 7 }]]]);
    expect(told(noted(all))).toEqual([]);
  });

  it('tells a channel that wants no answers of a refused order as canceled', () => {
    const refused = order({ status: 'REJECTED' });
    expect(told(refused, [{ kind: 'cancel' }])).toEqual([['cancel', '1', 'waiting', [{ lineNo: 1, quantity: 10 }]]]);
  });
});

describe('a notice', () => {
  const own = [
    { lineNo: 1, externalLineId: '71/BOX', sku: 'BOX', ordered: 4, unitPrice: 10_000 },
    { lineNo: 2, externalLineId: '71/SCREW', sku: 'SCREW', ordered: 12, unitPrice: 100 },
    { lineNo: 3, externalLineId: '72', sku: 'LAMP', ordered: 2, unitPrice: 50_000 },
  ];
  const given = (externalLineId: string, sku: string, quantity: number, unitPrice: number): CanonicalLine => ({
    ...{ externalLineId, sku, quantity, unitPrice, requiresShipping: true },
  });
  const source = [given('71', 'kit-A', 4, 10_300), given('72', 'their-lamp', 2, 50_000)];
  const facts = (more: Partial<NoticeFacts>): NoticeFacts => ({
    ...{ noticeId: 'n', kind: 'ship', lines: [], before: [], reason: null, madeAt: NOW, externalId: 'e' },
    ...{ displayNumber: null, currency: 'USD', intakeId: 'i', orderLines: own },
    shipment: {
      ...{ shipmentId: 's', carrier: 'ups', serviceCode: 'ups-ground', trackingNumbers: ['1Z'], shippedAt: NOW },
      ...{ poNumber: 'HG-1', ordinal: 1 },
    },
    ...more,
  });
  const say = (more: Partial<NoticeFacts>) => noticeOf(facts(more), channelLines(own, source), 'PO-9');
  const units = (...quantities: number[]) => quantities.map((quantity, at) => ({ lineNo: at + 1, quantity }));

  it("names lines by the channel's ids and SKUs, and a kit once all of its parts have left", () => {
    expect(say({ lines: units(4, 6, 1) })).toMatchObject({
      lines: [
        { externalLineId: '71', sku: 'kit-A', quantity: 2 },
        { externalLineId: '72', sku: 'their-lamp', quantity: 1 },
      ],
    });
    expect(say({ lines: units(0, 6), before: [units(4, 6, 1)] })).toMatchObject({
      lines: [{ externalLineId: '71', quantity: 2 }],
    });
    expect(say({ lines: units(4), before: [] })).toBeNull();
  });

  it('cancels a kit as soon as one of its parts is canceled', () => {
    const canceled = say({ kind: 'cancel', reason: 'CANCELED', lines: units(0, 4), shipment: null });
    expect(canceled).toMatchObject({ kind: 'cancel', lines: [{ externalLineId: '71', quantity: 2 }] });
  });

  it('answers each line in whole units that add up to what was ordered', () => {
    const lines = [
      { lineNo: 1, accepted: 4, backordered: 0, rejected: 0 },
      { lineNo: 2, accepted: 7, backordered: 2, rejected: 3 },
      { lineNo: 3, accepted: 0, backordered: 0, rejected: 2 },
    ];
    expect(say({ kind: 'acknowledge', lines, shipment: null, reason: 'NOT_SUPPLIED' })).toMatchObject({
      customerPoNumber: 'PO-9',
      lines: [
        { externalLineId: '71', accepted: 2, backordered: 1, rejected: 1, reason: 'NOT_SUPPLIED' },
        { externalLineId: '72', accepted: 0, backordered: 0, rejected: 2, reason: 'NOT_SUPPLIED' },
      ],
    });
  });

  it("invoices at the order's prices, under a number of the purchase order", () => {
    expect(say({ kind: 'invoice', lines: units(4, 12, 0) })).toMatchObject({
      ...{ invoiceNumber: 'HG-1', currency: 'USD' },
      lines: [{ externalLineId: '71', quantity: 4, unitPrice: 10_300 }],
    });
    const again = facts({}).shipment;
    expect(say({ kind: 'invoice', lines: units(0, 0, 2), shipment: again && { ...again, ordinal: 2 } })).toMatchObject({
      invoiceNumber: 'HG-1-2',
    });
  });

  it('names lines as they are stored where the payload is gone', () => {
    const notice = noticeOf(facts({ lines: units(4, 6, 1) }), channelLines(own, null), null);
    expect(notice?.lines.map(({ externalLineId }) => externalLineId)).toEqual(['71/BOX', '71/SCREW', '72']);
  });
});
