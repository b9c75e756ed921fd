import type { Problem } from './problem.js';

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

export function itemsOf(problem: Problem): Item[] {
  const mayLeave = problem.unfilled !== 'forbid';
  const groups = new Map<string, number[]>();
  const items: Item[] = [];
  const pools = problem.splitLines ? poolsOf(problem) : new Map<number, number[]>();
  const add = (lines: readonly number[], whole: boolean) => {
    const pooled = pools.get(lines[0] ?? 0) ?? [];
    const sum = (of: (index: number) => number) => lines.reduce((total, index) => total + of(index), 0);
    const units = (index: number) => (whole ? (problem.lines[index]?.quantity ?? 0) : 1);
    const price = (index: number) => problem.lines[index]?.unitPrice ?? 0;
    items.push({
      lines,
      pooled: pooled.length > 1 ? pooled : [],
      demand: whole
        ? 1
        : [...new Set([...lines, ...pooled])].reduce((units, line) => units + (problem.lines[line]?.quantity ?? 0), 0),
      whole,
      single: !whole && !problem.splitLines,
      allOrNothing: problem.lines[lines[0] ?? 0]?.partial === false,
      comparedValue: sum((index) => Math.max(1, price(index)) * units(index)),
      value: sum((index) => price(index) * units(index)),
    });
  };
  problem.lines.forEach((line, index) => {
    if (line.group === null) {
      const pool = pools.get(index);
      if (pool && pool[0] !== index) return;
      add([index], !problem.splitLines && (!mayLeave || !line.partial));
      return;
    }
    const group = groups.get(line.group);
    if (group) group.push(index);
    else {
      const lines = [index];
      groups.set(line.group, lines);
    }
  });
  for (const lines of groups.values()) add(lines, true);
  return items;
}

/** Lines of one SKU that differ in id and quantity alone, by line; shipping one of them is as good as shipping another. */
function poolsOf(problem: Problem): Map<number, number[]> {
  const pools = new Map<number, number[]>();
  for (const [index, line] of problem.lines.entries()) {
    if (line.group !== null || !line.partial) continue;
    const alike = [...pools.values()].find((pool) => {
      const first = problem.lines[pool[0] ?? 0];
      return (
        first?.sku === line.sku &&
        first.unitPrice === line.unitPrice &&
        first.grams === line.grams &&
        first.volume === line.volume &&
        first.tags.length === line.tags.length &&
        first.tags.every((tag) => line.tags.includes(tag))
      );
    });
    if (alike) alike.push(index);
    pools.set(index, alike ?? [index]);
  }
  return pools;
}

/** Pieces of an item that a node's stock and capacity could take, each SKU by itself. */
export function piecesAtMost(problem: Problem, item: Item, node: Problem['nodes'][number]): number {
  let pieces = item.demand;
  let units = 0;
  for (const index of item.lines) {
    const line = problem.lines[index];
    const offer = line && node.offers[line.sku];
    if (!line || !offer) return 0;
    if (item.whole) {
      units += line.quantity;
      if (line.quantity > offer.available) return 0;
    } else pieces = Math.min(pieces, offer.available, node.remainingUnits);
  }
  return item.whole && units > node.remainingUnits ? 0 : pieces;
}
