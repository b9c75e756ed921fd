import type { Effort } from '../effort.js';
import { Frontier } from '../frontier.js';
import type { Judge } from '../judge.js';
import { decideSurest } from './dive.js';
import { Exchange } from './exchange.js';
import { fix } from './fixing.js';
import { type Choice, compareSourced, firstOpenClient, type Sourced, sourcedOf, tieChoice } from './incumbent.js';
import { Packing } from './packing.js';
import { PriceSearch, type Schedule } from './prices.js';
import { FREE, OPEN, Region } from './region.js';
import { Relaxation } from './relaxation.js';
import type { Assignment, Sourcing } from './sourcing.js';
import { Transport } from './transport.js';

/** What came of a search: no plan costs less than `bound`, scaled; Infinity where there is none. */
export interface SourcingResult {
  readonly complete: boolean;
  readonly bound: number;
}

const FIRST: Schedule = { tries: 1_000, step: 1.5, patience: 20 };
const LATER: Schedule = { tries: 60, step: 0.5, patience: 6 };
/** How often prices are sought again after they decided something. */
const ROUNDS_MAX = 3;
/** Prices are sought again where this share of the places that are left was decided. */
const WORTHWHILE = 0.1;
/** Steps of a tabu search at the first visit, while no plan is known, and at visits that double; of what effort is left, at most this share. */
const EXCHANGES = { first: 3_000, empty: 200, later: 300, dived: 200, share: 0.12 };
/** Of a share this near to a half, it is doubtful whether a site is open. */
const DOUBT = 0.08;

/** Memory that open regions may take, and what one takes besides its arrays. */
const REGION_BYTES_MAX = 2 ** 26;
const REGION_BYTES = 1_024;
const REGIONS_LEAST = 64;
/** Sets of sites that are remembered as tried; then they are forgotten, and may be tried again. */
const TRIED_MAX = 10_000;

interface Open {
  readonly region: Region;
  readonly price: Float64Array;
  readonly bound: number;
  readonly choice: Choice | null;
  readonly turn: number;
}

/**
 * The best plan of a facility location problem, by branch and bound: the relaxation bounds a region, decides what it can, and hands its
 * plan on to be repaired; regions that are left are halved by a site, or by whether a site serves a client. `items`: how many there are.
 * `regionsMost`: when so many are open, the latest goes first (see `Frontier`); it changes no plan that is proven.
 */
export function searchSourcing(
  sourcing: Sourcing,
  judge: Judge,
  effort: Effort,
  items: number,
  regionsMost = regionsAffordable(sourcing),
): SourcingResult {
  return new Search(sourcing, judge, effort, items, regionsMost).run();
}

/** Open regions that fit in the memory that they may take. */
function regionsAffordable({ sites, clients }: Sourcing): number {
  return Math.max(
    REGIONS_LEAST,
    Math.floor(REGION_BYTES_MAX / (sites * clients + 12 * clients + 9 * sites + REGION_BYTES)),
  );
}

class Search {
  private readonly relaxation: Relaxation;
  private readonly prices: PriceSearch;
  private readonly transport: Transport;
  private readonly packing: Packing;
  private readonly exchange: Exchange;
  /** How often better plans were looked for, and steps that this took. */
  private looks = 0;
  private looked = 0;
  private readonly queue: Frontier<Open>;
  private readonly tried = new Set<string>();
  private best: Sourced | null = null;
  private turn = 0;
  private openBound = Number.POSITIVE_INFINITY;

  constructor(
    private readonly sourcing: Sourcing,
    private readonly judge: Judge,
    private readonly effort: Effort,
    private readonly items: number,
    regionsMost: number,
  ) {
    this.queue = new Frontier(regionsMost);
    this.relaxation = new Relaxation(sourcing, effort);
    this.prices = new PriceSearch(sourcing, this.relaxation, effort);
    this.transport = new Transport(sourcing, effort);
    this.packing = new Packing(sourcing, effort);
    this.exchange = new Exchange(sourcing, effort);
  }

