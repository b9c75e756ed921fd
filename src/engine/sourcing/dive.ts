import { FREE, OPEN, type Region } from './region.js';

/** How often relaxed plans had a site open, and a client at a site, of so many counted. */
export interface Shares {
  readonly openShare: Float64Array;
  readonly takeShare: Float64Array;
  readonly counted: number;
}

/** A site that is open, or closed, in so many relaxed plans is taken to be. */
const SURE = 0.85;
/** A client at one site in so many relaxed plans is placed there; and of the others, so many at least, the surest first. */
const SURE_PLACE = 0.9;
const PLACED_LEAST = 1 / 8;

interface Place {
  readonly client: number;
  readonly site: number;
  readonly share: number;
}

/**
 * Decides in a region, without proof, what relaxed plans agree on most, so that looking into what is left leads to a plan soon; at least
 * one client is placed, where any can be. Whether anything was decided.
 */
export function decideSurest(region: Region, shares: Shares): boolean {
  const { sites, weight } = region.sourcing;
  const counted = Math.max(1, shares.counted);
  let decided = false;
  for (let site = 0; site < sites; site += 1) {
    if (region.state[site] !== FREE) continue;
    const share = (shares.openShare[site] as number) / counted;
    if (share >= SURE) region.open(site);
    else if (share <= 1 - SURE && isSpared(region, site)) region.close(site);
  }
  const places = placesOf(region, shares.takeShare, counted);
  const least = Math.ceil(places.length * PLACED_LEAST);
  const left = region.left.slice();
  for (const [rank, { client, site, share }] of places.entries()) {
    if (rank >= least && share < SURE_PLACE) break;
    const rest = (left[site] as number) - (weight[client] as number);
    if (rest < 0) continue;
    left[site] = rest;
    if (region.state[site] === FREE) region.open(site);
    region.assign(site, client);
    decided = true;
  }
  return decided;
}

/** Whether every client has another site. */
function isSpared({ may, server, sourcing }: Region, apart: number): boolean {
  const { sites, clients } = sourcing;
  for (let client = 0; client < clients; client += 1) {
    if ((server[client] as number) >= 0 || may[apart * clients + client] === 0) continue;
    let others = false;
    for (let site = 0; site < sites && !others; site += 1)
      others = site !== apart && may[site * clients + client] === 1;
    if (!others) return false;
  }
  return true;
}

/** Each client that is not placed at the site where it was most, surest first. */
function placesOf({ may, server, state, sourcing }: Region, takeShare: Float64Array, counted: number): Place[] {
  const { sites, clients } = sourcing;
  const places: Place[] = [];
  for (let client = 0; client < clients; client += 1) {
    if ((server[client] as number) >= 0) continue;
    let best = -1;
    let share = 0;
    for (let site = 0; site < sites; site += 1) {
      const at = site * clients + client;
      // A place at a site that is open costs no opening.
      const here = may[at] === 0 ? 0 : (takeShare[at] as number) / counted - (state[site] === OPEN ? 0 : 0.05);
      if (here > share) {
        share = here;
        best = site;
      }
    }
    if (best >= 0) places.push({ client, site: best, share });
  }
  return places.sort((a, b) => b.share - a.share || a.client - b.client);
}
