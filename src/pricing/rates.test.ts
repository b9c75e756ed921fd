import { describe, expect, it } from 'vitest';
import type { NodeServiceFacts, RateCardFacts } from '../model/network.js';
import { converterTo } from './currency.js';
import { serviceCodeOf, serviceIdIn, servicePricer } from './rates.js';

const money = converterTo('EUR', []);
const FUEL = { code: 'fuel', amount: null, percent: '10', residentialOnly: false };
const BULKY = { code: 'bulky', amount: 90_000, percent: null, residentialOnly: false, overGrams: 10_000 };
const card = (more: Partial<RateCardFacts> = {}): RateCardFacts => ({
  ...{ code: 'c1', currency: 'EUR', basis: 'weight', dimensionalDivisor: null, beyond: null, maximum: null },
  brackets: [
    { upTo: '1000', price: 40_000 },
    { upTo: '5000', price: 60_000 },
  ],
  surcharges: [FUEL],
  ...more,
});
const service = (rateCard: RateCardFacts): NodeServiceFacts => ({
  ...{ nodeId: 1, serviceId: 1, serviceCode: 'ground', carrier: 'swift', excludedTags: ['hazmat'], zone: 'z' },
  ...{ transitHours: 24, rateCard },
});
const LIGHT = { lineNo: 1, unitWeightGrams: 500, unitVolumeCm3: 1_000 };
const HEAVY = { lineNo: 2, unitWeightGrams: 12_000, unitVolumeCm3: 90_000 };
const pricer = (units = [LIGHT, HEAVY]) => servicePricer({ residential: false }, money, units);
const bulky = card({ surcharges: [FUEL, BULKY] });

describe('a minimum charge', () => {
  it('raises the brackets below it and leaves the others', () => {
    const [priced] = pricer().price(service(card({ minimum: 45_000 })));
    expect(priced?.rates).toEqual([
      { upTo: 1_000, price: '4.5000' },
      { upTo: 5_000, price: '6.0000' },
    ]);
  });
});

describe('a surcharge with a threshold', () => {
  it('is not there where no unit is above it', () => {
    const priced = pricer([LIGHT]);
    expect(priced.price(service(bulky))).toMatchObject([{ id: 'ground', surcharges: [{ id: 'fuel' }] }]);
    expect(priced.lineTags.size).toBe(0);
  });

  it('is always there where every unit is above it', () => {
    const [only, ...others] = pricer([HEAVY]).price(service(bulky));
    expect(only?.surcharges).toEqual([
      { id: 'fuel', percent: '10' },
      { id: 'bulky', amount: '9.0000' },
    ]);
    expect(others).toEqual([]);
  });

  it('makes two services of one where some are: without it for the others alone, with it for all', () => {
    const priced = pricer();
    expect(priced.price(service(bulky))).toMatchObject([
      { id: 'ground', surcharges: [{ id: 'fuel' }], excludedTags: ['hazmat', 'bulky:c1'] },
      { id: 'ground+bulky', surcharges: [{ id: 'fuel' }, { id: 'bulky' }], excludedTags: ['hazmat'] },
    ]);
    expect([...priced.lineTags]).toEqual([[2, ['bulky:c1']]]);
    expect(serviceCodeOf('ground+bulky')).toBe('ground');
  });

  it.each([
    ['heavier by a gram', { unitWeightGrams: 10_001, unitVolumeCm3: 0 }, true],
    ['just as heavy', { unitWeightGrams: 10_000, unitVolumeCm3: 0 }, false],
    ['light and large', { unitWeightGrams: 0, unitVolumeCm3: 50_001 }, true],
  ])('counts what is %s: %s', (_name, unit, isAbove) => {
    const both = card({ surcharges: [{ ...BULKY, overCm3: 50_000 }] });
    const [only] = pricer([{ lineNo: 1, ...unit }]).price(service(both));
    expect(only?.surcharges !== undefined).toBe(isAbove);
  });
});

describe('several surcharges with thresholds', () => {
  const HUGE = { ...BULKY, code: 'huge', amount: 250_000, overGrams: 30_000 };
  const LONG = { ...BULKY, code: 'long', amount: 40_000, overGrams: null, overCm3: 50_000 };
  const CRATE = { lineNo: 3, unitWeightGrams: 31_000, unitVolumeCm3: 1_000 };
  const FOAM = { lineNo: 4, unitWeightGrams: 100, unitVolumeCm3: 60_000 };
  const servicesFor = (...units: (typeof LIGHT)[]) => {
    const priced = pricer(units);
    const services = priced.price(service(card({ surcharges: [BULKY, HUGE, LONG] })));
    return services.map(({ id, surcharges = [], excludedTags = [] }) => [
      id,
      surcharges.map(({ id: code }) => code).join(' '),
      units.flatMap(({ lineNo }) =>
        (priced.lineTags.get(lineNo) ?? []).some((tag) => excludedTags.includes(tag)) ? [] : [lineNo],
      ),
    ]);
  };

  it('are each paid by the shipments with a unit above it, by one service for each set that there can be', () => {
    expect(servicesFor(LIGHT, CRATE)).toEqual([
      ['ground', '', [1]],
      ['ground+bulky+huge', 'bulky huge', [1, 3]],
    ]);
    expect(servicesFor(LIGHT, CRATE, FOAM)).toEqual([
      ['ground', '', [1]],
      ['ground+long', 'long', [1, 4]],
      ['ground+bulky+huge', 'bulky huge', [1, 3]],
      ['ground+bulky+huge+long', 'bulky huge long', [1, 3, 4]],
    ]);
  });

  it('are in the service itself where all units are above them', () => {
    expect(servicesFor(CRATE, { ...HEAVY, unitVolumeCm3: 0 })).toEqual([
      ['ground', 'bulky', [2]],
      ['ground+huge', 'bulky huge', [3, 2]],
    ]);
    expect(servicesFor(CRATE)).toEqual([['ground', 'bulky huge', [3]]]);
  });
});

describe('a shipment that is planned already', () => {
  const priced = pricer();
  const services = priced.price(service(bulky));
  const request = {
    order: {
      lines: [LIGHT, HEAVY].map(({ lineNo }) => ({ id: String(lineNo), tags: priced.lineTags.get(lineNo) ?? [] })),
    },
    nodes: [{ id: 'east', services }],
  } as unknown as Parameters<typeof serviceIdIn>[0];
  it.each([
    [['1'], 'ground', 'ground'],
    [['1', '2'], 'ground', 'ground+bulky'],
    [['1'], 'air', 'air'],
  ])('of lines %s by %s is priced as %s', (lineIds, serviceCode, expected) => {
    expect(serviceIdIn(request, { nodeId: 'east', serviceCode, lineIds })).toBe(expected);
  });
});

describe('a limit of size', () => {
  it('keeps lines of larger units off the service, and no others', () => {
    const priced = pricer();
    const [small] = priced.price(service(card({ unitMaximumCm3: 50_000 })));
    expect(small?.excludedTags).toEqual(['hazmat', 'too-large:c1']);
    expect([...priced.lineTags]).toEqual([[2, ['too-large:c1']]]);
  });
});
