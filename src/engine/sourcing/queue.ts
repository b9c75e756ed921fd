/** A heap: the entry with the least bound first; of those that tie, the latest. */
export class Queue<T extends { readonly bound: number; readonly turn: number }> {
  private readonly heap: T[] = [];

  get least(): number {
    return this.heap[0]?.bound ?? Number.POSITIVE_INFINITY;
  }

  push(entry: T): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!goesBefore(entry, heap[up] as T)) break;
      heap[at] = heap[up] as T;
      at = up;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && goesBefore(heap[down + 1] as T, heap[down] as T)) down += 1;
      if (!goesBefore(heap[down] as T, last)) break;
      heap[at] = heap[down] as T;
      at = down;
    }
    heap[at] = last;
    return top;
  }
}

function goesBefore<T extends { readonly bound: number; readonly turn: number }>(a: T, b: T): boolean {
  return a.bound === b.bound ? a.turn > b.turn : a.bound < b.bound;
}
