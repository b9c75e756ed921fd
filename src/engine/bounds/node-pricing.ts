import type { Effort } from '../effort.js';
import { type Box, type Duals, worthOf } from './box.js';
import { MONEY, type Part, SUMS } from './part.js';
import { Pricing, type Search } from './pricing.js';
import type { Shipper } from './shipper.js';
import { Slacks } from './slack.js';
import type { Emit, Way } from './way.js';

/** Runs times regimes that are looked at before the effort is asked again; each takes some ten units of work. */
const LOOKED_AT_ONCE = 4_000;
/** Units of work that listing one run of a wide group counts as. */
const LIST_WORK = 16;

const nothing: Emit = () => {};

/** Pricing that looks for no load: what the bounds of stairs prove by themselves. */
class StairPricing extends Pricing {
  protected override tryWay(way: Way, _: number, care: boolean): number {
    return care ? Math.max(way.bound, this.boundWay(way, true)) : way.bound;
  }
}

/** A shipper with parts for its wide groups. */
interface Listed {
  /** All its options, or some of them. */
  readonly options: Shipper;
  readonly isWhole: boolean;
  /** Where some are missing: what no load undercuts, which may be the options themselves. */
  readonly bound: Shipper;
}

/**
 * Finds nodes' loads by what they cost above the worth of their pieces, wide groups included and within the effort: once that is spent, a node is
 * bounded by the best option of each part by itself and the least that a shipment costs.
 */
export class NodePricing {
  /** What shippers that no box limits fell short by. */
  readonly slacks = new Slacks();
  /** No load was lower than this in the last search, whatever its ceiling. */
  slack = 0;
  /** What the last search spent. */
  work = 0;
  private readonly loads: Pricing;
  private readonly stairs: StairPricing;
  private readonly openings = new WeakMap<Shipper['regimes'], number>();

  constructor(
    items: number,
    private readonly scale: number,
    private readonly free: boolean,
  ) {
    this.loads = new Pricing(items, scale, free);
    this.stairs = new StairPricing(items, scale, free);
  }

  /**
   * The least reduced cost of a load, or `ceiling` where none is lower; `emit` sees each improvement. Where the search is cut short, no load is
   * lower than what it returns.
   */
  least(...[shipper, duals, box, ceiling, effort, emit, triedMost]: Search): number {
    const { options, bound } = this.begin(shipper, duals, box, effort);
    if (bound === options) return this.leastBy(this.loads, options, duals, box, ceiling, effort, emit, triedMost);
    const floor = this.leastBy(this.stairs, bound, duals, box, ceiling, effort, nothing, 0);
    const { slack } = this;
    if (floor < ceiling) this.leastBy(this.loads, options, duals, box, ceiling, effort, emit, triedMost);
    this.slack = Math.min(slack, floor);
    return floor;
  }

  /** Every load with a reduced cost of at most `ceiling`; false where the search was cut short. */
  list(...[shipper, duals, box, ceiling, effort, emit, triedMost]: Search): boolean {
    const { options, bound, isWhole } = this.begin(shipper, duals, box, effort);
    if (!isWhole) {
      const pricing = bound === options ? this.loads : this.stairs;
      const floor = this.leastBy(pricing, bound, duals, box, ceiling + 1, effort, nothing, triedMost);
      this.slack = Math.min(this.slack, floor);
      if (floor > ceiling) return true;
    }
    for (const part of inTurn(options)) {
      if (effort.spent) return false;
      const whole = this.loads.list(part, duals, box, ceiling, effort, emit, triedMost);
      this.end(this.loads);
      if (!whole) return false;
    }
    return isWhole;
  }

  /** Cuts the search short; for use while it emits. */
  stop(): void {
    this.loads.stop();
  }

  private begin(shipper: Shipper, duals: Duals, box: Box, effort: Effort): Listed {
    this.work = 0;
    this.slack = Number.POSITIVE_INFINITY;
    if (shipper.wide.length === 0) return { options: shipper, bound: shipper, isWhole: true };
    const listed = shipper.wide.map((group) =>
      effort.spent ? group.bounded(duals, box) : group.listed(duals, box, this.free ? 0 : this.scale),
    );
    const search = listed.map((each) => each.search);
    const options = { ...shipper, parts: [...shipper.parts, ...search] };
    const isWhole = listed.every((each) => each.isWhole);
    const isBound = listed.every((each) => each.bound === null);
    const bounds = listed.flatMap((each) => each.bound ?? [each.search]);
    const work = search.concat(bounds).reduce((sum, { runs }) => sum + runs * LIST_WORK, 0);
    effort.spend(work);
    this.work = work;
    return { options, isWhole, bound: isBound ? options : { ...shipper, parts: [...shipper.parts, ...bounds] } };
  }

  private end({ slack, work }: Pricing): void {
    this.slack = Math.min(this.slack, slack);
    this.work += work;
  }

  private leastBy(pricing: Pricing, ...[shipper, duals, box, ceiling, effort, emit, triedMost]: Search): number {
    let least = ceiling;
    for (const part of inTurn(shipper)) {
      if (effort.spent) {
        const loose = this.looseBound(shipper, duals, effort);
        this.slack = Math.min(this.slack, loose);
        return Math.min(least, loose);
      }
      least = Math.min(least, pricing.least(part, duals, box, least, effort, emit, triedMost));
      this.end(pricing);
    }
    return least;
  }

  /** What no load undercuts: the best option of each part by itself, and the least that a shipment costs. */
  private looseBound(shipper: Shipper, duals: Duals, effort: Effort): number {
    let bound = duals.shipment + this.openingOf(shipper);
    let runs = 0;
    for (const part of shipper.parts) {
      bound += Math.min(0, this.bestOf(part, duals));
      runs += part.runs;
    }
    effort.spend(runs);
    return bound;
  }

  private openingOf({ regimes }: Shipper): number {
    if (this.free) return 0;
    const known = this.openings.get(regimes);
    if (known !== undefined) return known;
    let least = Number.POSITIVE_INFINITY;
    for (const { fixed, late, stairs } of regimes)
      for (const { price } of stairs) least = Math.min(least, (fixed + late) * this.scale + price);
    this.openings.set(regimes, least);
    return least;
  }

  private bestOf(part: Part, duals: Duals): number {
    const { items, runs, counts, takes, takeSteps, first, step } = part;
    const span = items.length;
    const factor = this.free ? 0 : this.scale;
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run += 1)
      for (const option of [0, (counts[run] as number) - 1]) {
        let net = ((first[run * SUMS + MONEY] as number) + (step[run * SUMS + MONEY] as number) * option) * factor;
        for (let m = 0; m < span; m += 1) {
          const at = run * span + m;
          const pieces = (takes[at] as number) + (takeSteps[at] as number) * option;
          if (pieces > 0) net -= worthOf(duals, items[m] as number, pieces);
        }
        best = Math.min(best, net);
      }
    return best;
  }
}

/** The shipper, or where it has many runs and regimes, the same with some of its regimes at a time. */
function* inTurn(shipper: Shipper): Iterable<Shipper> {
  const { parts, regimes } = shipper;
  const each = Math.max(1, Math.floor(LOOKED_AT_ONCE / (1 + parts.reduce((sum, { runs }) => sum + runs, 0))));
  if (regimes.length <= each) {
    yield shipper;
    return;
  }
  for (let from = 0; from < regimes.length; from += each)
    yield { ...shipper, regimes: regimes.slice(from, from + each) };
}
