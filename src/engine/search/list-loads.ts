import type { Ascended } from '../bounds/ascent.js';
import type { Box } from '../bounds/box.js';
import type { Covering } from '../bounds/covering.js';
import type { NodePricing } from '../bounds/node-pricing.js';
import { isOpenAt } from '../bounds/slack.js';
import type { Effort } from '../effort.js';
import { LoadTable } from '../loads/load-table.js';

/** Loads that are listed for one combination. */
const LISTED_MAX = 2_000;

/**
 * All loads of a box that may be in a plan which costs up to `limit`, each with what it misses the best of its node by; null where they are too many, more
 * than `triedMost` options would have to be tried, or the effort ends. Without a limit of tries, there are never too many.
 */
export function listLoads(
  covering: Covering,
  pricing: NodePricing,
  box: Box,
  { bound, prices, least }: Ascended,
  limit: number,
  triedMost: number,
  effort: Effort,
): LoadTable | null {
  const table = new LoadTable(covering.items.length);
  const rows = new Map<string, number>();
  const mostLoads = triedMost < Number.POSITIVE_INFINITY ? LISTED_MAX : Number.POSITIVE_INFINITY;
  let left = triedMost;
  for (const shipper of covering.shippers) {
    const node = shipper.node.index;
    const best = least[node] as number;
    const ceiling = limit - bound + best;
    const isOpen = isOpenAt(covering, box, node);
    if (isOpen && pricing.slacks.rulesOut(shipper, prices, ceiling)) continue;
    const before = table.count;
    const whole = pricing.list(
      shipper,
      prices,
      box,
      ceiling,
      effort,
      (takes, reduced) => {
        if (table.count > mostLoads) {
          pricing.stop();
          return;
        }
        const key = `${node}:${takes.join()}`;
        const row = rows.get(key);
        if (row === undefined) {
          rows.set(key, table.count);
          table.add(node, takes, reduced - best);
        } else table.adds[row] = Math.min(table.adds[row] as number, reduced - best);
      },
      left,
    );
    left -= pricing.work;
    if (!whole || table.count > mostLoads) return null;
    if (isOpen && table.count === before) pricing.slacks.note(shipper, prices, pricing.slack);
  }
  return table;
}
