/** Loads of all nodes that may be in a better plan, one a row. */
export class LoadTable {
  /** Pieces per item, `items` numbers a row. */
  takes = new Int32Array(0);
  /** What taking the load adds to the bound. */
  adds = new Float64Array(0);
  /** Index of the node. */
  nodes = new Int32Array(0);
  count = 0;

  constructor(readonly items: number) {}

  add(node: number, takes: Int32Array, adds: number): void {
    if (this.count === this.adds.length) this.grow();
    this.takes.set(takes, this.count * this.items);
    this.adds[this.count] = adds;
    this.nodes[this.count] = node;
    this.count += 1;
  }

  private grow(): void {
    const capacity = Math.max(64, this.count * 2);
    const [takes, adds, nodes] = [this.takes, this.adds, this.nodes];
    this.takes = new Int32Array(capacity * this.items);
    this.adds = new Float64Array(capacity);
    this.nodes = new Int32Array(capacity);
    this.takes.set(takes);
    this.adds.set(adds);
    this.nodes.set(nodes);
  }
}
