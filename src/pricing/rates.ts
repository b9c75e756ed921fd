import type { AmountText, RequestService, RoutingRequest } from '../engine/request.js';
import { formatAmount, parseAmount } from '../model/money.js';
import type { NodeServiceFacts, RateCardFacts } from '../model/network.js';
import type { Converter } from './currency.js';

type CardPrices = Pick<RequestService, 'basis' | 'dimensionalDivisor' | 'rates' | 'beyond' | 'maximum'>;
type Surcharge = RateCardFacts['surcharges'][number];

/** A unit of an order's line, as thresholds of rate cards see it. */
export interface PricedUnit {
  readonly lineNo: number;
  readonly unitWeightGrams: number;
  readonly unitVolumeCm3: number;
}

/** Services of routing requests, and what must be known of lines so that each service carries what it may. */
export interface ServicePricer {
  /** One service, or several where some units of the order cost more to carry and others do not. Errors: NoExchangeRate. */
  price(facts: NodeServiceFacts): readonly RequestService[];
  /** Line number -> tags that the line needs besides its own, for the services that were priced so far. */
  readonly lineTags: ReadonlyMap<number, readonly string[]>;
}

/**
 * Prices carrier services as a routing request has them: the zone's brackets and surcharges in the order's currency.
 *
 * A minimum charge raises the brackets below it. A surcharge with a threshold is for shipments with a unit above it: where all units
 * are, the service has it; where some are, the service carries the others alone, and the same service with the surcharge, `ground+oversize`,
 * carries all, so that each shipment pays what it must. With several thresholds there is one such service for each set of them that lines
 * together can be above. A unit beyond the card's limit of size is not carried.
 *
 * One pricer serves one order. A card that several nodes share (the same object in the snapshot) is converted once.
 */
export function servicePricer(
  destination: { readonly residential: boolean },
  money: Converter,
  units: readonly PricedUnit[],
): ServicePricer {
  const priced = new Map<RateCardFacts, CardPrices>();
  const lineTags = new Map<number, readonly string[]>();
  const tagLines = (tag: string, lines: readonly PricedUnit[]) => {
    for (const { lineNo } of lines) {
      const known = lineTags.get(lineNo) ?? [];
      if (!known.includes(tag)) lineTags.set(lineNo, [...known, tag]);
    }
  };
  const price = (facts: NodeServiceFacts): readonly RequestService[] => {
    const card = facts.rateCard;
    const prices = priced.get(card) ?? cardPrices(card, money);
    priced.set(card, prices);
    const surcharges = card.surcharges.filter(({ residentialOnly }) => !residentialOnly || destination.residential);
    const always = surcharges.filter((each) => !hasThreshold(each));
    const excluded = [...facts.excludedTags];
    const service = (id: string, charged: readonly Surcharge[], excludedTags: readonly string[]): RequestService => ({
      ...{ id, carrier: facts.carrier, transitHours: facts.transitHours },
      ...prices,
      ...(charged.length > 0 ? { surcharges: charged.map((each) => requestSurcharge(each, card, money)) } : {}),
      ...(excludedTags.length > 0 ? { excludedTags } : {}),
    });

    const { unitMaximumCm3 = null } = card;
    const tooLarge = unitMaximumCm3 === null ? [] : units.filter((unit) => unit.unitVolumeCm3 > unitMaximumCm3);
    if (tooLarge.length > 0) {
      tagLines(`too-large:${card.code}`, tooLarge);
      excluded.push(`too-large:${card.code}`);
    }
    const above = (threshold: Surcharge) => units.filter((unit) => isAbove(unit, threshold));
    const thresholds = surcharges.filter((each) => hasThreshold(each) && above(each).length > 0);
    const [some, all] = [[], []] as [Surcharge[], Surcharge[]];
    for (const each of thresholds) (above(each).length < units.length ? some : all).push(each);
    const tagOf = ({ code }: Surcharge) => `${code}:${card.code}`;
    for (const each of some) tagLines(tagOf(each), above(each));
    return setsOfLines(some, units).map((paid) =>
      service(
        [facts.serviceCode, ...paid.map(({ code }) => code)].join(WITH),
        [...always, ...all, ...paid],
        [...excluded, ...some.filter((each) => !paid.includes(each)).map(tagOf)],
      ),
    );
  };
  return { price, lineTags };
}

