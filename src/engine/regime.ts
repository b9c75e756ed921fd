import { chargeable, freightOf, surchargesOf } from './cost.js';
import type { ProblemNode, ProblemService } from './problem.js';
import type { Part } from './shipper.js';

/**
 * A straight line below a service's freight: `slope` per unit of the additive measure, never above the price of any load. In 1/10000 x the
 * scale, whole numbers.
 */
export interface Slope {
  readonly slope: number;
  readonly intercept: number;
}

/** What is added up over a load to bound its measure from below. */
export type Measure = 'none' | 'grams' | 'volume' | 'units';

/**
 * One kind of shipment of a node: by one service, dutiable or not, with or without the small-order fee, and for freight by goods
 * within one bracket. Each load falls in exactly one regime of each service; within one its cost is a sum over its parts, a fixed amount,
 * freight by measure, and lateness. Amounts in 1/10000.
 */
export interface Regime {
  readonly service: ProblemService;
  /** Position and bit among the shipper's services. */
  readonly at: number;
  readonly bit: number;
  /** Fees and steering per shipment; the clearance fee apart. */
  readonly fixed: number;
  /** Duty is paid, with this much for clearance where there is some. */
  readonly dutiable: boolean;
  readonly clearance: number;
  readonly valueMost: number;
  readonly valueAbove: number;
  readonly goodsLeast: number;
  readonly goodsBelow: number;
  readonly measure: Measure;
  /** Cubic centimetres x 1000 per chargeable gram, for 'volume'. */
  readonly divisor: number;
  /** Ascending in slope; the first has slope 0. */
  readonly slopes: readonly Slope[];
  /** Freight with surcharges of a bracket by goods; null where the measure decides. */
  readonly freight: number | null;
}

/** Products stay exact below this. */
const PRODUCT_MAX = 2 ** 50;
const NONE = Number.NEGATIVE_INFINITY;
const ALL = Number.POSITIVE_INFINITY;

/** The regimes that a node's loads can fall in. Source: ROUTING.md, "Cost". */
export function regimesOf(
  node: ProblemNode,
  services: readonly ProblemService[],
  parts: readonly Part[],
  scale: number,
): Regime[] {
  const most = (of: (part: Part) => ArrayLike<number>) => parts.reduce((sum, part) => sum + greatest(of(part)), 0);
  const whole = {
    grams: most((part) => part.grams),
    volume: most((part) => part.volume),
    units: Math.min(
      most((part) => part.units),
      node.remainingUnits,
    ),
  };
  const mostGoods = most((part) => part.goods);
  const dutiable = parts.some((part) => part.duty.some((duty) => duty !== 0));
  const limit = node.dutyFreeUpTo;
  const duties: Pick<Regime, 'dutiable' | 'valueMost' | 'valueAbove' | 'clearance'>[] = [];
  const clearance = node.clearanceFee;
  if (!dutiable) duties.push({ dutiable: false, valueMost: ALL, valueAbove: NONE, clearance: 0 });
  else {
    if (limit !== null) duties.push({ dutiable: false, valueMost: limit, valueAbove: NONE, clearance: 0 });
    duties.push({ dutiable: true, valueMost: ALL, valueAbove: limit ?? NONE, clearance });
  }
  const fixed = node.orderFee + node.failureCost + node.adjustment;
  const minimums: { fixed: number; goodsLeast: number; goodsBelow: number }[] = [];
  const minimum = node.minimumOrderValue ?? 0;
  if (minimum <= mostGoods) minimums.push({ fixed, goodsLeast: minimum, goodsBelow: ALL });
  if (minimum > 0 && node.smallOrderFee !== null)
    minimums.push({ fixed: fixed + node.smallOrderFee, goodsLeast: NONE, goodsBelow: minimum });
  const regimes: Regime[] = [];
  for (const [at, service] of services.entries()) {
    const carried = parts.some((part) => part.carriers.some((mask) => (mask & (1 << at)) !== 0));
    if (!carried) continue;
    for (const duty of duties)
      for (const small of minimums) {
        const base = { service, at, bit: 1 << at, ...duty, divisor: service.divisor ?? 1 };
        if (service.basis === 'goods') {
          for (const bracket of goodsBrackets(service, mostGoods, scale)) {
            const goodsLeast = Math.max(small.goodsLeast, bracket.from);
            const goodsBelow = Math.min(small.goodsBelow, bracket.below);
            if (goodsLeast < goodsBelow)
              regimes.push({ ...base, fixed: small.fixed, goodsLeast, goodsBelow, ...bracket.way });
          }
        } else {
          const measure = measureOf(service, whole);
          const end = service.basis === 'units' ? whole.units : chargeable(whole.grams, whole.volume, service.divisor);
          regimes.push({ ...base, ...small, measure, slopes: slopesOf(service, end, scale), freight: null });
        }
      }
  }
  return regimes;
}

