import type { Promised } from './promised.js';
import { readyAtOf } from './ready-at.js';
import { arrivalAfter } from './transit.js';

/**
 * When the smallest quantity could be at the door, ordered at `now`: each part from the node that is soonest there. Null where
 * nothing can be ordered, or no destination was named. One call serves one moment; what nodes need is worked out once. Pure.
 */
export function arrivalsAt(now: Date): (promised: Promised) => Date | null {
  const readyFrom = readyAtOf(now);
  return ({ available, sources }) => {
    if (available === 0) return null;
    let last = 0;
    for (const of of sources) {
      let soonest = Number.POSITIVE_INFINITY;
      for (const source of of) {
        if (source.transits === null) return null;
        const { node, leadTimeHours, transits } = source;
        for (const transit of transits)
          soonest = Math.min(soonest, arrivalAfter(readyFrom(leadTimeHours, node), transit, node.timeZone).getTime());
      }
      last = Math.max(last, soonest);
    }
    return new Date(last);
  };
}
