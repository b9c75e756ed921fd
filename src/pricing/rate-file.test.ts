import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freightOf } from '../engine/cost.js';
import { parseAmount } from '../model/money.js';
import type { RateCard } from '../model/rate-card.js';
import { readRateFile } from './rate-file.js';
import { rateFileText } from './rate-rows.js';

/** List prices that DHL published for parcels from Germany in 2021: by size, by step and by bracket. */
const PUBLISHED = readFileSync(new URL('./fixtures/dhl-2021.csv', import.meta.url), 'utf8');
/** Of 2025, with days of transit: DHL Express and DPD Classic from Germany by class of size, La Poste from France by weight. */
const PARCELS = readFileSync(new URL('./fixtures/parcels-2025.csv', import.meta.url), 'utf8');

function read(text: string) {
  const file = readRateFile(text);
  if ('faults' in file) throw new Error(JSON.stringify(file.faults));
  return file;
}
function faultsOf(text: string) {
  const file = readRateFile(text);
  return 'faults' in file ? file.faults.map(({ place, path, message }) => `${place} ${path}: ${message}`) : [];
}
/** What the zone of a country charges for so many grams, by the engine's own formula; null: not carried. */
function priceOf(card: RateCard | undefined, country: string, grams: number): number | null {
  const zone = card?.zones.find(({ areas }) => areas.some(({ countryCode }) => countryCode === country));
  if (!zone) return null;
  const { beyond, brackets, maximum } = zone;
  const priced = freightOf(
    {
      rates: brackets.map(({ upTo, price }) => ({ upTo: Number(upTo), price: parseAmount(price) })),
      beyond: beyond && { every: Number(beyond.every), price: parseAmount(beyond.price) },
      maximum: maximum === null ? Number.POSITIVE_INFINITY : Number(maximum),
    } as unknown as Parameters<typeof freightOf>[0],
    grams,
  );
  return priced === null ? null : priced / 10_000;
}

describe('public tables of prices', () => {
  const cards = [PUBLISHED, PARCELS].flatMap((text) => read(text).cards);
  const card = (code: string) => cards.find((each) => each.code === code);

  it.each([
    ['a small packet by its size', 'dhl-private-35x25x3-2021', 'FR', 2_000, 4.89],
    ['no more than its weight', 'dhl-private-35x25x3-2021', 'FR', 2_001, null],
    ['the first bracket', 'dhl-express-120x60x60-2021', 'AT', 500, 37.96],
    ['the bracket that a gram more falls in', 'dhl-express-120x60x60-2021', 'AT', 501, 41.93],
    ['a base price and a started step', 'dhl-premium-business-2021', 'BE', 1, 13.2 + 0.9],
    ['a base price and 32 steps', 'dhl-premium-business-2021', 'CH', 31_500, 21.3 + 32 * 0.9],
    ['no more than the maximum', 'dhl-premium-business-2021', 'CH', 31_501, null],
    ['no country that no zone has', 'dhl-premium-business-2021', 'US', 500, null],
    ['a class of size', 'dpd-s-classic-2025-07', 'FR', 20_000, 15.1],
    ['the next class', 'dpd-m-classic-2025-07', 'FR', 20_000, 18.8],
    ['a country that has its prices from 2 kg on', 'dhl-express-worldwide-35x25x10-2025-07', 'DE', 900, 15],
    ['the last of its weights', 'la-poste-standard-worldwide-2025-07', 'DE', 30_000, 80.05],
  ])('prices %s as it was published', (_name, code, country, grams, expected) => {
    expect(priceOf(card(code), country, grams)).toBe(expected);
  });

  it('are written and read again without loss', () => {
    const again = read(rateFileText(cards, []));
    expect(again).toEqual({ cards, uses: [] });
    const brackets = cards.map(({ zones }) => zones.flatMap((zone) => zone.brackets).length);
    expect([brackets.slice(0, 4), brackets.slice(4).reduce((sum, count) => sum + count, 0)]).toEqual([
      [2, 8, 3, 60],
      34,
    ]);
    expect(card('dhl-private-120x60x60-2021')?.unitMaximumCm).toEqual({ length: 120, width: 60, height: 60 });
  });
});