  run(): SourcingResult {
    const { judge, effort, queue } = this;
    const all = Region.all(this.sourcing);
    this.visit(all, firstPrices(this.sourcing), Number.NEGATIVE_INFINITY, FIRST);
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (next.bound > judge.cutoff) continue;
      if (effort.spent) return { complete: false, bound: this.rounded(Math.min(next.bound, queue.least)) };
      this.split(next);
    }
    return { complete: true, bound: this.openBound };
  }

  /** The least that a plan may cost where none costs less than `bound`. */
  private rounded(bound: number): number {
    const { constant, grain } = this.sourcing;
    return constant + Math.ceil((bound - constant) / grain) * grain;
  }

  private split({ region, price, bound, choice }: Open): void {
    let chosen = choice;
    if (this.best !== null && bound > this.judge.cutoff - this.sourcing.grain && this.best.cost === this.judge.cutoff) {
      // Nothing in here costs less than the best plan; it matters only where a tie may go its way.
      const tied = tieChoice(region, this.best);
      if (tied === null) return;
      chosen ??= tied;
    }
    chosen ??= undecidedSite(region) ?? firstOpenClient(region);
    if (chosen === null) return;
    const { site, client } = chosen;
    const yes = region.copy();
    const no = region;
    if (client < 0) {
      yes.open(site);
      no.close(site);
    } else {
      yes.assign(site, client);
      no.forbid(site, client);
    }
    this.visit(yes, price, bound, LATER);
    this.visit(no, price, bound, LATER);
  }

  /** Bounds a region, decides what its bound shows, and keeps it for later where plans are left. */
  private visit(region: Region, start: Float64Array, parentBound: number, schedule: Schedule): void {
    const { sourcing, relaxation, prices, judge, effort } = this;
    let bound = parentBound;
    let from = start;
    for (let round = 0; ; round += 1) {
      if (!region.settle()) return;
      if (this.finish(region)) return;
      const found = prices.run(region, from, judge, round === 0 ? schedule : LATER, () => this.propose(region));
      bound = Math.max(bound, found);
      if (bound > judge.cutoff) return;
      if (effort.spent) break;
      relaxation.enter(region);
      relaxation.at(prices.best);
      this.propose(region, true);
      if (round === 0 && judge.isEmpty) this.improve(region, EXCHANGES.empty);
      const choice = round >= ROUNDS_MAX ? this.doubt(region) : null;
      const before = sourcing.isPacked ? placesLeft(region) : 0;
      const decided = fix(sourcing, relaxation, region, judge.cutoff);
      if (decided < 0) return;
      from = prices.best.slice();
      if (round >= ROUNDS_MAX || decided === 0 || decided < before * WORTHWHILE) {
        this.keep(region, from, bound, choice ?? this.doubt(region));
        this.lookFurther(region, from);
        return;
      }
    }
    this.keep(region, prices.best.slice(), bound, null);
  }

  /** Looks for a better plan in a region that is kept, as long as that takes no more than its share of the effort. */
  private lookFurther(region: Region, price: Float64Array): void {
    if (!this.sourcing.isPacked) return;
    const { effort } = this;
    const before = effort.steps;
    if (this.looked > before * EXCHANGES.share) return;
    this.looks += 1;
    this.improve(region, this.looks === 1 ? EXCHANGES.first : EXCHANGES.later);
    if ((this.looks & (this.looks - 1)) === 0) this.dive(region.copy(), price);
    this.looked += effort.steps - before;
  }

  /** Follows what relaxed plans agree on, to a plan or to where there is none that is better. */
  private dive(region: Region, start: Float64Array): void {
    const { prices, judge, effort } = this;
    let last = region;
    for (let price = start; !effort.spent; price = prices.best.slice()) {
      if (!region.settle()) break;
      if (this.finish(region)) return;
      const bound = prices.run(region, price, judge, LATER, () => this.propose(region));
      if (this.rounded(bound) >= judge.cutoff) break;
      last = region.copy();
      if (!decideSurest(region, prices)) break;
    }
    this.improve(last, EXCHANGES.dived);
  }

  private keep(region: Region, price: Float64Array, bound: number, choice: Choice | null): void {
    this.turn += 1;
    this.queue.push({ region, price, bound, choice, turn: this.turn });
  }

  /** Whether the region has one plan left, or one set of sites that splits clients best; it is looked at. */
  private finish(region: Region): boolean {
    const { sourcing } = this;
    if (sourcing.isPacked) {
      if (region.server.some((site) => site < 0)) return false;
      this.consider(this.placed(region.server));
      return true;
    }
    if (region.state.some((state) => state === FREE)) return false;
    this.ship(sitesOf(region.state));
    return true;
  }

  private placed(server: Int32Array): Assignment {
    const { sites, clients } = this.sourcing;
    const takes = new Int32Array(sites * clients);
    for (const [client, site] of server.entries()) takes[site * clients + client] = 1;
    return takes;
  }

  /** Makes a plan of the relaxed one. */
  private propose(region: Region, again = false): void {
    const { sourcing, relaxation, packing } = this;
    const open = sitesOf(relaxation.isOpen);
    const key = open.join();
    if (this.tried.has(key) && !(again && sourcing.isPacked)) return;
    if (this.tried.size >= TRIED_MAX) this.tried.clear();
    this.tried.add(key);
    if (!sourcing.isPacked) this.ship(open);
    else if (packing.solve(open, region, relaxation)) this.consider(this.placed(packing.server));
  }

  /** Looks for better placings by so many steps, from the relaxed plan of a region on. */
  private improve(region: Region, steps: number): void {
    const { sourcing, exchange, effort, relaxation } = this;
    if (!sourcing.isPacked) return;
    const affordable = Math.floor((effort.left * EXCHANGES.share) / exchange.workPerStep);
    const from = relaxedPlacing(region, relaxation);
    if (from === null) return;
    exchange.run(from, Math.min(steps, affordable));
    if (Number.isFinite(exchange.cost)) this.consider(this.placed(exchange.best));
  }

  private ship(open: readonly number[]): void {
    const { transport, sourcing, judge } = this;
    if (!Number.isFinite(transport.solve(open))) return;
    // Sites that nothing comes from are not paid for.
    if (sourcedOf(sourcing, transport.takes).cost > judge.cutoff) return;
    transport.breakTies();
    this.consider(transport.takes);
  }

  private consider(takes: Assignment): void {
    const { sourcing, judge } = this;
    const plan = sourcedOf(sourcing, takes);
    if (plan.cost > judge.cutoff) return;
    if (this.best !== null && compareSourced(sourcing, plan, this.best) >= 0) return;
    this.best = plan;
    const { clients, node, item } = sourcing;
    judge.judge(
      plan.sites.map((site) => {
        const pieces = new Int32Array(this.items);
        for (let client = 0; client < clients; client += 1)
          pieces[item[client] as number] = takes[site * clients + client] as number;
        return { node: node[site] as number, takes: pieces };
      }),
    );
  }

  /** What the relaxed plans of the last search agree least on. */
  private doubt(region: Region): Choice | null {
    const { sourcing, prices } = this;
    const { sites, clients, weight, isPacked } = sourcing;
    const counted = Math.max(1, prices.counted);
    let chosen: Choice | null = null;
    let most = DOUBT;
    for (let site = 0; site < sites; site += 1) {
      if (region.state[site] !== FREE) continue;
      const share = (prices.openShare[site] as number) / counted;
      const doubt = Math.min(share, 1 - share);
      if (doubt > most) {
        most = doubt;
        chosen = { site, client: -1 };
      }
    }
    if (chosen !== null || !isPacked) return chosen;
    most = 0;
    for (let client = 0; client < clients; client += 1) {
      if ((region.server[client] as number) >= 0) continue;
      let best = -1;
      let share = -1;
      for (let site = 0; site < sites; site += 1) {
        const at = site * clients + client;
        if (region.may[at] === 0) continue;
        const here = (prices.takeShare[at] as number) / counted;
        if (here > share) {
          share = here;
          best = site;
        }
      }
      // Heavy clients first: what is decided about them leaves the least room to turn.
      const doubt = Math.min(share, 1 - share) * (weight[client] as number);
      if (best >= 0 && doubt > most) {
        most = doubt;
        chosen = { site: best, client };
      }
    }
    return chosen;
  }
}

