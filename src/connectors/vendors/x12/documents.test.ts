import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStock } from './stock.js';
import { document, documents, read, settings, withEnd } from './testing/documents.js';

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
