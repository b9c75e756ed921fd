import type { Effort } from '../effort.js';
import { Knapsack } from './knapsack.js';
import { CLOSED, FREE, OPEN, type Region } from './region.js';
import type { Sourcing } from './sourcing.js';

/** Entries looked at, and knapsack steps, in a unit of work. */
const LOOKED_PER_WORK = 12;
const STEPS_PER_WORK = 4;

/**
 * The Lagrangian relaxation of serving each client exactly once. Clients have prices; each site takes what undercuts them most within its
 * room, and the cheapest sites whose rooms hold all that is not placed are opened. Whatever the whole prices are, what this sums up to
 * is a bound on every plan of the region.
 */
export class Relaxation {
  /** Per site: what opening and filling it changes; at most this for sure. */
  readonly value: Float64Array;
  /** Per site: what filling it is worth, at most. */
  readonly worth: Float64Array;
  /** Per site: whether it is open in the relaxed plan. */
  readonly isOpen: Uint8Array;
  /** Pieces that the site takes if it is open. */
  readonly takes: Int32Array;
  /** Per site: how many clients undercut their prices, in `order` from the site's first entry on, best first. */
  readonly count: Int32Array;
  readonly order: Int32Array;
  /** Cost of the relaxed plan, that is the bound. */
  bound = 0;
  /** What the region has decided, and what the prices of all other clients add up to. */
  constant = 0;
  /** How far a site's filling may be from the best one; what it is worth at most counts that in. */
  slack = 0;
  private readonly clientSack: Knapsack;
  private readonly siteSack: Knapsack;
  private readonly siteOrder: Int32Array;
  private readonly siteWeight: Float64Array;
  private readonly key: Float64Array;
  private readonly rest: Int32Array;
  /** The prices of the last call of `at`. */
  prices: Float64Array = new Float64Array(0);
  private region: Region | null = null;
  private wanted = 0;
  private looked = 0;

  constructor(
    private readonly sourcing: Sourcing,
    private readonly effort: Effort,
  ) {
    const { sites, clients } = sourcing;
    this.value = new Float64Array(sites);
    this.worth = new Float64Array(sites);
    this.isOpen = new Uint8Array(sites);
    this.takes = new Int32Array(sites * clients);
    this.count = new Int32Array(sites);
    this.order = Int32Array.from({ length: sites * clients }, (_, at) => at % clients);
    this.clientSack = new Knapsack(clients);
    this.siteSack = new Knapsack(sites);
    this.siteOrder = new Int32Array(sites);
    this.siteWeight = new Float64Array(sites);
    this.key = new Float64Array(clients);
    this.rest = new Int32Array(clients);
  }

  /** Everything is about this region from now on. */
  enter(region: Region): void {
    const { sites, clients, demand, weight, most, isPacked } = this.sourcing;
    this.region = region;
    this.wanted = 0;
    for (let client = 0; client < clients; client += 1)
      if ((region.server[client] as number) < 0)
        this.wanted += (demand[client] as number) * (isPacked ? (weight[client] as number) : 1);
    for (let site = 0; site < sites; site += 1) {
      let offered = 0;
      for (let client = 0; client < clients; client += 1) {
        const at = site * clients + client;
        if (region.may[at] === 1 && (region.server[client] as number) < 0)
          offered += isPacked ? (weight[client] as number) : (most[at] as number);
      }
      this.siteWeight[site] = Math.min(this.wanted, offered, region.left[site] as number);
    }
    this.looked += sites * clients;
  }

  /** The bound at these prices, whole numbers. Infinity where the rooms cannot hold everything. */
  at(price: Float64Array): number {
    const { sites, clients, demand } = this.sourcing;
    const region = this.region as Region;
    this.prices = price;
    let constant = region.decided;
    for (let client = 0; client < clients; client += 1)
      if ((region.server[client] as number) < 0) constant += (price[client] as number) * (demand[client] as number);
    this.constant = constant;
    for (let site = 0; site < sites; site += 1) {
      if (region.state[site] === CLOSED) {
        this.value[site] = 0;
        this.worth[site] = 0;
        this.count[site] = 0;
        continue;
      }
      const worth = this.fill(site, price, region);
      this.worth[site] = worth;
      this.value[site] = region.state[site] === OPEN ? -worth : (this.sourcing.opening[site] as number) - worth;
    }
    this.bound = constant + this.cover(-1, FREE);
    this.account();
    return this.bound;
  }

  /** The bound where one site is open, or closed; the prices are those of the last call of `at`. */
  with(site: number, state: number): number {
    const bound = this.constant + this.cover(site, state);
    this.account();
    return bound;
  }

