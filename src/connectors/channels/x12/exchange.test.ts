import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChannelNotice } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { FILE_BYTES_MAX } from '../../files/inbox.js';
import { MemoryFiles } from '../../files/testing/memory-files.js';
import { type ChannelBench, describeChannel, memoryNumbers } from '../../kit/index.js';
import { createX12Channel } from './index.js';

const SECRET = 'a-secret-of-the-partner';
const settings = {
  us: { qualifier: '01', id: '043109560' },
  partner: { qualifier: 'ZZ', id: 'RETAILER' },
  transport: { kind: 'folder', path: 'retailer' },
  folders: { in: 'in', out: 'out' },
};
const account = { code: 'retailer', settings, secrets: { webhookSecret: SECRET } };
const bytes = (text: string) => new TextEncoder().encode(text);
const order = (number: string) => `BEG*00*DS*${number}**20260302
N1*ST*Jo
N3*1 Main St
N4*Dayton*OH*45402
PO1*10*3*EA*12.5**VN*LAMP-1
CTT*1`;
const document = (bodies: readonly string[], sender = 'RETAILER', type = '850') =>
  [
    `ISA*00*          *00*          *ZZ*${sender.padEnd(15)}*01*043109560      *260302*1000*U*00401*000000077*0*P*>`,
    `GS*PO*${sender}*043109560*20260302*1000*77*X*004010`,
    ...bodies.flatMap((body, at) => [
      `ST*${type}*000${at + 1}`,
      body,
      `SE*${body.split('\n').length + 2}*000${at + 1}`,
    ]),
    `GE*${bodies.length}*77`,
    'IEA*1*000000077',
    '',
  ]
    .join('\n')
    .replaceAll('\n', '~\n');

let files: MemoryFiles;
let context: CallContext;
const channel = createX12Channel(async () => files);
const clock = { now: () => new Date('2026-03-02T11:00:00.000Z') };
const poll = async (cursor: string | null) => {
  const page = await channel.pollOrders?.(cursor, context);
  if (!page) throw new Error('expected a page');
  return page;
};
const numbersIn = (payloads: Awaited<ReturnType<typeof poll>>['payloads']) =>
  payloads.map(({ topic, rawBody }) => {
    const result = channel.normalize(topic, rawBody, account);
    return result.ok ? result.orders.map(({ externalId }) => externalId).join() : result.faults[0]?.code;
  });

beforeEach(() => {
  files = new MemoryFiles();
  context = { account, clock, fetch, signal: AbortSignal.timeout(5_000), numbers: memoryNumbers(clock) };
});

