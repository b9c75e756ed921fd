import type { PartSource, PromiseQuestion } from './promise.js';
import { type Part, sourcesOf, UNITS_MAX } from './promise.js';

/** What may be promised of one SKU to one destination, as one order of it. Whole units (of a kit, whole kits). */
export interface Promised {
  /** At most `atMost` where that was given, and 1,000,000. */
  readonly available: number;
  /** Of those, what lies on shelves. */
  readonly fromStock: number;
  /** As `available`, in an order whose other goods make up the minimum order values of vendors. */
  readonly withOthers: number;
  /** There is more than `available` says. */
  readonly more: boolean;
  /** Some of it has to be made, without limit of stock. */
  readonly madeToOrder: boolean;
  /** The smallest quantity that may be ordered alone, and what every such quantity is a multiple of; 0 and 1 where none may. */
  readonly least: number;
  readonly multiple: number;
  /** By part, the nodes that give it. */
  readonly sources: readonly (readonly PartSource[])[];
}

/**
 * Adds up what the nodes may give, so that exactly that much can be ordered. Pure.
 *
 * For a kit it is a bound from below: parts that share a node's capacity, parcel or a lot may together allow more.
 */
export function promisedOf(parts: readonly Part[], question: PromiseQuestion, atMost = UNITS_MAX): Promised {
  const sources = sourcesOf(parts, question);
  const all = new Whole(parts, sources, (source) => source.leastAlone);
  const least = all.least();
  const limit = Math.max(atMost, least);
  const madeToOrder = sources.some((of) => of.some((source) => source.madeToOrder));
  const shelves = sources.map((of) => of.filter((source) => !source.madeToOrder));
  const whole = all.most(limit);
  const fromStock = madeToOrder ? new Whole(parts, shelves, (source) => source.leastAlone).most(limit) : whole;
  const available = Math.max(whole, fromStock);
  const valued = sources.some((of) => of.some((source) => source.leastAlone > source.least));
  const withOthers = valued ? new Whole(parts, sources, (source) => source.least).most(limit) : available;
  return {
    available,
    fromStock,
    withOthers: Math.max(available, withOthers),
    more: available > 0 && all.mayExceed(available),
    madeToOrder: madeToOrder && available > 0,
    least,
    multiple: all.multiple(),
    sources,
  };
}

/** Quantities that the sources of all parts can make up in whole lots. */
class Whole {
  private readonly sources: readonly (readonly PartSource[])[];

  constructor(
    private readonly parts: readonly Part[],
    sources: readonly (readonly PartSource[])[],
    private readonly leastOf: (source: PartSource) => number,
  ) {
    // The coarsest lots first, so that the finer ones fill what they leave.
    this.sources = sources.map((of) =>
      of
        .filter((source) => source.units >= leastOf(source))
        .sort((a, b) => b.multiple - a.multiple || leastOf(b) - leastOf(a)),
    );
  }

  /** The greatest quantity up to a limit that was found to be made up exactly; 0: none was. */
  most(limit: number): number {
    let wanted = limit;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const made = Math.min(
        wanted,
        ...this.parts.map(({ quantity }, at) => {
          return Math.floor(this.filled(at, Math.min(wanted * quantity, UNITS_MAX)) / quantity);
        }),
      );
      if (made === wanted) return made;
      wanted = made;
    }
    return 0;
  }

  /** The smallest quantity that can be made up; 0: none was found. */
  least(): number {
    const firsts = this.parts.map(({ quantity }, at) =>
      Math.ceil(Math.min(...(this.sources[at] ?? []).map(this.leastOf)) / quantity),
    );
    const first = Math.max(1, ...firsts);
    if (!Number.isFinite(first)) return 0;
    for (let tried = first; tried < first + ROUNDS_MAX; tried += 1) if (this.most(tried) === tried) return tried;
    return this.most(UNITS_MAX);
  }

  /** Whether no part is known to allow no more than this. */
  mayExceed(units: number): boolean {
    return this.parts.every(({ quantity }, at) => {
      const of = this.sources[at] ?? [];
      const total = of.reduce((sum, source) => sum + source.units, 0);
      return Math.floor(total / quantity) > units || of.some((source) => source.more);
    });
  }

  /** What every quantity that can be made up is a multiple of. */
  multiple(): number {
    const steps = this.parts.map(({ quantity }, at) => {
      const common = (this.sources[at] ?? []).reduce((sum, source) => divisor(sum, source.multiple), 0);
      return Math.max(1, common) / divisor(Math.max(1, common), quantity);
    });
    return steps.reduce((sum, step) => (sum * step) / divisor(sum, step), 1);
  }

  /** What the sources of a part make up, at most so many units. */
  private filled(at: number, limit: number): number {
    let units = 0;
    for (const source of this.sources[at] ?? []) {
      const lots = Math.min(source.units, Math.floor((limit - units) / source.multiple) * source.multiple);
      if (lots >= this.leastOf(source)) units += lots;
    }
    return units;
  }
}

/** Times that a quantity is tried before a smaller one is taken. */
const ROUNDS_MAX = 64;

/** Greatest common divisor; of 0 and n it is n. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
