import type { Effort } from '../effort.js';
import type { Sourcing } from './sourcing.js';

const LOOKED_PER_WORK = 16;
/** Moves without a better placing, after which a site is closed or opened by force. */
const STALE = 50;
/** How long a client may not go back where it left, and a site that was closed or opened by force stays so. */
const TENURE = 7;
const FORCED_TENURE = 25;
/** Placings in a row that are too full, or that fit, after which what is too much costs more, or less. */
const PATIENCE = 5;
/** Keeps sums of costs finite. */
const PER_EXCESS_MAX = 2 ** 60;

/**
 * Tabu search over whole placings of clients: each step moves one client or swaps two, the best that is not forbidden, also where that
 * costs more; rooms may be too full at a price that rises until they are not. Where nothing better comes for a while, a site is closed
 * or opened by force, each in turn. Source: F. Glover, "Tabu Search, Part I" (1989); the price on what is too much after M. Gendreau,
 * A. Hertz and G. Laporte (1994).
 */
export class Exchange {
  /** Per client: its site in the best placing that fits; it is meaningful where `cost` is finite. */
  readonly best: Int32Array;
  /** Of the best placing that fits, the constant included. */
  cost = Number.POSITIVE_INFINITY;
  private readonly server: Int32Array;
  private readonly left: Float64Array;
  private readonly used: Int32Array;
  /** Step until which a client may not go to a site; `clients` entries a site. */
  private readonly barred: Float64Array;
  private now = 0;
  private step = 0;
  private kicks = 0;
  /** Cost of a unit of weight that is too much. */
  private perExcess = 0;

  constructor(
    private readonly sourcing: Sourcing,
    private readonly effort: Effort,
  ) {
    const { sites, clients } = sourcing;
    this.best = new Int32Array(clients);
    this.server = new Int32Array(clients);
    this.left = new Float64Array(sites);
    this.used = new Int32Array(sites);
    this.barred = new Float64Array(sites * clients);
  }

  /** Work that a step takes. */
  get workPerStep(): number {
    const { sites, clients } = this.sourcing;
    return (clients * sites + (clients * clients) / 2) / LOOKED_PER_WORK;
  }

  /** Searches so many steps from a placing, which may be too full but in which each client's site may serve it. */
  run(from: Int32Array, steps: number): void {
    this.start(from);
    let stale = 0;
    let tooFull = 0;
    for (let done = 0; done < steps && !this.effort.spent; done += 1) {
      const before = this.cost;
      if (!this.advance()) this.kick();
      const fits = this.excess() === 0;
      if (fits && this.now < this.cost) {
        this.cost = this.now;
        this.best.set(this.server);
      }
      tooFull = fits ? Math.min(tooFull, 0) - 1 : Math.max(tooFull, 0) + 1;
      if (Math.abs(tooFull) >= PATIENCE) {
        this.perExcess = Math.min(PER_EXCESS_MAX, this.perExcess * (fits ? 0.5 : 2));
        tooFull = 0;
      }
      stale = this.cost < before ? 0 : stale + 1;
      if (stale < STALE) continue;
      this.kick();
      stale = 0;
    }
  }

  private start(from: Int32Array): void {
    const { sites, clients, room, weight } = this.sourcing;
    this.server.set(from);
    this.left.set(room);
    this.used.fill(0);
    this.barred.fill(0);
    this.step = 0;
    this.now = this.sourcing.constant;
    let weights = 0;
    for (let client = 0; client < clients; client += 1) {
      const site = from[client] as number;
      weights += weight[client] as number;
      this.now += this.costOf(site, client);
      this.left[site] = (this.left[site] as number) - (weight[client] as number);
      this.used[site] = (this.used[site] as number) + 1;
    }
    for (let site = 0; site < sites; site += 1)
      if ((this.used[site] as number) > 0) this.now += this.sourcing.opening[site] as number;
    this.perExcess = Math.max(1, (this.now - this.sourcing.constant) / weights);
  }

  private costOf(site: number, client: number): number {
    return this.sourcing.cost[site * this.sourcing.clients + client] as number;
  }

  private excess(): number {
    let sum = 0;
    for (const left of this.left) if (left < 0) sum -= left;
    return sum;
  }

