import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderOf850 } from '../../channels/x12/map.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { envelopeOf } from '../../x12/partner.js';
import { readSets } from '../../x12/sets.js';
import { writeInterchange } from '../../x12/write.js';
import { documentsOf } from './documents.js';
import { toPurchaseOrderSet } from './purchase-order.js';
import { vendorSettings } from './settings.js';
import { readStock } from './stock.js';

const settings = vendorSettings.parse({
  us: { qualifier: 'ZZ', id: 'HEADGATE' },
  partner: { qualifier: '01', id: '043109560' },
  transport: { kind: 'folder', path: 'acme' },
  folders: { in: 'in', out: 'out' },
  sites: { dal: 'DALLAS' },
  timeZone: 'America/Chicago',
});
const bytes = (text: string) => new TextEncoder().encode(text);
const document = (set: string, group = 'PR') =>
  bytes(
    [
      'ISA*00*          *00*          *01*043109560      *ZZ*HEADGATE       *260302*1000*U*00401*000000077*0*P*>',
      `GS*${group}*043109560*HEADGATE*20260302*1000*77*X*004010`,
      set,
      `GE*1*77`,
      'IEA*1*000000077',
    ]
      .join('\n')
      .replaceAll('\n', '~\n'),
  );
const withEnd = (type: string, body: string) => {
  const segments = body.trim().split('\n');
  return [`ST*${type}*0001`, ...segments, `SE*${segments.length + 2}*0001`].join('\n');
};
const read = (file: Uint8Array) => {
  const said = [...readSets([file])].flatMap((part) => (part.kind === 'set' ? [documentsOf(part.set, settings)] : []));
  return { documents: said.flatMap((one) => one.documents), unreadable: said.flatMap((one) => one.unreadable) };
};
const documents = (type: string, body: string) => read(document(withEnd(type, body)));

describe('a purchase order as 850', () => {
  const po: PurchaseOrder = {
    ...{ poNumber: 'HG-1', nodeCode: 'dal', shipVia: 'UPSG', currency: 'USD', shipBy: '2026-03-04T18:00:00.000Z' },
    ...{ orderNumber: '#1001', instructions: 'Leave at the door', incoterms: 'DAP' },
    packingSlip: {
      ...{
        brand: 'Lamps & Co',
        customerOrderNumber: 'W-100045',
        customerPoNumber: 'C-9',
        giftMessage: 'Happy\nbirthday',
      },
      returnAddress: { name: 'Returns', lines: ['9 Back Rd'], city: 'Dayton', regionCode: 'OH', countryCode: 'US' },
    },
    freightAccount: { carrier: 'UPSN', account: '9F8A77' },
    shipTo: {
      ...{ name: 'José *Perez*', company: 'Acme Ltd', lines: ['12 High St', 'Unit 4', 'Door B'], city: 'Toronto' },
      ...{ regionCode: 'ON', postalCode: 'M5V 2T6', countryCode: 'CA', phone: '4165550100' },
    },
    lines: [
      {
        ...{ lineNo: 1, vendorSku: 'LAMP-1', sku: 'lamp', packs: 2, unitsPerPack: 1, unitOfMeasure: 'EA', quantity: 2 },
        ...{
          unitCost: 125_000,
          title: 'Desk lamp',
          gtin: '012345678905',
          customs: { hsCode: '9405.21', originCountry: 'VN' },
        },
      },
      {
        ...{
          lineNo: 2,
          vendorSku: 'CLIP-9',
          sku: 'clip',
          packs: 3,
          unitsPerPack: 12,
          unitOfMeasure: 'CA',
          quantity: 36,
        },
        unitCost: 4_250,
      },
    ],
  };
  const written = () =>
    writeInterchange(envelopeOf(settings), 41, '2026-03-02T10:00:00.000Z', [
      toPurchaseOrderSet(po, settings, '2026-03-02T10:00:00.000Z'),
    ]);

  it('says all that the vendor needs, and the same bytes each time', () => {
    expect(written()).toEqual(written());
    const text = new TextDecoder().decode(written());
    for (const segment of [
      'BEG*00*DS*HG-1**20260302',
      'REF*CO*W-100045',
      'REF*CR*C-9',
      'REF*11*9F8A77',
      'FOB*TP***01*DAP',
      'DTM*010*20260304',
      'TD5**2*UPSN**UPSG',
      'N9*L1*GIFT MESSAGE~\nMSG*Happy~\nMSG*birthday',
      'N1*ST*José  Perez~\nN2*Acme Ltd~\nN3*12 High St*Unit 4~\nN3*Door B~\nN4*Toronto*ON*M5V 2T6*CA~\nPER*DC**TE*4165550100',
      'N1*SF*DALLAS*92*DALLAS',
      'PO1*1*2*EA*12.50**VN*LAMP-1*SK*lamp*UP*012345678905*CH*VN',
      'PO1*2-12*3*CA*5.10**VN*CLIP-9*SK*clip~\nPO4*12*1*EA',
      'CTT*2*5',
      'AMT*TT*40.30',
    ])
      expect(text).toContain(`${segment}~`);
  });

  it('is an order of the channel that reads such documents', () => {
    const [part] = [...readSets([written()])].filter(({ kind }) => kind === 'set');
    if (part?.kind !== 'set') throw new Error('expected a set');
    expect(part.set.problems).toEqual([]);
    const channel = { currency: 'USD', countryCode: 'US', skuQualifiers: ['SK'], orderTypes: ['DS'] };
    expect(orderOf850(part.set, channel, '')).toMatchObject({
      ok: true,
      order: {
        ...{ externalId: 'HG-1', totals: { grade: 'exact', stated: '40.30' } },
        shipTo: { lines: ['12 High St', 'Unit 4', 'Door B'], company: 'Acme Ltd' },
        lines: [
          { sku: 'lamp', unitPrice: 125_000 },
          { sku: 'clip', quantity: 3, unitPrice: 51_000 },
        ],
        delivery: {
          ...{ shipBy: '2026-03-04', incoterms: 'DAP', instructions: 'Leave at the door' },
          thirdPartyFreight: { account: '9F8A77', carrier: 'UPSN' },
          packingSlip: { giftMessage: 'Happy birthday', customerOrderNumber: 'W-100045' },
        },
      },
    });
  });
});

