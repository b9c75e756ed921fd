import type { Sourcing } from './sourcing.js';

export const FREE = 0;
export const OPEN = 1;
export const CLOSED = 2;

/** Some of the plans: which sites are open or closed, and which clients a site may still serve. */
export class Region {
  /** Per site. */
  readonly state: Uint8Array;
  /** 1 where a site may serve a client; `clients` entries a site. */
  readonly may: Uint8Array;
  /** Per client: the one site that may serve it, or -1 where it is not decided. Always -1 where clients may be split. */
  readonly server: Int32Array;
  /** What is left of each room. */
  readonly left: Float64Array;
  /** Cost of what is decided: open sites and placed clients. */
  decided = 0;

  private constructor(
    readonly sourcing: Sourcing,
    from: Region | null,
  ) {
    const { sites, clients, cost, room } = sourcing;
    this.state = from ? from.state.slice() : new Uint8Array(sites);
    this.may = from ? from.may.slice() : Uint8Array.from(cost, (sum) => (Number.isFinite(sum) ? 1 : 0));
    this.server = from ? from.server.slice() : new Int32Array(clients).fill(-1);
    this.left = from ? from.left.slice() : room.slice();
    this.decided = from ? from.decided : sourcing.constant;
  }

  static all(sourcing: Sourcing): Region {
    return new Region(sourcing, null);
  }

  copy(): Region {
    return new Region(this.sourcing, this);
  }

  open(site: number): void {
    if (this.state[site] !== FREE) return;
    this.state[site] = OPEN;
    this.decided += this.sourcing.opening[site] as number;
  }

  close(site: number): void {
    const { clients } = this.sourcing;
    this.state[site] = CLOSED;
    this.may.fill(0, site * clients, (site + 1) * clients);
  }

  forbid(site: number, client: number): void {
    this.may[site * this.sourcing.clients + client] = 0;
  }

  /** Only this site may serve the client. */
  assign(site: number, client: number): void {
    const { sites } = this.sourcing;
    for (let other = 0; other < sites; other += 1) if (other !== site) this.forbid(other, client);
  }

  /** Draws what follows: sites without clients close, clients with one site are placed. False where no plan is left. */
  settle(): boolean {
    const { sites, clients, demand, weight, cost, most, isPacked } = this.sourcing;
    for (let again = true; again; ) {
      again = false;
      for (let client = 0; client < clients; client += 1) {
        if ((this.server[client] as number) >= 0) continue;
        let last = -1;
        let count = 0;
        let pieces = 0;
        for (let site = 0; site < sites; site += 1) {
          const at = site * clients + client;
          if (this.may[at] === 0) continue;
          if (isPacked && (weight[client] as number) > (this.left[site] as number)) {
            this.may[at] = 0;
            continue;
          }
          last = site;
          count += 1;
          pieces += most[at] as number;
        }
        if (pieces < (demand[client] as number)) return false;
        if (count > 1) continue;
        if (this.state[last] === FREE) {
          this.open(last);
          again = true;
        }
        if (!isPacked) continue;
        this.server[client] = last;
        this.left[last] = (this.left[last] as number) - (weight[client] as number);
        this.decided += cost[last * clients + client] as number;
        again = true;
      }
    }
    for (let site = 0; site < sites; site += 1) {
      if (this.state[site] !== FREE) continue;
      let serves = false;
      for (let at = site * clients; at < (site + 1) * clients && !serves; at += 1) serves = this.may[at] === 1;
      if (!serves) this.close(site);
    }
    return true;
  }
}
