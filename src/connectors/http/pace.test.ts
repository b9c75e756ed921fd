import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseOf } from './pace.js';

const NOW = Date.parse('2026-03-02T10:00:00Z');
const HOUR_MS = 3_600_000;
const HUGE = '9'.repeat(400);
type Said = Readonly<Record<string, string>>;
const pause = (status: number, headers: Said = {}) => pauseOf({ status, headers: new Headers(headers) }, NOW);

describe('an answer asks to leave its account alone', () => {
  it.each<[string, number, Said, number]>([
    ['seconds', 429, { 'retry-after': '7' }, 7_000],
    ['parts of a second', 429, { 'retry-after': '2.5' }, 2_500],
    ['a date, against our clock', 429, { 'retry-after': 'Mon, 02 Mar 2026 10:00:30 GMT' }, 30_000],
    [
      'a date, against its own clock',
      429,
      { date: 'Mon, 02 Mar 2026 08:00:00 GMT', 'retry-after': 'Mon, 02 Mar 2026 08:00:09 GMT' },
      9_000,
    ],
    ['a date as RFC 850 wrote it', 429, { 'retry-after': 'Monday, 02-Mar-26 10:00:12 GMT' }, 12_000],
    ['a date as asctime writes it', 429, { 'retry-after': 'Mon Mar  2 10:00:13 2026' }, 13_000],
    ['after 503 too', 503, { 'retry-after': '20' }, 20_000],
    ['ShipBob', 429, { 'x-retry-after': '11' }, 11_000],
    ['the RateLimit fields of draft 03', 429, { 'ratelimit-remaining': '0', 'ratelimit-reset': '15' }, 15_000],
    ['the RateLimit field of draft 07', 429, { ratelimit: 'limit=10, remaining=0, reset=16' }, 16_000],
    ['the RateLimit field of draft 10', 429, { ratelimit: '"a, b";r=4;t=90, "day";r=0;t=17;pk=:x:' }, 17_000],
    ['its parameters in another order', 429, { ratelimit: '"day";t=18;r=0' }, 18_000],
    ['Printful', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '45' }, 45_000],
    ['a moment in seconds', 429, { 'x-ratelimit-reset': String(NOW / 1_000 + 21) }, 21_000],
    ['a moment in milliseconds', 429, { 'x-ratelimit-reset': String(NOW + 22_000) }, 22_000],
    ['BigCommerce', 429, { 'x-rate-limit-requests-left': '0', 'x-rate-limit-time-reset-ms': '1500' }, 1_500],
    ['Amazon, once a minute', 429, { 'x-amzn-ratelimit-limit': '0.0167' }, 1_000 / 0.0167],
    ['Retry-After before all others', 429, { 'retry-after': '3', 'ratelimit-reset': '60' }, 3_000],
  ])('as long as it says: %s', (_, status, headers, ms) => {
    expect(pause(status, headers)).toBe(ms);
  });

  it.each<[string, Said, number]>([
    ['draft 03', { 'ratelimit-remaining': '0', 'ratelimit-reset': '4' }, 4_000],
    ['draft 10', { ratelimit: '"default";r=0;t=5' }, 5_000],
    ['draft 10 without a time', { ratelimit: '"default";r=0' }, 1_000],
    ['Shopify, 40 of 40', { 'x-shopify-shop-api-call-limit': '40/40' }, 500],
    ['BigCommerce', { 'x-rate-limit-requests-left': '0', 'x-rate-limit-time-reset-ms': '2100' }, 2_100],
    ['no time said', { 'x-ratelimit-remaining': '0' }, 1_000],
    [
      'a day, of which it may mean one endpoint',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '86400' },
      60_000,
    ],
  ])('after a good answer, where no call is left: %s', (_, headers, ms) => {
    expect([200, 404, 422].map((status) => pause(status, headers))).toEqual([ms, ms, ms]);
  });

  it.each<[string, number, Said]>([
    ['nothing said', 200, {}],
    ['calls left', 200, { 'ratelimit-remaining': '1', 'ratelimit-reset': '60' }],
    ['Shopify, 39 of 40', 200, { 'x-shopify-shop-api-call-limit': '39/40' }],
    ['policies with calls left', 200, { ratelimit: '"burst";r=1;t=1, "day";r=200;t=80000' }],
    ['Retry-After of something else', 201, { 'retry-after': '120' }],
    ['failed, and not busy', 500, { 'retry-after': '120' }],
    ['away, and not for how long', 503, {}],
    ['Amazon tells its rate always', 200, { 'x-amzn-ratelimit-limit': '0.0167' }],
  ])('not at all: %s', (_, status, headers) => {
    expect(pause(status, headers)).toBe(0);
  });

  it.each<[string, Said]>([
    ['nothing', {}],
    ['0', { 'retry-after': '0' }],
    ['negative', { 'retry-after': '-5' }],
    ['a word with a number', { 'retry-after': 'soon 5' }],
    ['an exponent', { 'retry-after': '1e308' }],
    ['a past date', { 'retry-after': 'Mon, 02 Mar 2026 09:00:00 GMT' }],
    ['no such date', { 'retry-after': 'Mon, 99 Foo 2026 99:99:99 GMT' }],
    ['a rate of 0', { 'x-amzn-ratelimit-limit': '0' }],
    ['a negative reset', { 'ratelimit-reset': '-1' }],
    ['a reset that is a text', { 'ratelimit-reset': 'tomorrow' }],
    ['an odd policy', { ratelimit: '"";r=;t=, ;;r=0;t=-9' }],
  ])('1 s at least after 429, and no more for what cannot be read: %s', (_, headers) => {
    expect(pause(429, headers)).toBe(1_000);
  });

  it.each<[string, Said]>([
    ['a year', { 'retry-after': '31536000' }],
    ['more than a number holds', { 'retry-after': HUGE }],
    ['a date far off', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }],
    ['an answer of 1970', { date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'retry-after': 'Mon, 02 Mar 2026 10:00:30 GMT' }],
    ['a window without an end', { 'x-rate-limit-time-reset-ms': HUGE }],
    ['a rate of next to nothing', { 'x-amzn-ratelimit-limit': `0.${'0'.repeat(300)}1` }],
  ])('an hour at most: %s', (_, headers) => {
    expect(pause(429, headers)).toBe(HOUR_MS);
  });

  it('1 s after 429 where a moment can be counted from nothing', () => {
    const moments: readonly Said[] = [
      { 'retry-after': 'Mon, 02 Mar 2026 10:00:30 GMT' },
      { 'ratelimit-reset': `${NOW}` },
    ];
    for (const said of moments) expect(pauseOf({ status: 429, headers: new Headers(said) }, null)).toBe(1_000);
  });

  it('for a bounded time, whatever its headers hold', () => {
    const name = fc.constantFrom(
      ...['retry-after', 'x-retry-after', 'date', 'ratelimit', 'ratelimit-remaining', 'ratelimit-reset'],
      ...['x-ratelimit-remaining', 'x-ratelimit-reset', 'x-rate-limit-time-reset-ms', 'x-rate-limit-requests-left'],
      ...['x-shopify-shop-api-call-limit', 'x-amzn-ratelimit-limit'],
    );
    const value = fc.oneof(
      fc.constantFrom('0', '1', '-1', '1e308', 'NaN', 'Infinity', HUGE, '0/0', '40/40', 'r=0', '"x";r=0;t=1', '";;;,,'),
      fc.stringMatching(/^[0-9a-z;=,"/. -]{0,30}$/),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.constantFrom(200, 429, 500, 503), (headers, status) => {
        const ms = pause(status, headers);
        expect(ms).toBeGreaterThanOrEqual(status === 429 ? 1_000 : 0);
        expect(ms).toBeLessThanOrEqual(status === 200 || status === 500 ? 60_000 : HOUR_MS);
      }),
    );
  });
});