describe('purchase orders in files', () => {
  it('are orders each by itself, so that one that is refused holds up no other', async () => {
    files.put('in', 'a.edi', document([order('PO-1'), order('PO-2').replace('N1*ST', 'N1*XX'), order('PO-3')]));
    const { payloads, more } = await poll(null);
    expect([numbersIn(payloads), more]).toEqual([['PO-1', 'ADDRESS_MISSING', 'PO-3'], false]);
  });

  it('keep what was wrong with their counts, and their separators', async () => {
    const odd = document([order('PO-1').replace('Jo', 'Jo ~ Co')])
      .replaceAll('~\n', '\n')
      .replace('SE*8*', 'SE*80*');
    files.put('in', 'a.edi', odd.replaceAll('*', '|'));
    const [payload] = (await poll(null)).payloads;
    const result = channel.normalize('x12', payload?.rawBody ?? bytes(''), account);
    expect(result).toMatchObject({
      ok: true,
      orders: [
        {
          shipTo: { name: 'Jo ~ Co' },
          warnings: [{ code: 'SE_COUNT', message: 'SE01 says 80 segments, there are 8' }],
        },
      ],
    });
  });

  it('are archived, and answered with a 997 that says which was refused, once the cursor comes back', async () => {
    files.put('in', 'a.edi', document([order('PO-1'), order('PO-2').replace('N3*1 Main St', 'N3*NULL')]));
    const { cursor } = await poll(null);
    expect([files.names('in'), files.names('out')]).toEqual([['a.edi'], []]);
    expect((await poll(cursor)).payloads).toEqual([]);
    expect([files.names('in'), files.names('in/archive')]).toEqual([[], ['a.edi']]);
    expect(files.text('out', '997-000000001.edi').split('~\n').slice(2, -4)).toEqual([
      ...['ST*997*0001', 'AK1*PO*77', 'AK2*850*0001', 'AK5*A', 'AK2*850*0002', 'AK3*N1*3**8', 'AK5*R*5', 'AK9*P*2*2*1'],
    ]);
  });

  it('that come twice have one delivery', async () => {
    for (const name of ['a.edi', 'b.edi']) files.put('in', name, document([order('PO-1')]));
    const { payloads, cursor } = await poll(null);
    expect(payloads).toHaveLength(1);
    await poll(cursor);
    expect(files.names('in/archive')).toEqual(['a.edi', 'b.edi']);
  });

  it('that are too long are left where they are, and told of once', async () => {
    files.put('in', 'long.edi', new Uint8Array(FILE_BYTES_MAX + 1));
    const [first, again] = [await poll(null), await poll(null)];
    expect(numbersIn(first.payloads)).toEqual(['TEXT_BEFORE_ISA']);
    expect(again.payloads.map(({ deliveryId }) => deliveryId)).toEqual(
      first.payloads.map(({ deliveryId }) => deliveryId),
    );
    expect(files.names('in')).toEqual(['long.edi']);
  });

  it('of somebody else, of another kind, or none at all, are refused for a person to see', async () => {
    files.put('in', 'a.edi', document([order('PO-1')], 'SOMEBODY'));
    files.put('in', 'b.edi', document(['BCH*04*SA*PO-1'], 'RETAILER', '860'));
    files.put('in', 'c.edi', 'Dear partner,');
    const { payloads, cursor } = await poll(null);
    expect(numbersIn(payloads)).toEqual(['SENDER_UNKNOWN', 'SET_UNSUPPORTED', 'TEXT_BEFORE_ISA']);
    await poll(cursor);
    expect(files.names('out').map((name) => files.text('out', name).includes('AK5*R*1*5'))).toEqual([true]);
  });
});

const of = {
  externalId: 'PO-1',
  displayNumber: 'PO-1',
  customerPoNumber: 'PO-1',
  placedAt: '2026-03-02T00:00:00.000Z',
};
const at = '2026-03-02T11:00:00.000Z';
const line = { externalLineId: '10', sku: 'LAMP-1' };
const NOTICES: readonly ChannelNotice[] = [
  {
    ...{ kind: 'acknowledge', noticeId: 'n-1', ...of, at },
    lines: [{ ...line, accepted: 1, backordered: 1, rejected: 1, reason: 'sold out' }],
  },
  {
    ...{ kind: 'ship', noticeId: 'n-2', ...of, at, shipmentId: 'S-1', carrier: 'UPSN', serviceCode: 'GROUND' },
    ...{ trackingNumbers: ['1Z1', '1Z2'], shippedAt: '2026-03-02T10:30:00.000Z', lines: [{ ...line, quantity: 1 }] },
  },
  { ...{ kind: 'cancel', noticeId: 'n-3', ...of, at, reason: 'customer asked' }, lines: [{ ...line, quantity: 1 }] },
  {
    ...{ kind: 'invoice', noticeId: 'n-4', ...of, at, invoiceNumber: 'INV-1', currency: 'USD' },
    lines: [{ ...line, quantity: 3, unitPrice: 125_050 }],
  },
];