describe('an acknowledgement as 855', () => {
  const line = (acks: string, po1 = 'PO1*1*25*EA*9.5**VN*LAMP-1') => {
    const { documents: said } = documents('855', `BAK*00*AC*HG-1*20260302****V-77*20260303\n${po1}\n${acks}\nCTT*1`);
    return said[0]?.kind === 'acknowledgement' ? said[0].lines[0] : undefined;
  };

  it.each([
    ['all accepted', 'ACK*IA*25*EA', { accepted: 25, rejected: 0 }],
    ['accepted without a quantity', 'ACK*IA', { accepted: 25, rejected: 0 }],
    ['rejected', 'ACK*IR', { accepted: 0, rejected: 25, reason: 'ACK01 IR' }],
    ['rejected, 0 accepted beside it', 'ACK*IR*0*EA', { accepted: 0, rejected: 25, reason: 'ACK01 IR' }],
    ['rejected with a word', 'ACK*IR\nN9*L1*x*DISCONTINUED', { accepted: 0, rejected: 25, reason: 'DISCONTINUED' }],
    ['partly accepted', 'ACK*IA*10*EA\nACK*IR*15*EA', { accepted: 10, rejected: 15, reason: 'ACK01 IA IR' }],
    [
      'backordered until a day',
      'ACK*IB*25*EA*068*20260401',
      { accepted: 0, rejected: 0, backordered: { quantity: 25, until: '2026-04-01T00:00:00.000Z' } },
    ],
    ['partly there, the rest later', 'ACK*BP*10*EA', { accepted: 10, rejected: 0, backordered: { quantity: 15 } }],
    ['less than asked', 'ACK*IQ*20', { accepted: 20, rejected: 5, reason: 'ACK01 IQ' }],
    ['at another price', 'ACK*IP\nCTP***9.75', { accepted: 25, rejected: 0, changed: { unitCost: 97_500 } }],
    [
      'at another date, as something else',
      'ACK*DR***106*20260520\nACK*IS******MG*LAMP-2',
      {
        accepted: 25,
        rejected: 0,
        changed: { shipBy: '2026-05-20T00:00:00.000Z', substitute: { vendorSku: 'LAMP-2' } },
      },
    ],
    [
      'in parts by dates',
      'SCH*12*EA***068*20260501\nSCH*13*EA***068*20260515',
      { accepted: 25, rejected: 0, changed: { shipBy: '2026-05-15T00:00:00.000Z' } },
    ],
  ])('tells a line %s', (_what, acks, said) => {
    expect(line(acks)).toEqual({ lineNo: 1, ...said });
  });

  it('counts packs in units, and pieces as they are', () => {
    expect(line('ACK*IA*2*CA', 'PO1*1-12*3*CA*5.10')).toMatchObject({ accepted: 24 });
    expect(line('ACK*IA*30*EA', 'PO1*1-12*3*CA*5.10')).toMatchObject({ accepted: 30 });
    expect(line('ACK*IP', 'PO1*1-12*3*CA*6.00')).toMatchObject({ changed: { unitCost: 5_000 } });
  });

  it.each([
    ['RJ', 'REF*ZZ**INVALID CITY/ZIP COMBINATION', { verdict: 'rejected', reason: 'INVALID CITY/ZIP COMBINATION' }],
    ['RD', 'MSG*CLOSED', { verdict: 'rejected', reason: 'CLOSED' }],
    ['AT', 'PER*SU*VENDOR', { verdict: 'accepted' }],
    ['AK', 'PER*SU*VENDOR', { verdict: 'accepted' }],
  ])('speaks of the whole order without lines (%s)', (type, segment, order) => {
    expect(documents('855', `BAK*00*${type}*HG-1*20260302****V-77*20260303\n${segment}`)).toEqual({
      documents: [
        {
          kind: 'acknowledgement',
          poNumber: 'HG-1',
          vendorReference: 'V-77',
          at: '2026-03-03T00:00:00.000Z',
          lines: [],
          order,
        },
      ],
      unreadable: [],
    });
  });

  it('names exceptions alone, the others as ordered', () => {
    expect(documents('855', 'BAK*00*AE*HG-1*20260302\nPO1*2*4*EA\nACK*IR').documents).toMatchObject([
      { order: { verdict: 'accepted' }, lines: [{ lineNo: 2, accepted: 0, rejected: 4 }] },
    ]);
  });

  it.each([
    ['BAK*00*AD**20260302', 'ISA[1]/GS[1]/ST[1]: expected BAK03: the number of the purchase order', null],
    ['BAK*00*QQ*HG-1*20260302', 'ISA[1]/GS[1]/ST[1]/BAK[1].02: expected one of', 'HG-1'],
    ['BAK*00*AD*HG-1\nPO1*item-1*4*EA\nACK*IA', 'ISA[1]/GS[1]/ST[1]/PO1[1].01: expected the line', 'HG-1'],
    ['BAK*00*AD*HG-1\nPO1*1*4*EA\nACK*IH', 'ISA[1]/GS[1]/ST[1]/PO1[1]/ACK[1].01: the item', 'HG-1'],
  ])('that cannot be read says where: %s', (body, problem, poNumber) => {
    const [first] = documents('855', body).unreadable;
    expect(first).toEqual({ poNumber, problem: expect.stringContaining(problem) });
  });
});

