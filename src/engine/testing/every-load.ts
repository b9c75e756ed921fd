import type { Item } from '../loads/items.js';
import { priceLoad } from '../priced-shipment.js';
import type { Problem, ProblemNode } from '../problem.js';

/** A load of a node, as pieces per item, with what it costs at least, in 1/10000. */
export interface CostedLoad {
  readonly takes: readonly number[];
  readonly cost: number;
}

/** Every load that a node can ship, by trying all quantities; none of the items is pooled. */
export function everyLoad(problem: Problem, items: readonly Item[], node: ProblemNode): CostedLoad[] {
  const found: CostedLoad[] = [];
  const visit = (at: number, takes: readonly number[]): void => {
    if (at < items.length) {
      for (let pieces = 0; pieces <= (items[at]?.demand ?? 0); pieces += 1) visit(at + 1, [...takes, pieces]);
      return;
    }
    if (takes.every((pieces) => pieces === 0)) return;
    const load = problem.lines.map(() => 0);
    for (const [item, { lines, whole }] of items.entries())
      for (const line of lines)
        load[line] = (takes[item] as number) * (whole ? (problem.lines[line]?.quantity ?? 0) : 1);
    const cost = Math.min(...[...priceLoad(problem, node, load)].map(({ objective }) => objective));
    if (cost < Number.POSITIVE_INFINITY) found.push({ takes, cost });
  };
  visit(0, []);
  return found;
}
