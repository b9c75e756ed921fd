import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAs, SEEN_AT } from './testing/documents.js';

describe('acknowledgements in a file', () => {
  const HEAD = 'PO,Line,Status,Qty,Due,Cost,Why';
  const spec = {
    columns: {
      ...{ poNumber: 'PO', line: 'Line', quantity: 'Qty', until: 'Due', unitCost: 'Cost', reason: 'Why' },
      status: { from: 'Status', table: { OK: 'accepted', NO: 'rejected', BO: 'backordered' } },
    },
    dates: ['MM/dd/yyyy'],
  };
  const said = (...rows: string[]) => readAs('acknowledgements', spec, [HEAD, ...rows].join('\n'));

  it.each([
    ['accepted', ['HG-1,1,OK,25,,,'], { lineNo: 1, accepted: 25, rejected: 0 }],
    ['in packs', ['HG-1,2-12,OK,3,,,'], { lineNo: 2, accepted: 36, rejected: 0 }],
    ['rejected, with the reason', ['HG-1,1,NO,25,,,Gone'], { lineNo: 1, accepted: 0, rejected: 25, reason: 'Gone' }],
    [
      'in parts',
      ['HG-1,1,OK,10,,,', 'HG-1,1,NO,5,,,Gone', 'HG-1,1,BO,10,04/01/2026,,'],
      {
        ...{ lineNo: 1, accepted: 10, rejected: 5, reason: 'Gone' },
        backordered: { quantity: 10, until: '2026-04-01T00:00:00.000Z' },
      },
    ],
    ['at another price', ['HG-1,2-12,OK,3,,6.00,'], { lineNo: 2, accepted: 36, changed: { unitCost: 5_000 } }],
  ])('tell a line %s', (_what, rows, line) => {
    const { documents, unreadable } = said(...rows);
    expect(unreadable).toEqual([]);
    expect(documents).toMatchObject([
      { kind: 'acknowledgement', poNumber: 'HG-1', vendorReference: 'HG-1', at: SEEN_AT, lines: [line] },
    ]);
  });

  it('are one for each PO, and may be of a whole one', () => {
    expect(said('HG-1,1,OK,1,,,', 'HG-2,,NO,,,,Closed', 'HG-1,2,NO,1,,,').documents).toMatchObject([
      { poNumber: 'HG-1', lines: [{ lineNo: 1 }, { lineNo: 2 }] },
      { poNumber: 'HG-2', lines: [], order: { verdict: 'rejected', reason: 'Closed' } },
    ]);
  });

  it('may have counts beside each other in units', () => {
    const columns = { poNumber: 1, line: 2, accepted: 3, rejected: 4, backordered: 5 };
    const format = { kind: 'delimited', header: false, delimiter: '|' };
    const { documents } = readAs('acknowledgements', { format, columns, counts: 'units' }, 'HG-1|2-12|30||6\n');
    expect(documents).toMatchObject([
      { lines: [{ lineNo: 2, accepted: 30, rejected: 0, backordered: { quantity: 6 } }] },
    ]);
  });

  it.each([
    ['HG-1,1,MAYBE,25,,,', 'HG-1', 'row 2, column "Status": expected one of OK, NO, BO, got "MAYBE"'],
    ['HG-1,1,OK,,,,', 'HG-1', 'row 2, column "Qty": expected a value, got none'],
    ['HG-1,item 1,OK,2,,,', 'HG-1', 'row 2, column "Line": expected the line’s id of our order, got "item 1"'],
    ['HG-1,,BO,,,,', 'HG-1', 'row 2, column "Line": expected the line that is backordered'],
    ['HG-1,1,BO,2,2026-04-01,,', 'HG-1', 'row 2, column "Due": expected a date such as MM/dd/yyyy'],
    [',1,OK,2,,,', null, 'row 2, column "PO": expected a value, got none'],
    ['HG-1,1', null, 'row 2: expected 7 values, got 2'],
  ])('that cannot be read are told of, and hold up no others: %s', (row, poNumber, problem) => {
    const { documents, unreadable } = said(row, 'HG-9,1,OK,1,,,');
    expect(unreadable).toEqual([{ poNumber, problem: expect.stringContaining(problem) }]);
    expect(documents.map((document) => document.poNumber)).toEqual(['HG-9']);
  });
});