  /** What so much more at a site adds to what is too much there. */
  private exceeds(site: number, more: number): number {
    const left = this.left[site] as number;
    return Math.max(0, more - left) - Math.max(0, -left);
  }

  /** Makes the best step that is allowed; false where there is none. */
  private advance(): boolean {
    const { sites, clients, weight, opening } = this.sourcing;
    const { server, used, barred } = this;
    this.step += 1;
    let least = Number.POSITIVE_INFINITY;
    let chosen = -1;
    let chosenSite = -1;
    let partner = -1;
    for (let client = 0; client < clients; client += 1) {
      const site = server[client] as number;
      const heavy = weight[client] as number;
      const relief = this.exceeds(site, -heavy);
      const saved = this.costOf(site, client) + (used[site] === 1 ? (opening[site] as number) : 0);
      for (let to = 0; to < sites; to += 1) {
        if (to === site || (barred[to * clients + client] as number) >= this.step) continue;
        const more = this.costOf(to, client) - saved + (used[to] === 0 ? (opening[to] as number) : 0);
        const change = more + this.perExcess * (relief + this.exceeds(to, heavy));
        if (change < least) {
          least = change;
          chosen = client;
          chosenSite = to;
          partner = -1;
        }
      }
      for (let other = client + 1; other < clients; other += 1) {
        const to = server[other] as number;
        if (to === site) continue;
        if (Math.max(barred[to * clients + client] as number, barred[site * clients + other] as number) >= this.step)
          continue;
        const more =
          this.costOf(to, client) + this.costOf(site, other) - this.costOf(site, client) - this.costOf(to, other);
        const grows = heavy - (weight[other] as number);
        const change = more + this.perExcess * (this.exceeds(site, -grows) + this.exceeds(to, grows));
        if (change < least) {
          least = change;
          chosen = client;
          chosenSite = to;
          partner = other;
        }
      }
    }
    this.effort.spend(this.workPerStep);
    if (!Number.isFinite(least)) return false;
    const from = server[chosen] as number;
    this.move(chosen, chosenSite, TENURE);
    if (partner >= 0) this.move(partner, from, TENURE);
    return true;
  }

  private move(client: number, to: number, tenure: number): void {
    const { clients, weight, opening } = this.sourcing;
    const { server, left, used } = this;
    const from = server[client] as number;
    const heavy = weight[client] as number;
    this.now += this.costOf(to, client) - this.costOf(from, client);
    used[from] = (used[from] as number) - 1;
    if (used[from] === 0) this.now -= opening[from] as number;
    if (used[to] === 0) this.now += opening[to] as number;
    used[to] = (used[to] as number) + 1;
    left[from] = (left[from] as number) + heavy;
    left[to] = (left[to] as number) - heavy;
    server[client] = to;
    // A little uneven, so that no circle repeats for ever.
    this.barred[from * clients + client] = this.step + tenure + ((this.step + client) % TENURE);
  }

  /** Closes the next site that is used, or opens the next that is not, and keeps it so for a while; from the best placing, if any. */
  private kick(): void {
    const { sites, clients } = this.sourcing;
    if (Number.isFinite(this.cost) && this.kicks % 2 === 0) this.restart();
    this.kicks += 1;
    const site = (this.kicks * 7 + Math.floor(this.kicks / sites)) % sites;
    const isUsed = (this.used[site] as number) > 0;
    for (let client = 0; client < clients; client += 1) {
      if (isUsed && this.server[client] === site) {
        const to = this.nearest(client, site);
        if (to >= 0) this.move(client, to, FORCED_TENURE);
      } else if (!isUsed && this.costOf(site, client) < this.costOf(this.server[client] as number, client)) {
        this.move(client, site, FORCED_TENURE);
      }
      if (isUsed) this.barred[site * clients + client] = this.step + FORCED_TENURE;
    }
  }

  private restart(): void {
    const { perExcess, step } = this;
    this.start(this.best);
    this.perExcess = perExcess;
    this.step = step;
  }

  /** The cheapest site for a client among those in use, this one apart; -1 where none may serve it. */
  private nearest(client: number, apart: number): number {
    let best = -1;
    for (const [site, used] of this.used.entries()) {
      if (site === apart || used === 0 || !Number.isFinite(this.costOf(site, client))) continue;
      if (best < 0 || this.costOf(site, client) < this.costOf(best, client)) best = site;
    }
    return best;
  }
}
