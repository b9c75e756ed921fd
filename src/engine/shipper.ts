import { latenessOf, unitCostAt } from './cost.js';
import { type Item, piecesAtMost } from './items.js';
import { compareText } from './plan.js';
import type { Problem, ProblemNode, ProblemService } from './problem.js';
import { dearestFreight, type Regime, regimesOf } from './regime.js';

/**
 * Items of a node that share a SKU, and so its price breaks, minimum and pack size; usually one item alone. Every way to ship some of
 * them is an option: parallel lists, one entry an option, amounts in 1/10000.
 */
export interface Part {
  readonly items: readonly number[];
  readonly count: number;
  /** Pieces per item, `items.length` an option. */
  readonly takes: Int32Array;
  /** goods + unit fees + steering per unit. */
  readonly money: Float64Array;
  readonly goods: Float64Array;
  readonly duty: Float64Array;
  readonly value: Float64Array;
  readonly units: Int32Array;
  readonly grams: Float64Array;
  readonly volume: Float64Array;
  /** One bit per service of the shipper that carries the option in time. */
  readonly carriers: Int32Array;
  /** Cost of being late, per option and service; null where nothing can be late. */
  readonly late: Float64Array | null;
  readonly mostGoods: number;
}

/** One node with at most 30 of its services, made ready for pricing loads. */
export interface Shipper {
  readonly node: ProblemNode;
  readonly services: readonly ProblemService[];
  readonly parts: readonly Part[];
  readonly regimes: readonly Regime[];
  /** Options in all. */
  readonly options: number;
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
const SUM_MAX = 2 ** 49;

/** The shippers of the given nodes: one a node, or more where it has very many services; none where it can ship nothing. */
export function shippersOf(problem: Problem, nodes: readonly ProblemNode[], items: readonly Item[]): Shippers {
  const found: { node: ProblemNode; services: readonly ProblemService[]; parts: Part[] }[] = [];
  let dearest = 1;
  for (const node of nodes) {
    const usable = node.services.filter((service) => service.rates.length > 0).sort((a, b) => compareText(a.id, b.id));
    for (let from = 0; from < usable.length; from += SERVICES_MAX) {
      const services = usable.slice(from, from + SERVICES_MAX);
      const parts = partsOf(problem, node, items, services);
      if (parts.length === 0) continue;
      found.push({ node, services, parts });
      dearest += dearestLoad(node, services, parts) + problem.shipmentPenalty;
    }
  }
  let scale = SCALE_MOST;
  while (scale > 1 && dearest * scale > SUM_MAX) scale /= 2;
  const shippers = found.map(({ node, services, parts }) => ({
    node,
    services,
    parts,
    regimes: regimesOf(node, services, parts, scale),
    options: parts.reduce((sum, part) => sum + part.count, 0),
  }));
  return { shippers, scale, dearest };
}

/** No load of the node costs more. */
function dearestLoad(node: ProblemNode, services: readonly ProblemService[], parts: readonly Part[]): number {
  let sum =
    node.orderFee + (node.smallOrderFee ?? 0) + node.clearanceFee + node.failureCost + Math.abs(node.adjustment);
  let late = 0;
  const whole = { grams: 0, volume: 0, units: 0, goods: 0 };
  for (const part of parts) {
    const most = { cost: 0, grams: 0, volume: 0, units: 0, goods: 0 };
    for (let option = 0; option < part.count; option += 1) {
      most.cost = Math.max(most.cost, (part.money[option] as number) + (part.duty[option] as number));
      for (const measure of ['grams', 'volume', 'units', 'goods'] as const)
        most[measure] = Math.max(most[measure], part[measure][option] as number);
    }
    for (const measure of ['grams', 'volume', 'units', 'goods'] as const) whole[measure] += most[measure];
    sum += most.cost;
    if (part.late) late = Math.max(late, ...part.late);
  }
  return sum + late + Math.max(0, ...services.map((service) => dearestFreight(service, whole)));
}

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
    group.items.sort((a, b) => a - b);
    const part = partOf(problem, node, items, services, group.items, pieces);
    if (part.count > 0) parts.push(part);
  }
  return parts;
}