describe('shipments in a file', () => {
  const spec = {
    format: { kind: 'xml', rows: 'Shipments/Shipment/Item' },
    columns: {
      ...{ poNumber: '../PO', shipmentId: '../@id', shippedAt: '../Date', tracking: '../Parcel/Tracking' },
      ...{ carrier: { from: '../Carrier', table: { 'U.P.S.': 'UPS' } }, line: 'Line', quantity: 'Qty' },
    },
    dates: ['yyyyMMdd HH:mm'],
  };
  const xml = (shipments: string) =>
    `<?xml version="1.0"?>\n<x:Shipments xmlns:x="urn:acme">${shipments}</x:Shipments>`;
  const SHIPMENT = `<Shipment id="S-1"><PO>HG-1</PO><Date>20260303 15:30</Date><Carrier>U.P.S.</Carrier>
    <Parcel><Tracking>1Z1</Tracking></Parcel><Parcel><Tracking>1Z2</Tracking></Parcel>
    <Item><Line>1</Line><Qty>2</Qty></Item><Item><Line>2-12</Line><Qty>2</Qty></Item></Shipment>`;

  it('are read from XML, with what stands above a row', () => {
    expect(readAs('shipments', spec, xml(SHIPMENT))).toEqual({
      documents: [
        {
          ...{ kind: 'shipment', poNumber: 'HG-1', vendorShipmentId: 'S-1', carrier: 'UPS' },
          ...{ trackingNumbers: ['1Z1', '1Z2'], shippedAt: '2026-03-03T21:30:00.000Z' },
          lines: [
            { lineNo: 1, quantity: 2 },
            { lineNo: 2, quantity: 24 },
          ],
        },
      ],
      unreadable: [],
    });
  });

  it.each([
    ['<!DOCTYPE x [<!ENTITY a "b">]>\n<x/>', 'file: expected XML without a DTD'],
    ['<Shipments><Shipment></Shipments>', 'line 1: expected XML: '],
    [
      xml(SHIPMENT.replace('1Z2', Array.from({ length: 101 }, (_, at) => `1Z${at}`).join(' '))),
      'at most 100 tracking numbers',
    ],
    [xml('<a>'.repeat(5_000) + '</a>'.repeat(5_000)), 'file: expected XML: '],
    [xml(SHIPMENT.replaceAll('Parcel', '__proto__')), 'file: expected XML: '],
    [xml('<Sent/>'), 'file: expected elements Shipments/Shipment/Item'],
    [xml(SHIPMENT.replace('>2<', '>two<')), 'row 1, column "Qty": expected a whole number'],
    [xml(SHIPMENT.replace('U.P.S.', 'DHL')), 'row 1, column "../Carrier": expected one of U.P.S., got "DHL"'],
  ])('that cannot be read say where: %s', (text, problem) => {
    expect(readAs('shipments', spec, text).unreadable[0]?.problem).toContain(problem);
  });

  it('have the signs of XML as they are, and digits as they were written', () => {
    const text = xml(SHIPMENT.replace('HG-1', 'HG&amp;1&#233;').replace('S-1', '007').replace('1Z1', '0012e3'));
    expect(readAs('shipments', spec, text).documents).toMatchObject([
      { poNumber: 'HG&1é', vendorShipmentId: '007', trackingNumbers: ['0012e3', '1Z2'] },
    ]);
  });

  it('are read from lines of JSON, and told apart by their tracking numbers where they have no others', () => {
    const format = { kind: 'json-lines', rows: 'items' };
    const columns = { poNumber: '../po', carrier: '../by', tracking: '../track', line: 'line', quantity: 'qty' };
    const text = [
      '{"po":"HG-1","by":"UPS","track":["1Z1","1Z2"],"items":[{"line":1,"qty":2},{"line":"2-12","qty":1.0}]}',
      '{"po":"HG-2","by":"UPS","track":"1Z3","items":[]}',
      'not json',
      '{"po":"HG-3","by":"UPS","items":[{"line":1,"qty":2}]}',
    ].join('\n');
    const { documents, unreadable } = readAs('shipments', { format, columns }, text);
    expect(documents).toMatchObject([
      {
        ...{ poNumber: 'HG-1', vendorShipmentId: '1Z1', trackingNumbers: ['1Z1', '1Z2'], shippedAt: SEEN_AT },
        lines: [
          { lineNo: 1, quantity: 2 },
          { lineNo: 2, quantity: 12 },
        ],
      },
    ]);
    expect(unreadable).toEqual([
      { poNumber: null, problem: 'row 2: expected items' },
      { poNumber: null, problem: 'row 3: expected an object of at most 1000000 characters' },
      { poNumber: 'HG-3', problem: 'row 4, column "../track": expected what tells the shipment apart, got none' },
    ]);
  });
});

