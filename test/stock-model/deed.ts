import type { Model, Seen } from './laws.js';
import type { Shop } from './shop.js';

/** What a step does, and what must be true of what it did. Several at once, in two processes: a race. */
export interface Deed {
  readonly name: string;
  readonly may?: (model: Model) => boolean;
  readonly does: (model: Model, shop: Shop) => Promise<((before: Seen, after: Seen) => void) | undefined>;
}

export const some = <T>(list: readonly T[], pick: number): T => {
  const found = list[pick % list.length];
  if (found === undefined) throw new Error('expected something to pick from');
  return found;
};
/** Mostly one of those that the step is meant for, now and then any: repeating a step must change nothing. */
export const apt = <T>(list: readonly T[], pick: number, meant: (each: T) => boolean): T => {
  const fitting = list.filter(meant);
  return pick % 5 === 4 || fitting.length === 0 ? some(list, pick) : some(fitting, pick);
};
