import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { withoutFormula } from '../../../model/csv.js';
import type { ChannelNotice } from '../../channel.js';
import type { CallContext } from '../../connector.js';
import { MemoryFiles } from '../../files/testing/memory-files.js';
import { type ChannelBench, describeChannel, memoryNumbers } from '../../kit/index.js';
import { createCsvChannel } from './index.js';
import { readOrderFile, streamOrderFile } from './order-file.js';
import { channelSettings } from './settings.js';

const SECRET = 'a-secret-of-the-partner';
const COLUMNS = {
  orderNumber: 'Order',
  placedAt: 'Date',
  'shipTo.name': { from: ['First', 'Last'] },
  'shipTo.line1': 'Street',
  'shipTo.city': 'City',
  'shipTo.region': 'State',
  'shipTo.postalCode': 'Zip',
  'shipTo.country': 'Country',
  'shipTo.phone': 'Phone',
  'delivery.service': { from: 'Ship', table: { STD: 'ground', EXP: 'express' } },
  'order.shipping': 'Freight',
  'order.total': 'Total',
  'line.sku': 'SKU',
  'line.quantity': 'Qty',
  'line.unitPrice': 'Price',
  'line.discount': 'Off',
};
const settings = {
  columns: COLUMNS,
  format: { dates: ['MM/dd/yyyy HH:mm', 'iso'], timeZone: 'America/New_York' },
  transport: { kind: 'folder', path: 'shop' },
  orders: { folder: 'in' },
  tells: { folder: 'out', acknowledge: {}, ship: {}, cancel: {}, invoice: {}, stock: {} },
};
const account = { code: 'shop', settings, secrets: { webhookSecret: SECRET } };
const HEADER = 'Order,Date,First,Last,Street,City,State,Zip,Country,Phone,Ship,Freight,Total,SKU,Qty,Price,Off,Note';
const TWO = `${HEADER}
A-1,03/02/2026 09:30,Ada,Reader,1 Main St,Albany,ny,12207,USA,(518) 555-0100,STD,5.00,29.50,MUG,2,10.00,0.50,blue
A-2,03/02/2026 09:31,Bo,Doe,"2 High St, Apt 4",Dayton,OH,45402,US,,EXP,,7.00,LAMP,1,7.00,,
A-1,,,,,,,,,,,,,PEN,1,5.00,,blue
`;
const bytes = (text: string) => new TextEncoder().encode(text);
const clock = { now: () => new Date('2026-03-02T15:00:00.000Z') };

let files: MemoryFiles;
let context: CallContext;
const channel = createCsvChannel(async () => files);
beforeEach(() => {
  files = new MemoryFiles();
  context = { account, clock, fetch, signal: AbortSignal.timeout(5_000), numbers: memoryNumbers(clock) };
});
const withSettings = (more: object) => {
  const given = channel.manifest.settings.parse({ ...settings, ...more });
  return { ...account, settings: given };
};
const read = (file: string | Uint8Array, more: object = {}) =>
  channel.normalize('csv', typeof file === 'string' ? bytes(file) : file, withSettings(more));
const ordersOf = (file: string | Uint8Array, more: object = {}) => {
  const result = read(file, more);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.orders;
};
const faultsOf = (file: string | Uint8Array, more: object = {}) => {
  const result = read(file, more);
  return result.ok ? [] : result.faults.map(({ code, path, message }) => `${code} ${path}: ${message}`);
};
const poll = async (cursor: string | null) =>
  (await channel.pollOrders?.(cursor, context)) ?? { payloads: [], cursor: null, more: false };

