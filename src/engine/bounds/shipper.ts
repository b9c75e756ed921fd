import type { Item } from '../loads/items.js';
import { piecesAtMost } from '../loads/reach.js';
import { compareText } from '../plan.js';
import type { Problem, ProblemNode, ProblemService } from '../problem.js';
import { Group } from './group.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, partOf, runsAtMost, UNITS, VOLUME } from './part.js';
import { dearestFreight, type Regime, regimesOf } from './regime.js';
import { Wide } from './wide.js';

/** One node with at most 30 of its services, made ready for pricing loads. */
export interface Shipper {
  readonly node: ProblemNode;
  readonly services: readonly ProblemService[];
  /** Cuts split their runs. */
  readonly parts: Part[];
  /** Groups with too many options to be parts. */
  readonly wide: readonly Wide[];
  readonly regimes: readonly Regime[];
  /** All items that it may ship, and the most pieces of each in one load. */
  readonly items: Int32Array;
  readonly most: Int32Array;
}

const SERVICES_MAX = 30;
/** Runs of one group that are listed at most, and of all groups of a request; those of the group that has its share cut least. */
const RUNS_MOST = 512;
const RUNS_LEAST = 16;
const RUNS_ALL = 100_000;
/** Stairs beyond the brackets, of all services of a request. */
const STAIRS_ALL = 400_000;

/** All shippers of a request, with the factor that their amounts are counted in and a cost that no plan reaches. */
export interface Shippers {
  readonly shippers: readonly Shipper[];
  readonly scale: number;
  readonly dearest: number;
  /** Units of work that it took to make them. */
  readonly work: number;
}

/** Costs are counted this much finer than 1/10000, where the sums stay exact, so that rounded prices lose nothing that matters. */
const SCALE_MOST = 1024;
const SUM_MAX = 2 ** 47;
/** Where a plan costs no more than this, shared among the nodes, its prices are not lowered to keep their sums exact. */
const PRICED_MAX = 2 ** 48;

/**
 * The shippers of the given nodes: one a node, or more where it has very many services; none where it can ship nothing. `leaving`: what leaving
 * all items costs at most, in 1/10000, which is summed in the same scale.
 */
export function shippersOf(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  leaving: number,
): Shippers {
  const found: (Pick<Shipper, 'node' | 'services' | 'wide'> & { parts: Part[] })[] = [];
  let dearest = 1;
  let units = 0;
  let served = 0;
  const runsMost = Math.max(
    RUNS_LEAST,
    Math.min(RUNS_MOST, Math.floor(RUNS_ALL / (nodes.length * sharedSkus(problem)))),
  );
  for (const node of nodes) {
    const usable = node.services.filter((service) => service.rates.length > 0).sort((a, b) => compareText(a.id, b.id));
    for (let from = 0; from < usable.length; from += SERVICES_MAX) {
      const services = usable.slice(from, from + SERVICES_MAX);
      const { parts, wide } = partsOf(problem, node, items, services, runsMost);
      const kinds = [...parts, ...wide];
      if (kinds.length === 0) continue;
      found.push({ node, services, parts, wide });
      served += services.length;
      dearest += dearestLoad(node, services, kinds) + problem.shipmentPenalty;
      for (const { most } of kinds) units += most[UNITS] as number;
    }
  }
  // A plan costs about as much as all loads together, less what is offered more than once.
  const likely = (dearest * Math.min(units, unitsOf(problem, items))) / Math.max(1, units) + leaving;
  const isWithin = (times: number) =>
    (dearest + leaving) * times <= SUM_MAX && likely * times <= PRICED_MAX / (problem.nodes.length + 2);
  let scale = SCALE_MOST;
  while (scale > 1 && !isWithin(scale)) scale /= 2;
  const stairsMost = STAIRS_ALL / served;
  const shippers = found.map(({ node, services, parts, wide }) => ({
    node,
    services,
    parts,
    wide,
    regimes: regimesOf(node, services, [...parts, ...wide], scale, stairsMost),
    ...mostOf(parts, wide),
  }));
  let work = 0;
  for (const { parts, wide, regimes } of shippers) {
    work += regimes.length;
    for (const { runs } of parts) work += runs;
    for (const { items: members } of wide) work += members.length;
  }
  return { shippers, scale, dearest, work };
}

/** SKUs of more than one line, but one at least. */
function sharedSkus({ lines, skus }: Problem): number {
  const seen = skus.map(() => 0);
  for (const { sku } of lines) seen[sku] = (seen[sku] as number) + 1;
  return Math.max(1, seen.filter((count) => count > 1).length);
}

