import { chargeable } from '../cost.js';
import type { ProblemNode, ProblemService } from '../problem.js';
import { nodeWith, serviceWith } from './copies.js';
import type { NodeLoads } from './node-loads.js';

/** The fewest units of any shipment; null where the steps do not suffice to tell, here and below. */
export function leastUnits(loads: NodeLoads): number | null {
  return least(1, unitsOf(loads), (remainingUnits) => withNode(loads, { remainingUnits }).exist());
}

/** The most goods that a shipment can be worth, known to be below `limit`. In 1/10000. */
export function greatestGoods(loads: NodeLoads, limit: number): number | null {
  const falls = (goods: number) => {
    const exist = withNode(loads, { minimumOrderValue: goods, smallOrderFee: null }).exist();
    return exist === null ? null : !exist;
  };
  const above = least(1, limit, falls);
  return above === null ? null : above - 1;
}

/** The least measure of any shipment by a service; in 1/10000 where that counts goods. */
export function leastMeasure(loads: NodeLoads, { id }: ProblemService): number | null {
  const service = loads.node.services.find((each) => each.id === id);
  if (!service) return null;
  const carried = (maximum: number) => withNode(loads, { services: [serviceWith(service, { maximum })] }).exist();
  return least(0, measureAtMost(loads, service), carried);
}

/** The first moment at which a shipment can arrive. */
export function earliestArrival(loads: NodeLoads): number | null {
  const { node, problem } = loads;
  const ready = [node.readyAt, ...node.offers.flatMap((offer) => offer?.readyAt ?? [])];
  const arrivals = node.services.flatMap(({ transitMs }) => ready.map((at) => Math.max(at, node.readyAt) + transitMs));
  arrivals.sort((a, b) => a - b);
  const at = least(0, arrivals.length - 1, (index) =>
    loads.with({ ...problem, deliverBy: arrivals[index] ?? null, latePerDay: null }, node).exist(),
  );
  return at === null ? null : (arrivals[at] ?? null);
}

/** The least whole number from `low` to `high` for which it holds, as it does for all above; null: not known, or for none of them. */
function least(low: number, high: number, holds: (value: number) => boolean | null): number | null {
  if (holds(high) !== true) return null;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const held = holds(middle);
    if (held === null) return null;
    if (held) high = middle;
    else low = middle + 1;
  }
  return high;
}

function withNode(loads: NodeLoads, changed: Partial<ProblemNode>): NodeLoads {
  return loads.with(loads.problem, nodeWith(loads.node, changed));
}

function unitsOf({ problem }: NodeLoads): number {
  return problem.lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** No shipment measures more. */
function measureAtMost(loads: NodeLoads, { basis, divisor }: ProblemService): number {
  const { problem } = loads;
  if (basis === 'units') return unitsOf(loads);
  if (basis === 'goods') return loads.goodsAtMost();
  const sum = (of: 'grams' | 'volume') => problem.lines.reduce((all, line) => all + line[of] * line.quantity, 0);
  return chargeable(sum('grams'), sum('volume'), divisor);
}
