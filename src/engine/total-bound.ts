import { formatAmount } from '../model/money.js';
import type { Problem, ProblemNode, ProblemOffer } from './problem.js';

const TOTAL_MAX = 9_000_000_000_000_000n;

/**
 * The largest conceivable total of a request as text where it exceeds 9 x 10^11, else null. Below it every sum of the engine is a
 * safe integer. Source: ROUTING.md, "Request".
 */
export function exceedsTotal(problem: Problem): string | null {
  // In 1/10^8, because the weight of unfilled value has four digits of its own.
  let total = 0n;
  for (const line of problem.lines) {
    const offers = problem.nodes.map((node) => node.offers[line.sku]).filter((offer) => offer != null);
    const greatest = (of: (offer: ProblemOffer) => number) => BigInt(Math.max(0, ...offers.map(of)));
    const perUnit =
      BigInt(line.unitPrice) * (10_000n + BigInt(problem.unfilledWeight)) +
      10_000n *
        (greatest((offer) => Math.max(...offer.costs.map((step) => step.cost))) +
          greatest((offer) => offer.unitFee) +
          greatest((offer) => offer.unitDuty) +
          greatest((offer) => offer.unitReserve) +
          greatest((offer) => Math.abs(offer.unitAdjustment)));
    total += BigInt(line.quantity) * perUnit;
  }
  for (const node of problem.nodes) {
    const fees = [
      node.orderFee,
      node.smallOrderFee ?? 0,
      node.clearanceFee,
      node.failureCost,
      Math.abs(node.adjustment),
    ];
    total += 10_000n * (fees.reduce((sum, fee) => sum + BigInt(fee), 0n) + greatestFreight(problem, node));
  }
  return total > TOTAL_MAX * 10_000n ? printable(total / 10_000n) : null;
}

function greatestFreight(problem: Problem, node: ProblemNode): bigint {
  const sum = (of: (line: Problem['lines'][number]) => bigint) =>
    problem.lines.reduce((total, line) => total + of(line), 0n);
  const units = sum((line) => BigInt(line.quantity));
  const grams = sum((line) => BigInt(line.grams) * BigInt(line.quantity));
  const volume = sum((line) => BigInt(line.volume) * BigInt(line.quantity));
  const goods = sum(
    (line) =>
      BigInt(Math.max(0, ...(node.offers[line.sku]?.costs.map((step) => step.cost) ?? []))) * BigInt(line.quantity),
  );
  let greatest = 0n;
  for (const service of node.services) {
    const dimensional =
      service.divisor === null ? 0n : (volume * 1000n + BigInt(service.divisor) - 1n) / BigInt(service.divisor);
    const whole =
      service.basis === 'goods' ? goods : service.basis === 'units' ? units : grams > dimensional ? grams : dimensional;
    const measure = whole > BigInt(service.maximum) ? BigInt(service.maximum) : whole;
    let freight = 0n;
    let from = -1n;
    for (const rate of service.rates) {
      if (measure > from && BigInt(rate.price) > freight) freight = BigInt(rate.price);
      from = BigInt(rate.upTo);
    }
    const last = service.rates.at(-1);
    if (last && service.beyond && measure > BigInt(last.upTo)) {
      const every = BigInt(service.beyond.every);
      const steps = (measure - BigInt(last.upTo) + every - 1n) / every;
      const price = BigInt(last.price) + steps * BigInt(service.beyond.price);
      if (price > freight) freight = price;
    }
    const surcharges = service.percents.reduce(
      (total, percent) => total + (freight * BigInt(percent) + 500_000n) / 1_000_000n,
      BigInt(service.fixedSurcharges),
    );
    if (freight + surcharges > greatest) greatest = freight + surcharges;
  }
  return greatest;
}

function printable(amount: bigint): string {
  return amount <= TOTAL_MAX ? formatAmount(Number(amount)) : `${amount / 10_000n}`;
}
