import { CLOSED, FREE, OPEN, type Region } from './region.js';
import type { Assignment, Sourcing } from './sourcing.js';

/** A plan with the figures that ties are broken by. */
export interface Sourced {
  readonly cost: number;
  /** Sites that ship something, in order. */
  readonly sites: readonly number[];
  readonly lastArrival: number;
  readonly takes: Assignment;
}

/** What an assignment of every piece costs. */
export function sourcedOf(sourcing: Sourcing, takes: Assignment): Sourced {
  const { sites, clients, cost, opening, arrivesAt } = sourcing;
  const used: number[] = [];
  let sum = sourcing.constant;
  let lastArrival = Number.NEGATIVE_INFINITY;
  for (let site = 0; site < sites; site += 1) {
    let pieces = 0;
    for (let at = site * clients; at < (site + 1) * clients; at += 1) {
      const here = takes[at] as number;
      if (here === 0) continue;
      pieces += here;
      sum += here * (cost[at] as number);
    }
    if (pieces === 0) continue;
    used.push(site);
    sum += opening[site] as number;
    lastArrival = Math.max(lastArrival, arrivesAt[site] as number);
  }
  return { cost: sum, sites: used, lastArrival, takes: takes.slice() };
}

/** Negative where `a` is the better plan, ties included. Source: ROUTING.md, "Cost". */
export function compareSourced(sourcing: Sourcing, a: Sourced, b: Sourced): number {
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.sites.length !== b.sites.length) return a.sites.length - b.sites.length;
  if (a.lastArrival !== b.lastArrival) return a.lastArrival - b.lastArrival;
  const order = compareSites(a.sites, b.sites);
  if (order !== 0) return order;
  const { sites, clients } = sourcing;
  for (let client = 0; client < clients; client += 1)
    for (let site = 0; site < sites; site += 1) {
      const at = site * clients + client;
      const difference = (b.takes[at] as number) - (a.takes[at] as number);
      if (difference !== 0) return difference;
    }
  return 0;
}

function compareSites(a: readonly number[], b: readonly number[]): number {
  for (const [at, site] of a.entries()) {
    const difference = site - (b[at] ?? Number.POSITIVE_INFINITY);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What is decided next in a region: a site (client -1), or whether a site serves a client. */
export interface Choice {
  readonly site: number;
  readonly client: number;
}

/** Where a plan that ties with the best one, and goes before it, would have to differ first; null where the region has none. */
export function tieChoice(region: Region, best: Sourced): Choice | null {
  const { sourcing } = region;
  const count = best.sites.length;
  const open: number[] = [];
  const free: number[] = [];
  for (let site = 0; site < sourcing.sites; site += 1) {
    if (region.state[site] === OPEN) open.push(site);
    else if (region.state[site] === FREE) free.push(site);
  }
  const least = Math.max(open.length, sitesAtLeast(region, open, free));
  if (least > count) return null;
  const arrival = open.reduce(
    (last, site) => Math.max(last, sourcing.arrivesAt[site] as number),
    Number.NEGATIVE_INFINITY,
  );
  // Fewer shipments, or an earlier arrival, may still be possible.
  if (least < count || arrival < best.lastArrival) {
    const [next] = free;
    if (next !== undefined) return { site: next, client: -1 };
    if (open.length > count) return null;
    return firstOpenClient(region);
  }
  if (arrival > best.lastArrival) return null;
  const first = [
    ...open,
    ...free.filter((site) => (sourcing.arrivesAt[site] as number) <= arrival).slice(0, count - open.length),
  ];
  first.sort((a, b) => a - b);
  if (first.length < count) return null;
  const order = compareSites(first, best.sites);
  if (order > 0) return null;
  if (order < 0) {
    const next = first.find((site) => region.state[site] === FREE) ?? free[0];
    return next === undefined ? firstOpenClient(region) : { site: next, client: -1 };
  }
  return sourcing.isPacked ? earlierClient(region, best) : null;
}

/** The fewest sites whose rooms hold everything. */
function sitesAtLeast(region: Region, open: readonly number[], free: readonly number[]): number {
  const { room, demand, weight } = region.sourcing;
  let wanted = 0;
  for (const [client, pieces] of demand.entries()) wanted += pieces * (weight[client] as number);
  for (const site of open) wanted -= room[site] as number;
  const rooms = free.map((site) => room[site] as number).sort((a, b) => b - a);
  let count = open.length;
  for (const each of rooms) {
    if (wanted <= 0) break;
    wanted -= each;
    count += 1;
  }
  return Math.max(1, count);
}

/** The first client that might be served from an earlier site than in the best plan, all before it as there. */
function earlierClient(region: Region, best: Sourced): Choice | null {
  const { clients } = region.sourcing;
  for (let client = 0; client < clients; client += 1)
    for (const site of best.sites) {
      const isThere = best.takes[site * clients + client] === 1;
      if (region.may[site * clients + client] === 1 && region.state[site] !== CLOSED) {
        if (!isThere) return { site, client };
        break;
      }
      if (isThere) return null;
    }
  return null;
}

/** Any client that is not placed, at the first site that may serve it. */
export function firstOpenClient(region: Region): Choice | null {
  const { sites, clients, isPacked } = region.sourcing;
  if (!isPacked) return null;
  for (let client = 0; client < clients; client += 1) {
    if ((region.server[client] as number) >= 0) continue;
    for (let site = 0; site < sites; site += 1) if (region.may[site * clients + client] === 1) return { site, client };
  }
  return null;
}
