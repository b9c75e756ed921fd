import { chargeable, freightOf, surchargesOf } from '../cost.js';
import type { ProblemNode, ProblemService } from '../problem.js';
import { DUTY, GOODS, GRAMS, type Part, SUMS, UNITS, VOLUME } from './part.js';

/** Loads whose freight is the same: those that measure more than `above` and at most `upTo`, in what the service counts. */
export interface Stair {
  readonly above: number;
  readonly upTo: number;
  /** Freight and surcharges, 1/10000 x the scale. Not `even`: the least of several. */
  readonly price: number;
  readonly even: boolean;
  /** No load on the stair adds up to more, in what the regime adds up. */
  readonly room: number;
  readonly gramsMost: number;
  readonly volumeMost: number;
  readonly unitsMost: number;
}

/**
 * One kind of shipment of a node: by one service, so many days late, dutiable or not, with or without the small-order fee, and for freight
 * by goods within one bracket. Each load falls in exactly one regime and stair of each service; there its cost is a sum over its parts, a fixed
 * amount and the stair's price. Amounts in 1/10000.
 */
export interface Regime {
  readonly service: ProblemService;
  /** Position and bit among the shipper's services. */
  readonly at: number;
  readonly bit: number;
  /** Fees and steering per shipment; the clearance fee apart. */
  readonly fixed: number;
  /** What being late costs at least; nothing in the load costs more than `lateMost`. */
  readonly late: number;
  readonly lateMost: number;
  /** Duty is paid, with this much for clearance where there is some. */
  readonly dutiable: boolean;
  readonly clearance: number;
  readonly valueMost: number;
  readonly valueAbove: number;
  readonly goodsLeast: number;
  readonly goodsBelow: number;
  /** The sum over a load's parts that stands for its measure. */
  readonly measure: number;
  readonly stairs: readonly Stair[];
}

const NONE = Number.NEGATIVE_INFINITY;
const ALL = Number.POSITIVE_INFINITY;
/** Beyond so many stairs, one stands for several steps: a part of all that came before, so that its price is never far below theirs. */
const STAIRS_EVEN = 100;
const STEPS_PER_STEP = 64;
/** With fewer stairs to a service, they stand for more steps; there are that many at least. */
const STAIRS_LEAST = 16;
/** More regimes than this are not told apart: one stands for several costs of being late, or brackets of goods. */
const REGIMES_MOST = 512;
const LATES_MOST = 16;
const LATES_LEAST = 2;
const BRACKETS_LEAST = 4;

interface Whole {
  readonly grams: number;
  readonly volume: number;
  readonly units: number;
  readonly goods: number;
}

/** What regimes have to know of a part. */
type Kind = Pick<Part, 'runs' | 'carriers' | 'late' | 'most'>;

/**
 * The regimes that a node's loads can fall in. `stairsMost`: about so many stairs are made of one service, its brackets apart. Source: ROUTING.md,
 * "Cost".
 */
export function regimesOf(
  node: ProblemNode,
  services: readonly ProblemService[],
  kinds: readonly Kind[],
  scale: number,
  stairsMost: number,
): Regime[] {
  const most = new Float64Array(SUMS);
  for (const kind of kinds)
    for (let sum = 0; sum < SUMS; sum += 1) most[sum] = (most[sum] as number) + (kind.most[sum] as number);
  const whole = {
    grams: most[GRAMS] as number,
    volume: most[VOLUME] as number,
    units: most[UNITS] as number,
    goods: most[GOODS] as number,
  };
  const room = Math.min(whole.units, node.remainingUnits);
  const duty = most[DUTY] as number;
  const duties: Pick<Regime, 'dutiable' | 'valueMost' | 'valueAbove' | 'clearance'>[] = [];
  const limit = node.dutyFreeUpTo;
  if (duty === 0 || limit !== null)
    duties.push({
      dutiable: false,
      valueMost: duty === 0 ? ALL : (limit ?? ALL),
      valueAbove: NONE,
      clearance: 0,
    });
  if (duty > 0)
    duties.push({ dutiable: true, valueMost: ALL, valueAbove: limit ?? NONE, clearance: node.clearanceFee });
  const fixed = node.orderFee + node.failureCost + node.adjustment;
  const minimums: { fixed: number; goodsLeast: number; goodsBelow: number }[] = [];
  const minimum = node.minimumOrderValue ?? 0;
  if (minimum <= whole.goods) minimums.push({ fixed, goodsLeast: minimum, goodsBelow: ALL });
  if (minimum > 0 && node.smallOrderFee !== null)
    minimums.push({ fixed: fixed + node.smallOrderFee, goodsLeast: NONE, goodsBelow: minimum });
  const regimes: Regime[] = [];
  if (minimums.length === 0) return regimes;
  const kindsPerService = REGIMES_MOST / (services.length * duties.length * minimums.length);
  const latesMost = Math.max(LATES_LEAST, Math.min(LATES_MOST, Math.floor(kindsPerService)));
  for (const [at, service] of services.entries()) {
    const bit = 1 << at;
    const lates = latesOf(kinds, at, services.length, latesMost);
    if (lates.length === 0) continue;
    const bracketsMost = Math.max(BRACKETS_LEAST, Math.floor(kindsPerService / lates.length));
    const ways =
      service.basis === 'goods'
        ? goodsWays(service, whole, room, scale, bracketsMost)
        : [measuredWay(service, whole, room, scale, stairsMost)];
    for (const { late, lateMost } of lates)
      for (const { dutiable, valueMost, valueAbove, clearance } of duties)
        for (const small of minimums)
          for (const way of ways) {
            const goodsLeast = Math.max(small.goodsLeast, way.from);
            const goodsBelow = Math.min(small.goodsBelow, way.below);
            if (goodsLeast >= goodsBelow || way.stairs.length === 0) continue;
            const { measure, stairs } = way;
            regimes.push({
              service,
              at,
              bit,
              dutiable,
              valueMost,
              valueAbove,
              clearance,
              late,
              lateMost,
              fixed: small.fixed,
              goodsLeast,
              goodsBelow,
              measure,
              stairs,
            });
          }
  }
  return regimes;
}

