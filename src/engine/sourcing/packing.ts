import type { Effort } from '../effort.js';
import type { Region } from './region.js';
import type { Relaxation } from './relaxation.js';
import type { Sourcing } from './sourcing.js';

const LOOKED_PER_WORK = 16;
const ROUNDS_MAX = 20;
const NONE = -1;

/** Places whole clients at a given set of sites: from a relaxed plan, repaired, then improved by moving one client or swapping two. */
export class Packing {
  /** Per client: its site. */
  readonly server: Int32Array;
  private readonly left: Float64Array;
  private sites: readonly number[] = [];

  constructor(
    private readonly sourcing: Sourcing,
    private readonly effort: Effort,
  ) {
    this.server = new Int32Array(sourcing.clients);
    this.left = new Float64Array(sourcing.sites);
  }

  /** Whether a placing of every client was found. */
  solve(sites: readonly number[], region: Region, { takes }: Relaxation): boolean {
    const { clients, room } = this.sourcing;
    const { server, left } = this;
    this.sites = sites;
    left.set(room);
    server.fill(NONE);
    for (let client = 0; client < clients; client += 1)
      if ((region.server[client] as number) >= 0) this.put(region.server[client] as number, client);
    const open: number[] = [];
    for (let client = 0; client < clients; client += 1) {
      if ((server[client] as number) !== NONE) continue;
      let best = NONE;
      for (const site of sites)
        if (
          takes[site * clients + client] === 1 &&
          this.fits(site, client) &&
          (best === NONE || this.cost(site, client) < this.cost(best, client))
        )
          best = site;
      if (best === NONE) open.push(client);
      else this.put(best, client);
    }
    this.effort.spend((sites.length * clients) / LOOKED_PER_WORK);
    if (!this.insert(open)) return false;
    for (let round = 0; round < ROUNDS_MAX; round += 1) if (!this.moveOnes() && !this.swapTwos()) break;
    return true;
  }

  private cost(site: number, client: number): number {
    return this.sourcing.cost[site * this.sourcing.clients + client] as number;
  }

  private fits(site: number, client: number): boolean {
    return (
      (this.sourcing.weight[client] as number) <= (this.left[site] as number) &&
      Number.isFinite(this.cost(site, client))
    );
  }

  private put(site: number, client: number): void {
    this.server[client] = site;
    this.left[site] = (this.left[site] as number) - (this.sourcing.weight[client] as number);
  }

  private take(client: number): void {
    const site = this.server[client] as number;
    this.server[client] = NONE;
    this.left[site] = (this.left[site] as number) + (this.sourcing.weight[client] as number);
  }

  /** Inserts clients, the one first that would lose most by coming later. */
  private insert(open: number[]): boolean {
    while (open.length > 0) {
      let chosen = NONE;
      let chosenSite = NONE;
      let most = Number.NEGATIVE_INFINITY;
      for (const [at, client] of open.entries()) {
        let best = NONE;
        let second = Number.POSITIVE_INFINITY;
        for (const site of this.sites) {
          if (!this.fits(site, client)) continue;
          if (best === NONE || this.cost(site, client) < this.cost(best, client)) {
            if (best !== NONE) second = this.cost(best, client);
            best = site;
          } else second = Math.min(second, this.cost(site, client));
        }
        const regret = best === NONE ? Number.POSITIVE_INFINITY : second - this.cost(best, client);
        if (chosen === NONE || regret > most) {
          most = regret;
          chosen = at;
          chosenSite = best;
        }
      }
      this.effort.spend((open.length * this.sites.length) / LOOKED_PER_WORK);
      const client = open[chosen] as number;
      if (chosenSite === NONE) {
        if (!this.makeRoom(client)) return false;
      } else this.put(chosenSite, client);
      open.splice(chosen, 1);
    }
    return true;
  }

  /** Moves one client elsewhere so that another fits in its place. */
  private makeRoom(client: number): boolean {
    const { sourcing, server, left, sites } = this;
    const { clients, weight } = sourcing;
    let bestMoved = NONE;
    let bestTo = NONE;
    let least = Number.POSITIVE_INFINITY;
    for (let moved = 0; moved < clients; moved += 1) {
      const site = server[moved] as number;
      if (site === NONE || (left[site] as number) + (weight[moved] as number) < (weight[client] as number)) continue;
      for (const to of sites) {
        if (to === site || !this.fits(to, moved)) continue;
        const cost = this.cost(site, client) + this.cost(to, moved) - this.cost(site, moved);
        if (cost < least) {
          least = cost;
          bestMoved = moved;
          bestTo = to;
        }
      }
    }
    this.effort.spend((clients * sites.length) / LOOKED_PER_WORK);
    if (bestMoved === NONE) return false;
    const site = server[bestMoved] as number;
    this.take(bestMoved);
    this.put(bestTo, bestMoved);
    this.put(site, client);
    return true;
  }

  private moveOnes(): boolean {
    const { clients } = this.sourcing;
    let moved = false;
    for (let client = 0; client < clients; client += 1)
      for (const site of this.sites) {
        const from = this.server[client] as number;
        if (site === from || !(this.cost(site, client) < this.cost(from, client)) || !this.fits(site, client)) continue;
        this.take(client);
        this.put(site, client);
        moved = true;
      }
    this.effort.spend((clients * this.sites.length) / LOOKED_PER_WORK);
    return moved;
  }

  private swapTwos(): boolean {
    const { sourcing, server, left } = this;
    const { clients, weight } = sourcing;
    let swapped = false;
    for (let a = 0; a < clients; a += 1)
      for (let b = a + 1; b < clients; b += 1) {
        const [atA, atB] = [server[a] as number, server[b] as number];
        if (atA === atB) continue;
        const more = this.cost(atB, a) + this.cost(atA, b) - this.cost(atA, a) - this.cost(atB, b);
        if (!(more < 0)) continue;
        const grows = (weight[b] as number) - (weight[a] as number);
        if (grows > (left[atA] as number) || -grows > (left[atB] as number)) continue;
        this.take(a);
        this.take(b);
        this.put(atB, a);
        this.put(atA, b);
        swapped = true;
      }
    this.effort.spend((clients * clients) / (2 * LOOKED_PER_WORK));
    return swapped;
  }
}
