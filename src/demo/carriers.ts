import { DESTINATIONS, type Realm } from './cities.js';

/** A rate card as the demo loads it: one service from one part of the world. Prices in cents of `currency`. */
export interface DemoRateCard {
  readonly code: string;
  readonly serviceCode: string;
  readonly realm: Realm;
  readonly currency: string;
  readonly basis: 'weight' | 'units' | 'goods';
  readonly dimensionalDivisor: number | null;
  readonly zones: readonly {
    readonly zone: string;
    readonly brackets: readonly { readonly upTo: string; readonly priceCents: number }[];
    readonly beyond: { readonly every: string; readonly priceCents: number } | null;
    readonly maximum: string | null;
    readonly areas: readonly {
      readonly countryCode: string;
      readonly regionCode: string;
      readonly postalPrefix: string;
      readonly transitHours: number;
    }[];
  }[];
  readonly surcharges: readonly {
    readonly code: string;
    readonly amountCents: number | null;
    readonly percent: string | null;
    readonly residentialOnly: boolean;
  }[];
}

export interface DemoService {
  readonly code: string;
  readonly carrier: string;
  readonly name: string;
  readonly excludedTags: readonly string[];
}

export const SERVICES: readonly DemoService[] = [
  { code: 'swift-ground', carrier: 'swift', name: 'Swift Ground', excludedTags: [] },
  { code: 'swift-express', carrier: 'swift', name: 'Swift Express', excludedTags: ['hazmat', 'oversized'] },
  { code: 'euro-parcel', carrier: 'europost', name: 'Euro Parcel', excludedTags: [] },
  { code: 'euro-express', carrier: 'europost', name: 'Euro Express', excludedTags: ['hazmat'] },
  { code: 'lotus-standard', carrier: 'lotus', name: 'Lotus Standard', excludedTags: [] },
  { code: 'lotus-express', carrier: 'lotus', name: 'Lotus Express', excludedTags: ['hazmat', 'oversized'] },
  { code: 'globe-economy', carrier: 'globe', name: 'Globe Economy', excludedTags: [] },
  { code: 'globe-priority', carrier: 'globe', name: 'Globe Priority', excludedTags: ['hazmat'] },
];

const BRACKETS_GRAMS = [250, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000] as const;
const US_NEAR = ['NV', 'CA', 'OR', 'WA', 'AZ', 'UT', 'ID'];
const US_FAR = ['NY', 'NJ', 'CT', 'MA', 'RI', 'NH', 'VT', 'ME', 'PA', 'DE', 'MD', 'DC', 'VA', 'NC', 'SC', 'GA', 'FL'];

interface Tier {
  readonly zone: string;
  /** Price of the first bracket and for each further kilogram, in cents. */
  readonly base: number;
  readonly perKg: number;
  readonly areas: DemoRateCard['zones'][number]['areas'];
}

const everywhere = (countries: readonly string[], transitHours: number) =>
  countries.map((countryCode) => ({ countryCode, regionCode: '', postalPrefix: '', transitHours }));

function weightCard(
  code: string,
  serviceCode: string,
  realm: Realm,
  currency: string,
  divisor: number,
  tiers: readonly Tier[],
): DemoRateCard {
  return {
    code,
    serviceCode,
    realm,
    currency,
    basis: 'weight',
    dimensionalDivisor: divisor,
    zones: tiers.map((tier) => ({
      zone: tier.zone,
      brackets: BRACKETS_GRAMS.map((grams) => ({
        upTo: String(grams),
        priceCents: tier.base + Math.round((tier.perKg * Math.max(0, grams - 250)) / 1000),
      })),
      beyond: { every: '5000', priceCents: tier.perKg * 5 },
      maximum: '70000',
      areas: tier.areas,
    })),
    surcharges: [
      { code: 'fuel', amountCents: null, percent: '11.5', residentialOnly: false },
      { code: 'residential', amountCents: 145, percent: null, residentialOnly: true },
    ],
  };
}

