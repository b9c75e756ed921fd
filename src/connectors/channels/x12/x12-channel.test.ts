import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../x12/structure.js';
import { x12Channel } from './index.js';

const SECRET = 'a-secret-of-the-partner';
const settings = {
  us: { qualifier: '01', id: '043109560' },
  partner: { qualifier: 'ZZ', id: 'RETAILER' },
};
const account = { code: 'retailer', settings, secrets: { webhookSecret: SECRET } };
const bytes = (text: string) => new TextEncoder().encode(text);

/** A dropship order with everything that partners put into one. */
const SET = `ST*850*0001
BEG*00*DS*PO-7781**20260302
CUR*BY*CAD
REF*CO*W-100045
REF*11*9F8A77
REF*DP*038
PER*BD*Ann Buyer*TE*555-0100*EM*ann@retailer.example
FOB*TP****EXW
CSH*SC
SAC*A*C310***150**********Spring
SAC*C*D240***599
DTM*038*20260304
DTM*002*20260309
TD5*O*2*UPSN**GROUND*******G2
N9*ZZ*GIFT MESSAGE
MSG*Happy birthday,
MSG*Mum
N9*L1*PACKING SLIP
MSG*Thank you for your order
N9*L1*NOTE
MSG*Leave at the door
N1*ST*José Perez*92*0042
N2*Acme Ltd
N3*12 High St*Unit 4
N4*Toronto*ON*M5V 2T6
PER*IC*José*TE*4165550100
N1*BT*Retailer Inc*9*1799
N3*1 Retail Way
N4*Dayton*OH*45402*USA
N1*BY*Retailer Inc*92*0042
N1*RT*Returns Desk
N3*9 Back Rd
N4*Dayton*OH*45402
PO1*10*3*EA*12.5*PE*VN*LAMP-1*UP*012345678905*BP*R-77*CH*VN
CTP**MSR*19.99
PID*F*08***Desk lamp
PID*F*73***Red
TC2*J*9405.21
SAC*A*C310***75
N9*L1*ENGRAVING
MSG*For Mum
PO1*20*100*EA*450*HP*SK*CLIP-9
MEA**WT*2
CTT*2*103
AMT*TT*85.49
SE*46*0001`;
const document = (set = SET) =>
  [
    'ISA*00*          *00*          *ZZ*RETAILER       *01*043109560      *260302*1000*U*00401*000000077*0*P*>',
    'GS*PO*RETAILER*043109560*20260302*1000*77*X*004010VICS',
    set,
    'GE*1*77',
    'IEA*1*000000077',
  ]
    .join('\n')
    .replaceAll('\n', '~\n');
const normalized = (text: string) => x12Channel.normalize('x12', bytes(text), account);
const orderOf = (text: string) => {
  const result = normalized(text);
  if (!result.ok || !result.orders[0]) throw new Error(JSON.stringify(result));
  return result.orders[0];
};
const faultsOf = (text: string) => {
  const result = normalized(text);
  return result.ok ? [] : result.faults.map(({ code, path }) => `${code} ${path}`);
};