describe('a shipment as 856', () => {
  const HEAD = 'BSN*00*S-1*20260303*1530*0001';
  const shipment = {
    ...{
      kind: 'shipment',
      poNumber: 'HG-1',
      vendorShipmentId: 'S-1',
      carrier: 'UPSN',
      trackingNumbers: ['1Z1', '1Z2'],
    },
    ...{
      shippedAt: '2026-03-03T21:30:00.000Z',
      lines: [
        { lineNo: 1, quantity: 2 },
        { lineNo: 2, quantity: 24 },
      ],
    },
  };
  it.each([
    [
      'shipment, order, parcels, items',
      `HL*1**S\nTD5**2*UPSN\nHL*2*1*O\nPRF*HG-1\nHL*3*2*P\nMAN*CP*1Z1\nHL*4*3*I\nLIN*1*VN*A\nSN1**2*EA
HL*5*2*P\nMAN*CP*1Z2\nHL*6*5*I\nLIN*2-12*VN*B\nSN1**2*CA`,
    ],
    [
      'shipment, order, items, with tracking in REF',
      `HL*1**S\nTD5**2*UPSN\nREF*2I*1Z1\nHL*2*1*O\nREF*2I*1Z2\nPRF*HG-1\nHL*3*2*I\nLIN*1*VN*A\nSN1**2*EA\nHL*4*2*I\nLIN*2*VN*B\nSN1**24*EA`,
    ],
    [
      'blank parents',
      `HL*1**S\nTD5**2*UPSN\nHL*2**O\nPRF*HG-1\nHL*3**P\nMAN*2I*1Z1\nHL*4**I\nLIN*1\nSN1**2*EA\nHL*5**P\nMAN*2I*1Z2\nHL*6**I\nLIN*2\nSN1**24*EA`,
    ],
    [
      'an item in two parcels',
      `HL*1**S\nTD5**2*UPSN\nHL*2*1*O\nPRF*HG-1\nHL*3*2*P\nMAN*CP*1Z1\nHL*4*3*I\nLIN*1\nSN1**1*EA\nHL*5*2*P\nMAN*CP*1Z2\nHL*6*5*I\nLIN*1\nSN1**1*EA\nHL*7*5*I\nSN1*2*24*EA`,
    ],
  ])('is read with %s', (_what, levels) => {
    const { documents: said, unreadable } = documents('856', `${HEAD}\n${levels}`);
    expect(unreadable).toEqual([]);
    const [notice] = said;
    expect(notice).toMatchObject({ ...shipment, trackingNumbers: expect.anything() });
    expect(notice?.kind === 'shipment' && [...notice.trackingNumbers].sort()).toEqual(
      levels.includes('REF*2I') ? ['1Z1', '1Z2'] : shipment.trackingNumbers,
    );
  });

  it('may hold several orders, and a zone for its time', () => {
    const level = (hl: number, po: string) => `HL*${hl}*1*O\nPRF*${po}\nHL*${hl + 1}*${hl}*I\nLIN*1\nSN1**1*EA`;
    const body = `${HEAD}\nHL*1**S\nDTM*011*20260303*1200*ES\n${level(2, 'HG-1')}\n${level(4, 'HG-2')}`;
    expect(documents('856', body).documents).toMatchObject([
      { poNumber: 'HG-1', shippedAt: '2026-03-03T17:00:00.000Z', lines: [{ lineNo: 1, quantity: 1 }] },
      { poNumber: 'HG-2', lines: [{ lineNo: 1, quantity: 1 }] },
    ]);
  });

  it.each([
    [`${HEAD}\nHL*1**S\nHL*2*1*I\nLIN*1\nSN1**1*EA`, 'expected PRF', null],
    [`${HEAD}\nHL*1**O\nPRF*HG-1`, 'expected items', 'HG-1'],
    [`BSN*01*S-1*20260303\nHL*1**O\nPRF*HG-1`, 'is canceled', 'HG-1'],
    [`${HEAD}\nHL*1**O\nPRF*HG-1\nHL*2*1*I\nLIN*A*VN*X\nSN1**1*EA`, 'the line’s number of our order', 'HG-1'],
  ])('that cannot be read says why', (body, problem, poNumber) => {
    expect(documents('856', body).unreadable[0]).toEqual({ poNumber, problem: expect.stringContaining(problem) });
  });
});

