import type { RequestService } from '../engine/request.js';
import { formatAmount, parseAmount } from '../model/money.js';
import type { NodeServiceFacts } from '../model/network.js';
import type { Converter } from './currency.js';

/** One carrier service of a node as a routing request has it: the zone's prices in the order's currency. */
export function priceService(
  facts: NodeServiceFacts,
  destination: { residential: boolean },
  money: Converter,
): RequestService {
  const card = facts.rateCard;
  const price = (amount: number) => formatAmount(money.convert(amount, card.currency));
  // Brackets of basis `goods` count money, all others whole grams or units.
  const measure = (text: string) =>
    card.basis === 'goods' ? price(parseAmount(text)) : Math.trunc(parseAmount(text) / 10_000);
  const surcharges = card.surcharges
    .filter((surcharge) => !surcharge.residentialOnly || destination.residential)
    .map((surcharge) =>
      surcharge.amount !== null
        ? { id: surcharge.code, amount: price(surcharge.amount) }
        : { id: surcharge.code, percent: surcharge.percent ?? '0' },
    );
  return {
    id: facts.serviceCode,
    carrier: facts.carrier,
    transitHours: facts.transitHours,
    basis: card.basis,
    ...(card.dimensionalDivisor === null ? {} : { dimensionalDivisor: card.dimensionalDivisor }),
    rates: card.brackets.map((bracket) => ({ upTo: measure(bracket.upTo), price: price(bracket.price) })),
    ...(card.beyond ? { beyond: { every: measure(card.beyond.every), price: price(card.beyond.price) } } : {}),
    ...(card.maximum === null ? {} : { maximum: measure(card.maximum) }),
    ...(surcharges.length > 0 ? { surcharges } : {}),
    ...(facts.excludedTags.length > 0 ? { excludedTags: facts.excludedTags } : {}),
  };
}
