import { describe, expect, it } from 'vitest';
import type { ProductSupply, Reach, SupplyNode, SupplyOffer } from '../model/supply.js';
import type { Part, PromiseQuestion } from './promise.js';
import { promisedOf } from './promised.js';

const node = (id: number, more: Partial<SupplyNode> = {}): SupplyNode => ({
  ...{ id, code: `node-${id}`, vendorId: id, vendorCode: `vendor-${id}`, countryCode: 'US', regionCode: null },
  ...{ currency: 'USD', timeZone: 'UTC', cutOff: '15:00', workingDays: [1, 2, 3, 4, 5] },
  ...{ leadTimeHours: 24, dailyCapacityUnits: null, minimumOrderValue: null, services: [] },
  ...more,
});
const offer = (nodeId: number, available: number | null, more: Partial<SupplyOffer> = {}): SupplyOffer => ({
  ...{ nodeId, available, minimumQuantity: 1, quantityMultiple: 1, leadTimeHours: null },
  ...{ leastUnitCost: 10_000, greatestUnitCost: 10_000 },
  ...more,
});
const supply = (offers: readonly SupplyOffer[], more: Partial<ProductSupply> = {}): ProductSupply => ({
  ...{ productId: 1, sku: 'A', hsCode: null, originCountry: null },
  ...{ active: true, tags: [], unitWeightGrams: 100, unitVolumeCm3: 0, components: [], setAsides: [] },
  offers,
  ...more,
});
const one = (offers: readonly SupplyOffer[], more: Partial<ProductSupply> = {}): Part[] => [
  { supply: supply(offers, more), quantity: 1 },
];
const question = (nodes: readonly SupplyNode[], more: Partial<PromiseQuestion> = {}): PromiseQuestion => ({
  nodes: new Map(nodes.map((each) => [each.id, each])),
  ...{ capacities: new Map(), reach: null, accountIds: 'all', vendorIds: 'all' },
  ...more,
});
const reach = (limit: number | null, more: object = {}): Reach => ({
  cards: new Map([
    [
      1,
      { rateCardId: 1, currency: 'USD', basis: 'weight', dimensionalDivisor: null, limit, transitHours: 48, ...more },
    ],
  ]),
  ...{ currency: 'USD', rates: new Map([['USD', 1]]), thresholdCurrency: null },
});
const shipping = { services: [{ serviceCode: 'ground', carrier: 'swift', rateCardId: 1, excludedTags: [] }] };

describe('whole lots', () => {
  it.each<[string, SupplyOffer[], number, number, number]>([
    ['what does not fill a lot stays', [offer(1, 13, { quantityMultiple: 5 })], 10, 5, 5],
    [
      'the smallest lot is not below the minimum',
      [offer(1, 13, { quantityMultiple: 5, minimumQuantity: 6 })],
      10,
      10,
      5,
    ],
    ['less than the smallest lot is nothing', [offer(1, 5, { minimumQuantity: 6 })], 0, 0, 1],
    [
      'lots of several nodes add up',
      [offer(1, 9, { quantityMultiple: 4 }), offer(2, 9, { quantityMultiple: 6 })],
      14,
      4,
      2,
    ],
    [
      'a node that sells single units lets all be ordered',
      [offer(1, 9, { quantityMultiple: 4 }), offer(2, 2)],
      10,
      1,
      1,
    ],
  ])('%s', (_name, offers, available, least, multiple) => {
    const promised = promisedOf(one(offers), question([node(1), node(2)]));
    expect(promised).toMatchObject({ available, least, multiple, more: false });
  });

  it('are kept where only so much is told', () => {
    const offers = [offer(1, 50, { quantityMultiple: 12 }), offer(2, 3)];
    expect(promisedOf(one(offers), question([node(1), node(2)]), 20)).toMatchObject({ available: 15, more: true });
    const large = one([offer(1, 50, { quantityMultiple: 24 })]);
    expect(promisedOf(large, question([node(1)]), 20)).toMatchObject({ available: 24, least: 24, more: true });
  });

  it('of a kit fit the kit', () => {
    const parts: Part[] = [
      { supply: supply([offer(1, 100, { quantityMultiple: 10 })]), quantity: 7 },
      { supply: supply([offer(2, 100)]), quantity: 1 },
    ];
    // 10 x 7 = 70 is the only multiple of 7 up to 100 that is one of 10.
    expect(promisedOf(parts, question([node(1), node(2)]))).toMatchObject({ available: 10, least: 10, multiple: 10 });
  });
});

describe('what is shared', () => {
  const kit = (second: number): Part[] => [
    { supply: supply([offer(1, 100)]), quantity: 2 },
    { supply: supply([offer(second, 100)]), quantity: 1 },
  ];

  it("is a node's capacity, by the parts of a kit that stand there", () => {
    const limited = node(1, { dailyCapacityUnits: 12 });
    const asked = question([limited, node(2)], { capacities: new Map([[1, 12]]) });
    expect([promisedOf(kit(1), asked).available, promisedOf(kit(2), asked).available]).toEqual([4, 6]);
  });

  it('is a parcel', () => {
    const asked = question([node(1, shipping), node(2, shipping)], { reach: reach(1_000) });
    expect([promisedOf(kit(1), asked).available, promisedOf(kit(2), asked).available]).toEqual([3, 5]);
  });
});

describe('a parcel', () => {
  it.each<[string, number | null, object, Partial<ProductSupply>, number]>([
    ['without limit', null, {}, {}, 30],
    ['of so many grams', 1_050, {}, {}, 10],
    ['of so many units', 7, { basis: 'units' }, {}, 7],
    ['of so much volume, as chargeable grams', 1_000, { dimensionalDivisor: 5_000 }, { unitVolumeCm3: 1_000 }, 5],
    ['of such a value', 45_000, { basis: 'goods' }, {}, 4],
    [
      'of such a value in another currency, with something to spare',
      900_000,
      { basis: 'goods', currency: 'SEK' },
      {},
      8,
    ],
    ['of such a value in a currency that leads nowhere', 900_000, { basis: 'goods', currency: 'XXX' }, {}, 0],
    ['of goods that weigh nothing', 1, {}, { unitWeightGrams: 0 }, 30],
  ])('%s', (_name, limit, card, product, available) => {
    const rates = new Map([
      ['USD', 1],
      ['SEK', 0.1],
    ]);
    const asked = question([node(1, shipping)], { reach: { ...reach(limit, card), rates } });
    expect(promisedOf(one([offer(1, 30)], product), asked).available).toBe(available);
  });
});

it('nothing is promised from where no service goes there', () => {
  expect(promisedOf(one([offer(1, 30)]), question([node(1)], { reach: reach(null) })).available).toBe(0);
});
