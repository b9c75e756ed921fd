import type { ProblemOffer } from '../problem.js';
import type { Group } from './group.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, Runs, SUMS, UNITS, VALUE, VOLUME } from './part.js';

/** Totals of a SKU: from, to, and how far apart. */
export interface Totals {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * Runs through the totals of a SKU of which `held` units are there already, its members filled one after another from their lows to their highs. `each`
 * is told what is taken at the start of a run, which member grows along it, and how many totals it has.
 */
export function fillInTurn(
  order: readonly number[],
  lows: readonly number[],
  highs: readonly number[],
  held: number,
  { from, to, step }: Totals,
  each: (takes: readonly number[], m: number, count: number) => void,
): void {
  const takes = [...lows];
  // What is held already may be a total by itself; along a run, its member is always there.
  if (order.length > 0 && held >= from && held <= to && held % step === 0) each(takes, order[0] as number, 1);
  let total = held;
  for (const m of order) {
    if (total >= to) return;
    const room = (highs[m] as number) - (lows[m] as number);
    const start = Math.ceil(Math.max(from, total + 1) / step) * step;
    const end = Math.min(to, total + room);
    if (start <= end) {
      takes[m] = (lows[m] as number) + start - total;
      each(takes, m, Math.floor((end - start) / step) + 1);
    }
    takes[m] = highs[m] as number;
    total += room;
  }
}

/** The members that services carry, each set once; none that leaves out a member which has to go. */
export function carriedSets(group: Group, members: readonly number[], lows: readonly number[]): number[][] {
  const sets = new Map<string, number[]>();
  for (const at of group.services.keys()) {
    const set = members.filter((m) => ((group.carried[m] as number) & (1 << at)) !== 0);
    const isWhole = members.every((m) => lows[m] === 0 || set.includes(m));
    if (isWhole && set.length > 0) sets.set(set.join(), set);
  }
  return [...sets.values()];
}

/** The prices that a unit can have while others of its SKU, up to `others`, may come on top: by units, from and to, the least and the greatest. */
function pricesOf(
  offer: ProblemOffer,
  others: number,
): { from: number; to: number; least: number; greatest: number }[] {
  const { costs, available } = offer;
  const ends = new Set<number>();
  for (const { from } of costs) {
    ends.add(Math.max(1, from - others));
    ends.add(from);
  }
  const starts = [...ends].filter((start) => start <= available).sort((a, b) => a - b);
  return starts.map((from, at) => {
    const to = (starts[at + 1] ?? Number.POSITIVE_INFINITY) - 1;
    // Brackets in which a total of `from` up to `from` and the others can lie.
    const met = costs.filter(
      (cost, c) => cost.from <= from + others && (costs[c + 1]?.from ?? Number.POSITIVE_INFINITY) > from,
    );
    const prices = met.map(({ cost }) => cost);
    return { from, to, least: Math.min(...prices), greatest: Math.max(...prices) };
  });
}

/** What a unit costs at least and at most, whatever else is in the load. */
export function unitCosts({ costs, available }: ProblemOffer): { least: number; greatest: number } {
  const met = costs.filter(({ from }, at) => at === 0 || from <= available).map(({ cost }) => cost);
  return { least: Math.min(...met), greatest: Math.max(...met) };
}

function perUnit({ unitFee, unitReserve, unitAdjustment }: ProblemOffer): number {
  return unitFee + unitReserve + unitAdjustment;
}

/**
 * Parts that together add no more to any sum than an option of the group, with goods that are no fewer: kits each by itself, and the lines of each SKU, those first
 * that are worth most, as light and as cheap as any of them. `lumps`: how many of the members are kits.
 */
export function boundsOf(
  group: Group,
  lumps: number,
  loose: readonly (readonly number[])[],
  lows: readonly number[],
  highs: readonly number[],
  worth: readonly number[],
): Part[] {
  const parts: Part[] = [];
  for (let m = 0; m < lumps; m += 1) if ((highs[m] as number) > 0) parts.push(lumpOf(group, m));
  for (const [s, members] of loose.entries()) {
    const others = highs.slice(0, lumps).reduce((sum, high, m) => sum + high * (group.piece(m).units[s] as number), 0);
    if (members.some((m) => (highs[m] as number) > 0))
      parts.push(poolOf(group, s, members, lows, highs, worth, others));
  }
  return parts;
}

function lumpOf(group: Group, m: number): Part {
  const { units, value, grams, volume } = group.piece(m);
  const sums = new Array<number>(SUMS).fill(0);
  let carriers = group.carried[m] as number;
  const late = group.services.map(() => 0);
  for (const [s, offer] of group.offers.entries()) {
    const wanted = units[s] as number;
    if (wanted === 0) continue;
    const { least, greatest } = unitCosts(offer);
    add(sums, MONEY, (least + perUnit(offer)) * wanted);
    add(sums, GOODS, greatest * wanted);
    add(sums, DUTY, offer.unitDuty * wanted);
    add(sums, UNITS, wanted);
    for (const [v, cost] of group.lateness(s).entries()) {
      if (cost === null) carriers &= ~(1 << v);
      else late[v] = Math.max(late[v] as number, cost);
    }
  }
  add(sums, VALUE, value);
  add(sums, GRAMS, grams);
  add(sums, VOLUME, volume);
  const runs = new Runs();
  if (carriers !== 0) runs.push(1, [1], 0, 0, { sums, carriers, late }, sums);
  return runs.part([group.members[m] as number]);
}

function poolOf(
  group: Group,
  s: number,
  members: readonly number[],
  lows: readonly number[],
  highs: readonly number[],
  worth: readonly number[],
  others: number,
): Part {
  const runs = new Runs();
  const offer = group.offers[s] as ProblemOffer;
  const pieces = members.map((m) => group.piece(m));
  const lateness = group.lateness(s);
  const late = lateness.map((cost) => cost ?? 0);
  const each = new Array<number>(SUMS).fill(0);
  each[DUTY] = offer.unitDuty;
  each[UNITS] = 1;
  each[VALUE] = Math.min(...pieces.map(({ value }) => value));
  each[GRAMS] = Math.min(...pieces.map(({ grams }) => grams));
  each[VOLUME] = Math.min(...pieces.map(({ volume }) => volume));
  const held = members.reduce((sum, m) => sum + (lows[m] as number), 0);
  const most = Math.min(offer.available, group.node.remainingUnits);
  const times = (units: number) => each.map((sum) => sum * units);
  for (const set of carriedSets(group, members, lows)) {
    const order = [...set].sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
    let carriers = order.reduce((mask, m) => mask & (group.carried[m] as number), -1);
    for (const [v, cost] of lateness.entries()) if (cost === null) carriers &= ~(1 << v);
    if (carriers === 0) continue;
    for (const { from, to, least, greatest } of pricesOf(offer, others)) {
      each[MONEY] = least + perUnit(offer);
      each[GOODS] = greatest;
      const totals = {
        from: Math.max(from, held, others > 0 ? 1 : offer.minimum),
        to: Math.min(to, most),
        step: others > 0 ? 1 : offer.multiple,
      };
      fillInTurn(order, lows, highs, held, totals, (takes, m, count) => {
        const own = members.map((member) => takes[member] as number);
        const sums = times(own.reduce((sum, taken) => sum + taken, 0));
        runs.push(count, own, members.indexOf(m), totals.step, { sums, carriers, late }, times(totals.step));
      });
    }
  }
  return runs.part(members.map((m) => group.members[m] as number));
}

function add(sums: number[] | Float64Array, at: number, more: number): void {
  sums[at] = (sums[at] as number) + more;
}

/** No option of a group, with so many pieces of each member at most, adds more to a sum. */
export function sumsAtMost(group: Group, pieces: readonly number[]): Float64Array {
  const most = new Float64Array(SUMS);
  for (const [s, offer] of group.offers.entries()) {
    const wanted = pieces.reduce((sum, count, m) => sum + count * (group.piece(m).units[s] as number), 0);
    const units = Math.min(wanted, offer.available, group.node.remainingUnits);
    const goods = unitCosts(offer).greatest * units;
    add(most, GOODS, goods);
    add(most, MONEY, goods + Math.max(0, perUnit(offer)) * units);
    add(most, DUTY, offer.unitDuty * units);
    add(most, UNITS, units);
  }
  for (const [m, count] of pieces.entries()) {
    const { value, grams, volume } = group.piece(m);
    add(most, VALUE, value * count);
    add(most, GRAMS, grams * count);
    add(most, VOLUME, volume * count);
  }
  return most;
}
