import { freightOf, surchargesOf } from './cost.js';
import { DAY_MS, type Problem, type ProblemNode, type ProblemService } from './problem.js';

/**
 * What a node can never cost less than, as a facility-location problem has it: a cost for opening it and a cost per unit of each
 * line. Made once per search; everything in it is an integer of 1/10000, rounded down.
 */
export interface NodeRelaxation {
  /** Opening cost: fees and steering per shipment plus the least freight that any load has. May be negative. */
  readonly opening: number;
  /** Fees and steering per shipment, without freight. */
  readonly fixed: number;
  /** Least cost of one unit of each line, freight apart; Infinity where the node cannot ship it. */
  readonly unit: readonly number[];
  /** Least freight that each unit of a line adds, on top of what `opening` holds; not rounded. */
  readonly freightPerUnit: readonly number[];
  /** Least freight of a load that is at least this heavy. */
  freightAtLeast(grams: number, volume: number, units: number): number;
}

export function relax(problem: Problem, node: ProblemNode): NodeRelaxation {
  const wanted = problem.skus.map((_, sku) =>
    problem.lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0),
  );
  const usable = node.services.map((service) => ({ service, late: leastLateness(problem, node, service) }));
  const open = usable.filter(({ service, late }) => late !== null && service.rates.length > 0);
  const envelopes = open.map(({ service, late }) => envelopeOf(service, late ?? 0));
  const unit = problem.lines.map((line) => {
    const offer = node.offers[line.sku];
    if (!offer) return Number.POSITIVE_INFINITY;
    const reach = Math.min(wanted[line.sku] ?? 0, offer.available);
    if (reach < offer.minimum || reach < offer.multiple || node.remainingUnits < 1) return Number.POSITIVE_INFINITY;
    const carried = open.some(
      ({ service }) => !service.excludedSkus[line.sku] && !service.excludedTags.some((tag) => line.tags.includes(tag)),
    );
    if (!carried) return Number.POSITIVE_INFINITY;
    const price = Math.min(...offer.costs.filter((step) => step.from <= reach).map((step) => step.cost));
    const dutiable = node.dutyFreeUpTo === null || line.unitPrice > node.dutyFreeUpTo;
    return price + offer.unitFee + offer.unitReserve + offer.unitAdjustment + (dutiable ? offer.unitDuty : 0);
  });
  const fixed = node.orderFee + node.failureCost + node.adjustment;
  const whole = totals(problem);
  const lines = envelopes.map((envelope) => ({ ...envelope.line(whole), envelope }));
  const leastFreight = Math.min(Number.POSITIVE_INFINITY, ...lines.map((line) => line.intercept));
  const freightPerUnit = problem.lines.map((line) =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...lines.map(({ slope, envelope }) => slope * envelope.unitMeasure(whole, line)),
    ),
  );
  return {
    opening: Number.isFinite(leastFreight) ? fixed + leastFreight : Number.POSITIVE_INFINITY,
    fixed,
    unit,
    freightPerUnit,
    freightAtLeast: (grams, volume, units) =>
      Math.min(
        Number.POSITIVE_INFINITY,
        ...envelopes.map((envelope) => envelope.at(envelope.measureOf(grams, volume, units))),
      ),
  };
}

interface Totals {
  readonly grams: number;
  readonly volume: number;
  readonly units: number;
}

function totals(problem: Problem): Totals {
  const sum = (of: (line: Problem['lines'][number]) => number) =>
    problem.lines.reduce((total, line) => total + of(line), 0);
  return {
    grams: sum((line) => line.grams * line.quantity),
    volume: sum((line) => line.volume * line.quantity),
    units: sum((line) => line.quantity),
  };
}

/** Null where lateness is forbidden and not even the earliest shipment arrives in time. */
function leastLateness(problem: Problem, node: ProblemNode, service: ProblemService): number | null {
  if (problem.deliverBy === null) return 0;
  const late = node.readyAt + service.transitMs - problem.deliverBy;
  if (late <= 0) return 0;
  return problem.latePerDay === null ? null : problem.latePerDay * Math.ceil(late / DAY_MS);
}

