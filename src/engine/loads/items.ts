import type { Problem, ProblemLine } from '../problem.js';

/**
 * What is placed as one: a line, or a group that goes whole in one shipment. A line that goes whole from one node, or not at all,
 * counts as one piece too.
 */
export interface Item {
  /** The line, or the group's lines; of lines that are alike in all but id and quantity, the first stands for all. */
  readonly lines: readonly number[];
  /** Lines that are alike, in their order; only where there are several. */
  readonly pooled: readonly number[];
  /** Pieces to place: the line's units, or 1 where the item goes whole. */
  readonly demand: number;
  /** Whether a piece is the whole item. */
  readonly whole: boolean;
  /** Pieces may come from one shipment only. */
  readonly single: boolean;
  /** What is left must be nothing or everything. */
  readonly allOrNothing: boolean;
  /** What leaving one piece counts when plans are compared by unfilled value: a unit without a price counts 1. */
  readonly comparedValue: number;
  /** The customer's value of one piece. */
  readonly value: number;
}

/** All items of a request, each with all of its pieces. */
export function itemsOf(problem: Problem): Item[] {
  const { lines, splitLines } = problem;
  const mayLeave = problem.unfilled !== 'forbid';
  const items: Item[] = [];
  const kits = new Map<string, number[]>();
  // Where no two lines share a SKU, none are alike.
  const pools = splitLines && problem.skus.length < lines.length ? poolsOf(problem) : NO_POOLS;
  for (let index = 0; index < lines.length; index += 1) {
    const { group, partial, quantity } = lines[index] as ProblemLine;
    if (group !== null) {
      const kit = kits.get(group);
      if (kit) kit.push(index);
      else kits.set(group, [index]);
      continue;
    }
    const pool = pools.get(index) ?? [index];
    if (pool[0] !== index) continue;
    const whole = !splitLines && (!mayLeave || !partial);
    const demand =
      pool.length === 1 ? quantity : pool.reduce((sum, line) => sum + (lines[line] as ProblemLine).quantity, 0);
    items.push(itemOf(problem, [index], pool, whole, demand));
  }
  for (const kit of kits.values()) items.push(itemOf(problem, kit, kit, true, 1));
  return items;
}

const NO_POOLS: ReadonlyMap<number, readonly number[]> = new Map();
const NOT_POOLED: readonly number[] = [];

function itemOf(
  problem: Problem,
  members: readonly number[],
  pool: readonly number[],
  whole: boolean,
  demand: number,
): Item {
  let value = 0;
  let comparedValue = 0;
  for (const index of members) {
    const { unitPrice, quantity } = problem.lines[index] as ProblemLine;
    const units = whole ? quantity : 1;
    value += unitPrice * units;
    comparedValue += Math.max(1, unitPrice) * units;
  }
  return {
    lines: members,
    pooled: pool.length > members.length ? pool : NOT_POOLED,
    demand: whole ? 1 : demand,
    whole,
    single: !whole && !problem.splitLines,
    allOrNothing: problem.lines[members[0] as number]?.partial === false,
    comparedValue,
    value,
  };
}

/** Lines of one SKU that differ in id and quantity alone, by line; shipping one of them is as good as shipping another. */
function poolsOf(problem: Problem): Map<number, readonly number[]> {
  const pools = new Map<number, number[]>();
  const distinct: number[][] = [];
  for (const [index, line] of problem.lines.entries()) {
    if (line.group !== null || !line.partial) continue;
    let pool = distinct.find(([first = 0]) => areAlike(problem.lines[first] as ProblemLine, line));
    if (pool) pool.push(index);
    else {
      pool = [index];
      distinct.push(pool);
    }
    pools.set(index, pool);
  }
  return pools;
}

function areAlike(a: ProblemLine, b: ProblemLine): boolean {
  return (
    a.sku === b.sku &&
    a.unitPrice === b.unitPrice &&
    a.grams === b.grams &&
    a.volume === b.volume &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag) => b.tags.includes(tag))
  );
}