describe('an invoice as 810', () => {
  it('is read with its lines, charges, allowances and total', () => {
    const body = `BIG*20260305*INV-9*20260302*HG-1***DI\nCUR*SE*CAD\nIT1*1*2*EA*12.5**VN*LAMP-1
IT1*2-12*3*CA***VN*CLIP-9\nCTP***5.1*3*CA\nTDS*4625\nTXI*ST*2.01\nSAC*C*D240***599**********Freight\nSAC*A*C310***205`;
    expect(documents('810', body)).toEqual({
      documents: [
        {
          ...{
            kind: 'invoice',
            poNumber: 'HG-1',
            invoiceNumber: 'INV-9',
            at: '2026-03-05T00:00:00.000Z',
            currency: 'CAD',
          },
          lines: [
            { lineNo: 1, quantity: 2, unitCost: 125_000 },
            { lineNo: 2, quantity: 36, unitCost: 4_250 },
          ],
          charges: [
            { code: 'D240', title: 'Freight', amount: 59_900 },
            { code: 'C310', amount: -20_500 },
            { code: 'TXI ST', amount: 20_100 },
          ],
          total: 462_500,
        },
      ],
      unreadable: [],
    });
  });

  it.each([
    ['BIG*20260305*INV-9*20260302\nIT1*1*2*EA*12.5', 'expected BIG04', null],
    ['BIG*20260305*INV-9*20260302*HG-1***CR\nIT1*1*2*EA*12.5', 'a credit', 'HG-1'],
    ['BIG*20260305*INV-9*20260302*HG-1\nIT1**2*EA*12.5', 'expected the line’s number', 'HG-1'],
    ['BIG*20260305*INV-9*20260302*HG-1\nIT1*1*2*EA', 'expected a price', 'HG-1'],
  ])('that cannot be matched is for a person: %s', (body, problem, poNumber) => {
    const said = documents('810', body);
    expect(said.documents).toEqual([]);
    expect(said.unreadable[0]).toEqual({ poNumber, problem: expect.stringContaining(problem) });
  });
});