/** The items of some parts and wide groups, none of which is in two of them, with the most pieces of each. */
function mostOf(parts: readonly Part[], wide: readonly Wide[]): { items: Int32Array; most: Int32Array } {
  const all: number[] = [];
  const most: number[] = [];
  for (const { items, runs, counts, takes, takeSteps } of parts)
    for (let m = 0; m < items.length; m += 1) {
      let pieces = 0;
      for (let run = 0; run < runs; run += 1) {
        const at = run * items.length + m;
        const last = (takes[at] as number) + (takeSteps[at] as number) * ((counts[run] as number) - 1);
        if (last > pieces) pieces = last;
      }
      all.push(items[m] as number);
      most.push(pieces);
    }
  for (const group of wide) {
    all.push(...group.items);
    most.push(...group.pieces);
  }
  return { items: new Int32Array(all), most: new Int32Array(most) };
}

function unitsOf(problem: Problem, items: readonly Item[]): number {
  let units = 0;
  for (const { lines, whole, demand } of items)
    for (const line of lines) units += demand * (whole ? (problem.lines[line]?.quantity ?? 0) : 1);
  return units;
}

/** No load of the node costs more. */
function dearestLoad(
  node: ProblemNode,
  services: readonly ProblemService[],
  kinds: readonly Pick<Part, 'most' | 'late'>[],
): number {
  let sum =
    node.orderFee + (node.smallOrderFee ?? 0) + node.clearanceFee + node.failureCost + Math.abs(node.adjustment);
  let late = 0;
  const whole = { grams: 0, volume: 0, units: 0, goods: 0 };
  for (const { most, late: costs } of kinds) {
    sum += (most[MONEY] as number) + (most[DUTY] as number);
    whole.grams += most[GRAMS] as number;
    whole.volume += most[VOLUME] as number;
    whole.units += most[UNITS] as number;
    whole.goods += most[GOODS] as number;
    if (costs) for (const cost of costs) late = Math.max(late, cost);
  }
  return sum + late + Math.max(0, ...services.map((service) => dearestFreight(service, whole)));
}

/** Items that share a SKU make a part together, or a wide group where that would have more than `runsMost` runs. */
function partsOf(
  problem: Problem,
  node: ProblemNode,
  items: readonly Item[],
  services: readonly ProblemService[],
  runsMost: number,
): { parts: Part[]; wide: Wide[] } {
  const pieces = items.map((item) => piecesAtMost(problem, item, node));
  const parts: Part[] = [];
  const wide: Wide[] = [];
  const partFor = (group: Group) =>
    partOf(
      group,
      group.members.map(() => 0),
      group.members.map((at) => pieces[at] as number),
    );
  for (const members of groupsOf(problem, items, pieces)) {
    const group = new Group(problem, node, items, services, members);
    const most = group.members.map((at) => pieces[at] as number);
    const none = most.map(() => 0);
    if (members.length === 1 || runsAtMost(group, none, most) <= runsMost) {
      const part = partFor(group);
      if (part.runs > 0) parts.push(part);
      continue;
    }
    const lone = group.members.map((at) => partFor(new Group(problem, node, items, services, [at])));
    const found = new Wide(group, most, lone, runsMost);
    if (found.carriers.some((services) => services !== 0)) wide.push(found);
  }
  return { parts, wide };
}

/** Items of which there are pieces, those together that share SKUs. */
function groupsOf(problem: Problem, items: readonly Item[], pieces: readonly number[]): Iterable<readonly number[]> {
  const groups = new Set<number[]>();
  const bySku = new Map<number, number[]>();
  const skusOf = (at: number) => (items[at] as Item).lines.map((line) => problem.lines[line]?.sku ?? 0);
  for (let at = 0; at < items.length; at += 1) {
    if (pieces[at] === 0) continue;
    let joined: number[] | null = null;
    for (const sku of skusOf(at)) {
      const group = bySku.get(sku);
      if (!group || !groups.delete(group)) continue;
      if (joined === null) joined = group;
      else {
        joined.push(...group);
        for (const member of group) for (const met of skusOf(member)) bySku.set(met, joined);
      }
    }
    joined ??= [];
    joined.push(at);
    for (const sku of skusOf(at)) bySku.set(sku, joined);
    groups.add(joined);
  }
  return groups;
}