describe('an X12 850', () => {
  it('is an order with all that it says', () => {
    expect(orderOf(document())).toMatchObject({
      ...{ externalId: 'PO-7781', customerPoNumber: 'PO-7781', currency: 'CAD' },
      ...{ placedAt: '2026-03-02T00:00:00.000Z', deliverBy: '2026-03-09T23:59:59.000Z' },
      shipTo: {
        ...{ name: 'José Perez', company: 'Acme Ltd', lines: ['12 High St', 'Unit 4'], city: 'Toronto' },
        ...{ regionCode: 'ON', postalCode: 'M5V 2T6', countryCode: 'CA', phone: '4165550100' },
      },
      buyer: { externalId: '0042', name: 'Retailer Inc', phoneText: '555-0100', email: 'ann@retailer.example' },
      billTo: { externalId: '1799', address: { countryCode: 'US', lines: ['1 Retail Way'] } },
      delivery: {
        ...{ serviceCode: 'UPSN-G2', serviceTitle: 'GROUND', shipBy: '2026-03-04', incoterms: 'EXW' },
        ...{ shipComplete: true, instructions: 'Leave at the door' },
        thirdPartyFreight: { account: '9F8A77', carrier: 'UPSN', postalCode: '45402' },
        packingSlip: {
          ...{ customerOrderNumber: 'W-100045', giftMessage: 'Happy birthday, Mum' },
          ...{ message: 'Thank you for your order', returnAddress: { name: 'Returns Desk', lines: ['9 Back Rd'] } },
        },
      },
      lines: [
        {
          // 12.50 less a third of 0.75.
          ...{ externalLineId: '10', sku: 'LAMP-1', quantity: 3, unitPrice: 122_500, title: 'Desk lamp' },
          ...{ vendorSku: 'LAMP-1', buyerSku: 'R-77', gtin: '012345678905', listPrice: { amount: '19.99' } },
          ...{ customs: { hsCode: '9405.21', originCountry: 'VN' }, unitOfMeasure: 'EA' },
          discounts: [{ scope: 'line', code: 'C310', value: { amount: '0.75' } }],
          properties: [
            { name: 'PID 73', value: 'Red' },
            { name: 'L1 ENGRAVING', value: 'For Mum' },
          ],
        },
        // 450 for a hundred.
        { externalLineId: '20', sku: 'CLIP-9', quantity: 100, unitPrice: 45_000 },
      ],
      money: {
        discounts: [{ scope: 'order', code: 'C310', title: 'Spring', value: { amount: '1.50' } }],
        shipping: [{ code: 'D240', value: { amount: '5.99' } }],
        stated: { total: { amount: '85.49' } },
      },
      totals: { grade: 'different', computed: '491.24', stated: '85.49' },
      warnings: [],
      originals: { placedAt: '20260302', 'delivery.shipBy': '20260304', deliverBy: '20260309' },
      provenance: { mapping: 'x12 1.0.0', sourceVersion: '004010VICS' },
    });
  });

  it('loses nothing: what it has no place for is listed by its path', () => {
    expect(orderOf(document()).unmapped).toEqual({
      'ISA[1]/GS[1]/ST[1]/REF[3]': 'REF*DP*038',
      'ISA[1]/GS[1]/ST[1]/TD5[1].01': 'O',
      'ISA[1]/GS[1]/ST[1]/PO1[2]/MEA[1]': 'MEA**WT*2',
    });
  });

  it.each([
    ['no BEG', /BEG.*\n/, '', ['BEG_MISSING ISA[1]/GS[1]/ST[1]']],
    ['a cancellation', 'BEG*00', 'BEG*01', ['PURPOSE_UNSUPPORTED ISA[1]/GS[1]/ST[1]/BEG[1].01']],
    ['a blanket order', '*DS*', '*BK*', ['ORDER_TYPE_UNSUPPORTED ISA[1]/GS[1]/ST[1]/BEG[1].02']],
    ['no number', '*PO-7781*', '**', ['PO_NUMBER_MISSING ISA[1]/GS[1]/ST[1]/BEG[1].03']],
    ['no date', '*20260302\nCUR', '*20261302\nCUR', ['DATE_INVALID ISA[1]/GS[1]/ST[1]/BEG[1].05']],
    ['no currency', 'CUR*BY*CAD', 'CUR*BY*DOLLAR', ['CURRENCY_INVALID ISA[1]/GS[1]/ST[1]/CUR[1].02']],
    ['no ship-to', 'N1*ST', 'N1*XX', ['ADDRESS_MISSING ISA[1]/GS[1]/ST[1]']],
    ['no street', 'N3*12 High St*Unit 4', 'N3*NULL', ['ADDRESS_INCOMPLETE ISA[1]/GS[1]/ST[1]/N1[1]']],
    ['no country', '*M5V 2T6', '*M5V 2T6*CANUCK', ['COUNTRY_INVALID ISA[1]/GS[1]/ST[1]/N1[1]/N4[1].04']],
    ['half a lamp', 'PO1*10*3*', 'PO1*10*2.5*', ['QUANTITY_INVALID ISA[1]/GS[1]/ST[1]/PO1[1].02']],
    ['no price', 'EA*450*', 'EA**', ['PRICE_INVALID ISA[1]/GS[1]/ST[1]/PO1[2].04']],
    ['no SKU', 'SK*CLIP-9', 'ZZ*CLIP-9', ['SKU_MISSING ISA[1]/GS[1]/ST[1]/PO1[2]']],
    ['a line twice', 'PO1*20', 'PO1*10', ['LINE_REPEATED ISA[1]/GS[1]/ST[1]/PO1[2].01']],
    ['several stores', 'MEA**WT*2', 'SDQ*EA*92*001*50*002*50', ['SHIP_TO_SEVERAL ISA[1]/GS[1]/ST[1]/PO1[2]/SDQ[1]']],
    ['no lines', /PO1[\s\S]*(?=CTT)/, '', ['LINES_MISSING ISA[1]/GS[1]/ST[1]']],
    ['its end cut off', /MEA[\s\S]*/, '', ['SE_MISSING ISA[1]/GS[1]/ST[1]']],
  ])('with %s is refused, and the path says where', (_what, from, to, faults) => {
    const set = SET.replace(from, to);
    expect(faultsOf(set.includes('SE*46') ? document(set) : document(set).replace(/GE\*[\s\S]*/, ''))).toEqual(faults);
  });

  it.each([
    ['SE*46', 'SE*580', 'SE_COUNT'],
    ['CTT*2*103', 'CTT*3*103', 'CTT_COUNT'],
    ['CTT*2*103', 'CTT*2*999', 'CTT_HASH'],
    ['3*EA', '3*CA', 'UNIT_OF_MEASURE'],
    ['MEA**WT*2', 'SLN*1**I*1*EA', 'SUBLINES_UNMAPPED'],
  ])('is taken with a warning where %s is %s', (from, to, code) => {
    expect(orderOf(document(SET.replace(from, to))).warnings?.map((one) => one.code)).toEqual([code]);
  });

  it('of another sender is refused', () => {
    expect(faultsOf(document().replace('ZZ*RETAILER  ', 'ZZ*SOMEBODY  '))).toEqual(['SENDER_UNKNOWN ISA[1]']);
  });

  it('comes with others in one document, all or none of them', () => {
    const two = (second: string) =>
      document(`${SET}\n${second.replaceAll('0001', '0002').replace('PO-7781', 'PO-7782')}`);
    const result = normalized(two(SET).replace('GE*1', 'GE*2'));
    expect(result.ok && result.orders.map(({ externalId }) => externalId)).toEqual(['PO-7781', 'PO-7782']);
    expect(faultsOf(two(SET.replace('N1*ST', 'N1*XX')))).toEqual(['ADDRESS_MISSING ISA[1]/GS[1]/ST[2]']);
  });

  it('is no order where it is another document', () => {
    const receipt = (verdict: string) =>
      document(`ST*997*0001\nAK1*PR*12\nAK2*855*0001\nAK5*${verdict}\nAK9*A*1*1*1\nSE*6*0001`);
    expect(normalized(receipt('A'))).toMatchObject({ ok: true, orders: [], ignored: expect.any(String) });
    expect(faultsOf(receipt('R*5'))).toEqual(['DOCUMENT_REJECTED ISA[1]/GS[1]/ST[1]/AK2[1]']);
    expect(faultsOf(document('ST*860*0001\nBCH*04*SA*1\nSE*3*0001'))).toEqual(['SET_UNSUPPORTED ISA[1]/GS[1]/ST[1]']);
  });

  it('never fails, whatever its segments say', () => {
    const lines = SET.split('\n');
    const change = fc.record({
      at: fc.nat(lines.length - 1),
      element: fc.nat(8),
      value: fc.oneof(
        fc.constantFrom('', '-1', '1e9', '99999999999999999999', 'NULL', '__proto__', '20269999'),
        fc.string(),
      ),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const changed = [...lines];
        for (const { at, element, value, twice } of changes) {
          const elements = (changed[at] ?? '').split('*');
          elements[element] = value;
          changed[at] = elements.join('*');
          if (twice) changed.splice(at, 0, changed[at] ?? '');
        }
        const text = document(changed.join('\n'));
        expect(normalized(text)).toEqual(normalized(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a document by HTTP', () => {
  it('wants to be told of as its settings say: by files alone, and within its own times', () => {
    const folders = { in: 'in', out: 'out' };
    const wanted = (more: object) => {
      const parsed = x12Channel.manifest.settings.parse({ ...settings, folders: undefined, ...more });
      const { poll, duties } = x12Channel.capabilitiesOf?.(parsed) ?? {};
      return [poll, Object.fromEntries((duties ?? []).map(({ kind, withinMs }) => [kind, (withinMs ?? 0) / 60_000]))];
    };
    expect(wanted({})).toEqual([false, {}]);
    expect(wanted({ folders, deadlines: { ship: 2_880, acknowledge: null } })).toEqual([
      true,
      { acknowledge: 0, ship: 2_880, cancel: 0, invoice: 0, report_stock: 60 },
    ]);
  });

  it('is taken under the signature of its bytes alone', () => {
    const rawBody = bytes(document());
    const signature = `sha256=${createHmac('sha256', SECRET).update(rawBody).digest('hex')}`;
    const verdict = (header: string) =>
      x12Channel.verifyWebhook({ rawBody, headers: { 'x-signature': header } }, account);
    expect(verdict(signature)).toMatchObject({ ok: true, topic: 'x12' });
    for (const wrong of ['', signature.slice(7), signature.toUpperCase(), `${signature}0`])
      expect(verdict(wrong).ok).toBe(false);
  });

  const basic = {
    ...account,
    settings: { ...settings, webhookUser: 'edi' },
    secrets: { webhookPassword: 'pass:word' },
  };
  const request = (authorization: string) => ({ headers: { authorization }, rawBody: bytes(document()) });

  it('may come with a password where the partner cannot sign', () => {
    const credentials = Buffer.from('edi:pass:word').toString('base64');
    expect(x12Channel.verifyWebhook(request(`Basic ${credentials}`), basic)).toMatchObject({ ok: true, topic: 'x12' });
    for (const wrong of ['', 'Basic', `Bearer ${credentials}`, `Basic ${credentials}=`, 'Basic ZWRpOg=='])
      expect(x12Channel.verifyWebhook(request(wrong), basic).ok).toBe(false);
  });

  it('is taken from nobody where the account has neither secret nor password', () => {
    expect(x12Channel.verifyWebhook(request(''), { ...account, secrets: {} }).ok).toBe(false);
  });
});

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(samples, 'fixtures/x12');
const present = existsSync(folder);
if (!present) console.log(`skipped: X12 samples, not found in ${samples} (set HEADGATE_SAMPLES)`);

/** What becomes of each sample: the purchase orders in it, or the codes why it is refused; those not named here hold no 850. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'coedition/850-sample.edi': ['117649143', '117649153', '117649160'],
  'coedition/997-sample2.edi': [],
  'edi.net/x12.810.mandatory-conditions.edi': ['BEG_MISSING', 'LINES_MISSING', 'ADDRESS_MISSING'],
  'edi.net/x12.850.edi': ['1000012'],
  'edi.net/x12.850a.edi': ['4600000406'],
  'gozer/missing-isa.edi': ['TEXT_BEFORE_ISA', 'NO_ORDER'],
  'gozer/po850.edi': ['08292233294'],
  'node-x12/850.edi': ['08292233294'],
  'node-x12/850_fat.edi': ['08292233294', '08292233294'],
  'staedi/invalid997.edi': ['DOCUMENT_REJECTED'],
  'staedi/simple997-multiple-interchanges.edi': ['DOCUMENT_REJECTED'],
  'staedi/simple997.edi': ['DOCUMENT_REJECTED'],
  'stupidedi/850-aerospace-basic.edi': ['ADDRESS_MISSING'],
  'stupidedi/997-1.edi': [],
  'vscode/850-loop.edi': ['ORDER_TYPE_UNSUPPORTED', 'SKU_MISSING', 'ADDRESS_MISSING'],
  'vscode/850.x12': ['ORDER_TYPE_UNSUPPORTED', 'LINES_MISSING', 'ADDRESS_MISSING'],
};

describe.skipIf(!present)('a sample of X12', () => {
  const names = present
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(edi|x12)$/.test(name))
    : [];
  it.each(names)('%s', (name) => {
    const rawBody = readFileSync(join(folder, name));
    const [first] = [...readEvents([rawBody])].flatMap((event) =>
      event.kind === 'interchange' ? [event.interchange] : [],
    );
    const partner = { qualifier: 'ZZ', id: first?.senderId ?? 'NOBODY' };
    const result = x12Channel.normalize('x12', rawBody, { ...account, settings: { ...settings, partner } });
    const said = result.ok
      ? result.orders.map(({ externalId }) => externalId)
      : [...new Set(result.faults.map(({ code }) => code))];
    expect(said).toEqual(SAMPLES[name] ?? ['SET_UNSUPPORTED']);
  });
});
