import type { AmountText, RequestService } from '../engine/request.js';
import { formatAmount, parseAmount } from '../model/money.js';
import type { NodeServiceFacts, RateCardFacts } from '../model/network.js';
import type { Converter } from './currency.js';

type CardPrices = Pick<RequestService, 'basis' | 'dimensionalDivisor' | 'rates' | 'beyond' | 'maximum' | 'surcharges'>;

/**
 * Prices carrier services as a routing request has them: the zone's brackets and surcharges in the order's currency.
 *
 * One pricer serves one order. A card that several nodes share (the same object in the snapshot) is converted once.
 */
export function servicePricer(
  destination: { readonly residential: boolean },
  money: Converter,
): (facts: NodeServiceFacts) => RequestService {
  const priced = new Map<RateCardFacts, CardPrices>();
  return (facts) => {
    let prices = priced.get(facts.rateCard);
    if (!prices) {
      prices = priceCard(facts.rateCard, destination, money);
      priced.set(facts.rateCard, prices);
    }
    return {
      id: facts.serviceCode,
      carrier: facts.carrier,
      transitHours: facts.transitHours,
      ...prices,
      ...(facts.excludedTags.length > 0 ? { excludedTags: facts.excludedTags } : {}),
    };
  };
}

function priceCard(card: RateCardFacts, destination: { readonly residential: boolean }, money: Converter): CardPrices {
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
    if (measured > (rates.at(-1)?.measured ?? -1)) rates.push({ measured, price: price(bracket.price) });
  }
  const surcharges = card.surcharges
    .filter((surcharge) => !surcharge.residentialOnly || destination.residential)
    .map((surcharge) =>
      surcharge.amount !== null
        ? { id: surcharge.code, amount: price(surcharge.amount) }
        : { id: surcharge.code, percent: surcharge.percent ?? '0' },
    );
  return {
    basis: card.basis,
    ...(card.dimensionalDivisor === null ? {} : { dimensionalDivisor: card.dimensionalDivisor }),
    rates: rates.map((rate) => ({ upTo: written(rate.measured), price: rate.price })),
    ...(card.beyond
      ? { beyond: { every: written(Math.max(1, measure(card.beyond.every))), price: price(card.beyond.price) } }
      : {}),
    ...(card.maximum === null ? {} : { maximum: written(measure(card.maximum)) }),
    ...(surcharges.length > 0 ? { surcharges } : {}),
  };
}
