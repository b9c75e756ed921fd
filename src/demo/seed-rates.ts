import type { Pool } from '../store/database.js';
import { type DemoNetwork, DOLLAR_RATES } from './network.js';
import { cents, idsByCode, insert } from './rows.js';

/** Loads carriers, rate cards, currencies and duties, and which node uses which card. */
export async function loadRates(pool: Pool, network: DemoNetwork): Promise<void> {
  await insert(
    pool,
    'carrier_service',
    [
      ['code', 'text'],
      ['carrier', 'text'],
      ['name', 'text'],
      ['excluded_tags', 'text[]'],
    ],
    network.services.map((service) => ({
      code: service.code,
      carrier: service.carrier,
      name: service.name,
      excluded_tags: service.excludedTags,
    })),
  );
  const services = await idsByCode(pool, 'carrier_service');
  await insert(
    pool,
    'rate_card',
    [
      ['code', 'text'],
      ['service_id', 'integer'],
      ['currency', 'text'],
      ['basis', 'text'],
      ['dimensional_divisor', 'integer'],
      ['valid_from', 'date'],
    ],
    network.rateCards.map((card) => ({
      code: card.code,
      service_id: services.get(card.serviceCode),
      currency: card.currency,
      basis: card.basis,
      dimensional_divisor: card.dimensionalDivisor,
      valid_from: '2025-01-01',
    })),
  );
  const cards = await idsByCode(pool, 'rate_card');
  const zones = network.rateCards.flatMap((card) =>
    card.zones.map((zone) => ({ ...zone, card: cards.get(card.code) })),
  );
  await insert(
    pool,
    'rate_zone',
    [
      ['rate_card_id', 'integer'],
      ['zone', 'text'],
      ['beyond_every', 'numeric'],
      ['beyond_price', 'numeric'],
      ['maximum', 'numeric'],
    ],
    zones.map((zone) => ({
      rate_card_id: zone.card,
      zone: zone.zone,
      beyond_every: zone.beyond?.every ?? null,
      beyond_price: cents(zone.beyond?.priceCents ?? null),
      maximum: zone.maximum,
    })),
  );
  await insert(
    pool,
    'rate_zone_area',
    [
      ['rate_card_id', 'integer'],
      ['zone', 'text'],
      ['country_code', 'text'],
      ['region_code', 'text'],
      ['postal_prefix', 'text'],
      ['transit_hours', 'integer'],
    ],
    zones.flatMap((zone) =>
      zone.areas.map((area) => ({
        rate_card_id: zone.card,
        zone: zone.zone,
        country_code: area.countryCode,
        region_code: area.regionCode,
        postal_prefix: area.postalPrefix,
        transit_hours: area.transitHours,
      })),
    ),
  );
  await insert(
    pool,
    'rate_bracket',
    [
      ['rate_card_id', 'integer'],
      ['zone', 'text'],
      ['up_to', 'numeric'],
      ['price', 'numeric'],
    ],
    zones.flatMap((zone) =>
      zone.brackets.map((bracket) => ({
        rate_card_id: zone.card,
        zone: zone.zone,
        up_to: bracket.upTo,
        price: cents(bracket.priceCents),
      })),
    ),
  );
  await insert(
    pool,
    'rate_surcharge',
    [
      ['rate_card_id', 'integer'],
      ['code', 'text'],
      ['amount', 'numeric'],
      ['percent', 'numeric'],
      ['residential_only', 'boolean'],
      ['valid_from', 'date'],
    ],
    network.rateCards.flatMap((card) =>
      card.surcharges.map((surcharge) => ({
        rate_card_id: cards.get(card.code),
        code: surcharge.code,
        amount: cents(surcharge.amountCents),
        percent: surcharge.percent,
        residential_only: surcharge.residentialOnly,
        valid_from: '2025-01-01',
      })),
    ),
  );
  const nodes = await idsByCode(pool, 'node');
  const vendors = await idsByCode(pool, 'vendor');
  const cardOf = (service: string, realm: string) =>
    cards.get(network.rateCards.find((card) => card.serviceCode === service && card.realm === realm)?.code ?? '');
  await insert(
    pool,
    'node_service',
    [
      ['node_id', 'integer'],
      ['service_id', 'integer'],
      ['rate_card_id', 'integer'],
    ],
    network.vendors.flatMap((vendor) =>
      vendor.nodes.flatMap((node) =>
        vendor.services.map((service) => ({
          node_id: nodes.get(node.code),
          service_id: services.get(service),
          rate_card_id: cardOf(service, vendor.realm),
        })),
      ),
    ),
  );
  await insert(
    pool,
    'vendor_service_code',
    [
      ['vendor_id', 'integer'],
      ['service_id', 'integer'],
      ['ship_via', 'text'],
    ],
    network.vendors.flatMap((vendor) =>
      vendor.services.map((service) => ({
        vendor_id: vendors.get(vendor.code),
        service_id: services.get(service),
        ship_via: service.toUpperCase().replace('-', '_'),
      })),
    ),
  );
  await loadDemoCurrencies(pool);
  await insert(
    pool,
    'duty_rate',
    [
      ['destination_country', 'text'],
      ['hs_prefix', 'text'],
      ['percent', 'numeric'],
      ['valid_from', 'date'],
    ],
    [
      'US',
      'CA',
      'MX',
      'GB',
      'CH',
      'NO',
      'JP',
      'KR',
      'SG',
      'IN',
      'AU',
      'CN',
      'DE',
      'FR',
      'NL',
      'ES',
      'IT',
      'PL',
      'SE',
      'AT',
      'BE',
      'IE',
      'DK',
    ].flatMap((country, index) => [
      { destination_country: country, hs_prefix: '', percent: String(4 + (index % 5)), valid_from: '2025-01-01' },
      { destination_country: country, hs_prefix: '61', percent: '12', valid_from: '2025-01-01' },
      { destination_country: country, hs_prefix: '8518', percent: '0', valid_from: '2025-01-01' },
    ]),
  );
  await insert(
    pool,
    'duty_threshold',
    [
      ['destination_country', 'text'],
      ['duty_free_up_to', 'numeric'],
      ['currency', 'text'],
    ],
    [
      ...['DE', 'FR', 'NL', 'ES', 'IT', 'PL', 'SE', 'AT', 'BE', 'IE', 'DK'].map((country) => ({
        destination_country: country,
        duty_free_up_to: '150',
        currency: 'EUR',
      })),
      { destination_country: 'GB', duty_free_up_to: '135', currency: 'GBP' },
      { destination_country: 'CA', duty_free_up_to: '40', currency: 'CAD' },
      { destination_country: 'AU', duty_free_up_to: '1000', currency: 'AUD' },
      { destination_country: 'JP', duty_free_up_to: '10000', currency: 'JPY' },
    ],
  );
}

/** Weeks of exchange rates from the beginning of 2025 on: rates that are older than a week convert nothing. */
const WEEKS = 520;
const WEEK_MS = 7 * 86_400_000;

/** The demo's exchange rates, the same every week, where they are not there yet. */
export async function loadDemoCurrencies(pool: Pool): Promise<void> {
  const days = Array.from({ length: WEEKS }, (_, week) =>
    new Date(Date.UTC(2025, 0, 1) + week * WEEK_MS).toISOString().slice(0, 10),
  );
  const { rows } = await pool.query("SELECT 1 FROM exchange_rate WHERE source = 'demo' AND valid_from = $1 LIMIT 1", [
    days.at(-1),
  ]);
  if (rows.length > 0) return;
  await insert(
    pool,
    'exchange_rate',
    [
      ['base', 'text'],
      ['quote', 'text'],
      ['valid_from', 'date'],
      ['rate', 'numeric'],
      ['source', 'text'],
    ],
    days.flatMap((day) =>
      Object.entries(DOLLAR_RATES).map(([quote, rate]) => ({
        base: 'USD',
        quote,
        valid_from: day,
        rate,
        source: 'demo',
      })),
    ),
  );
}