function partOf(
  problem: Problem,
  node: ProblemNode,
  items: readonly Item[],
  services: readonly ProblemService[],
  members: readonly number[],
  pieces: readonly number[],
): Part {
  const rows: number[] = [];
  const takes: number[] = [];
  const carriers: number[] = [];
  const late: number[] = [];
  const skus = [
    ...new Set(members.flatMap((at) => items[at]?.lines.map((line) => problem.lines[line]?.sku ?? 0) ?? [])),
  ];
  const perSku = skus.map(() => 0);
  const take = members.map(() => 0);
  const carried = members.map((at) => carriersOf(problem, services, items[at]));
  let mostGoods = 0;
  const finish = (): void => {
    let [money, goods, duty, value, units, grams, volume, readyAt] = [0, 0, 0, 0, 0, 0, 0, node.readyAt];
    let mask = (1 << services.length) - 1;
    for (const [s, sku] of skus.entries()) {
      const quantity = perSku[s] ?? 0;
      const offer = node.offers[sku];
      if (quantity === 0) continue;
      if (!offer || quantity > offer.available || quantity < offer.minimum || quantity % offer.multiple !== 0) return;
      const cost = unitCostAt(offer.costs, quantity) * quantity;
      goods += cost;
      money += cost + (offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
      duty += offer.unitDuty * quantity;
      if (offer.readyAt > readyAt) readyAt = offer.readyAt;
    }
    for (const [m, at] of members.entries()) {
      if (take[m] === 0) continue;
      mask &= carried[m] ?? 0;
      for (const index of items[at]?.lines ?? []) {
        const line = problem.lines[index];
        if (!line) continue;
        const count = items[at]?.whole ? line.quantity : (take[m] ?? 0);
        units += count;
        grams += line.grams * count;
        volume += line.volume * count;
        value += line.unitPrice * count;
      }
    }
    if (units === 0 || units > node.remainingUnits) return;
    const days: number[] = [];
    for (const [s, service] of services.entries()) {
      const cost = latenessOf(problem, readyAt + service.transitMs);
      if (cost === null) mask &= ~(1 << s);
      days.push(cost ?? 0);
    }
    if (mask === 0) return;
    rows.push(money, goods, duty, value, units, grams, volume);
    takes.push(...take);
    carriers.push(mask);
    late.push(...days);
    mostGoods = Math.max(mostGoods, goods);
  };
  const visit = (m: number): void => {
    const at = members[m];
    if (at === undefined) {
      finish();
      return;
    }
    const item = items[at];
    const alone = members.length === 1 && item?.lines.length === 1 && !item.whole;
    const step = alone ? (node.offers[skus[0] ?? 0]?.multiple ?? 1) : 1;
    for (let count = 0; count <= (pieces[at] ?? 0); count += step) {
      take[m] = count;
      for (const index of item?.lines ?? []) {
        const line = problem.lines[index];
        const s = line ? skus.indexOf(line.sku) : -1;
        if (line && count > 0) perSku[s] = (perSku[s] ?? 0) + (item?.whole ? line.quantity : step);
      }
      visit(m + 1);
    }
    const taken = take[m] ?? 0;
    take[m] = 0;
    for (const index of item?.lines ?? []) {
      const line = problem.lines[index];
      const s = line ? skus.indexOf(line.sku) : -1;
      if (line) perSku[s] = (perSku[s] ?? 0) - (item?.whole ? line.quantity : 1) * taken;
    }
  };
  visit(0);
  const column = (offset: number) => Float64Array.from(carriers, (_, option) => rows[option * 7 + offset] ?? 0);
  return {
    items: members,
    count: carriers.length,
    takes: Int32Array.from(takes),
    money: column(0),
    goods: column(1),
    duty: column(2),
    value: column(3),
    units: Int32Array.from(column(4)),
    grams: column(5),
    volume: column(6),
    carriers: Int32Array.from(carriers),
    late: late.some((cost) => cost > 0) ? Float64Array.from(late) : null,
    mostGoods,
  };
}

function carriersOf(problem: Problem, services: readonly ProblemService[], item: Item | undefined): number {
  let mask = 0;
  for (const [s, service] of services.entries()) {
    const carries = item?.lines.every((index) => {
      const line = problem.lines[index];
      return line && !service.excludedSkus[line.sku] && !service.excludedTags.some((tag) => line.tags.includes(tag));
    });
    if (carries) mask |= 1 << s;
  }
  return mask;
}