describe('stock as 846', () => {
  const stock = (body: string) => readStock([document(withEnd('846', body), 'IB')], settings);

  it('is read per site from SCH, and where there is none from QTY at the site of the whole', () => {
    const read = stock(`BIA*00*DD*77*20260302*0930\nN1*WH*DALLAS
LIN*1*VN*LAMP-1\nQTY*33*9*EA\nSCH*4*EA*WH*DALLAS\nSCH*5*EA*WH*CHICAGO
LIN*2*VN*CLIP-9*UP*1\nQTY*17*8*EA\nQTY*33*7*EA\nCTT*2`);
    expect(read).toEqual({
      control: 77,
      report: {
        ...{ kind: 'snapshot', asOf: '2026-03-02T15:30:00.000Z', complete: true, partial: false, faults: [] },
        rows: [
          { nodeCode: 'dal', vendorSku: 'LAMP-1', onHand: 4 },
          { nodeCode: 'CHICAGO', vendorSku: 'LAMP-1', onHand: 5 },
          { nodeCode: 'dal', vendorSku: 'CLIP-9', onHand: 7 },
        ],
      },
    });
  });

  it('of changed items alone is partial', () => {
    const read = stock('BIA*04*DD*77*20260302*0930\nN1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9*EA');
    expect(read?.report).toMatchObject({ complete: true, partial: true, rows: [{ onHand: 9 }] });
  });

  it.each([
    ['N1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9\nCTT*2', 'STOCK_TRUNCATED', 1],
    ['N1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*-9', 'QUANTITY_INVALID', 0],
    ['N1*WH*DALLAS\nLIN*1*VN*A', 'QUANTITY_MISSING', 0],
    ['LIN*1*VN*A\nQTY*33*9', 'SITE_MISSING', 0],
    ['N1*WH*DALLAS\nLIN*1*ZZ*A\nQTY*33*9', 'SKU_MISSING', 0],
  ])('is not complete where a row cannot be read: %s', (body, code, rows) => {
    const read = stock(`BIA*00*DD*77*20260302\n${body}`);
    expect(read?.report.complete).toBe(false);
    expect(read?.report.faults[0]?.code).toBe(code);
    expect(read?.report.rows).toHaveLength(rows);
  });

  it('is not complete where its end is missing, and no stock where it is another document', () => {
    const cut = document(
      withEnd('846', 'BIA*00*DD*7*20260302\nN1*WH*DALLAS\nLIN*1*VN*A\nQTY*33*9').replace(/\nSE.*/, ''),
    );
    expect(readStock([cut], settings)?.report.complete).toBe(false);
    expect(readStock([document(withEnd('855', 'BAK*00*AT*HG-1'))], settings)).toBe(null);
  });
});

describe('a document of a vendor', () => {
  it('never fails the reading, whatever its segments say', () => {
    const ids = [
      'BAK',
      'BSN',
      'BIG',
      'PO1',
      'ACK',
      'SCH',
      'HL',
      'PRF',
      'LIN',
      'SN1',
      'IT1',
      'SAC',
      'MAN',
      'REF',
      'CTP',
      'TDS',
      'QTY',
      'BIA',
    ];
    const element = fc.oneof(
      fc.constantFrom(
        '',
        '1',
        '2',
        '1-12',
        '25',
        '-1',
        '9999999999999999',
        'EA',
        'CA',
        'S',
        'O',
        'I',
        'IA',
        'IR',
        'AD',
        'RJ',
        'HG-1',
        'VN',
      ),
      fc.constantFrom('__proto__', 'constructor', '20260302', '20269999', '1E5', 'WH', '33'),
      fc.string({ maxLength: 8 }),
    );
    const segment = fc
      .tuple(fc.constantFrom(...ids), fc.array(element, { maxLength: 9 }))
      .map(([id, rest]) => [id, ...rest].join('*'));
    fc.assert(
      fc.property(
        fc.constantFrom('855', '856', '810', '846'),
        fc.array(segment, { maxLength: 14 }),
        (type, segments) => {
          const file = document(withEnd(type, segments.join('\n')));
          expect(read(file)).toEqual(read(file));
          expect(readStock([file], settings)).toEqual(readStock([file], settings));
        },
      ),
      { numRuns: 500 },
    );
  });
});

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(samples, 'fixtures/x12');
const present = existsSync(folder);
if (!present) console.log(`skipped: X12 samples, not found in ${samples} (set HEADGATE_SAMPLES)`);

