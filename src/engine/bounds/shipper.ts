import type { Item } from '../loads/items.js';
import { piecesAtMost } from '../loads/reach.js';
import { compareText } from '../plan.js';
import type { Problem, ProblemNode, ProblemService } from '../problem.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, partOf, UNITS, VOLUME } from './part.js';
import { dearestFreight, type Regime, regimesOf } from './regime.js';

/** One node with at most 30 of its services, made ready for pricing loads. */
export interface Shipper {
  readonly node: ProblemNode;
  readonly services: readonly ProblemService[];
  /** Cuts split their runs. */
  readonly parts: Part[];
  readonly regimes: readonly Regime[];
  /** All items in its parts, and the most pieces of each in one load. */
  readonly items: Int32Array;
  readonly most: Int32Array;
}

const SERVICES_MAX = 30;

/** All shippers of a request, with the factor that their amounts are counted in and a cost that no plan reaches. */
export interface Shippers {
  readonly shippers: readonly Shipper[];
  readonly scale: number;
  readonly dearest: number;
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
  const found: { node: ProblemNode; services: readonly ProblemService[]; parts: Part[] }[] = [];
  let dearest = 1;
  let units = 0;
  for (const node of nodes) {
    const usable = node.services.filter((service) => service.rates.length > 0).sort((a, b) => compareText(a.id, b.id));
    for (let from = 0; from < usable.length; from += SERVICES_MAX) {
      const services = usable.slice(from, from + SERVICES_MAX);
      const parts = partsOf(problem, node, items, services);
      if (parts.length === 0) continue;
      found.push({ node, services, parts });
      dearest += dearestLoad(node, services, parts) + problem.shipmentPenalty;
      for (const { most } of parts) units += most[UNITS] as number;
    }
  }
  // A plan costs about as much as all loads together, less what is offered more than once.
  const likely = (dearest * Math.min(units, unitsOf(problem, items))) / Math.max(1, units) + leaving;
  const isWithin = (times: number) =>
    (dearest + leaving) * times <= SUM_MAX && likely * times <= PRICED_MAX / (problem.nodes.length + 2);
  let scale = SCALE_MOST;
  while (scale > 1 && !isWithin(scale)) scale /= 2;
  const shippers = found.map(({ node, services, parts }) => ({
    node,
    services,
    parts,
    regimes: regimesOf(node, services, parts, scale),
    ...mostOf(parts),
  }));
  return { shippers, scale, dearest };
}

/** The items of some parts, none of which is in two of them, with the most pieces of each. */
function mostOf(parts: readonly Part[]): { items: Int32Array; most: Int32Array } {
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
  return { items: new Int32Array(all), most: new Int32Array(most) };
}

function unitsOf(problem: Problem, items: readonly Item[]): number {
  let units = 0;
  for (const { lines, whole, demand } of items)
    for (const line of lines) units += demand * (whole ? (problem.lines[line]?.quantity ?? 0) : 1);
  return units;
}

/** No load of the node costs more. */
function dearestLoad(node: ProblemNode, services: readonly ProblemService[], parts: readonly Part[]): number {
  let sum =
    node.orderFee + (node.smallOrderFee ?? 0) + node.clearanceFee + node.failureCost + Math.abs(node.adjustment);
  let late = 0;
  const whole = { grams: 0, volume: 0, units: 0, goods: 0 };
  for (const { most, late: costs } of parts) {
    sum += (most[MONEY] as number) + (most[DUTY] as number);
    whole.grams += most[GRAMS] as number;
    whole.volume += most[VOLUME] as number;
    whole.units += most[UNITS] as number;
    whole.goods += most[GOODS] as number;
    if (costs) for (const cost of costs) late = Math.max(late, cost);
  }
  return sum + late + Math.max(0, ...services.map((service) => dearestFreight(service, whole)));
}

/** Items that share a SKU make a part together. */
function partsOf(
  problem: Problem,
  node: ProblemNode,
  items: readonly Item[],
  services: readonly ProblemService[],
): Part[] {
  const groups: { items: number[]; skus: number[] }[] = [];
  const pieces: number[] = [];
  for (const [at, item] of items.entries()) {
    const most = piecesAtMost(problem, item, node);
    pieces.push(most);
    if (most === 0) continue;
    const joined = { items: [at], skus: item.lines.map((line) => problem.lines[line]?.sku ?? 0) };
    for (let other = groups.length - 1; other >= 0; other -= 1) {
      const group = groups[other];
      if (!group?.skus.some((sku) => joined.skus.includes(sku))) continue;
      joined.items.unshift(...group.items);
      joined.skus.push(...group.skus);
      groups.splice(other, 1);
    }
    groups.push(joined);
  }
  const parts: Part[] = [];
  for (const group of groups) {
    const part = partOf(problem, node, items, services, group.items, pieces);
    if (part.runs > 0) parts.push(part);
  }
  return parts;
}