describe('what a retailer is told in files', () => {
  const said = async (notice: ChannelNotice) => {
    await channel.tell?.(notice, context);
    const [name = ''] = files.names('out');
    return files.text('out', name).split('~\n').slice(3, -4);
  };

  it.each(
    [
      [
        ...[
          'BAK*00*AC*PO-1*20260302*****20260302',
          'PO1*10*3*EA***VN*LAMP-1',
          'ACK*IA*1*EA',
          'ACK*IB*1*EA',
          'ACK*IR*1*EA',
        ],
        ...['N9*L1*REASON', 'MSG*sold out', 'CTT*1'],
      ],
      [
        ...['BSN*00*S-1*20260302*1100*0001', 'HL*1**S', 'TD5**2*UPSN**GROUND', 'DTM*011*20260302*1030', 'HL*2*1*O'],
        ...[
          'PRF*PO-1***20260302',
          'HL*3*2*P',
          'MAN*CP*1Z1',
          'MAN*CP*1Z2',
          'HL*4*3*I',
          'LIN*10*VN*LAMP-1',
          'SN1**1*EA',
          'CTT*4',
        ],
      ],
      [
        ...['BAK*04*AC*PO-1*20260302*****20260302', 'N9*L1*REASON', 'MSG*customer asked'],
        ...['PO1*10*1*EA***VN*LAMP-1', 'ACK*IR*1*EA', 'CTT*1'],
      ],
      [...['BIG*20260302*INV-1*20260302*PO-1', 'CUR*SE*USD', 'IT1*10*3*EA*12.505**VN*LAMP-1', 'TDS*3752', 'CTT*1']],
    ].map((segments, index) => [NOTICES[index]?.kind, NOTICES[index], segments] as const),
  )('%s', async (_kind, notice, segments) => {
    expect(notice && (await said(notice))).toEqual(segments);
  });

  it('of releases names the release beside the order', async () => {
    const [first] = NOTICES;
    if (first)
      expect((await said({ ...first, externalId: 'PO-1/7' }))[0]).toBe('BAK*00*AC*PO-1*20260302*7****20260302');
  });

  it('of stock is an 846 of these SKUs alone', async () => {
    const stock = { asOf: at, levels: [{ sku: 'LAMP-1', available: 7 }] };
    for (const _ of [1, 2]) await channel.publishStock?.(stock, context);
    expect(files.names('out')).toEqual(['846-000000001.edi']);
    expect(files.text('out', '846-000000001.edi')).toContain('*20260302*1100~\nLIN*1*VN*LAMP-1~\nQTY*33*7*EA~\nCTT*1~');
  });

  it('needs folders, without which orders come by HTTP alone', async () => {
    const { folders: _, ...without } = settings;
    const call = { ...context, account: { ...account, settings: without } };
    expect(await channel.pollOrders?.(null, call)).toEqual({ payloads: [], cursor: null, more: false });
    const [notice] = NOTICES;
    await expect(notice && channel.tell?.(notice, call)).rejects.toMatchObject({ code: 'CHANNEL_MISCONFIGURED' });
    await expect(channel.pollOrders?.(null, { ...call, account: { ...account, settings: {} } })).rejects.toMatchObject({
      code: 'CHANNEL_MISCONFIGURED',
    });
  });
});

describeChannel(
  {
    name: 'x12',
    connector: channel,
    make: async (): Promise<ChannelBench> => {
      files = new MemoryFiles();
      files.put('in', 'a.edi', document([order('PO-1'), order('PO-2')]));
      return {
        ...{ account, topic: 'x12', payloads: [bytes(document([order('PO-1')]))], notices: NOTICES },
        sign: (rawBody) => ({
          rawBody,
          headers: { 'x-signature': `sha256=${createHmac('sha256', SECRET).update(rawBody).digest('hex')}` },
        }),
        context: { account, clock, fetch, numbers: memoryNumbers(clock) },
        told: async ({ kind }) => {
          const type = { acknowledge: '855', cancel: '855', ship: '856', invoice: '810' }[kind];
          const marks = { acknowledge: '*00*AC*', cancel: '*04*AC*', ship: 'BSN', invoice: 'BIG' };
          const written = files.names('out').filter((name) => name.startsWith(type));
          return written.filter((name) => files.text('out', name).includes(marks[kind])).length;
        },
      };
    },
  },
  { describe, it },
);
