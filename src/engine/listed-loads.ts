import { type Item, piecesAtMost } from './items.js';
import type { LoadSpace } from './load-space.js';
import { carriersOf, LoadSums, leastCost } from './load-sums.js';
import type { Problem, ProblemNode } from './problem.js';

/** Every load that a request's nodes could ship, each once, with what it costs by its cheapest service. */
export interface ListedLoads {
  /** Per node in the order given: where its loads begin, and in the end where the last ones end. */
  readonly starts: readonly number[];
  /** What a load adds to the state, and the room that it needs, packed. */
  readonly deltas: readonly number[];
  readonly needs: readonly number[];
  /** Landed cost and steering, in 1/10000. */
  readonly costs: readonly number[];
  /** States from which some load can be shipped, summed over the loads. */
  readonly moves: number;
}

/** Lists the loads of the given nodes; null where they may be more than `most`. */
export function listLoads(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  space: LoadSpace,
  most: number,
): ListedLoads | null {
  const lister = new Lister(problem, items, space);
  let count = 0;
  const pieces: number[] = [];
  for (const node of nodes) {
    let loads = 1;
    for (const item of items) {
      const most = piecesAtMost(problem, item, node);
      pieces.push(most);
      loads *= most + 1;
    }
    count += loads - 1;
    if (count > most) return null;
  }
  for (const [at, node] of nodes.entries()) lister.list(node, pieces, at * items.length);
  lister.starts.push(lister.costs.length);
  return lister;
}

type Services = ProblemNode['services'];

class Lister implements ListedLoads {
  readonly starts: number[] = [];
  readonly deltas: number[] = [];
  readonly needs: number[] = [];
  readonly costs: number[] = [];
  moves = 0;

  private node: ProblemNode;
  private pieces: readonly number[] = [];
  private first = 0;
  private readonly sums: LoadSums;

  constructor(
    private readonly problem: Problem,
    private readonly items: readonly Item[],
    private readonly space: LoadSpace,
  ) {
    this.node = problem.nodes[0] as ProblemNode;
    this.sums = new LoadSums(problem);
  }

  /** `pieces`, from `first` on: the most of each item that the node could ship. */
  list(node: ProblemNode, pieces: readonly number[], first: number): void {
    this.node = node;
    this.pieces = pieces;
    this.first = first;
    this.starts.push(this.costs.length);
    this.visit(0, 0, 0, 1, node.services);
  }

  /** `moves`: states in which what is put so far fits. */
  private visit(at: number, delta: number, need: number, moves: number, services: Services): void {
    if (at === this.items.length) {
      if (delta > 0) this.add(delta, need, moves, services);
      return;
    }
    const item = this.items[at] as Item;
    const { demand } = item;
    this.visit(at + 1, delta, need, moves * (demand + 1), services);
    const most = this.pieces[this.first + at] as number;
    if (most === 0) return;
    const carriers = carriersOf(this.problem, services, item.lines);
    if (carriers.length === 0) return;
    const stride = this.space.strides[at] as number;
    const shift = this.space.shifts[at] as number;
    for (let count = 1; count <= most; count += 1) {
      this.sums.putItem(item, 1);
      this.visit(
        at + 1,
        delta + stride * count,
        need | ((item.single ? demand : count) << shift),
        moves * (item.single ? 1 : demand - count + 1),
        carriers,
      );
    }
    this.sums.putItem(item, -most);
  }

  private add(delta: number, need: number, moves: number, services: Services): void {
    const cost = leastCost(this.problem, this.node, services, this.sums);
    if (cost === Number.POSITIVE_INFINITY) return;
    this.deltas.push(delta);
    this.needs.push(need);
    this.costs.push(cost);
    this.moves += moves;
  }
}
