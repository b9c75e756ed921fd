import { z } from 'zod';
import { type Refused, readCsv } from '../model/csv.js';
import { cell, type Placed, periodFault, readCells } from '../model/csv-cells.js';
import { parseAmount } from '../model/money.js';
import type { RateArea, RateCard, RateCardSurcharge, RateCardUse, RateCardZone } from '../model/rate-card.js';

/** Columns of a file of rate cards, as export writes them. Source: docs/landed-cost.md. */
export const RATE_COLUMNS = (
  'record card series service carrier currency basis divisor minimum length_cm width_cm height_cm valid_from valid_to zone ' +
  'country region postal_prefix transit_hours transit_days up_to price every maximum code amount percent residential ' +
  'over_grams over_cm3 node vendor'
).split(' ');

/** Surcharges with a threshold that are valid at one time: a service becomes up to two to their number of a request. */
const THRESHOLDS_MAX = 3;
const GRAMS_MAX = 100_000_000;
const area = { country: cell.country, region: cell.region.optional(), postal_prefix: cell.postalPrefix.optional() };
const size = cell.whole(1, 1_000).optional();

const RECORD = z.discriminatedUnion('record', [
  z.strictObject({
    record: z.literal('card'),
    ...{ card: cell.code, series: cell.code.optional(), service: cell.code, carrier: cell.code },
    currency: cell.currency,
    basis: z.enum(['weight', 'units', 'goods'], { message: 'expected weight, units or goods' }).default('weight'),
    divisor: cell.whole(1, 1_000_000).optional(),
    minimum: cell.amount.default('0'),
    ...{ length_cm: size, width_cm: size, height_cm: size },
    ...{ valid_from: cell.day, valid_to: cell.day.optional() },
  }),
  z.strictObject({
    record: z.literal('zone'),
    ...{ card: cell.code, zone: cell.code },
    ...{ every: cell.amount.optional(), price: cell.amount.optional(), maximum: cell.amount.optional() },
  }),
  z.strictObject({
    record: z.literal('area'),
    ...{ card: cell.code, zone: cell.code, ...area },
    ...{ transit_hours: cell.whole(0, 8_760).optional(), transit_days: cell.whole(0, 100).optional() },
  }),
  z.strictObject({
    record: z.literal('bracket'),
    ...{ card: cell.code, zone: cell.code, up_to: cell.amount, price: cell.amount },
  }),
  z.strictObject({
    record: z.literal('surcharge'),
    ...{ card: cell.code, code: cell.code, amount: cell.amount.optional(), percent: cell.percent.optional() },
    residential: cell.yes.default(false),
    ...{ over_grams: cell.whole(0, GRAMS_MAX).optional(), over_cm3: cell.whole(0, GRAMS_MAX).optional() },
    ...{ valid_from: cell.day.optional(), valid_to: cell.day.optional() },
  }),
  z.strictObject({ record: z.literal('remote'), ...{ card: cell.code, code: cell.code, ...area } }),
  z.strictObject({
    record: z.literal('use'),
    ...{ card: cell.code, node: cell.code.optional(), vendor: cell.code.optional() },
  }),
]);
type AnyRecord = z.output<typeof RECORD>;
type Of<K extends AnyRecord['record']> = Placed<Extract<AnyRecord, { record: K }>>;

export interface RateFile {
  readonly cards: readonly RateCard[];
  readonly uses: readonly RateCardUse[];
}

/**
 * Reads a file of rate cards: each record of a card, whole. Pure.
 *
 * Errors: every fault with its line and column: cells that cannot be; records of a card, zone or surcharge that the file does not
 *         have; a measure that stands twice; and shapes that no routing request can say exactly, which are refused, not
 *         approximated: a minimum charge above the last bracket of a zone that goes on beyond it, and more than three thresholds at one time.
 */