/**
 * The least that a service charges for a measure or more: prices need not rise with the bracket, so each bracket counts as the
 * cheapest of itself and those above. `goods` is measured in money that the search does not know yet: its least price stands.
 */
function envelopeOf(service: ProblemService, late: number) {
  const price = (measure: number) => {
    const freight = freightOf({ ...service, maximum: Number.MAX_SAFE_INTEGER }, measure);
    return freight === null ? Number.POSITIVE_INFINITY : freight + surchargesOf(service, freight) + late;
  };
  const steps = service.rates.map((rate) => ({ upTo: rate.upTo, least: price(rate.upTo) }));
  for (let i = steps.length - 2; i >= 0; i -= 1) {
    const [step, above] = [steps[i], steps[i + 1]];
    if (step && above) step.least = Math.min(step.least, above.least);
  }
  const least = steps[0]?.least ?? Number.POSITIVE_INFINITY;
  const lastUpTo = steps.at(-1)?.upTo ?? 0;
  const at = (measure: number) => {
    for (const step of steps) if (measure <= step.upTo) return step.least;
    return price(measure);
  };
  const measureOf = (grams: number, volume: number, units: number) => {
    if (service.basis === 'goods') return 0;
    if (service.basis === 'units') return units;
    return service.divisor === null ? grams : Math.max(grams, Math.floor((volume * 1000) / service.divisor));
  };
  return {
    at,
    measureOf,
    /** What one unit adds at least. Weight and volume do not mix in a sum, so the one that weighs more in the whole order counts. */
    unitMeasure(whole: Totals, line: { grams: number; volume: number }): number {
      if (service.basis !== 'weight' || service.divisor === null) return measureOf(line.grams, line.volume, 1);
      const dimensional = (whole.volume * 1000) / service.divisor > whole.grams;
      return dimensional ? Math.floor((line.volume * 1000) / service.divisor) : line.grams;
    },
    /**
     * A line below the envelope on the whole order's range: `intercept + slope x measure`. The envelope is a staircase, so the line
     * must pass below the right end of each stair; of all such lines, the one that is highest at half the order.
     */
    line(whole: Totals): { intercept: number; slope: number } {
      if (service.basis === 'goods') return { intercept: least, slope: 0 };
      const end = service.basis === 'units' ? whole.units : measureOf(whole.grams, whole.volume, 0);
      const ends = [...steps.map((step) => step.upTo), ...beyondEnds(service, lastUpTo, end)].filter(
        (measure) => measure < end,
      );
      const points = [...ends, end]
        .map((measure) => ({ measure, cost: at(measure) }))
        .filter(({ cost }) => Number.isFinite(cost));
      return tangent(points, end / 2);
    },
  };
}

/** Beyond the last bracket the stairs are even, so the first and the last full one stand for all. */
function beyondEnds(service: ProblemService, lastUpTo: number, end: number): number[] {
  if (!service.beyond || end <= lastUpTo) return [];
  const { every } = service.beyond;
  return [lastUpTo + every, lastUpTo + Math.floor((end - lastUpTo) / every) * every];
}

/** The edge over `target` of the lower convex hull of points that ascend in measure; rounded down by a hair against float error. */
function tangent(
  points: readonly { measure: number; cost: number }[],
  target: number,
): { intercept: number; slope: number } {
  const hull: { measure: number; cost: number }[] = [];
  for (const point of [...points].sort((a, b) => a.measure - b.measure)) {
    for (let last = hull.at(-1), before = hull.at(-2); last && before; last = hull.at(-1), before = hull.at(-2)) {
      const straight = (last.cost - before.cost) * (point.measure - before.measure);
      if (straight < (point.cost - before.cost) * (last.measure - before.measure)) break;
      hull.pop();
    }
    hull.push(point);
  }
  const right = hull.findIndex((point) => point.measure >= target);
  const [from, to] = [hull[right - 1], hull[right]];
  const first = hull[0];
  if (!from || !to) return { intercept: first?.cost ?? Number.POSITIVE_INFINITY, slope: 0 };
  const slope = Math.max(0, (to.cost - from.cost) / (to.measure - from.measure)) * (1 - 1e-9);
  return { intercept: Math.floor(from.cost - slope * from.measure) - 1, slope };
}
