import type { CsvFault, Refused } from '../model/csv.js';
import type { RateCard, RateCardUse } from '../model/rate-card.js';
import { attempt } from './attempt.js';
import type { Pool, Queryable } from './database.js';
import { idsByCode } from './ids-by-code.js';

/** Rows that one statement inserts at most. */
const ROWS_PER_STATEMENT = 5_000;

/**
 * Makes the cards as they are given, whole, and has nodes and vendors use them: all of it or nothing, in one transaction. Carrier
 * services that are not there yet are made. With `dryRun` nothing stays.
 *
 * Errors: the names that do not exist; a service that another carrier has.
 */
export async function importRateCards(
  pool: Pool,
  cards: readonly RateCard[],
  uses: readonly RateCardUse[],
  options: { readonly dryRun: boolean },
): Promise<Refused | { readonly cards: number; readonly uses: number }> {
  return attempt(pool, options, async (db) => {
    const faults = await putAll(db, cards, uses);
    return faults.length > 0 ? { faults } : { cards: cards.length, uses: uses.length };
  });
}

async function putAll(db: Queryable, cards: readonly RateCard[], uses: readonly RateCardUse[]): Promise<CsvFault[]> {
  const faults: CsvFault[] = [];
  await putServices(db, cards, faults);
  const services = await idsByCode(
    db,
    'carrier_service',
    cards.map(({ service }) => service),
  );
  const ids = await putCards(db, cards, services);
  await putParts(db, cards, (card) => ids.get(card.code) ?? 0);
  await putUses(db, uses, faults);
  return faults;
}

async function putServices(db: Queryable, cards: readonly RateCard[], faults: CsvFault[]): Promise<void> {
  const wanted = new Map(cards.map(({ service, carrier }) => [service, carrier]));
  await db.query(
    `INSERT INTO carrier_service (code, carrier, name) SELECT code, carrier, code FROM unnest($1::text[], $2::text[]) AS s(code, carrier)
     ON CONFLICT (code) DO NOTHING`,
    [[...wanted.keys()], [...wanted.values()]],
  );
  const { rows } = await db.query<{ code: string; carrier: string }>(
    'SELECT code, carrier FROM carrier_service WHERE code = ANY($1::text[])',
    [[...wanted.keys()]],
  );
  const carriers = new Map(rows.map(({ code, carrier }) => [code, carrier]));
  for (const { code, service, carrier } of cards) {
    const known = carriers.get(service);
    if (known !== carrier)
      faults.push({ path: code, message: `the service ${service} is of the carrier ${known}, not ${carrier}` });
  }
}

async function putCards(
  db: Queryable,
  cards: readonly RateCard[],
  services: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ id: number; code: string }>(
    `INSERT INTO rate_card (code, series, service_id, currency, basis, dimensional_divisor, minimum, length_cm, width_cm, height_cm,
       valid_from, valid_to)
     SELECT code, series, service_id, currency, basis, dimensional_divisor, minimum, length_cm, width_cm, height_cm, valid_from, valid_to
     FROM jsonb_to_recordset($1::jsonb) AS c(code text, series text, service_id integer, currency text, basis text,
       dimensional_divisor integer, minimum numeric, length_cm integer, width_cm integer, height_cm integer, valid_from date, valid_to date)
     ON CONFLICT (code) DO UPDATE SET series = EXCLUDED.series, service_id = EXCLUDED.service_id, currency = EXCLUDED.currency,
       basis = EXCLUDED.basis, dimensional_divisor = EXCLUDED.dimensional_divisor, minimum = EXCLUDED.minimum,
       length_cm = EXCLUDED.length_cm, width_cm = EXCLUDED.width_cm, height_cm = EXCLUDED.height_cm,
       valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
     RETURNING id, code`,
    [
      JSON.stringify(
        cards.map((card) => ({
          ...{ code: card.code, series: card.series, service_id: services.get(card.service), currency: card.currency },
          ...{ basis: card.basis, dimensional_divisor: card.dimensionalDivisor, minimum: card.minimum },
          length_cm: card.unitMaximumCm?.length ?? null,
          width_cm: card.unitMaximumCm?.width ?? null,
          height_cm: card.unitMaximumCm?.height ?? null,
          ...{ valid_from: card.validFrom, valid_to: card.validTo },
        })),
      ),
    ],
  );
  const ids = rows.map(({ id }) => id);
  for (const table of ['rate_zone', 'rate_surcharge', 'rate_surcharge_area'])
    await db.query(`DELETE FROM ${table} WHERE rate_card_id = ANY($1::integer[])`, [ids]);
  return new Map(rows.map(({ id, code }) => [code, id]));
}