/** The costs of being late that a service's loads can have, ascending; neighbours together where there are more than `most`. */
function latesOf(
  kinds: readonly Kind[],
  at: number,
  services: number,
  most: number,
): { late: number; lateMost: number }[] {
  const found = new Set<number>();
  for (const { runs, late, carriers } of kinds)
    for (let run = 0; run < runs; run += 1)
      if (((carriers[run] as number) & (1 << at)) !== 0) found.add(late ? (late[run * services + at] as number) : 0);
  const lates = [...found].sort((a, b) => a - b);
  const each = Math.ceil(lates.length / most);
  const ranges: { late: number; lateMost: number }[] = [];
  for (let first = 0; first < lates.length; first += each)
    ranges.push({ late: lates[first] as number, lateMost: lates[Math.min(lates.length, first + each) - 1] as number });
  return ranges;
}

/** Freight and surcharges of a measure, scaled; Infinity where it is not carried. */
function priceOf(service: ProblemService, measure: number, scale: number): number {
  const freight = freightOf(service, measure);
  return freight === null ? ALL : (freight + surchargesOf(service, freight)) * scale;
}

interface Way {
  readonly from: number;
  readonly below: number;
  readonly measure: number;
  readonly stairs: readonly Stair[];
}

/** Freight by weight or units: one stair a bracket, and one a step beyond the last, or several where there are many. */
function measuredWay(service: ProblemService, whole: Whole, unitRoom: number, scale: number, stairsMost: number): Way {
  const stairsEven = Math.min(STAIRS_EVEN, Math.max(STAIRS_LEAST, stairsMost) / 2);
  const stepsPerStep = Math.min(STEPS_PER_STEP, Math.max(1, stairsMost / STAIRS_LEAST));
  const byUnits = service.basis === 'units';
  const { divisor } = service;
  const end = Math.min(byUnits ? unitRoom : chargeable(whole.grams, whole.volume, divisor), service.maximum);
  // Weight and volume do not mix in a sum, so the one that weighs more in the whole order counts.
  const bulky = divisor !== null && (whole.volume * 1000) / divisor > whole.grams;
  const level = service.rates.length === 1 && !service.beyond && end <= (service.rates[0]?.upTo ?? 0);
  const measure = byUnits || level ? UNITS : bulky ? VOLUME : GRAMS;
  const stairs: Stair[] = [];
  let above = -1;
  const add = (upTo: number, price: number, even: boolean) => {
    const gramsMost = byUnits ? ALL : upTo;
    const volumeMost = byUnits || divisor === null ? ALL : Math.floor((upTo * divisor) / 1000);
    const unitsMost = byUnits ? Math.min(upTo, unitRoom) : unitRoom;
    const room = measure === UNITS ? unitsMost : measure === VOLUME ? volumeMost : gramsMost;
    stairs.push({ above, upTo, price, even, room, gramsMost, volumeMost, unitsMost });
    above = upTo;
  };
  for (const { upTo } of service.rates) {
    if (above >= end) break;
    const top = Math.min(upTo, end);
    add(top, priceOf(service, top, scale), true);
  }
  const last = service.rates.at(-1)?.upTo ?? 0;
  if (service.beyond)
    while (above < end) {
      const step = Math.floor((above - last) / service.beyond.every) + 1;
      const steps = stairs.length < stairsEven ? 1 : Math.ceil(step / stepsPerStep);
      const least = Math.min(last + step * service.beyond.every, end);
      const top = Math.min(last + (step + steps - 1) * service.beyond.every, end);
      add(top, priceOf(service, least, scale), top === least);
    }
  return { from: 0, below: ALL, measure, stairs };
}

/**
 * Freight by goods: each bracket is a regime of its own, or a few together, as cheap as the cheapest, where there are more than `most`; what lies beyond
 * the last is one, as cheap as its first step.
 */
function goodsWays(service: ProblemService, whole: Whole, room: number, scale: number, most: number): Way[] {
  const ways: Way[] = [];
  const add = (from: number, below: number, price: number, even: boolean) => {
    const stairs = [{ above: NONE, upTo: ALL, price, even, room, gramsMost: ALL, volumeMost: ALL, unitsMost: room }];
    ways.push({ from, below, measure: UNITS, stairs });
  };
  const { rates, maximum, beyond } = service;
  const each = Math.ceil(rates.length / most);
  let from = 0;
  for (let first = 0; first < rates.length; first += each) {
    const end = Math.min(rates.length, first + each);
    let price = ALL;
    let top = from - 1;
    for (let at = first; at < end; at += 1) {
      const upTo = Math.min((rates[at] as { upTo: number }).upTo, maximum);
      if (top + 1 > Math.min(upTo, whole.goods)) continue;
      price = Math.min(price, priceOf(service, upTo, scale));
      top = upTo;
    }
    if (price < ALL) add(from, top + 1, price, end - first === 1);
    from = (rates[end - 1] as { upTo: number }).upTo + 1;
  }
  if (beyond && from <= Math.min(whole.goods, maximum)) add(from, maximum + 1, priceOf(service, from, scale), false);
  return ways;
}

/** No load that adds up to at most `whole` pays more freight and surcharges. */
export function dearestFreight(service: ProblemService, whole: Whole): number {
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