function greatest(list: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < list.length; at += 1) most = Math.max(most, list[at] as number);
  return most;
}

/** Weight and volume do not mix in a sum, so the one that weighs more in the whole order counts. */
function measureOf(service: ProblemService, whole: { grams: number; volume: number }): Measure {
  if (service.basis === 'units') return 'units';
  if (service.divisor === null) return 'grams';
  return (whole.volume * 1000) / service.divisor > whole.grams ? 'volume' : 'grams';
}

/** Freight and surcharges of a measure; Infinity where it is not carried. */
function priceOf(service: ProblemService, measure: number): number {
  const freight = freightOf(service, measure);
  return freight === null ? ALL : freight + surchargesOf(service, freight);
}

/** Brackets by goods up to the most that a load holds; those beyond the last are one, as cheap as its first step. */
function goodsBrackets(service: ProblemService, mostGoods: number, scale: number) {
  const brackets: { from: number; below: number; way: Pick<Regime, 'measure' | 'slopes' | 'freight'> }[] = [];
  let from = 0;
  for (const { upTo } of service.rates) {
    const top = Math.min(upTo, service.maximum);
    const freight = priceOf(service, top);
    if (from <= Math.min(top, mostGoods) && freight !== ALL)
      brackets.push({ from, below: top + 1, way: { measure: 'none', slopes: flat(freight * scale), freight } });
    from = upTo + 1;
  }
  if (service.beyond && from <= Math.min(mostGoods, service.maximum)) {
    const least = priceOf(service, from);
    brackets.push({ from, below: ALL, way: { measure: 'none', slopes: flat(least * scale), freight: null } });
  }
  return brackets;
}

function flat(intercept: number): Slope[] {
  return [{ slope: 0, intercept }];
}

/**
 * Whole-numbered lines below the stairs of a service's prices, up to the measure `end`: the edges of the lower hull through the right ends of
 * the stairs. A stair counts as the cheapest of itself and those above it, since prices need not rise.
 */
function slopesOf(service: ProblemService, end: number, scale: number): Slope[] {
  const last = Math.min(end, service.maximum);
  const ends = service.rates.map((rate) => rate.upTo).filter((upTo) => upTo < last);
  const top = service.rates.at(-1)?.upTo ?? 0;
  if (service.beyond && last > top) {
    const { every } = service.beyond;
    const steps = Math.floor((last - top) / every);
    for (const step of [1, steps]) if (top + step * every < last) ends.push(top + step * every);
    ends.push(last);
  } else ends.push(Math.min(last, top));
  // Surcharges beyond the last bracket are rounded at each step: between the ends they may lie this much lower.
  const slack = service.beyond ? service.percents.length : 0;
  const points = ends.map((measure) => ({ measure, cost: (priceOf(service, measure) - slack) * scale }));
  for (let at = points.length - 2; at >= 0; at -= 1) {
    const [point, above] = [points[at], points[at + 1]];
    if (point && above) point.cost = Math.min(point.cost, above.cost);
  }
  const hull: { measure: number; cost: number }[] = [];
  for (const point of points) {
    for (let b = hull.at(-1), a = hull.at(-2); b && a; b = hull.at(-1), a = hull.at(-2)) {
      if ((b.cost - a.cost) * (point.measure - a.measure) < (point.cost - a.cost) * (b.measure - a.measure)) break;
      hull.pop();
    }
    hull.push(point);
  }
  // A line's height is checked at every point, so rounding of the slope costs tightness but never truth.
  const through = (slope: number): Slope => ({
    slope,
    intercept: Math.min(...points.map(({ measure, cost }) => cost - slope * measure)),
  });
  const slopes = [through(0)];
  for (let at = 1; at < hull.length; at += 1) {
    const [a, b] = [hull[at - 1], hull[at]];
    if (!a || !b || b.measure === a.measure) continue;
    const slope = Math.floor((b.cost - a.cost) / (b.measure - a.measure));
    if (slope > (slopes.at(-1)?.slope ?? 0) && slope * last < PRODUCT_MAX) slopes.push(through(slope));
  }
  return slopes;
}

/** No load that adds up to at most `whole` pays more freight and surcharges. */
export function dearestFreight(
  service: ProblemService,
  whole: { grams: number; volume: number; units: number; goods: number },
): number {
  const end =
    service.basis === 'goods'
      ? whole.goods
      : service.basis === 'units'
        ? whole.units
        : chargeable(whole.grams, whole.volume, service.divisor);
  const prices = service.rates.map((rate) => rate.price);
  const last = service.rates.at(-1);
  const most = Math.min(end, service.maximum);
  if (last && service.beyond && most > last.upTo) prices.push(freightOf(service, most) ?? 0);
  return Math.max(0, ...prices.map((price) => price + surchargesOf(service, price)));
}
