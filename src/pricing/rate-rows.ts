import { csvText } from '../model/csv.js';
import type { RateArea, RateCard, RateCardUse } from '../model/rate-card.js';
import { RATE_COLUMNS } from './rate-file.js';

type Row = Readonly<Record<string, string>>;

/** Rate cards as a file that reads back as the same cards. Pure. */
export function rateFileText(cards: readonly RateCard[], uses: readonly RateCardUse[]): string {
  const rows = [...cards.flatMap(cardRows), ...uses.map(useRow)];
  return csvText(RATE_COLUMNS, rows);
}

const text = (value: number | string | null) => (value === null ? '' : String(value));
const areaCells = ({ countryCode, regionCode, postalPrefix }: RateArea) => ({
  country: countryCode,
  region: regionCode,
  postal_prefix: postalPrefix,
});

function cardRows(card: RateCard): Row[] {
  const of = { card: card.code };
  const { unitMaximumCm } = card;
  return [
    {
      ...{ record: 'card', ...of, series: text(card.series), service: card.service, carrier: card.carrier },
      ...{ currency: card.currency, basis: card.basis, divisor: text(card.dimensionalDivisor), minimum: card.minimum },
      length_cm: text(unitMaximumCm?.length ?? null),
      width_cm: text(unitMaximumCm?.width ?? null),
      height_cm: text(unitMaximumCm?.height ?? null),
      ...{ valid_from: card.validFrom, valid_to: text(card.validTo) },
    },
    ...card.zones.flatMap(({ zone, beyond, maximum, areas, brackets }): Row[] => [
      {
        ...{ record: 'zone', ...of, zone, maximum: text(maximum) },
        ...{ every: text(beyond?.every ?? null), price: text(beyond?.price ?? null) },
      },
      ...areas.map(({ transit, ...area }) => ({
        ...{ record: 'area', ...of, zone, ...areaCells(area) },
        ...('days' in transit ? { transit_days: text(transit.days) } : { transit_hours: text(transit.hours) }),
      })),
      ...brackets.map(({ upTo, price }) => ({ record: 'bracket', ...of, zone, up_to: upTo, price })),
    ]),
    ...card.surcharges.map(({ code, price, residentialOnly, over, validFrom, validTo }) => ({
      ...{ record: 'surcharge', ...of, code, ...price, residential: residentialOnly ? 'yes' : '' },
      ...{ over_grams: text(over?.grams ?? null), over_cm3: text(over?.cm3 ?? null) },
      ...{ valid_from: validFrom, valid_to: text(validTo) },
    })),
    ...Object.entries(card.remoteAreas).flatMap(([code, areas]) =>
      areas.map((area) => ({ record: 'remote', ...of, code, ...areaCells(area) })),
    ),
  ];
}

function useRow({ card, of }: RateCardUse): Row {
  return { record: 'use', card, ...of };
}