/** What each sample says: documents, problems, rows of stock; those not named here are none that a vendor sends. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'coedition/832-sample.edi': ['a set 832 is none that a vendor sends us'],
  'coedition/832-sample2.edi': ['a set 832 is none that a vendor sends us'],
  'coedition/846-sample2.edi': [
    'a set 846 is none that a vendor sends us',
    'expected the site that the stock lies at: name one in stock.site',
    'SE01 says 06 segments, there are 8',
  ],
  'coedition/850-sample.edi': ['a set 850 is none that a vendor sends us'],
  'coedition/855-sample2.edi': ['acknowledgement CUSTPO'],
  'coedition/856-sample.edi': ['shipment 1572098', 'shipment 1572114', 'shipment 1572130'],
  'coedition/997-sample2.edi': ['a set 997 is none that a vendor sends us'],
  'edi.net/x12.214.edi': ['a set 214 is none that a vendor sends us'],
  'edi.net/x12.810.mandatory-conditions.edi': ['a set 850 is none that a vendor sends us'],
  'edi.net/x12.810a.edi': ['invoice DO091003'],
  'edi.net/x12.810c.edi': ['expected the line’s number of our order (IT101)'],
  'edi.net/x12.810d.edi': ['expected the line’s number of our order (IT101)'],
  'edi.net/x12.832.edi': ['a set 832 is none that a vendor sends us'],
  'edi.net/x12.850.edi': ['a set 850 is none that a vendor sends us'],
  'edi.net/x12.850a.edi': ['a set 850 is none that a vendor sends us'],
  'gozer/asn856.edi': ['shipment 99999817'],
  'gozer/empty-line.edi': [
    'a set AAA is none that a vendor sends us',
    'a set BBB is none that a vendor sends us',
    'a set YYZ is none that a vendor sends us',
  ],
  'gozer/po850.edi': ['a set 850 is none that a vendor sends us'],
  'gozer/wrong-gs.edi': ['a set AAA is none that a vendor sends us'],
  'node-x12/850.edi': ['a set 850 is none that a vendor sends us'],
  'node-x12/850_fat.edi': ['a set 850 is none that a vendor sends us'],
  'node-x12/855.edi': ['acknowledgement POTEST1112'],
  'node-x12/856.edi': ['shipment 99999817'],
  'omniparser/ups-210-freight-invoice.edi': ['a set 210 is none that a vendor sends us'],
  'staedi/invalid997.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple810.edi': ['expected the line’s number of our order (IT101)'],
  'staedi/simple997-multiple-interchanges.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple997.edi': ['a set 997 is none that a vendor sends us'],
  'staedi/simple999.edi': ['a set 999 is none that a vendor sends us'],
  'stedi/855-inbound-5010.edi': [
    "expected the line's number of our order, got item-1",
    "expected the line's number of our order, got item-2",
  ],
  'stupidedi/810-aerospace-basic.edi': ['invoice 767124'],
  'stupidedi/850-aerospace-basic.edi': ['a set 850 is none that a vendor sends us'],
  'stupidedi/855-aerospace-accepted.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-aerospace-minor-changes.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-aerospace-ship-details.edi': ['acknowledgement XX-1234'],
  'stupidedi/855-shrader.edi': ['acknowledgement 1D711419'],
  'stupidedi/997-1.edi': ['a set 997 is none that a vendor sends us'],
  'vscode/850-loop.edi': ['a set 850 is none that a vendor sends us'],
  'vscode/850.x12': ['a set 850 is none that a vendor sends us'],
  'vscode/multiple_transactions.x12': ['a set 860 is none that a vendor sends us'],
};

describe.skipIf(!present)('a sample of X12', () => {
  const names = present
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(edi|x12)$/.test(name))
    : [];
  it.each(names)('%s', (name) => {
    const file = readFileSync(join(folder, name));
    const { documents: said, unreadable } = read(file);
    const { rows = [], faults = [] } = readStock([file], settings)?.report ?? {};
    expect([
      ...said.map(({ kind, poNumber }) => `${kind} ${poNumber}`),
      ...rows.map(({ nodeCode, vendorSku, onHand }) => `${vendorSku} at ${nodeCode}: ${onHand}`),
      ...new Set(unreadable.map(({ problem }) => problem.replace(/^.*?: /, ''))),
      ...faults.map(({ message }) => message),
    ]).toEqual(SAMPLES[name] ?? []);
  });
});
