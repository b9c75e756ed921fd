import type { PartSource } from './promise.js';
import type { Promised } from './promised.js';
import { readyAt } from './ready-at.js';

const HOUR_MS = 3_600_000;

/**
 * When the smallest quantity could be at the door, ordered at `now`: each part from the node that is soonest there. Null where
 * nothing can be ordered, or no destination was named. One call serves one moment; what nodes need is worked out once. Pure.
 */
export function arrivalsAt(now: Date): (promised: Promised) => Date | null {
  const ready = new Map<string, number>();
  const readyMs = ({ node, leadTimeHours }: PartSource): number => {
    const key = `${node.id}/${leadTimeHours}`;
    const known = ready.get(key) ?? readyAt(now, leadTimeHours, node).getTime();
    ready.set(key, known);
    return known;
  };
  return ({ available, sources }) => {
    if (available === 0) return null;
    let last = 0;
    for (const of of sources) {
      let soonest = Number.POSITIVE_INFINITY;
      for (const source of of) {
        if (source.transitHours === null) return null;
        soonest = Math.min(soonest, readyMs(source) + source.transitHours * HOUR_MS);
      }
      last = Math.max(last, soonest);
    }
    return new Date(last);
  };
}