async function putParts(db: Queryable, cards: readonly RateCard[], idOf: (card: RateCard) => number): Promise<void> {
  const zones = cards.flatMap((card) => card.zones.map((zone) => ({ rate_card_id: idOf(card), ...zone })));
  await insertRows(
    db,
    'rate_zone',
    'rate_card_id integer, zone text, beyond_every numeric, beyond_price numeric, maximum numeric',
    zones.map(({ beyond, ...zone }) => ({ ...zone, beyond_every: beyond?.every, beyond_price: beyond?.price })),
  );
  await insertRows(
    db,
    'rate_zone_area',
    'rate_card_id integer, zone text, country_code text, region_code text, postal_prefix text, transit_hours integer, transit_days integer',
    zones.flatMap(({ rate_card_id, zone, areas }) =>
      areas.map(({ countryCode, regionCode, postalPrefix, transit }) => ({
        ...{ rate_card_id, zone, country_code: countryCode, region_code: regionCode, postal_prefix: postalPrefix },
        ...('days' in transit ? { transit_days: transit.days } : { transit_hours: transit.hours }),
      })),
    ),
  );
  await insertRows(
    db,
    'rate_bracket',
    'rate_card_id integer, zone text, up_to numeric, price numeric',
    zones.flatMap(({ rate_card_id, zone, brackets }) =>
      brackets.map(({ upTo, price }) => ({ rate_card_id, zone, up_to: upTo, price })),
    ),
  );
  await insertRows(
    db,
    'rate_surcharge',
    `rate_card_id integer, code text, amount numeric, percent numeric, residential_only boolean, over_grams integer, over_cm3 integer,
     valid_from date, valid_to date`,
    cards.flatMap((card) =>
      card.surcharges.map(({ code, price, residentialOnly, over, validFrom, validTo }) => ({
        ...{ rate_card_id: idOf(card), code, ...price, residential_only: residentialOnly },
        ...{ over_grams: over?.grams, over_cm3: over?.cm3, valid_from: validFrom, valid_to: validTo },
      })),
    ),
  );
  await insertRows(
    db,
    'rate_surcharge_area',
    'rate_card_id integer, code text, country_code text, region_code text, postal_prefix text',
    cards.flatMap((card) =>
      Object.entries(card.remoteAreas).flatMap(([code, areas]) =>
        areas.map(({ countryCode, regionCode, postalPrefix }) => ({
          ...{ rate_card_id: idOf(card), code, country_code: countryCode, region_code: regionCode },
          postal_prefix: postalPrefix,
        })),
      ),
    ),
  );
}

/** `columns` with their SQL types, as the table has them; what a row leaves out is null. */
async function insertRows(db: Queryable, table: string, columns: string, rows: readonly object[]): Promise<void> {
  const names = columns
    .split(',')
    .map((column) => column.trim().split(' ')[0])
    .join(', ');
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await db.query(
      `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS row(${columns})`,
      [JSON.stringify(rows.slice(at, at + ROWS_PER_STATEMENT))],
    );
}

async function putUses(db: Queryable, uses: readonly RateCardUse[], faults: CsvFault[]): Promise<void> {
  const named = uses.map(({ card }) => card);
  const { rows } = await db.query<{ name: string; id: number; serviceId: number }>(
    `SELECT DISTINCT ON (name, service_id) name, id, service_id AS "serviceId" FROM unnest($1::text[]) AS named(name)
     JOIN rate_card c ON c.code = named.name OR c.series = named.name ORDER BY name, service_id, c.code = named.name DESC, valid_from, id`,
    [[...new Set(named)]],
  );
  const cards = new Map(rows.map(({ name, ...card }) => [name, card]));
  const nodes = await idsByCode(
    db,
    'node',
    uses.flatMap(({ of }) => ('node' in of ? [of.node] : [])),
  );
  const vendors = await idsByCode(
    db,
    'vendor',
    uses.flatMap(({ of }) => ('vendor' in of ? [of.vendor] : [])),
  );
  for (const { card, of } of uses) {
    const found = cards.get(card);
    const user = 'node' in of ? nodes.get(of.node) : vendors.get(of.vendor);
    if (!found) faults.push({ path: card, message: 'there is no such card or series' });
    if (user === undefined)
      faults.push({
        path: 'node' in of ? of.node : of.vendor,
        message: `there is no such ${'node' in of ? 'node' : 'vendor'}`,
      });
    if (!found || user === undefined) continue;
    const [table, key] = 'node' in of ? ['node_service', 'node_id'] : ['vendor_default_rate', 'vendor_id'];
    await db.query(
      `INSERT INTO ${table} (${key}, service_id, rate_card_id) VALUES ($1, $2, $3)
       ON CONFLICT (${key}, service_id) DO UPDATE SET rate_card_id = EXCLUDED.rate_card_id`,
      [user, found.serviceId, found.id],
    );
  }
}

/** The cards, by code, with who uses them. `codes`: only these cards; null: all. */
export async function loadRateCards(
  db: Queryable,
  codes: readonly string[] | null,
): Promise<{ readonly cards: readonly RateCard[]; readonly uses: readonly RateCardUse[] }> {
  const { rows } = await db.query<{ card: RateCard }>(LOAD_CARDS, [codes]);
  const { rows: uses } = await db.query<{ card: string; node: string | null; vendor: string | null }>(LOAD_USES, [
    codes,
  ]);
  return {
    cards: rows.map(({ card }) => ({ ...card, remoteAreas: card.remoteAreas ?? {} })),
    uses: uses.map(({ card, node, vendor }) => ({ card, of: node === null ? { vendor: vendor ?? '' } : { node } })),
  };
}

