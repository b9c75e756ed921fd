import type { PartSource } from './promise.js';
import type { Promised } from './promised.js';
import { readyAt } from './ready-at.js';
import { arrivalAfter } from './transit.js';

/**
 * When the smallest quantity could be at the door, ordered at `now`: each part from the node that is soonest there. Null where
 * nothing can be ordered, or no destination was named. One call serves one moment; what nodes need is worked out once. Pure.
 */
export function arrivalsAt(now: Date): (promised: Promised) => Date | null {
  const ready = new Map<string, Date>();
  const readyFrom = ({ node, leadTimeHours }: PartSource): Date => {
    const key = `${node.id}/${leadTimeHours}`;
    const known = ready.get(key) ?? readyAt(now, leadTimeHours, node);
    ready.set(key, known);
    return known;
  };
  return ({ available, sources }) => {
    if (available === 0) return null;
    let last = 0;
    for (const of of sources) {
      let soonest = Number.POSITIVE_INFINITY;
      for (const source of of) {
        if (source.transits === null) return null;
        for (const transit of source.transits)
          soonest = Math.min(soonest, arrivalAfter(readyFrom(source), transit, source.node.timeZone).getTime());
      }
      last = Math.max(last, soonest);
    }
    return new Date(last);
  };
}
