import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanonicalLine, OrderMoney } from '../../model/canonical-order.js';
import { JsonNumber, readJson } from './json.js';
import { countryCodeOf, phoneOf } from './places.js';
import { Reading } from './reader.js';
import { checkTotals, minorDigits, unitPriceOf } from './totals.js';

const reading = (text: string) => new Reading(readJson(Buffer.from(text)));

describe('JSON of a payload', () => {
  it('keeps numbers as they were written', () => {
    expect(readJson(Buffer.from('{"id": 9007199254740993123, "price": 12.50, "text": "1.0 \\" 2"}'))).toEqual({
      id: new JsonNumber('9007199254740993123'),
      price: new JsonNumber('12.50'),
      text: '1.0 " 2',
    });
  });

  it('is what JSON.parse reads, but for the form of numbers', () => {
    const plain = (value: unknown): unknown => {
      if (value instanceof JsonNumber) return Number(value.text);
      if (Array.isArray(value)) return value.map(plain);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
    };
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(plain(readJson(Buffer.from(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['', '{', '[1,]', '01', '{"a":1e}', 'NaN'])('is refused where it is none: %j', (text) => {
    expect(() => readJson(Buffer.from(text))).toThrow();
  });
});

describe('a reading', () => {
  it('faults with the path of what is wrong, and tells all of it', () => {
    const read = reading('{"line_items":[{"sku":1},{"price":"free","units":1.5,"at":"2026-03-02T10:00:00"}]}');
    const [first, second] = read.root.get('line_items').each();
    expect(first?.get('sku').text()).toBe('1');
    second?.get('price').decimal();
    second?.get('units').count(10, 'QUANTITY_INVALID');
    second?.get('at').moment();
    expect(read.faults.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'AMOUNT_INVALID line_items[1].price',
      'QUANTITY_INVALID line_items[1].units',
      'MOMENT_INVALID line_items[1].at',
    ]);
  });

  it.each([
    ['12.50', '12.50'],
    ['"12.50"', '12.50'],
    ['-0.5', '-0.5'],
    ['1e3', '1000'],
    ['12.3333333333333335', '12.333333333333'],
    ['1e999', undefined],
    ['"1,50"', undefined],
    ['12345678901234567', undefined],
  ])('reads %s as the decimal %s', (text, decimal) => {
    expect(reading(text).root.decimal()).toBe(decimal);
  });

  it('keeps what nobody read by its path, says how much did not fit, and is not misled by a prototype', () => {
    const read = reading('{"a":1,"b":{"c":"x","d":null,"e":[]},"__proto__":{"f":true},"n":9007199254740993}');
    read.root.get('a').text();
    expect(read.root.get('toString').present).toBe(false);
    expect(read.unmapped()).toEqual({
      unmapped: { 'b.c': 'x', '["__proto__"].f': true, n: '9007199254740993' },
      unmappedLeft: 0,
    });
    const long = reading(JSON.stringify(Array.from({ length: 600 }, (_, at) => at))).unmapped();
    expect([Object.keys(long.unmapped ?? {}).length, long.unmappedLeft]).toEqual([500, 100]);
    expect(reading(`{"a":${'['.repeat(500)}1${']'.repeat(500)}}`).unmapped().unmappedLeft).toBe(1);
  });

  it('holds nothing that cannot be stored', () => {
    const read = reading('{"zero":"a\\u0000b","half":"\\ud800"}');
    expect(read.root.get('zero').text()).toBe('a\ufffdb');
    expect(read.unmapped().unmapped).toEqual({ half: '\ufffd' });
  });
});

describe('places', () => {
  it.each([
    ['us', 'US'],
    ['USA', 'US'],
    ['United States of America', 'US'],
    ['Germany', 'DE'],
    ['Atlantis', undefined],
    ['QQ', undefined],
  ])('%s is the country %s', (text, code) => {
    expect(countryCodeOf(text)).toBe(code);
  });

  it('a phone is E.164 where it can be, beside what was sent; else it is text and a warning', () => {
    const read = reading('{}');
    expect(phoneOf(read, 'phone', '(303) 555-0147', 'US')).toEqual({
      phone: '+13035550147',
      phoneText: '(303) 555-0147',
    });
    expect(read.warnings).toEqual([]);
    expect(phoneOf(read, 'phone', 'ask Nora', 'US')).toEqual({ phoneText: 'ask Nora' });
    expect(read.warnings).toMatchObject([{ code: 'PHONE_UNREADABLE', path: 'phone' }]);
  });
});

describe('totals', () => {
  const line = (amount: string, quantity: number): CanonicalLine => ({
    ...{ externalLineId: amount, sku: 'TENT', quantity, unitPrice: 0, requiresShipping: true },
    listPrice: { amount },
  });
  const money = (total: string | undefined, more: Partial<OrderMoney> = {}): OrderMoney => ({
    ...{
      taxesIncluded: false,
      discounts: [],
      taxes: [],
      shipping: [],
      fees: [],
      duties: [],
      giftCards: [],
      refunds: [],
    },
    stated: { total: total === undefined ? undefined : { amount: total } },
    ...more,
  });
  const off = (amount: string, spread?: boolean) => ({ scope: 'order' as const, value: { amount }, spread });
  const tax = (amount: string, included: boolean) => ({ included, value: { amount } });

  it.each<[string, string, OrderMoney, string]>([
    ['equal', 'USD', money('20.00'), 'exact'],
    ['within half a cent for each part', 'USD', money('20.005'), 'rounding'],
    ['off by a cent', 'USD', money('20.01'), 'different'],
    ['off by half a yen', 'JPY', money('20.5'), 'rounding'],
    ['off by half a cent in dinars of three digits', 'KWD', money('20.005'), 'different'],
    ['not stated', 'USD', money(undefined), 'unknown'],
    ['less a discount of the order', 'USD', money('17.00', { discounts: [off('3')] }), 'exact'],
    ['with a discount that lines hold already', 'USD', money('20.00', { discounts: [off('3', true)] }), 'exact'],
    ['with taxes beside the prices', 'USD', money('21.65', { taxes: [tax('1.65', false)] }), 'exact'],
    ['with taxes within the prices', 'USD', money('20.00', { taxes: [tax('1.65', true)] }), 'exact'],
    [
      'with charges and a tip',
      'USD',
      money('26', { fees: [{ value: { amount: '5' } }], tip: { amount: '1' } }),
      'exact',
    ],
  ])('%s in %s', (_name, currency, stated, grade) => {
    expect(checkTotals({ currency, lines: [line('10.00', 2)], money: stated }).grade).toBe(grade);
  });

  it('know the smallest unit of a currency', () => {
    expect(['USD', 'JPY', 'KWD'].map(minorDigits)).toEqual([2, 0, 3]);
  });

  it('leave a price per unit half up to 1/10000, never below zero', () => {
    expect(unitPriceOf('199.00', 3, ['10.00'])).toBe(1_956_667);
    expect(unitPriceOf('1.00', 1, ['2.00'])).toBe(0);
    expect(unitPriceOf('999999999999999', 1_000_000, [])).toBeNull();
  });
});
