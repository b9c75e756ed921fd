import { DAY_MS, type Problem, type ProblemService } from './problem.js';

/** What a service charges for a measure, surcharges apart; null where it does not carry it. */
export function freightOf(service: ProblemService, measure: number): number | null {
  if (measure > service.maximum) return null;
  for (const rate of service.rates) if (measure <= rate.upTo) return rate.price;
  const last = service.rates.at(-1);
  if (!last || !service.beyond) return null;
  return last.price + divideUp(measure - last.upTo, service.beyond.every) * service.beyond.price;
}

/** a / b rounded up, for whole numbers above zero; Math.ceil of the quotient would round large ones wrong. */
export function divideUp(a: number, b: number): number {
  const rest = a % b;
  return (a - rest) / b + (rest > 0 ? 1 : 0);
}

/** What arriving at this moment costs for being late; null where that is forbidden. A day is 24 h, a begun one counts whole. */
export function latenessOf(problem: Problem, arrivesAt: number): number | null {
  if (problem.deliverBy === null || arrivesAt <= problem.deliverBy) return 0;
  if (problem.latePerDay === null) return null;
  return problem.latePerDay * divideUp(arrivesAt - problem.deliverBy, DAY_MS);
}

/** Chargeable grams: the weight, or what the volume is charged as. The parser keeps volume x 1000 a safe integer. */
export function chargeable(grams: number, volume: number, divisor: number | null): number {
  return divisor === null ? grams : Math.max(grams, divideUp(volume * 1000, divisor));
}

/** Each surcharge rounded half up to 1/10000, then added. `percents` are 1/10000 of a percent, so the divisor is 10^6. */
export function surchargesOf(service: ProblemService, freight: number): number {
  let sum = service.fixedSurcharges;
  for (const percent of service.percents) sum += halfUp(freight, percent, 1_000_000);
  return sum;
}

/** a x b / divisor, rounded half up; exact also where the product leaves the safe integers. */
export function halfUp(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) {
    const rest = product % divisor;
    return (product - rest) / divisor + (rest * 2 >= divisor ? 1 : 0);
  }
  const wide = BigInt(a) * BigInt(b);
  return Number((wide * 2n + BigInt(divisor)) / (BigInt(divisor) * 2n));
}

/** The unit cost that the price breaks give to a quantity. */
export function unitCostAt(
  costs: readonly { readonly from: number; readonly cost: number }[],
  quantity: number,
): number {
  let cost = costs[0]?.cost ?? 0;
  for (const step of costs) if (step.from <= quantity) cost = step.cost;
  return cost;
}
