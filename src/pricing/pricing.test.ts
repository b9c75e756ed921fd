import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeServiceFacts } from '../model/network.js';
import { type Converter, converterTo, NoExchangeRate } from './currency.js';
import { unitDuty } from './duty.js';
import { servicePricer } from './rates.js';

const rate = (base: string, quote: string, value: string, validFrom = '2026-01-01') => ({
  base,
  quote,
  rate: value,
  validFrom,
  source: 'table',
});

describe('currency', () => {
  it.each([
    ['a direct rate', [rate('EUR', 'USD', '1.1')], 'EUR', 100_000, 110_000],
    ['an inverse rate', [rate('USD', 'EUR', '0.8')], 'EUR', 100_000, 125_000],
    ['a third currency', [rate('JPY', 'EUR', '0.006'), rate('EUR', 'USD', '1.1')], 'JPY', 10_000_000, 66_000],
    [
      'the newest of several',
      [rate('EUR', 'USD', '1.1'), rate('EUR', 'USD', '1.2', '2026-02-01')],
      'EUR',
      100_000,
      120_000,
    ],
    [
      'the newer of a rate and an inverse one',
      [rate('EUR', 'USD', '1.1'), rate('USD', 'EUR', '0.8', '2026-02-01')],
      'EUR',
      100_000,
      125_000,
    ],
    ['two inverse rates', [rate('USD', 'JPY', '150'), rate('USD', 'EUR', '0.8')], 'JPY', 15_000_000, 100_000],
    [
      'the third currency with the newest rates',
      [
        rate('EUR', 'CHF', '1'),
        rate('CHF', 'USD', '9'),
        rate('EUR', 'GBP', '1', '2026-02-01'),
        rate('GBP', 'USD', '1.3', '2026-02-01'),
      ],
      'EUR',
      100_000,
      130_000,
    ],
    ['half up', [rate('EUR', 'USD', '1.00005')], 'EUR', 10_000, 10_001],
  ])('converts by %s', (_name, rates, from, amount, expected) => {
    expect(converterTo('USD', rates).convert(amount, from)).toBe(expected);
  });

  it('names what is missing', () => {
    expect(() => converterTo('USD', []).convert(1, 'CHF')).toThrow(NoExchangeRate);
    expect(() => converterTo('USD', []).convert(1, 'CHF')).toThrow(/CHF to USD/);
  });

  it('leaves its own currency as it is and says which rates it used', () => {
    const money = converterTo('USD', [rate('EUR', 'USD', '1.1')]);
    expect(money.convert(7, 'USD')).toBe(7);
    expect(money.used).toEqual({});
    money.convert(7, 'EUR');
    expect(money.used).toEqual({ 'EUR->USD': { rate: '1.1', validFrom: '2026-01-01', source: 'table' } });
  });

  it('says that a rate is too old, and of when the newest is', () => {
    const limit = { daysMax: 7, newest: { EUR: '2026-01-01' } };
    const told = 'expected an exchange rate from EUR to USD of the last 7 days; the newest is of 2026-01-01';
    expect(() => converterTo('USD', [], limit).convert(1, 'EUR')).toThrow(told);
    expect(() => converterTo('USD', [], limit).convert(1, 'CHF')).toThrow(/found none/);
  });

  /** Rates of up to 8 digits behind the point, as the table holds them. */
  const anyRate = fc.integer({ min: 1, max: 100_000_000_000 }).map((units) => new Big(units).div(1e8));
  const anyAmount = fc.integer({ min: -1e10, max: 1e10 });
  it('is the exact product rounded half up, away from zero, whatever rate and amount', () => {
    fc.assert(
      fc.property(anyRate, anyAmount, (exact, amount) => {
        const converted = converterTo('USD', [rate('EUR', 'USD', exact.toFixed())]).convert(amount, 'EUR');
        const product = exact.times(amount);
        expect(new Big(converted).minus(product).abs().lte('0.5')).toBe(true);
        if (product.times(2).mod(2).abs().eq(1)) expect(new Big(converted).abs().gt(product.abs())).toBe(true);
      }),
    );
  });

  it('never turns the order of two amounts around', () => {
    fc.assert(
      fc.property(anyRate, anyAmount, anyAmount, (exact, a, b) => {
        const money = converterTo('USD', [rate('EUR', 'USD', exact.toFixed())]);
        expect(money.convert(Math.min(a, b), 'EUR')).toBeLessThanOrEqual(money.convert(Math.max(a, b), 'EUR'));
      }),
    );
  });

  it('is counted again to the digit from the rate that the record names, inverse or through another', () => {
    fc.assert(
      fc.property(anyRate, anyRate, anyAmount, (one, two, amount) => {
        fc.pre(one.gte('0.0001') && two.gte('0.0001'));
        const money = converterTo('USD', [rate('GBP', 'EUR', one.toFixed()), rate('USD', 'GBP', two.toFixed())]);
        const converted = money.convert(amount, 'EUR');
        const { rate: recorded = '1' } = money.used['EUR->USD'] ?? {};
        fc.pre(Number(recorded) > 0);
        expect(converterTo('USD', [rate('EUR', 'USD', recorded)]).convert(amount, 'EUR')).toBe(converted);
      }),
    );
  });

  it('comes back to the same amount but for rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: 5_000, max: 20_000 }), (amount, scaled) => {
        const rates = [rate('EUR', 'USD', String(scaled / 10_000))];
        const there = converterTo('USD', rates).convert(amount, 'EUR');
        const back = converterTo('EUR', rates).convert(there, 'USD');
        expect(Math.abs(back - amount)).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('duty on a unit', () => {
  const dutyOf = (...args: Parameters<typeof unitDuty>) => unitDuty(...args).aboveThreshold;
  const watch = { unitPrice: 1_000_000, hsCode: '910211', originCountry: 'CN' };
  const rates = [
    { originCountry: null, hsPrefix: '', percent: '19' },
    { originCountry: null, hsPrefix: '9102', percent: '4.5' },
    { originCountry: 'CN', hsPrefix: '9102', percent: '25' },
    { originCountry: 'CH', hsPrefix: '91', percent: '0' },
  ];

  it.each([
    ['prefers the goods’ own origin', watch, 'CN', 250_000],
    ['takes the longest prefix', { ...watch, originCountry: 'JP' }, 'JP', 45_000],
    ['falls back to the general rate', { ...watch, hsCode: '420221' }, 'CN', 190_000],
    ['takes the node for goods of unknown origin', { ...watch, originCountry: null }, 'CN', 250_000],
    ['is nothing at home', watch, 'DE', 0],
    ['is nothing within a customs union, whatever the goods’ origin', watch, 'NL', 0],
  ])('%s', (_name, goods, from, expected) => {
    expect(dutyOf(goods, { from, to: 'DE', customsUnion: ['DE', 'FR', 'NL'] }, rates)).toBe(expected);
  });

  it.each([
    ['is of the value with duty', false, { aboveThreshold: 250_000 + 200_000 + 50_000, always: 0 }],
    ['is due below the threshold where it has none', true, { aboveThreshold: 250_000 + 50_000, always: 200_000 }],
  ])('import tax %s', (_name, taxAlways, expected) => {
    const taxed = [{ originCountry: null, hsPrefix: '', percent: '25', taxPercent: '20' }];
    expect(unitDuty(watch, { from: 'CN', to: 'DE', customsUnion: [] }, taxed, taxAlways)).toEqual(expected);
  });

  it('is nothing where the tables say nothing', () => {
    expect(dutyOf(watch, { from: 'CN', to: 'DE', customsUnion: [] }, [])).toBe(0);
  });

  it('rounds half up to the ten-thousandth', () => {
    const dear = [{ originCountry: null, hsPrefix: '', percent: '12.5' }];
    const abroad = { from: 'CN', to: 'DE', customsUnion: [] };
    expect(dutyOf({ ...watch, unitPrice: 4 }, abroad, dear)).toBe(1);
    expect(dutyOf({ ...watch, unitPrice: 3 }, abroad, dear)).toBe(0);
  });

  it('is duty, tax and tax on the duty, each rounded half up by itself, whatever the price and the percentages', () => {
    const percentage = fc.integer({ min: 0, max: 10_000_000 }).map((units) => new Big(units).div(1e4));
    const share = (amount: Big, percent: Big) => amount.times(percent).div(100).round(0, Big.roundHalfUp);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), percentage, percentage, (unitPrice, percent, taxPercent) => {
        const table = [
          { originCountry: null, hsPrefix: '', percent: percent.toFixed(), taxPercent: taxPercent.toFixed() },
        ];
        const at = (taxAlways: boolean) =>
          unitDuty({ ...watch, unitPrice }, { from: 'CN', to: 'DE', customsUnion: [] }, table, taxAlways);
        const [duty, tax] = [percent, taxPercent].map((each) => share(new Big(unitPrice), each));
        if (!duty || !tax) throw new Error('expected both');
        const onDuty = share(duty, taxPercent);
        expect(at(false)).toEqual({ aboveThreshold: duty.plus(onDuty).plus(tax).toNumber(), always: 0 });
        expect(at(true)).toEqual({ aboveThreshold: duty.plus(onDuty).toNumber(), always: tax.toNumber() });
      }),
    );
  });
});