export function readRateFile(text: string): RateFile | Refused {
  const read = readCsv(text, RATE_COLUMNS);
  if ('faults' in read) return read;
  const { records, faults: cellFaults } = readCells(read.rows, RECORD);
  const faults = [...cellFaults];
  const fault = (line: number, path: string, message: string) => faults.push({ place: String(line), path, message });
  const of = <K extends AnyRecord['record']>(kind: K) =>
    records.filter(({ value }) => value.record === kind) as Of<K>[];

  const drafts = new Map<string, CardDraft>();
  for (const { line, value } of of('card')) {
    if (drafts.has(value.card)) fault(line, 'card', `the card ${value.card} stands twice`);
    else drafts.set(value.card, new CardDraft(line, value, fault));
  }
  const known = new Set(read.rows.filter(({ cells }) => cells.record === 'card').map(({ cells }) => cells.card));
  const draftOf = (line: number, code: string) => {
    // A card record that cannot be read is told of once, not again for all that belongs to it.
    if (!known.has(code)) fault(line, 'card', `this file has no card ${code}`);
    return drafts.get(code);
  };
  for (const { line, value } of of('zone')) draftOf(line, value.card)?.addZone(line, value);
  for (const { line, value } of of('bracket')) draftOf(line, value.card)?.addBracket(line, value);
  for (const { line, value } of of('area')) draftOf(line, value.card)?.addArea(line, value);
  for (const { line, value } of of('surcharge')) draftOf(line, value.card)?.addSurcharge(line, value);
  for (const { line, value } of of('remote')) draftOf(line, value.card)?.addRemote(line, value);
  const uses = of('use').flatMap(({ line, value: { card, node, vendor } }): RateCardUse[] => {
    if ((node === undefined) === (vendor === undefined)) fault(line, 'node', 'expected either a node or a vendor');
    if (node !== undefined) return [{ card, of: { node } }];
    return vendor === undefined ? [] : [{ card, of: { vendor } }];
  });
  // What is missing of a card of which something cannot be read is told when it can be.
  const cards = faults.length > 0 ? [] : [...drafts.values()].map((draft) => draft.result());
  if (faults.length > 0) return { faults: faults.sort((a, b) => Number(a.place) - Number(b.place)) };
  return { cards, uses };
}

interface ZoneDraft {
  readonly line: number;
  readonly beyond: RateCardZone['beyond'];
  readonly maximum: string | null;
  readonly brackets: Map<number, RateCardZone['brackets'][number]>;
  readonly areas: RateCardZone['areas'][number][];
}

/** A card in the making: what belongs to it is added record by record, zones first. */
class CardDraft {
  private readonly zones = new Map<string, ZoneDraft>();
  private readonly areas = new Set<string>();
  private readonly surcharges: Placed<RateCardSurcharge>[] = [];
  private readonly remoteAreas: Record<string, RateArea[]> = {};

  constructor(
    private readonly line: number,
    private readonly card: Of<'card'>['value'],
    private readonly fault: (line: number, path: string, message: string) => void,
  ) {
    const { basis, divisor, length_cm, width_cm, height_cm, valid_from, valid_to } = card;
    if (divisor !== undefined && basis !== 'weight') fault(line, 'divisor', 'only a card by weight has a divisor');
    const sides = [length_cm, width_cm, height_cm].filter((side) => side !== undefined).length;
    if (sides % 3 !== 0) fault(line, 'length_cm', 'expected all three sides of a limit of size, or none');
    const period = periodFault(valid_from, valid_to);
    if (period) fault(line, 'valid_to', period);
  }

  addZone(line: number, { zone, every, price, maximum }: Of<'zone'>['value']): void {
    if (this.zones.has(zone)) this.fault(line, 'zone', `the zone ${zone} stands twice`);
    if ((every === undefined) !== (price === undefined))
      this.fault(line, 'every', 'expected both every and price, or neither');
    if (every !== undefined) this.checkMeasure(line, 'every', every);
    if (every !== undefined && parseAmount(every) === 0) this.fault(line, 'every', 'expected more than 0');
    if (maximum !== undefined) this.checkMeasure(line, 'maximum', maximum);
    const beyond = every === undefined || price === undefined ? null : { every, price };
    this.zones.set(zone, { line, beyond, maximum: maximum ?? null, brackets: new Map(), areas: [] });
  }

  addBracket(line: number, { zone, up_to: upTo, price }: Of<'bracket'>['value']): void {
    const draft = this.zoneOf(line, zone);
    this.checkMeasure(line, 'up_to', upTo);
    if (draft?.brackets.has(parseAmount(upTo)))
      this.fault(line, 'up_to', `the zone ${zone} has a bracket up to ${upTo} already`);
    draft?.brackets.set(parseAmount(upTo), { upTo, price });
  }

  addArea(line: number, record: Of<'area'>['value']): void {
    const { zone, transit_hours: hours, transit_days: days } = record;
    const area = this.areaOf(line, record);
    const key = JSON.stringify(area);
    if (this.areas.has(key)) this.fault(line, 'country', 'this area is in a zone of the card already');
    this.areas.add(key);
    if ((hours === undefined) === (days === undefined))
      this.fault(line, 'transit_hours', 'expected either transit_hours or transit_days');
    const transit = days === undefined ? { hours: hours ?? 0 } : { days };
    this.zoneOf(line, zone)?.areas.push({ ...area, transit });
  }