const HEAD =
  'record,card,series,service,carrier,currency,basis,divisor,minimum,valid_from,valid_to,zone,country,postal_prefix,transit_hours,transit_days,up_to,price,every,code,amount,percent,residential,over_grams,node,vendor';
const COLUMNS = HEAD.split(',');
const row = (cells: Record<string, string | number>) => COLUMNS.map((name) => cells[name] ?? '').join(',');
const CARD = {
  record: 'card',
  card: 'c1',
  service: 'ground',
  carrier: 'swift',
  currency: 'EUR',
  valid_from: '2026-01-01',
};
const ZONE = { record: 'zone', card: 'c1', zone: 'de' };
const AREA = { record: 'area', card: 'c1', zone: 'de', country: 'DE', transit_hours: 48 };
const BRACKET = { record: 'bracket', card: 'c1', zone: 'de', up_to: 1_000, price: '4.90' };
const FUEL = { record: 'surcharge', card: 'c1', code: 'fuel', percent: '12.5' };
const file = (...rows: Record<string, string | number>[]) => [HEAD, ...rows.map(row)].join('\n');

describe('a file of rate cards', () => {
  it('says all that a card can say', () => {
    const text = file(
      { ...CARD, series: 'ground', divisor: 5_000, minimum: '4', valid_to: '2027-01-01' },
      { ...ZONE, every: 500, price: '1.2' },
      { ...AREA, postal_prefix: 'd 10', transit_hours: '', transit_days: 2 },
      BRACKET,
      FUEL,
      {
        record: 'surcharge',
        card: 'c1',
        code: 'peak',
        amount: '0.5',
        valid_from: '2026-11-15',
        valid_to: '2027-01-10',
      },
      { record: 'surcharge', card: 'c1', code: 'home', amount: '2', residential: 'yes' },
      { record: 'surcharge', card: 'c1', code: 'bulky', amount: '9', over_grams: 30_000 },
      { record: 'surcharge', card: 'c1', code: 'island', amount: '5' },
      { record: 'remote', card: 'c1', code: 'island', country: 'DE', postal_prefix: '27498' },
      { record: 'use', card: 'ground', node: 'acme-east' },
      { record: 'use', card: 'ground', vendor: 'acme' },
    );
    const { cards, uses } = read(text);
    expect(cards).toMatchObject([
      {
        ...{ code: 'c1', series: 'ground', dimensionalDivisor: 5_000, minimum: '4', validTo: '2027-01-01' },
        zones: [
          {
            beyond: { every: '500', price: '1.2' },
            areas: [{ countryCode: 'DE', regionCode: '', postalPrefix: 'D10', transit: { days: 2 } }],
            brackets: [{ upTo: '1000', price: '4.90' }],
          },
        ],
        surcharges: [
          { code: 'fuel', price: { percent: '12.5' }, validFrom: '2026-01-01', validTo: null, over: null },
          { code: 'peak', price: { amount: '0.5' }, validFrom: '2026-11-15', validTo: '2027-01-10' },
          { code: 'home', residentialOnly: true },
          { code: 'bulky', over: { grams: 30_000, cm3: null } },
          { code: 'island' },
        ],
        remoteAreas: { island: [{ countryCode: 'DE', regionCode: '', postalPrefix: '27498' }] },
      },
    ]);
    expect(uses).toEqual([
      { card: 'ground', of: { node: 'acme-east' } },
      { card: 'ground', of: { vendor: 'acme' } },
    ]);
  });

  it.each<[string, Record<string, string | number>[], string]>([
    ['an amount that is none', [CARD, ZONE, AREA, { ...BRACKET, price: '4.90.1' }], '5 price: expected an amount'],
    ['a blank cell that is needed', [CARD, ZONE, AREA, { ...BRACKET, up_to: '' }], '5 up_to: expected a value'],
    [
      'a cell of another record',
      [CARD, ZONE, AREA, { ...BRACKET, currency: 'EUR' }],
      '5 currency: this record has no such',
    ],
    [
      'a day that is none',
      [{ ...CARD, valid_from: '2026-02-30' }, ZONE, AREA, BRACKET],
      '2 valid_from: expected a day',
    ],
    ['a currency that is none', [{ ...CARD, currency: 'EUX' }, ZONE, AREA, BRACKET], '2 currency: expected a currency'],
    [
      'dates that end first',
      [{ ...CARD, valid_to: '2026-01-01' }, ZONE, AREA, BRACKET],
      '2 valid_to: expected a day after',
    ],
    ['a card that is not there', [{ ...BRACKET, card: 'c2' }], '2 card: this file has no card c2'],
    [
      'a zone that is not there',
      [CARD, ZONE, AREA, BRACKET, { ...BRACKET, zone: 'fr' }],
      '6 zone: the card c1 has no zone fr',
    ],
    ['a zone without prices', [CARD, ZONE, AREA], '3 zone: the zone de has no bracket'],
    ['a zone without areas', [CARD, ZONE, BRACKET], '3 zone: the zone de has no area'],
    [
      'a bracket that stands twice',
      [CARD, ZONE, AREA, BRACKET, { ...BRACKET, up_to: '1000.0' }],
      '6 up_to: expected whole grams',
    ],
    ['an area in two zones', [CARD, ZONE, AREA, BRACKET, AREA], '6 country: this area is in a zone'],
    [
      'a transit that is said twice',
      [CARD, ZONE, { ...AREA, transit_days: 2 }, BRACKET],
      '4 transit_hours: expected either',
    ],
    [
      'anywhere with a postal code',
      [CARD, ZONE, { ...AREA, country: 'ZZ', postal_prefix: '1' }, BRACKET],
      '4 country: anywhere',
    ],
    ['a surcharge with two prices', [CARD, ZONE, AREA, BRACKET, { ...FUEL, amount: 1 }], '6 amount: expected either'],
    [
      'a surcharge twice at one time',
      [CARD, ZONE, AREA, BRACKET, FUEL, FUEL],
      '7 code: the surcharge fuel is valid at this time already',
    ],
    [
      'a fourth threshold at one time',
      [CARD, ZONE, AREA, BRACKET, ...['a', 'b', 'c', 'd'].map((code) => ({ ...FUEL, code, over_grams: 5 }))],
      '9 over_grams: the card has 3 surcharges with a threshold at this time already',
    ],
    [
      'a minimum that goes on beyond the last bracket',
      [{ ...CARD, minimum: 5 }, { ...ZONE, every: 500, price: 1 }, AREA, BRACKET],
      '3 every: the last bracket costs less than the minimum charge of 5',
    ],
    [
      'a divisor where weight does not count',
      [{ ...CARD, basis: 'units', divisor: 5_000 }, ZONE, AREA, BRACKET],
      '2 divisor: only',
    ],
    [
      'a use of nobody',
      [CARD, ZONE, AREA, BRACKET, { record: 'use', card: 'c1' }],
      '6 node: expected either a node or a vendor',
    ],
  ])('refuses %s with its line', (_name, rows, expected) => {
    expect(faultsOf(file(...rows)).filter((fault) => fault.startsWith(expected))).toHaveLength(1);
  });

  it('tells every fault at once, in the order of the lines', () => {
    const faults = faultsOf(
      file(CARD, { ...ZONE, every: 0, price: 1 }, { ...AREA, country: 'de' }, { ...BRACKET, price: -1 }),
    );
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['3', '4', '5']);
  });

  it('takes as many thresholds as it likes, of which three are valid at a time', () => {
    const winter = ['a', 'b', 'c'].map((code) => ({ ...FUEL, code, over_grams: 5, valid_to: '2026-04-01' }));
    const summer = ['d', 'e', 'f'].map((code) => ({ ...FUEL, code, over_cm3: 5, valid_from: '2026-04-01' }));
    expect(faultsOf(file(CARD, ZONE, AREA, BRACKET, ...winter, ...summer))).toEqual([]);
  });

  it('lets the same surcharge follow itself', () => {
    const first = { ...FUEL, valid_to: '2026-07-01' };
    expect(faultsOf(file(CARD, ZONE, AREA, BRACKET, first, { ...FUEL, percent: 9, valid_from: '2026-07-01' }))).toEqual(
      [],
    );
  });
});
