import type { Effort } from '../effort.js';
import type { Assignment, Sourcing } from './sourcing.js';

const LOOKED_PER_WORK = 16;

/**
 * The cheapest way to split clients over a set of sites with rooms: each client goes where it is cheapest, then what is too much for a
 * room moves on along shortest paths. Exact, in whole numbers.
 */
export class Transport {
  /** Pieces per site and client of the last solution. */
  readonly takes: Assignment;
  private readonly load: Float64Array;
  private readonly potential: Float64Array;
  private readonly distance: Float64Array;
  private readonly done: Uint8Array;
  private readonly from: Int32Array;
  private readonly via: Int32Array;
  private used: number[] = [];

  constructor(
    private readonly sourcing: Sourcing,
    private readonly effort: Effort,
  ) {
    const { sites, clients } = sourcing;
    this.takes = new Int32Array(sites * clients);
    this.load = new Float64Array(sites);
    this.potential = new Float64Array(sites);
    this.distance = new Float64Array(sites);
    this.done = new Uint8Array(sites);
    this.from = new Int32Array(sites);
    this.via = new Int32Array(sites);
  }

  /** What serving all clients from these sites costs, opening apart; Infinity where they cannot. */
  solve(sites: readonly number[]): number {
    const { clients, demand, cost, most, room } = this.sourcing;
    const { takes, load, potential } = this;
    this.used = [...sites];
    takes.fill(0);
    load.fill(0);
    potential.fill(0);
    this.effort.spend((sites.length * clients * 2) / LOOKED_PER_WORK);
    for (let client = 0; client < clients; client += 1) {
      let wanted = demand[client] as number;
      while (wanted > 0) {
        let cheapest = -1;
        for (const site of sites) {
          const at = site * clients + client;
          if ((most[at] as number) <= (takes[at] as number)) continue;
          if (cheapest < 0 || (cost[at] as number) < (cost[cheapest * clients + client] as number)) cheapest = site;
        }
        if (cheapest < 0) return Number.POSITIVE_INFINITY;
        const pieces = Math.min(wanted, most[cheapest * clients + client] as number);
        takes[cheapest * clients + client] = pieces;
        load[cheapest] = (load[cheapest] as number) + pieces;
        wanted -= pieces;
      }
    }
    for (const site of sites)
      while ((load[site] as number) > (room[site] as number)) if (!this.relieve(site)) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (const site of sites)
      for (let at = site * clients; at < (site + 1) * clients; at += 1)
        if ((takes[at] as number) > 0) sum += (takes[at] as number) * (cost[at] as number);
    return sum;
  }

  /** Moves some of what is too much at a site to the nearest room that is left. False where there is none. */
  private relieve(source: number): boolean {
    const { clients, most, room } = this.sourcing;
    const { takes, load, potential, distance, done, from, via, used } = this;
    distance.fill(Number.POSITIVE_INFINITY);
    done.fill(0);
    distance[source] = 0;
    from[source] = -1;
    let target = -1;
    for (;;) {
      let site = -1;
      for (const other of used)
        if (done[other] === 0 && (site < 0 || (distance[other] as number) < (distance[site] as number))) site = other;
      if (site < 0 || distance[site] === Number.POSITIVE_INFINITY) return false;
      if ((load[site] as number) < (room[site] as number)) {
        target = site;
        break;
      }
      done[site] = 1;
      for (const other of used) {
        if (done[other] === 1) continue;
        const client = this.cheapestMove(site, other, -1);
        if (client < 0) continue;
        const length = this.move(site, other, client) + (potential[site] as number) - (potential[other] as number);
        if ((distance[site] as number) + length < (distance[other] as number)) {
          distance[other] = (distance[site] as number) + length;
          from[other] = site;
          via[other] = client;
        }
      }
    }
    const reach = distance[target] as number;
    let pieces = Math.min(
      (load[source] as number) - (room[source] as number),
      (room[target] as number) - (load[target] as number),
    );
    for (let site = target; site !== source; site = from[site] as number) {
      const client = via[site] as number;
      const here = site * clients + client;
      const there = (from[site] as number) * clients + client;
      pieces = Math.min(pieces, takes[there] as number, (most[here] as number) - (takes[here] as number));
    }
    for (let site = target; site !== source; site = from[site] as number) {
      const client = via[site] as number;
      const there = (from[site] as number) * clients + client;
      takes[there] = (takes[there] as number) - pieces;
      takes[site * clients + client] = (takes[site * clients + client] as number) + pieces;
    }
    load[source] = (load[source] as number) - pieces;
    load[target] = (load[target] as number) + pieces;
    for (const site of used) potential[site] = (potential[site] as number) + Math.min(distance[site] as number, reach);
    return true;
  }

  private move(a: number, b: number, client: number): number {
    const { clients, cost } = this.sourcing;
    return (cost[b * clients + client] as number) - (cost[a * clients + client] as number);
  }

