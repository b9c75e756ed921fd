import type { Effort } from '../effort.js';
import type { Region } from './region.js';
import type { Relaxation } from './relaxation.js';
import type { Sourcing } from './sourcing.js';

/** How the prices of a region are sought: tries in all, the first step, and tries without gain after which steps shorten. */
export interface Schedule {
  readonly tries: number;
  readonly step: number;
  readonly patience: number;
}

const SHORTER = 0.8;
const STEP_LEAST = 2e-3;
/** How much of the last direction goes into the next. */
const MOMENTUM = 0.85;
/** A gain that counts, as a share of what is missing. */
const GAIN = 1e-3;
/** What a plan may cost above the bound, as a share, while none is known. */
const FAR = 0.05;
/** Of the way from the bound to the cutoff, what fillings may miss in all. */
const SLACK = 0.02;
/** Below this, sums of prices and pieces are exact. */
const SUM_MAX = 2 ** 50;

/** Subgradient ascent on the clients' prices. What it leaves says how often each site was open and each client was at each site. */
export class PriceSearch {
  /** The best prices, whole numbers, and what they prove. */
  readonly best: Float64Array;
  bound = Number.NEGATIVE_INFINITY;
  /** Of the tries counted, how many had the site open, and how many of the client's pieces were there. */
  readonly openShare: Float64Array;
  readonly takeShare: Float64Array;
  counted = 0;
  private readonly price: Float64Array;
  private readonly whole: Float64Array;
  private readonly lack: Float64Array;
  private readonly direction: Float64Array;

  constructor(
    private readonly sourcing: Sourcing,
    private readonly relaxation: Relaxation,
    private readonly effort: Effort,
  ) {
    const { sites, clients } = sourcing;
    this.best = new Float64Array(clients);
    this.price = new Float64Array(clients);
    this.whole = new Float64Array(clients);
    this.lack = new Float64Array(clients);
    this.direction = new Float64Array(clients);
    this.openShare = new Float64Array(sites);
    this.takeShare = new Float64Array(sites * clients);
  }

  /**
   * The best bound of a region that is found from these prices on. Steps are measured by the way to the cutoff, once a plan is known.
   * Ends early where the bound is above it. `onGain` hears of every relaxed plan that is the best so far.
   */
  run(
    region: Region,
    start: Float64Array,
    judge: { readonly isEmpty: boolean; readonly cutoff: number },
    schedule: Schedule,
    onGain: () => void,
  ): number {
    const { relaxation, price, whole, best, direction, sourcing, effort } = this;
    const { sites, clients, demand } = sourcing;
    relaxation.enter(region);
    price.set(start);
    direction.fill(0);
    this.openShare.fill(0);
    this.takeShare.fill(0);
    this.counted = 0;
    this.bound = Number.NEGATIVE_INFINITY;
    let step = schedule.step;
    let idle = 0;
    let way = 0;
    for (let tried = 0; tried < schedule.tries && (tried === 0 || !effort.spent); tried += 1) {
      for (let client = 0; client < clients; client += 1) whole[client] = this.clamp(price[client] as number, client);
      const bound = relaxation.at(whole);
      const gain = bound - this.bound;
      if (gain > 0) {
        idle = gain > GAIN * way ? 0 : idle + 1;
        this.bound = bound;
        best.set(whole);
        if (bound > judge.cutoff) return bound;
        onGain();
        const goal = judge.isEmpty ? bound + Math.abs(bound) * FAR + 1 : judge.cutoff;
        way = Math.max(goal - bound, Math.abs(goal) * 1e-6);
        relaxation.slack = Math.floor((SLACK * way) / sites);
      } else idle += 1;
      if (idle >= schedule.patience) {
        step *= SHORTER;
        idle = 0;
        price.set(best);
        if (step < STEP_LEAST) {
          if (this.counted === 0) this.share();
          break;
        }
      }
      this.missing(region);
      if (tried * 3 >= schedule.tries) this.share();
      let norm = 0;
      for (let client = 0; client < clients; client += 1) {
        const along = MOMENTUM * (direction[client] as number) + (this.lack[client] as number);
        direction[client] = along;
        norm += along * along;
      }
      if (norm === 0) {
        // Nothing is missing: no prices prove more.
        this.share();
        break;
      }
      const length = (step * (way + this.bound - bound)) / norm;
      for (let client = 0; client < clients; client += 1)
        if ((demand[client] as number) > 0)
          price[client] = (price[client] as number) + length * (direction[client] as number);
    }
    return this.bound;
  }

  private clamp(price: number, client: number): number {
    const most = SUM_MAX / this.sourcing.clients / (this.sourcing.demand[client] as number);
    return Math.round(Math.max(-most, Math.min(most, price)));
  }

  /** Per client: the pieces that no open site takes, negative where more than there are. */
  private missing(region: Region): void {
    const { sites, clients, demand } = this.sourcing;
    const { isOpen, count, order, takes } = this.relaxation;
    const { lack } = this;
    for (let client = 0; client < clients; client += 1)
      lack[client] = (region.server[client] as number) >= 0 ? 0 : (demand[client] as number);
    for (let site = 0; site < sites; site += 1) {
      if (isOpen[site] === 0) continue;
      const first = site * clients;
      for (let k = first; k < first + (count[site] as number); k += 1) {
        const client = order[k] as number;
        lack[client] = (lack[client] as number) - (takes[first + client] as number);
      }
    }
  }

  private share(): void {
    const { sites, clients } = this.sourcing;
    const { isOpen, count, order, takes } = this.relaxation;
    this.counted += 1;
    for (let site = 0; site < sites; site += 1) {
      if (isOpen[site] === 0) continue;
      this.openShare[site] = (this.openShare[site] as number) + 1;
      const first = site * clients;
      for (let k = first; k < first + (count[site] as number); k += 1) {
        const at = first + (order[k] as number);
        this.takeShare[at] = (this.takeShare[at] as number) + (takes[at] as number);
      }
    }
  }
}