describe('a file of orders', () => {
  it('is one order for each number, with all rows that name it, wherever they stand', () => {
    const [first, second] = ordersOf(TWO);
    expect(first).toMatchObject({
      ...{ externalId: 'A-1', currency: 'USD', placedAt: '2026-03-02T14:30:00.000Z' },
      shipTo: {
        name: 'Ada Reader',
        lines: ['1 Main St'],
        city: 'Albany',
        regionCode: 'NY',
        postalCode: '12207',
        countryCode: 'US',
      },
      delivery: { serviceCode: 'ground' },
      lines: [
        { externalLineId: '1', sku: 'MUG', quantity: 2, unitPrice: 97_500, listPrice: { amount: '10' } },
        { externalLineId: '2', sku: 'PEN', quantity: 1, unitPrice: 50_000 },
      ],
      totals: { grade: 'exact', computed: '29.5', stated: '29.5' },
      originals: { placedAt: '03/02/2026 09:30', 'shipTo.countryCode': 'USA' },
      unmapped: { '"Note"': 'blue' },
    });
    expect(second).toMatchObject({
      externalId: 'A-2',
      shipTo: { lines: ['2 High St, Apt 4'] },
      delivery: { serviceCode: 'express' },
    });
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ['with semicolons', (text) => bytes(text.replaceAll(',', ';').replace('St; Apt', 'St, Apt'))],
    ['with tabs and CRLF', (text) => bytes(text.replaceAll(/,(?! Apt)/g, '\t').replaceAll('\n', '\r\n'))],
    ['with a byte order mark', (text) => bytes(`\uFEFF${text}`)],
    ['in UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['in UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')],
    ['in UTF-16 the other way round', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('is the same %s', (_how, written) => {
    const named = (file: string | Uint8Array) => ordersOf(file).map(({ provenance: _, ...order }) => order);
    expect(named(written(TWO))).toEqual(named(TWO));
  });

  it('in windows-1252 has its letters', () => {
    const latin = Buffer.from(TWO.replace('Ada', 'Zoë'), 'latin1');
    expect(ordersOf(latin)[0]?.shipTo.name).toBe('Zoë Reader');
    expect(faultsOf(latin, { format: { ...settings.format, encoding: 'utf-8' } })).toEqual([
      'ENCODING_INVALID file: expected text in utf-8',
    ]);
  });

  it('with decimal commas is told by its amounts, and refused where they cannot tell', () => {
    const european = `Order;Date;Street;City;SKU;Qty;Price
A-1;2026-03-02;1 Main St;Bonn;MUG;2;1.234,50
`;
    const { orderNumber, placedAt, 'shipTo.line1': line1, 'shipTo.city': city } = COLUMNS;
    const columns = {
      ...{ orderNumber, placedAt, 'shipTo.line1': line1, 'shipTo.city': city },
      ...{ 'line.sku': 'SKU', 'line.quantity': 'Qty', 'line.unitPrice': 'Price' },
    };
    expect(ordersOf(european, { columns })[0]?.lines[0]?.unitPrice).toBe(12_345_000);
    expect(faultsOf(european.replace('1.234,50', '1.234'), { columns })).toEqual([
      'DECIMAL_UNCLEAR row 2, "Price": expected a decimal sign that can be told, got a number that may be a thousand or one: set format.decimal',
    ]);
    const declared = { columns, format: { ...settings.format, decimal: ',' } };
    expect(ordersOf(european.replace('1.234,50', '1.234'), declared)[0]?.lines[0]?.unitPrice).toBe(12_340_000);
    expect(faultsOf(`${european}A-2;2026-03-02;2 High St;Bonn;MUG;1;5.50\n`, { columns })).toEqual([
      'DECIMAL_UNCLEAR file: expected one decimal sign, got amounts with . and others with ,',
    ]);
  });

  it.each<[string, string, string, string[]]>([
    [
      'has a quantity that is none',
      ',MUG,2,',
      ',MUG,two,',
      ['VALUE_INVALID row 2, column "Qty": expected a whole number from 0 to 1000000, got "two"'],
    ],
    [
      'has a part of a unit',
      ',MUG,2,',
      ',MUG,2.5,',
      ['VALUE_INVALID row 2, column "Qty": expected a whole number from 0 to 1000000, got "2.5"'],
    ],
    ['has no SKU', ',MUG,', ',,', ['VALUE_INVALID row 2, column "SKU": expected a value, got none']],
    [
      'has a date that is none',
      '03/02/2026 09:30',
      '31.12.2026',
      ['VALUE_INVALID row 2, column "Date": expected a date such as MM/dd/yyyy HH:mm or iso, got "31.12.2026"'],
    ],
    ['has no date', '03/02/2026 09:30', '', ['VALUE_MISSING row 2, "Date": expected a value in one row of the order']],
    [
      'has no street',
      '1 Main St',
      '',
      ['ADDRESS_INCOMPLETE row 2, "Street": expected a street, and a city or postal code, of whom the goods go to'],
    ],
    [
      'has a country that is none',
      'USA',
      'Atlantis',
      ['COUNTRY_INVALID row 2, "Country": expected a country such as US, USA or United States'],
    ],
    [
      'has a service that its table does not name',
      ',STD,',
      ',OVERNIGHT,',
      ['VALUE_INVALID row 2, column "Ship": expected one of STD, EXP, got "OVERNIGHT"'],
    ],
    [
      'has a negative price',
      ',10.00,',
      ',-10.00,',
      ['VALUE_INVALID row 2, "Price": expected an amount that is not negative'],
    ],
    [
      'says two totals',
      'A-1,,,,,,,,,,,,,PEN',
      'A-1,,,,,,,,,,,,30.00,PEN',
      ['ROWS_DIFFER row 4, "Total": expected what the order\'s other rows say, "29.50"'],
    ],
    [
      'is sent to two places',
      'A-1,,,,,',
      'A-1,,,,2 Side St,',
      ['ROWS_DIFFER row 4, "Street": expected what the order\'s other rows say, "1 Main St"'],
    ],
    ['has a row of another length', ',PEN,1,5.00,,blue', ',PEN,1', ['ROW_INVALID row 4: expected 18 values, got 15']],
    [
      'has an order of such a row alone',
      ',LAMP,1,7.00,,',
      ',LAMP,1',
      ['ROW_INVALID row 3: expected 18 values, got 15'],
    ],
    [
      'has several things wrong',
      'A-2,03/02/2026 09:31,Bo',
      ',,Bo',
      [
        'VALUE_MISSING row 3, "Order": expected a value in one row of the order',
        'VALUE_MISSING row 3, "Date": expected a value in one row of the order',
      ],
    ],
    [
      'has a row without a number',
      'A-2,',
      ',',
      ['VALUE_MISSING row 3, "Order": expected a value in one row of the order'],
    ],
    [
      'has no such column',
      'Qty,',
      'Quantity,',
      [
        `COLUMN_MISSING row 1: expected one column "Qty", got ${HEADER.replace('Qty', 'Quantity').replaceAll(',', ', ')}`,
      ],
    ],
    [
      'has a column twice',
      'Note',
      'Qty',
      [`COLUMN_MISSING row 1: expected one column "Qty", got ${HEADER.replace('Note', 'Qty').replaceAll(',', ', ')}`],
    ],
    [
      'has a quote that is never closed',
      '"2 High St, Apt 4"',
      '"2 High St, Apt 4',
      ['CSV_INVALID row 4: a quote is never closed'],
    ],
  ])('that %s is refused, with row and column', (_what, from, to, expected) => {
    expect(TWO).toContain(from);
    expect(faultsOf(TWO.replace(from, to))).toEqual(expected);
  });

  it('may have lines above, no names of columns, or the same value in every row', () => {
    const above = `Orders of today\n\n${TWO}`;
    expect(ordersOf(above, { format: { ...settings.format, skipLines: 2 } })).toHaveLength(2);
    const columns = {
      ...{ orderNumber: 1, placedAt: { text: '2026-03-02' }, 'shipTo.line1': 2, 'shipTo.city': 3 },
      ...{ 'line.sku': 4, 'line.quantity': { text: '1' }, 'line.unitPrice': 5 },
    };
    const bare = { columns, format: { header: false, delimiter: '|' } };
    expect(ordersOf('A-1|1 Main St|Albany|MUG|2.50\nA-1|1 Main St|Albany|PEN|1.00\n', bare)).toMatchObject([
      { placedAt: '2026-03-02T00:00:00.000Z', lines: [{ sku: 'MUG', quantity: 1 }, { sku: 'PEN' }] },
    ]);
    expect(() => withSettings({ columns: COLUMNS, format: { header: false } })).toThrow('expected numbers of columns');
  });

  it('never fails, whatever stands in it, and is read in pieces as at once', async () => {
    const parsed = channelSettings.parse(settings);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(TWO.length), fc.nat(8), fc.string({ unit: 'binary', maxLength: 6 })), {
          maxLength: 6,
        }),
        fc.constantFrom<BufferEncoding>('utf8', 'utf16le', 'latin1'),
        async (changes, encoding) => {
          const text = changes.reduce((left, [at, cut, put]) => left.slice(0, at) + put + left.slice(at + cut), TWO);
          const file = Buffer.from(text, encoding);
          const result = channel.normalize('csv', file, { ...account, settings: parsed });
          if (!result.ok) expect(result.faults.length).toBeGreaterThan(0);
          expect(await streamOrderFile(file, parsed)).toEqual(readOrderFile(file, parsed));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('files of a partner', () => {
  it('give each order as a payload of its own, so that one that is refused holds up no other', async () => {
    files.put('in', 'a.csv', TWO.replace(',MUG,2,', ',MUG,two,'));
    const { payloads, more } = await poll(null);
    const said = payloads.map(({ topic, rawBody }) => channel.normalize(topic, rawBody, withSettings({})));
    expect([said.map(({ ok }) => ok), more]).toEqual([[false, true], false]);
    expect(said[0]).toMatchObject({ faults: [{ path: 'row 2, column "Qty"' }] });
    expect(said[1]).toMatchObject({ orders: [{ externalId: 'A-2' }] });
  });

  it('are archived once what they said is kept, and the same order in another file is a copy', async () => {
    files.put('in', 'a.csv', TWO);
    files.put('in', 'notes.txt', 'not ours');
    const first = await poll(null);
    expect(files.names('in')).toEqual(['a.csv', 'notes.txt']);
    const [, second = ''] = TWO.split('\nA-2');
    files.put('in', 'b.csv', `${HEADER}\nA-2${second.split('\n')[0]}\n`);
    const next = await poll(first.cursor);
    expect(first.payloads.map(({ deliveryId }) => deliveryId)).toContain(next.payloads[0]?.deliveryId);
    expect(next.payloads).toHaveLength(1);
    await poll(next.cursor);
    expect([files.names('in'), files.names('in/archive').sort()]).toEqual([['notes.txt'], ['a.csv', 'b.csv']]);
  });

  it('with more orders than a page are given out page by page, none twice, also where another file comes in between', async () => {
    const row = (number: number) =>
      `B-${number},2026-03-02,Ada,Reader,1 Main St,Albany,NY,12207,US,,STD,,,MUG,1,1.00,,`;
    files.put('in', 'a.csv', `${HEADER}\n${Array.from({ length: 1_200 }, (_, at) => row(at)).join('\n')}\n`);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 10; page += 1) {
      const read = await poll(cursor);
      seen.push(...read.payloads.map(({ deliveryId }) => deliveryId));
      ({ cursor } = read);
      if (page === 0) files.put('in', 'b.csv', `${HEADER}\n${row(5_000)}\n`);
      if (!read.more) break;
    }
    expect([seen.length, new Set(seen).size]).toEqual([1_201, 1_201]);
  });

  it('that cannot be read are told whole, and hold up no other', async () => {
    files.put('in', 'a.csv', 'a picture of a cat');
    files.put('in', 'b.csv', TWO);
    const { payloads } = await poll(null);
    expect(payloads.map(({ topic }) => topic)).toEqual(['csv', 'csv-order', 'csv-order']);
  });
});

const at = '2026-03-02T11:00:00.000Z';
const told = { externalId: 'A-1', displayNumber: 'A-1', customerPoNumber: null, at };
const NOTICES: readonly ChannelNotice[] = [
  {
    ...{ ...told, kind: 'acknowledge', noticeId: 'n-1' },
    lines: [{ externalLineId: '1', sku: '=MUG', accepted: 2, backordered: 0, rejected: 1, reason: '+cmd|calc' }],
  },
  {
    ...{ ...told, kind: 'ship', noticeId: 'n-2', shipmentId: 'S-1', carrier: 'UPS', serviceCode: null },
    ...{ trackingNumbers: ['1Z1', '1Z2'], shippedAt: at, lines: [{ externalLineId: '1', sku: 'MUG', quantity: 2 }] },
  },
  {
    ...{ ...told, kind: 'cancel', noticeId: 'n-3', reason: 'customer asked' },
    lines: [{ externalLineId: '1', sku: 'MUG', quantity: 1 }],
  },
  {
    ...{ ...told, kind: 'invoice', noticeId: 'n-4', invoiceNumber: 'HG-1', currency: 'USD' },
    lines: [{ externalLineId: '1', sku: 'MUG', quantity: 2, unitPrice: 97_500 }],
  },
];

describe('what a partner is told', () => {
  it('is a file for each notice, without formulas that a spreadsheet would run', async () => {
    for (const notice of NOTICES) await channel.tell?.(notice, context);
    expect(files.text('out', 'acknowledge-n-1.csv')).toBe(
      'orderNumber,displayNumber,customerPoNumber,noticeId,at,line.id,line.sku,line.accepted,line.backordered,line.rejected,line.reason\r\n' +
        "A-1,A-1,,n-1,2026-03-02T11:00:00+00:00,1,'=MUG,2,0,1,'+cmd|calc\r\n",
    );
    expect(files.text('out', 'ship-n-2.csv').split('\r\n')[1]).toBe(
      'A-1,A-1,,n-2,2026-03-02T11:00:00+00:00,1,MUG,S-1,UPS,,1Z1 1Z2,2026-03-02T11:00:00+00:00,2',
    );
    expect(files.text('out', 'invoice-n-4.csv')).toContain(',HG-1,USD,2,9.75\r\n');
  });

  it('has the columns and words that its settings name', async () => {
    const ship = {
      name: 'SHIP_{id}.txt',
      columns: [
        { name: 'PO', from: 'orderNumber' },
        { name: 'Carrier', from: 'carrier', table: { UPS: 'United Parcel' } },
        { name: 'Day', from: 'shippedAt', date: 'dd.MM.yyyy' },
        { name: 'Source', text: 'headgate' },
      ],
    };
    const call = {
      ...context,
      account: withSettings({ tells: { folder: 'out', delimiter: ';', lineEnd: 'lf', ship } }),
    };
    for (const _ of [1, 2]) await channel.tell?.(NOTICES[1] as ChannelNotice, call);
    expect(files.names('out')).toEqual(['SHIP_n-2.txt']);
    expect(files.text('out', 'SHIP_n-2.txt')).toBe('PO;Carrier;Day;Source\nA-1;United Parcel;02.03.2026;headgate\n');
    await expect(channel.tell?.(NOTICES[0] as ChannelNotice, call)).rejects.toMatchObject({
      code: 'CHANNEL_MISCONFIGURED',
    });
  });

  it('is what its settings want, within the time that they set', () => {
    const duties = (more: object) => channel.capabilitiesOf?.(withSettings(more).settings);
    expect(duties({ orders: undefined, tells: undefined })).toEqual({ webhooks: ['csv'], poll: false, duties: [] });
    expect(duties({ tells: { folder: 'out', ship: { withinMinutes: 60 }, stock: {} } })?.duties).toEqual([
      { kind: 'ship', withinMs: 3_600_000 },
      { kind: 'report_stock' },
    ]);
  });

  it('reads back as it was, but for the apostrophe before a formula', () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => text === text.trim() && !/[\0\r]/.test(text));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (skus) => {
        const usable = skus.filter((sku) => sku !== '');
        const columns = {
          ...{ orderNumber: 'o', placedAt: { text: '2026-03-02' }, 'line.sku': 's', 'line.quantity': { text: '1' } },
        };
        const quoted = usable.map((sku) => `A,"${withoutFormula(sku).replaceAll('"', '""')}"`).join('\n');
        const parsed = channelSettings.parse({ columns, format: { delimiter: ',' } });
        const file = readOrderFile(bytes(`o,s\n${quoted}\n`), parsed);
        expect(file.ok ? file.orders.flatMap(({ rows }) => rows.map(({ cells }) => cells[1])) : []).toEqual(
          usable.map((sku) => withoutFormula(sku)),
        );
      }),
    );
  });
});

describeChannel(
  {
    name: 'csv',
    connector: channel,
    make: async (): Promise<ChannelBench> => {
      files = new MemoryFiles();
      files.put('in', 'a.csv', TWO);
      return {
        ...{ account, topic: 'csv', payloads: [bytes(TWO)], notices: NOTICES },
        sign: (rawBody) => ({
          rawBody,
          headers: { 'x-signature': `sha256=${createHmac('sha256', SECRET).update(rawBody).digest('hex')}` },
        }),
        context: { account, clock, fetch, numbers: memoryNumbers(clock) },
        told: async ({ noticeId }) => files.names('out').filter((name) => name.includes(noticeId)).length,
      };
    },
  },
  { describe, it },
);