  /** The client, after `after`, with pieces that move most cheaply from one site to another; -1 where none can. */
  private cheapestMove(a: number, b: number, after: number): number {
    const { clients, cost, most } = this.sourcing;
    const { takes } = this;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let client = after + 1; client < clients; client += 1) {
      const there = a * clients + client;
      if (takes[there] === 0) continue;
      const here = b * clients + client;
      if ((takes[here] as number) >= (most[here] as number)) continue;
      const each = (cost[here] as number) - (cost[there] as number);
      if (each < least) {
        least = each;
        best = client;
      }
    }
    this.effort.spend(clients / LOOKED_PER_WORK);
    return best;
  }

  /**
   * Of all ways that cost the same, the one where the first client has the most pieces at the first site, and so on: pieces go round
   * along moves that cost nothing.
   */
  breakTies(): void {
    const { clients, most } = this.sourcing;
    const { takes, used } = this;
    for (let client = 0; client < clients; client += 1)
      for (const [at, site] of used.entries())
        for (const giver of used.slice(at + 1)) {
          const here = site * clients + client;
          const there = giver * clients + client;
          while (
            (takes[there] as number) > 0 &&
            (takes[here] as number) < (most[here] as number) &&
            this.isFree(giver, site, client)
          )
            if (!this.turn(client, at, site, giver)) break;
        }
  }

  private isFree(a: number, b: number, client: number): boolean {
    return this.move(a, b, client) + (this.potential[a] as number) - (this.potential[b] as number) === 0;
  }

  /** Moves pieces of a client from `giver` to `site`, and others back the way round, at no cost. False where there is no such way. */
  private turn(client: number, rank: number, site: number, giver: number): boolean {
    const { sites, clients, most, room } = this.sourcing;
    const { takes, load, used, from, via, done } = this;
    const slack = sites;
    const back = new Int32Array(sites + 1).fill(-1);
    const queue = [site];
    done.fill(0);
    done[site] = 1;
    let isSlackSeen = false;
    let found = site === giver;
    for (let head = 0; head < queue.length && !found; head += 1) {
      const a = queue[head] as number;
      if (a === slack) {
        // A room that has something gives up some of it where its price is that of free room.
        for (const b of used)
          if (done[b] === 0 && this.potential[b] === this.potential[back[slack] as number] && (load[b] as number) > 0) {
            done[b] = 1;
            from[b] = slack;
            queue.push(b);
            if (b === giver) found = true;
          }
        continue;
      }
      if (!isSlackSeen && (load[a] as number) < (room[a] as number)) {
        isSlackSeen = true;
        back[slack] = a;
        queue.push(slack);
      }
      for (const [at, b] of used.entries()) {
        if (done[b] === 1) continue;
        const moving = this.freeMove(a, b, client, rank, at);
        if (moving < 0) continue;
        done[b] = 1;
        from[b] = a;
        via[b] = moving;
        queue.push(b);
        if (b === giver) found = true;
      }
    }
    if (!found) return false;
    let pieces = Math.min(
      takes[giver * clients + client] as number,
      (most[site * clients + client] as number) - (takes[site * clients + client] as number),
    );
    const walk = (step: (a: number, b: number, moving: number) => void) => {
      for (let b = giver; b !== site; ) {
        if (from[b] === slack) {
          const full = back[slack] as number;
          pieces = Math.min(pieces, (room[full] as number) - (load[full] as number), load[b] as number);
          b = full;
          continue;
        }
        const a = from[b] as number;
        step(a, b, via[b] as number);
        b = a;
      }
    };
    walk((a, b, moving) => {
      const here = b * clients + moving;
      pieces = Math.min(
        pieces,
        takes[a * clients + moving] as number,
        (most[here] as number) - (takes[here] as number),
      );
    });
    const before = pieces;
    walk((a, b, moving) => this.shift(a, b, moving, before));
    this.shift(giver, site, client, before);
    return before > 0;
  }

  private shift(a: number, b: number, client: number, pieces: number): void {
    const { clients } = this.sourcing;
    const { takes, load } = this;
    takes[a * clients + client] = (takes[a * clients + client] as number) - pieces;
    takes[b * clients + client] = (takes[b * clients + client] as number) + pieces;
    load[a] = (load[a] as number) - pieces;
    load[b] = (load[b] as number) + pieces;
  }

  /** A client with pieces that may move from `a` to `b` at no cost and that are not settled yet; -1 where there is none. */
  private freeMove(a: number, b: number, client: number, rank: number, at: number): number {
    const { clients, most } = this.sourcing;
    const { takes, used } = this;
    this.effort.spend((clients - client) / LOOKED_PER_WORK);
    // Of the client itself, only what later sites have is open.
    const isOpen = at > rank && used.indexOf(a) > rank;
    for (let other = isOpen ? client : client + 1; other < clients; other += 1) {
      const here = b * clients + other;
      if (takes[a * clients + other] === 0 || (takes[here] as number) >= (most[here] as number)) continue;
      if (this.isFree(a, b, other)) return other;
    }
    return -1;
  }
}
