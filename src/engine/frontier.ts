/** Something that is still open in a branch and bound: nothing in it costs less than `bound`; `turn` counts in order of making. */
interface OpenEntry {
  readonly bound: number;
  readonly turn: number;
}

/**
 * What a branch and bound has open, as a heap: the entry with the least bound first; of those that tie, the latest.
 *
 * While `most` entries or more are open, the latest goes first instead, whatever its bound: the search then runs depth first below it, so
 * that only one path of the tree, with what is open beside it, ever comes on top of `most`. What is left to do stays the same, and `least`
 * still bounds it.
 */
export class Frontier<T extends OpenEntry> {
  private readonly heap: T[] = [];

  constructor(private readonly most: number) {}

  get count(): number {
    return this.heap.length;
  }

  /** The least bound; Infinity where nothing is open. */
  get least(): number {
    return this.heap[0]?.bound ?? Number.POSITIVE_INFINITY;
  }

  push(entry: T): void {
    this.heap.push(entry);
    this.rise(entry, this.heap.length - 1);
  }

  /** Takes the entry that goes first. */
  pop(): T | undefined {
    return this.heap.length >= this.most ? this.popLatest() : this.take(0);
  }

  /** Takes the entry that was made last. */
  popLatest(): T | undefined {
    let latest = 0;
    for (const [at, { turn }] of this.heap.entries()) if (turn > (this.heap[latest] as T).turn) latest = at;
    return this.take(latest);
  }

  private take(from: number): T | undefined {
    const { heap } = this;
    const taken = heap[from];
    const last = heap.pop();
    if (!taken || !last || from === heap.length) return taken;
    this.rise(last, this.sink(last, from));
    return taken;
  }

  /** Puts an entry at `from`, or as far up from there as it goes. */
  private rise(entry: T, from: number): void {
    const { heap } = this;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!goesBefore(entry, heap[up] as T)) break;
      heap[at] = heap[up] as T;
      at = up;
    }
    heap[at] = entry;
  }

  /** Makes way for an entry from `from` down; where it may stand. */
  private sink(entry: T, from: number): number {
    const { heap } = this;
    let at = from;
    for (let down = 2 * at + 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && goesBefore(heap[down + 1] as T, heap[down] as T)) down += 1;
      if (!goesBefore(heap[down] as T, entry)) break;
      heap[at] = heap[down] as T;
      at = down;
    }
    return at;
  }
}

function goesBefore(a: OpenEntry, b: OpenEntry): boolean {
  return a.bound === b.bound ? a.turn > b.turn : a.bound < b.bound;
}