describe('a rate card', () => {
  const facts: NodeServiceFacts = {
    nodeId: 1,
    serviceId: 1,
    serviceCode: 'ground',
    carrier: 'swift',
    excludedTags: ['hazmat'],
    zone: 'z2',
    transitHours: 48,
    rateCard: {
      code: 'card',
      currency: 'EUR',
      basis: 'goods',
      dimensionalDivisor: null,
      brackets: [{ upTo: '50.0000', price: 59_000 }],
      beyond: { every: '10.0000', price: 1_000 },
      maximum: '500.0000',
      surcharges: [
        { code: 'fuel', amount: null, percent: '12.5', residentialOnly: false },
        { code: 'home', amount: 30_000, percent: null, residentialOnly: true },
      ],
    },
  };
  const money = converterTo('USD', [rate('EUR', 'USD', '2')]);
  const priced = (to: { residential: boolean }, converter: Converter, of: NodeServiceFacts) =>
    servicePricer(to, converter, []).price(of)[0];

  it('counts goods in money, converted like its prices', () => {
    expect(priced({ residential: true }, money, facts)).toEqual({
      id: 'ground',
      carrier: 'swift',
      transitHours: 48,
      basis: 'goods',
      rates: [{ upTo: '100.0000', price: '11.8000' }],
      beyond: { every: '20.0000', price: '0.2000' },
      maximum: '1000.0000',
      surcharges: [
        { id: 'fuel', percent: '12.5' },
        { id: 'home', amount: '6.0000' },
      ],
      excludedTags: ['hazmat'],
    });
  });

  it('charges the residential surcharge to homes only', () => {
    expect(priced({ residential: false }, money, facts)?.surcharges).toEqual([{ id: 'fuel', percent: '12.5' }]);
  });

  it('never offers a bracket that conversion left empty, nor steps of nothing', () => {
    const card = {
      ...facts.rateCard,
      brackets: [
        { upTo: '0.0001', price: 10_000 },
        { upTo: '0.0002', price: 20_000 },
        { upTo: '9.0000', price: 30_000 },
      ],
      beyond: { every: '0.0001', price: 1_000 },
    };
    const cheap = converterTo('USD', [rate('EUR', 'USD', '0.3')]);
    const service = priced({ residential: false }, cheap, { ...facts, rateCard: card });
    expect(service?.rates).toEqual([
      { upTo: '0.0000', price: '0.3000' },
      { upTo: '0.0001', price: '0.6000' },
      { upTo: '2.7000', price: '0.9000' },
    ]);
    expect(service?.beyond).toEqual({ every: '0.0001', price: '0.0300' });
    const cheaper = converterTo('USD', [rate('EUR', 'USD', '0.1')]);
    expect(priced({ residential: false }, cheaper, { ...facts, rateCard: card })?.rates).toEqual([
      { upTo: '0.0000', price: '0.1000' },
      { upTo: '0.9000', price: '0.3000' },
    ]);
  });

  it('counts weight in whole grams', () => {
    const card = { ...facts.rateCard, basis: 'weight' as const, dimensionalDivisor: 5000, beyond: null, maximum: null };
    const service = priced({ residential: false }, money, { ...facts, rateCard: card });
    expect(service?.rates).toEqual([{ upTo: 50, price: '11.8000' }]);
    expect(service?.dimensionalDivisor).toBe(5000);
  });
});