  addSurcharge(line: number, record: Of<'surcharge'>['value']): void {
    const { code, amount, percent, residential, over_grams, over_cm3 } = record;
    const [validFrom, validTo] = [record.valid_from ?? this.card.valid_from, record.valid_to ?? null];
    const period = periodFault(validFrom, validTo);
    if (period) this.fault(line, 'valid_to', period);
    if ((amount === undefined) === (percent === undefined))
      this.fault(line, 'amount', 'expected either an amount or a percent');
    const over =
      over_grams === undefined && over_cm3 === undefined ? null : { grams: over_grams ?? null, cm3: over_cm3 ?? null };
    const price = percent === undefined ? { amount: amount ?? '0' } : { percent };
    const value = { code, price, residentialOnly: residential, over, validFrom, validTo };
    for (const { value: other } of this.surcharges) {
      if (!overlap(other, value)) continue;
      if (other.code === code) this.fault(line, 'code', `the surcharge ${code} is valid at this time already`);
    }
    this.surcharges.push({ line, value });
    const limited = this.surcharges.flatMap(({ value: each }) => (each.over ? [each] : []));
    const atOnce = limited.map((one) => limited.filter((each) => isValidOn(each, one.validFrom)).length);
    if (over && Math.max(...atOnce) > THRESHOLDS_MAX)
      this.fault(line, 'over_grams', `the card has ${THRESHOLDS_MAX} surcharges with a threshold at this time already`);
  }

  addRemote(line: number, record: Of<'remote'>['value']): void {
    const { code } = record;
    if (!this.surcharges.some(({ value }) => value.code === code))
      this.fault(line, 'code', `the card has no surcharge ${code}`);
    const areas = this.remoteAreas[code] ?? [];
    this.remoteAreas[code] = areas;
    const area = this.areaOf(line, record);
    if (areas.some((known) => JSON.stringify(known) === JSON.stringify(area)))
      this.fault(line, 'country', 'this area has the surcharge already');
    areas.push(area);
  }

  result(): RateCard {
    const { card, line } = this;
    if (this.zones.size === 0) this.fault(line, 'card', `the card ${card.card} has no zone`);
    const zones = [...this.zones].map(([zone, draft]): RateCardZone => {
      const brackets = [...draft.brackets].sort(([a], [b]) => a - b).map(([, bracket]) => bracket);
      const last = brackets.at(-1);
      if (!last) this.fault(draft.line, 'zone', `the zone ${zone} has no bracket`);
      if (draft.areas.length === 0) this.fault(draft.line, 'zone', `the zone ${zone} has no area`);
      if (last && draft.beyond && parseAmount(last.price) < parseAmount(card.minimum))
        this.fault(
          draft.line,
          'every',
          `the last bracket costs less than the minimum charge of ${card.minimum}: add brackets up to it`,
        );
      return { zone, beyond: draft.beyond, maximum: draft.maximum, areas: draft.areas, brackets };
    });
    const { length_cm: length, width_cm: width, height_cm: height } = card;
    return {
      ...{ code: card.card, series: card.series ?? null, service: card.service, carrier: card.carrier },
      ...{
        currency: card.currency,
        basis: card.basis,
        dimensionalDivisor: card.divisor ?? null,
        minimum: card.minimum,
      },
      unitMaximumCm: length && width && height ? { length, width, height } : null,
      ...{ validFrom: card.valid_from, validTo: card.valid_to ?? null },
      ...{ zones, surcharges: this.surcharges.map(({ value }) => value), remoteAreas: this.remoteAreas },
    };
  }

  private zoneOf(line: number, zone: string): ZoneDraft | undefined {
    const draft = this.zones.get(zone);
    if (!draft) this.fault(line, 'zone', `the card ${this.card.card} has no zone ${zone}`);
    return draft;
  }

  private areaOf(
    line: number,
    {
      country,
      region = '',
      postal_prefix = '',
    }: { country: string; region?: string | undefined; postal_prefix?: string | undefined },
  ): RateArea {
    if (country === 'ZZ' && region + postal_prefix !== '')
      this.fault(line, 'country', 'anywhere (ZZ) has no region or postal code');
    return { countryCode: country, regionCode: region, postalPrefix: postal_prefix };
  }

  private checkMeasure(line: number, path: string, text: string): void {
    if (this.card.basis !== 'goods' && !/^\d+$/.test(text))
      this.fault(line, path, `expected whole ${this.card.basis === 'weight' ? 'grams' : 'units'}`);
  }
}

interface Period {
  readonly validFrom: string;
  readonly validTo: string | null;
}

function isValidOn({ validFrom, validTo }: Period, day: string): boolean {
  return validFrom <= day && (validTo === null || day < validTo);
}

function overlap(a: Period, b: Period): boolean {
  return (a.validTo === null || b.validFrom < a.validTo) && (b.validTo === null || a.validFrom < b.validTo);
}