  private account(): void {
    const steps = this.clientSack.steps + this.siteSack.steps;
    this.effort.spend(this.looked / LOOKED_PER_WORK + steps / STEPS_PER_WORK);
    this.looked = 0;
    this.clientSack.steps = 0;
    this.siteSack.steps = 0;
  }

  /** What the best filling of a site is worth at the prices. */
  private fill(site: number, price: Float64Array, region: Region): number {
    const { clients, cost, weight, most, isPacked } = this.sourcing;
    const { order, key, rest, takes } = this;
    const first = site * clients;
    let count = 0;
    let others = 0;
    let total = 0;
    // In the order of last time, which is nearly right again.
    for (let k = first; k < first + clients; k += 1) {
      const client = order[k] as number;
      const at = first + client;
      takes[at] = 0;
      const undercut = (price[client] as number) - (cost[at] as number);
      if (!(undercut > 0) || region.may[at] === 0 || (region.server[client] as number) >= 0) {
        rest[others] = client;
        others += 1;
        continue;
      }
      const ratio = isPacked ? undercut / (weight[client] as number) : undercut;
      let slot = count;
      while (slot > 0 && (key[slot - 1] as number) < ratio) {
        key[slot] = key[slot - 1] as number;
        order[first + slot] = order[first + slot - 1] as number;
        slot -= 1;
        this.looked += 1;
      }
      key[slot] = ratio;
      order[first + slot] = client;
      count += 1;
      total += isPacked ? (weight[client] as number) : (most[at] as number);
    }
    for (let k = 0; k < others; k += 1) order[first + count + k] = rest[k] as number;
    this.count[site] = count;
    this.looked += clients + 2 * count;
    const room = region.left[site] as number;
    if (isPacked && total > room) return this.pack(site, price, count, room);
    let worth = 0;
    let left = room;
    for (let k = first; k < first + count; k += 1) {
      const client = order[k] as number;
      const at = first + client;
      const pieces = isPacked ? 1 : Math.min(most[at] as number, left);
      if (!isPacked) left -= pieces;
      takes[at] = pieces;
      worth += ((price[client] as number) - (cost[at] as number)) * pieces;
    }
    return worth;
  }

  private pack(site: number, price: Float64Array, count: number, room: number): number {
    const { clients, cost, weight } = this.sourcing;
    const { clientSack, order, takes } = this;
    const first = site * clients;
    for (let k = 0; k < count; k += 1) {
      const client = order[first + k] as number;
      clientSack.worth[k] = (price[client] as number) - (cost[first + client] as number);
      clientSack.weight[k] = weight[client] as number;
    }
    const worth = clientSack.fill(count, room, this.slack);
    for (let k = 0; k < count; k += 1) takes[first + (order[first + k] as number)] = clientSack.taken[k] as number;
    return worth;
  }

  /**
   * The least value of open sites whose rooms hold all that is wanted: everything is opened, and a knapsack closes what saves most and
   * can be spared. One site may be forced.
   */
  private cover(forced: number, state: number): number {
    const { sites } = this.sourcing;
    const { value, siteWeight, siteOrder, siteSack, isOpen } = this;
    const region = this.region as Region;
    let sum = 0;
    let spare = -this.wanted;
    let count = 0;
    for (let site = 0; site < sites; site += 1) {
      const at = site === forced ? state : (region.state[site] as number);
      if (at === CLOSED) {
        if (forced < 0) isOpen[site] = 0;
        continue;
      }
      if (forced < 0) isOpen[site] = 1;
      const each = value[site] as number;
      sum += each;
      spare += siteWeight[site] as number;
      if (at === OPEN || each <= 0) continue;
      let slot = count;
      const ratio = each / (siteWeight[site] as number);
      while (slot > 0 && this.ratioOf(siteOrder[slot - 1] as number) < ratio) {
        siteOrder[slot] = siteOrder[slot - 1] as number;
        slot -= 1;
      }
      siteOrder[slot] = site;
      count += 1;
    }
    this.looked += 2 * sites;
    if (spare < 0) return Number.POSITIVE_INFINITY;
    if (count === 0) return sum;
    for (let k = 0; k < count; k += 1) {
      const site = siteOrder[k] as number;
      siteSack.worth[k] = value[site] as number;
      siteSack.weight[k] = siteWeight[site] as number;
    }
    const saved = siteSack.fill(count, spare);
    if (forced < 0) for (let k = 0; k < count; k += 1) isOpen[siteOrder[k] as number] = siteSack.taken[k] === 1 ? 0 : 1;
    return sum - saved;
  }

  private ratioOf(site: number): number {
    return (this.value[site] as number) / (this.siteWeight[site] as number);
  }
}