function sitesOf(state: Uint8Array): number[] {
  const sites: number[] = [];
  for (const [site, each] of state.entries()) if (each === OPEN) sites.push(site);
  return sites;
}

function placesLeft({ may }: Region): number {
  let count = 0;
  for (const each of may) count += each;
  return count;
}

/**
 * The relaxed plan with each client in one place, rooms apart: the cheapest of those that take it, or else of those that are open, or of
 * all; null where one has none.
 */
function relaxedPlacing({ sourcing, may, server }: Region, { isOpen, takes }: Relaxation): Int32Array | null {
  const { sites, clients, cost } = sourcing;
  const placing = server.slice();
  for (let client = 0; client < clients; client += 1) {
    if ((server[client] as number) >= 0) continue;
    let least = Number.POSITIVE_INFINITY;
    let closeness = -1;
    for (let site = 0; site < sites; site += 1) {
      const at = site * clients + client;
      if (may[at] === 0) continue;
      const here = isOpen[site] === 0 ? 0 : 1 + (takes[at] as number);
      const each = cost[at] as number;
      if (here < closeness || (here === closeness && each >= least)) continue;
      closeness = here;
      least = each;
      placing[client] = site;
    }
  }
  return placing.includes(-1) ? null : placing;
}

function undecidedSite(region: Region): Choice | null {
  const site = region.state.indexOf(FREE);
  return site < 0 ? null : { site, client: -1 };
}

/** Each client's price is what its second cheapest site asks. */
function firstPrices({ sites, clients, cost }: Sourcing): Float64Array {
  const prices = new Float64Array(clients);
  for (let client = 0; client < clients; client += 1) {
    let least = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let site = 0; site < sites; site += 1) {
      const each = cost[site * clients + client] as number;
      if (each < least) [least, second] = [each, least];
      else if (each < second) second = each;
    }
    prices[client] = Number.isFinite(second) ? second : Number.isFinite(least) ? least : 0;
  }
  return prices;
}