/** All rate cards of the demo; every part of the world reaches every destination by `globe`. */
export function rateCards(): DemoRateCard[] {
  const states = (regions: readonly string[], transitHours: number) =>
    regions.map((regionCode) => ({ countryCode: 'US', regionCode, postalPrefix: '', transitHours }));
  const remote = (transitHours: number) =>
    ['995', '996', '997', '998', '999', '967', '968'].map((postalPrefix) => ({
      countryCode: 'US',
      regionCode: '',
      postalPrefix,
      transitHours,
    }));
  const core = ['DE', 'NL', 'BE', 'LU', 'AT', 'PL', 'CZ', 'DK', 'FR'];
  const notUnion = ['GB', 'CH', 'NO', 'IS', 'TR', 'AE', 'SA', 'IL', 'EG', 'ZA', 'NG', 'KE', 'MA'];
  const union = DESTINATIONS.europe.filter((country) => !core.includes(country) && !notUnion.includes(country));
  const near = ['CN', 'JP', 'KR', 'TW', 'HK', 'SG'];
  const cards = [
    weightCard('swift-ground-2026', 'swift-ground', 'america', 'USD', 5000, [
      { zone: 'west', base: 545, perKg: 92, areas: states(US_NEAR, 72) },
      { zone: 'east', base: 585, perKg: 104, areas: states(US_FAR, 72) },
      { zone: 'middle', base: 565, perKg: 98, areas: everywhere(['US'], 72) },
      { zone: 'remote', base: 1490, perKg: 310, areas: remote(168) },
      { zone: 'neighbours', base: 1180, perKg: 240, areas: everywhere(['CA', 'MX'], 120) },
    ]),
    weightCard('swift-express-2026', 'swift-express', 'america', 'USD', 5000, [
      { zone: 'mainland', base: 1290, perKg: 310, areas: everywhere(['US'], 30) },
      { zone: 'remote', base: 2890, perKg: 540, areas: remote(54) },
      { zone: 'neighbours', base: 2490, perKg: 520, areas: everywhere(['CA', 'MX'], 54) },
    ]),
    weightCard('euro-parcel-2026', 'euro-parcel', 'europe', 'EUR', 6000, [
      { zone: 'core', base: 470, perKg: 62, areas: everywhere(core, 48) },
      { zone: 'union', base: 690, perKg: 96, areas: everywhere(union, 84) },
      { zone: 'outside', base: 1050, perKg: 180, areas: everywhere(['GB', 'CH', 'NO'], 96) },
    ]),
    weightCard('euro-express-2026', 'euro-express', 'europe', 'EUR', 5000, [
      { zone: 'core', base: 1190, perKg: 260, areas: everywhere(core, 24) },
      { zone: 'union', base: 1490, perKg: 330, areas: everywhere(union, 30) },
      { zone: 'outside', base: 2250, perKg: 480, areas: everywhere(['GB', 'CH', 'NO'], 48) },
    ]),
    weightCard('lotus-standard-2026', 'lotus-standard', 'asia', 'USD', 6000, [
      { zone: 'near', base: 390, perKg: 110, areas: everywhere(near, 72) },
      {
        zone: 'far',
        base: 690,
        perKg: 210,
        areas: everywhere(
          DESTINATIONS.asia.filter((country) => !near.includes(country)),
          120,
        ),
      },
    ]),
    weightCard('lotus-express-2026', 'lotus-express', 'asia', 'USD', 5000, [
      { zone: 'near', base: 1090, perKg: 330, areas: everywhere(near, 30) },
      {
        zone: 'far',
        base: 1690,
        perKg: 520,
        areas: everywhere(
          DESTINATIONS.asia.filter((country) => !near.includes(country)),
          54,
        ),
      },
    ]),
  ];
  const all = Object.values(DESTINATIONS).flat();
  for (const realm of ['america', 'europe', 'asia'] as const) {
    const home = DESTINATIONS[realm];
    const away = all.filter((country) => !home.includes(country));
    cards.push(
      weightCard(`globe-economy-${realm}-2026`, 'globe-economy', realm, 'USD', 5000, [
        { zone: 'home', base: 1390, perKg: 290, areas: everywhere(home, 192) },
        { zone: 'away', base: 1690, perKg: 640, areas: everywhere(away, 312) },
      ]),
      weightCard(`globe-priority-${realm}-2026`, 'globe-priority', realm, 'USD', 5000, [
        { zone: 'home', base: 2990, perKg: 620, areas: everywhere(home, 60) },
        { zone: 'away', base: 3890, perKg: 1180, areas: everywhere(away, 96) },
      ]),
    );
  }
  return cards;
}