const amount = (column: string) => `trim_scale(${column})::text`;
const list = (sql: string) => `COALESCE((SELECT json_agg(x) FROM (${sql}) x), '[]')`;
const AREA = `a.country_code AS "countryCode", a.region_code AS "regionCode", a.postal_prefix AS "postalPrefix"`;
const LOAD_CARDS = `
  SELECT json_build_object('code', c.code, 'series', c.series, 'service', s.code, 'carrier', s.carrier, 'currency', c.currency,
    'basis', c.basis, 'dimensionalDivisor', c.dimensional_divisor, 'minimum', ${amount('c.minimum')},
    'unitMaximumCm', CASE WHEN c.length_cm IS NOT NULL THEN
      json_build_object('length', c.length_cm, 'width', c.width_cm, 'height', c.height_cm) END,
    'validFrom', c.valid_from, 'validTo', c.valid_to,
    'zones', ${list(`
      SELECT z.zone, CASE WHEN z.beyond_every IS NOT NULL THEN
          json_build_object('every', ${amount('z.beyond_every')}, 'price', ${amount('z.beyond_price')}) END AS beyond,
        ${amount('z.maximum')} AS maximum,
        ${list(`SELECT ${AREA}, CASE WHEN a.transit_days IS NULL THEN json_build_object('hours', a.transit_hours)
            ELSE json_build_object('days', a.transit_days) END AS transit
          FROM rate_zone_area a WHERE a.rate_card_id = c.id AND a.zone = z.zone
          ORDER BY a.country_code, a.region_code, a.postal_prefix`)} AS areas,
        ${list(`SELECT ${amount('b.up_to')} AS "upTo", ${amount('b.price')} AS price FROM rate_bracket b
          WHERE b.rate_card_id = c.id AND b.zone = z.zone ORDER BY b.up_to`)} AS brackets
      FROM rate_zone z WHERE z.rate_card_id = c.id ORDER BY z.zone`)},
    'surcharges', ${list(`
      SELECT u.code, CASE WHEN u.amount IS NOT NULL THEN json_build_object('amount', ${amount('u.amount')})
          ELSE json_build_object('percent', ${amount('u.percent')}) END AS price,
        u.residential_only AS "residentialOnly", CASE WHEN u.over_grams IS NOT NULL OR u.over_cm3 IS NOT NULL THEN
          json_build_object('grams', u.over_grams, 'cm3', u.over_cm3) END AS over,
        u.valid_from AS "validFrom", u.valid_to AS "validTo"
      FROM rate_surcharge u WHERE u.rate_card_id = c.id ORDER BY u.code, u.valid_from`)},
    'remoteAreas', (SELECT json_object_agg(r.code, r.areas) FROM (
      SELECT a.code, json_agg(json_build_object('countryCode', a.country_code, 'regionCode', a.region_code, 'postalPrefix', a.postal_prefix)
        ORDER BY a.country_code, a.region_code, a.postal_prefix) AS areas
      FROM rate_surcharge_area a WHERE a.rate_card_id = c.id GROUP BY a.code ORDER BY a.code) r)) AS card
  FROM rate_card c JOIN carrier_service s ON s.id = c.service_id
  WHERE $1::text[] IS NULL OR c.code = ANY($1::text[]) ORDER BY c.code`;
const LOAD_USES = `
  SELECT c.code AS card, n.code AS node, NULL AS vendor FROM node_service s JOIN rate_card c ON c.id = s.rate_card_id
    JOIN node n ON n.id = s.node_id WHERE $1::text[] IS NULL OR c.code = ANY($1::text[])
  UNION ALL SELECT c.code, NULL, v.code FROM vendor_default_rate d JOIN rate_card c ON c.id = d.rate_card_id
    JOIN vendor v ON v.id = d.vendor_id WHERE $1::text[] IS NULL OR c.code = ANY($1::text[])
  ORDER BY card, node, vendor`;

/** A card in a list. */
export interface RateCardSummary {
  readonly code: string;
  readonly series: string | null;
  readonly service: string;
  readonly currency: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly zones: number;
  readonly brackets: number;
  readonly nodes: number;
}

/** Every card, at most 10,000, by code. */
export async function listRateCards(db: Queryable): Promise<RateCardSummary[]> {
  const { rows } = await db.query<RateCardSummary>(`
    SELECT c.code, c.series, s.code AS service, c.currency, c.valid_from AS "validFrom", c.valid_to AS "validTo",
      (SELECT count(*)::integer FROM rate_zone z WHERE z.rate_card_id = c.id) AS zones,
      (SELECT count(*)::integer FROM rate_bracket b WHERE b.rate_card_id = c.id) AS brackets,
      (SELECT count(*)::integer FROM node_service n WHERE n.rate_card_id = c.id) AS nodes
    FROM rate_card c JOIN carrier_service s ON s.id = c.service_id ORDER BY c.code LIMIT 10000`);
  return rows;
}
