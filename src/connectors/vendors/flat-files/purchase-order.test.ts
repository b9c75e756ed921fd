import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRows } from '../../flat/rows.js';
import { writePurchaseOrder } from './purchase-order.js';
import { PO_FIELDS } from './purchase-order-fields.js';
import { vendorSettings } from './settings.js';
import { ACME, purchaseOrder, settingsWith } from './testing/acme.js';

const WRITTEN_AT = '2026-03-02T10:00:00.000Z';
const written = (change: Record<string, unknown> = {}, po = purchaseOrder('HG-1')) =>
  writePurchaseOrder(po, settingsWith({ purchaseOrders: { ...ACME.purchaseOrders, ...change } }), WRITTEN_AT);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('the example of the documentation', () => {
  it('is one that can be used, and its columns are all that there are', async () => {
    const text = await readFile('docs/connectors/flat-files.md', 'utf8');
    const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? 'null');
    expect(vendorSettings.safeParse(example).error).toBeUndefined();
    for (const field of Object.keys(PO_FIELDS)) expect(text).toContain(`\`${field.replace(/^\w+\./, '')}\``);
  });
});

describe('a purchase order as a flat file', () => {
  it('has a row for each line, in the vendor’s columns, words and dates', () => {
    expect(textOf(written())).toBe(
      [
        'PO Number,Type,Written,Ship By,Service,Name,Street,Phone,Site,Line,SKU,Qty,Cost',
        'HG-1,DS,03/02/2026 04:00,03/04/2026,UPS Ground,"Jo ""J"" Li, Jr.",\'=1 Main St,+19375550100,DALLAS,1,LAMP-1,2,12.50',
        'HG-1,DS,03/02/2026 04:00,03/04/2026,UPS Ground,"Jo ""J"" Li, Jr.",\'=1 Main St,+19375550100,DALLAS,2-12,CLIP-9,3,5.10',
        '',
      ].join('\r\n'),
    );
  });

  it('may have tabs, a comma in decimals, no names and other line ends', () => {
    const columns = [
      { name: 'po', from: 'poNumber' },
      { name: 'cost', from: 'line.packCost' },
    ];
    const format = { kind: 'delimited', delimiter: '\t', header: false, lineEnd: 'lf' };
    expect(textOf(written({ columns, format, decimal: ',' }))).toBe('HG-1\t12,50\nHG-1\t5,10\n');
  });

  it('is written in Latin 1 where all of it can be, else refused by name of the character', () => {
    const columns = [
      { name: 'po', from: 'poNumber' },
      { name: 'to', from: 'shipTo.name' },
    ];
    const format = { kind: 'delimited', encoding: 'iso-8859-1' };
    const to = (name: string) => ({ ...purchaseOrder('HG-1'), shipTo: { ...purchaseOrder('HG-1').shipTo, name } });
    expect([...written({ columns, format }, to('É'))]).toContain(0xc9);
    expect(() => written({ columns, format }, to('Łódź'))).toThrow('expected characters of iso-8859-1, got "Ł"');
  });

  it('may be XML, with what is said of the whole before the rows', () => {
    const columns = [
      { name: 'Number', from: 'poNumber' },
      { name: 'Line', from: 'line.id' },
      { name: 'To', from: 'shipTo.line1' },
      { name: 'Qty', from: 'line.packs' },
    ];
    const po = { ...purchaseOrder('HG-1'), shipTo: { ...purchaseOrder('HG-1').shipTo, lines: ['<A> & \u0007"B"'] } };
    expect(textOf(written({ columns, format: { kind: 'xml', root: 'Order', row: 'Item' } }, po))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<Order><Number>HG-1</Number><To>&lt;A&gt; &amp; &quot;B&quot;</To><Item><Line>1</Line><Qty>2</Qty></Item><Item><Line>2-12</Line><Qty>3</Qty></Item></Order>
`,
    );
  });

  it('may be lines of JSON', () => {
    const columns = [
      { name: 'po', from: 'poNumber' },
      { name: 'sku', from: 'line.vendorSku' },
    ];
    expect(textOf(written({ columns, format: { kind: 'json-lines' } }))).toBe(
      '{"po":"HG-1","sku":"LAMP-1"}\n{"po":"HG-1","sku":"CLIP-9"}\n',
    );
  });

  it('says what it was given, whatever the words, and never a formula', () => {
    const columns = [
      { name: 'po', from: 'poNumber' },
      { name: 'to', from: 'shipTo.name' },
    ];
    const spec = {
      format: settingsWith().stock?.format ?? expect.fail('no stock'),
      columns: { to: { from: 'to' } },
    };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        const po = { ...purchaseOrder('HG-1'), shipTo: { ...purchaseOrder('HG-1').shipTo, name } };
        const { rows, unreadable } = readRows(written({ columns }, po), spec);
        expect(unreadable).toEqual([]);
        const said = rows.map((row) => row.cell('to') ?? '');
        expect(said).toHaveLength(2);
        for (const text of said) {
          expect(text).not.toMatch(/^[=@]/);
          expect(text.replace(/^'/, '').trim()).toBe(name.replace(/^'/, '').trim());
        }
      }),
    );
  });

  it.each([
    [{ name: 'orders.csv' }, 'expected a name with {poNumber} once'],
    [{ name: '../{poNumber}.csv' }, 'expected a name with {poNumber} once'],
    [{ columns: [{ name: 'SKU', from: 'line.sku' }] }, 'expected a column from poNumber'],
    [{ columns: [{ name: 'PO', from: 'poNumber', text: 'x' }] }, 'expected either from or text'],
    [{ columns: [{ name: 'PO', from: 'poNumber', date: 'yyyy' }] }, 'expected a date’s form'],
    [{ folder: 'in' }, 'expected another folder for purchase orders'],
    [{ format: { kind: 'delimited', delimiter: '"' } }, 'expected one character'],
    [{ format: { kind: 'xml', root: 'Order', row: 'Item' } }, 'expected columns that are named as elements may be'],
  ])('is not configured by %j', (change, message) => {
    const read = vendorSettings.safeParse({ ...ACME, purchaseOrders: { ...ACME.purchaseOrders, ...change } });
    expect(read.error?.issues[0]?.message).toContain(message);
  });
});