/** Stands between a service's code, which never holds it, and the surcharge that it is priced with. */
const WITH = '+';

/** The code of the carrier's service that a service of a request, or a shipment of a decision, is. */
export function serviceCodeOf(serviceId: string): string {
  const [code = serviceId] = serviceId.split(WITH);
  return code;
}

/**
 * The service of a request that a shipment of these lines goes by, where it goes by this service of the carrier: with the surcharge where
 * one of them needs it. Where the request has none that carries them, the code itself.
 */
export function serviceIdIn(
  request: RoutingRequest,
  shipment: { readonly nodeId: string; readonly serviceCode: string; readonly lineIds: readonly string[] },
): string {
  const { nodeId, serviceCode, lineIds } = shipment;
  const lines = (request.order.lines ?? []).filter(({ id }) => lineIds.includes(id));
  const tags = new Set(lines.flatMap((line) => line.tags ?? []));
  const services = request.nodes?.find(({ id }) => id === nodeId)?.services ?? [];
  const carrying = services.find(
    ({ id, excludedTags = [] }) => serviceCodeOf(id) === serviceCode && !excludedTags.some((tag) => tags.has(tag)),
  );
  return carrying?.id ?? serviceCode;
}

/** The thresholds that a shipment of some of these lines can be above, the fewest first: at most two to the number of thresholds. */
function setsOfLines(thresholds: readonly Surcharge[], units: readonly PricedUnit[]): (readonly Surcharge[])[] {
  if (thresholds.length === 0) return [[]];
  const ofUnit = (unit: PricedUnit) =>
    thresholds.reduce((set, threshold, at) => (isAbove(unit, threshold) ? set | (1 << at) : set), 0);
  const sets = new Set<number>();
  for (const own of new Set(units.map(ofUnit))) for (const set of [own, ...sets]) sets.add(set | own);
  const members = (set: number) => thresholds.filter((_, at) => (set & (1 << at)) !== 0);
  return [...sets].sort((a, b) => members(a).length - members(b).length || a - b).map(members);
}

function hasThreshold({ overGrams, overCm3 }: Surcharge): boolean {
  return (overGrams ?? null) !== null || (overCm3 ?? null) !== null;
}

function isAbove(unit: PricedUnit, { overGrams, overCm3 }: Surcharge): boolean {
  return (
    unit.unitWeightGrams > (overGrams ?? Number.POSITIVE_INFINITY) ||
    unit.unitVolumeCm3 > (overCm3 ?? Number.POSITIVE_INFINITY)
  );
}

function requestSurcharge({ code, amount, percent }: Surcharge, card: RateCardFacts, money: Converter) {
  return amount === null
    ? { id: code, percent: percent ?? '0' }
    : { id: code, amount: formatAmount(money.convert(amount, card.currency)) };
}

function cardPrices(card: RateCardFacts, money: Converter): CardPrices {
  const convert = (amount: number) => money.convert(amount, card.currency);
  const price = (amount: number) => formatAmount(convert(amount));
  // Brackets of basis `goods` count money, all others whole grams or units.
  const measure = (text: string) => (card.basis === 'goods' ? convert(parseAmount(text)) : Number.parseInt(text, 10));
  const written = (measured: number): number | AmountText =>
    card.basis === 'goods' ? formatAmount(measured) : measured;
  const rates: { measured: number; price: AmountText }[] = [];
  for (const bracket of card.brackets) {
    const measured = measure(bracket.upTo);
    // Brackets that conversion made equal: the first prices all that falls in both.
    if (measured > (rates.at(-1)?.measured ?? -1))
      rates.push({ measured, price: price(Math.max(bracket.price, card.minimum ?? 0)) });
  }
  return {
    basis: card.basis,
    ...(card.dimensionalDivisor === null ? {} : { dimensionalDivisor: card.dimensionalDivisor }),
    rates: rates.map((rate) => ({ upTo: written(rate.measured), price: rate.price })),
    ...(card.beyond
      ? { beyond: { every: written(Math.max(1, measure(card.beyond.every))), price: price(card.beyond.price) } }
      : {}),
    ...(card.maximum === null ? {} : { maximum: written(measure(card.maximum)) }),
  };
}