describe('invoices in a file', () => {
  const HEAD = 'PO;Invoice;Date;Line;Qty;Price;Freight;Total;Fee;Amount';
  const spec = {
    format: { kind: 'delimited', delimiter: ';' },
    ...{ decimal: ',', dates: ['dd.MM.yyyy'] },
    columns: {
      ...{ poNumber: 'PO', invoiceNumber: 'Invoice', at: 'Date', line: 'Line', quantity: 'Qty', unitCost: 'Price' },
      ...{ freight: 'Freight', total: 'Total', chargeCode: 'Fee', chargeAmount: 'Amount' },
    },
  };
  const billed = (...rows: string[]) => readAs('invoices', spec, [HEAD, ...rows].join('\n'));

  it('are read with lines in packs, charges and what is said of the whole in every row', () => {
    expect(
      billed(
        'HG-1;R-9;05.03.2026;1;2;12,50;5,99;1.046,29;;',
        'HG-1;R-9;05.03.2026;2-12;3;5,10;5,99;1.046,29;;',
        'HG-1;R-9;;;;;;;BONUS;-2,05',
      ),
    ).toEqual({
      documents: [
        {
          ...{
            kind: 'invoice',
            poNumber: 'HG-1',
            invoiceNumber: 'R-9',
            at: '2026-03-05T00:00:00.000Z',
            currency: 'USD',
          },
          lines: [
            { lineNo: 1, quantity: 2, unitCost: 125_000 },
            { lineNo: 2, quantity: 36, unitCost: 4_250 },
          ],
          charges: [
            { code: 'BONUS', amount: -20_500 },
            { code: 'FREIGHT', amount: 59_900 },
          ],
          total: 10_462_900,
        },
      ],
      unreadable: [],
    });
  });

  it.each([
    ['HG-1;R-9;;2;x;1,00;;;;', ['R-8'], 'row 3, column "Qty"'],
    ['HG-1;R-9;;2;1;1.00;;;;', ['R-8'], 'row 3, column "Price": expected an amount, got "1.00"'],
    ['HG-1;R-9;;2;1;1,00;7,00;;;', ['R-8'], 'row 3, column "Freight": expected the amount of the rows before'],
    ['HG-1;;;2;1;1,00;;;;', [], 'row 3, column "Invoice"'],
    ['HG-1;R-9', [], 'row 3: expected 10 values, got 2'],
  ])('of which a row cannot be read are not used: %s', (row, used, problem) => {
    const { documents, unreadable } = billed('HG-1;R-9;;1;2;12,50;5,99;;;', row, 'HG-1;R-8;;1;2;12,50;;;;');
    expect(documents.map((document) => document.kind === 'invoice' && document.invoiceNumber)).toEqual(used);
    expect(unreadable.map((one) => one.problem)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('whatever a file holds', () => {
  const word = fc.constantFrom(
    'HG-1',
    '1',
    '2-12',
    'OK',
    '"',
    '<',
    '</a>',
    '&',
    '{"po":1}',
    '{',
    '1e9',
    '-1',
    '__proto__',
    ';',
  );
  const text = fc.array(fc.oneof(word, fc.string({ maxLength: 6 })), { maxLength: 30 }).map((words) => words.join(','));
  const columns = { poNumber: 'po', line: 'line', quantity: 'qty', status: 'status' };
  it.each([[{ kind: 'delimited' }], [{ kind: 'xml', rows: 'a/b' }], [{ kind: 'json-lines' }]])(
    'reading it as %j says something of it and never fails',
    (format) => {
      fc.assert(
        fc.property(text, (body) => {
          for (const whole of [body, `po,line,qty,status\n${body}`, `<a><b><po>1</po>${body}</b></a>`]) {
            const { documents, unreadable } = readAs('acknowledgements', { format, columns }, whole);
            expect(documents.length + unreadable.length > 0 || whole.trim().split('\n').length === 1).toBe(true);
          }
        }),
      );
    },
  );
});
