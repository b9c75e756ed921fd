import { CLOSED, FREE, OPEN, type Region } from './region.js';
import type { Relaxation } from './relaxation.js';
import type { Sourcing } from './sourcing.js';

/**
 * Decides what the relaxation shows at its present prices: a site whose opening, or closing, would lift the bound above the cutoff, and
 * a client whose placing at a site, or elsewhere, would. Returns how much was decided; -1 where no plan is left.
 */
export function fix(sourcing: Sourcing, relaxation: Relaxation, region: Region, cutoff: number): number {
  return new Fixing(sourcing, relaxation, region, cutoff).run();
}

class Fixing {
  private readonly prefixWeight: Float64Array;
  private readonly prefixWorth: Float64Array;
  private readonly weights: Float64Array;
  private readonly worths: Float64Array;
  private count = 0;

  constructor(
    private readonly sourcing: Sourcing,
    private readonly relaxation: Relaxation,
    private readonly region: Region,
    private readonly cutoff: number,
  ) {
    const { clients } = sourcing;
    this.prefixWeight = new Float64Array(clients + 1);
    this.prefixWorth = new Float64Array(clients + 1);
    this.weights = new Float64Array(clients);
    this.worths = new Float64Array(clients);
  }

  run(): number {
    const { sourcing, relaxation, region, cutoff } = this;
    const opened = new Float64Array(sourcing.sites);
    const closed = new Float64Array(sourcing.sites).fill(Number.POSITIVE_INFINITY);
    // Bounds first, all for the region as it was entered; then what they decide.
    for (let site = 0; site < sourcing.sites; site += 1) {
      const state = region.state[site] as number;
      opened[site] = state === FREE ? relaxation.with(site, OPEN) : relaxation.bound;
      if (state === FREE) closed[site] = relaxation.with(site, CLOSED);
    }
    let decided = 0;
    const places: number[] = [];
    for (let site = 0; site < sourcing.sites; site += 1) {
      if (region.state[site] === CLOSED) continue;
      if ((opened[site] as number) > cutoff) {
        if ((closed[site] as number) > cutoff) return -1;
        region.close(site);
        decided += 1;
        continue;
      }
      if (sourcing.isPacked) decided += this.clientsOf(site, opened[site] as number, closed[site] as number, places);
      if ((closed[site] as number) > cutoff && region.state[site] === FREE) {
        region.open(site);
        decided += 1;
      }
    }
    for (let k = 0; k < places.length; k += 2) region.assign(places[k] as number, places[k + 1] as number);
    return decided;
  }

  /** Clients that the site cannot serve; into `places`, those that it has to. */
  private clientsOf(site: number, opened: number, closed: number, places: number[]): number {
    const { sourcing, relaxation, region, cutoff } = this;
    const { clients, weight, cost } = sourcing;
    const { order, prices } = relaxation;
    const first = site * clients;
    const count = relaxation.count[site] as number;
    this.count = count;
    for (let k = 0; k < count; k += 1) {
      const client = order[first + k] as number;
      this.weights[k] = weight[client] as number;
      this.worths[k] = (prices[client] as number) - (cost[first + client] as number);
      this.prefixWeight[k + 1] = (this.prefixWeight[k] as number) + (this.weights[k] as number);
      this.prefixWorth[k + 1] = (this.prefixWorth[k] as number) + (this.worths[k] as number);
    }
    const worth = relaxation.worth[site] as number;
    const room = region.left[site] as number;
    let decided = 0;
    for (let k = 0; k < clients; k += 1) {
      const client = order[first + k] as number;
      if (region.may[first + client] === 0 || (region.server[client] as number) >= 0) continue;
      const undercut = (prices[client] as number) - (cost[first + client] as number);
      const weighs = weight[client] as number;
      const isInside = k < count && (this.prefixWeight[k + 1] as number) <= room;
      if (!isInside) {
        const most = undercut + this.atMost(room - weighs);
        if (opened + worth - Math.min(worth, most) <= cutoff) continue;
        region.forbid(site, client);
        decided += 1;
      } else {
        const most = this.atMost(room + weighs) - undercut;
        if (Math.min(closed, opened + worth - Math.min(worth, most)) <= cutoff) continue;
        places.push(site, client);
        decided += 1;
      }
    }
    return decided;
  }

  /** No filling of so much room is worth more. */
  private atMost(room: number): number {
    const { prefixWeight, prefixWorth, weights, worths, count } = this;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((prefixWeight[middle] as number) <= room) low = middle;
      else high = middle - 1;
    }
    const sum = prefixWorth[low] as number;
    if (low === count) return sum;
    const part = (room - (prefixWeight[low] as number)) * (worths[low] as number);
    return sum + Math.ceil(part / (weights[low] as number)) + 1;
  }
}
