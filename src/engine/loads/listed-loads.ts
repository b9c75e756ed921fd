import type { Problem, ProblemNode, ProblemService } from '../problem.js';
import type { Item } from './items.js';
import type { LoadSpace } from './load-space.js';
import { carriersOf, LoadSums, leastCost } from './load-sums.js';
import { piecesAtMost } from './reach.js';

/** Every load that a request's nodes could ship, each once, with what it costs by its cheapest service. */
export interface ListedLoads {
  readonly count: number;
  /** Per node in the order given: where its loads begin, and in the end where the last ones end. */
  readonly starts: readonly number[];
  /** What a load adds to the state. */
  readonly deltas: Int32Array;
  /** Landed cost and steering, in 1/10000. */
  readonly costs: Float64Array;
  /** States from which some load can be shipped, summed over the loads. */
  readonly moves: number;
}

/** The most loads that are ever listed. */
export const LOADS_MAX = 6_000;

/** How many loads there could be, and states from which they could be shipped, before packs, capacity and carriers rule any out. */
export interface Extent {
  readonly loads: number;
  readonly moves: number;
  /** Per node and item, the most that the node could ship. */
  readonly pieces: readonly number[];
}

/** The extent of the loads of the given nodes; null where it is more than LOADS_MAX, or `movesMost`. */
export function extentOf(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  space: LoadSpace,
  movesMost: number,
): Extent | null {
  let count = 0;
  let moves = 0;
  const pieces: number[] = [];
  for (const node of nodes) {
    let loads = 1;
    let starts = 1;
    for (const item of items) {
      const most = piecesAtMost(problem, item, node);
      pieces.push(most);
      loads *= most + 1;
      starts *= item.single ? item.demand + 1 + most : (most + 1) * (item.demand + 1 - most / 2);
    }
    count += loads - 1;
    moves += starts - space.size;
    if (count > LOADS_MAX || moves > movesMost) return null;
  }
  return { loads: count, moves, pieces };
}

/** Lists the loads of the given nodes, which last until the next are listed. */
export function listLoads(
  problem: Problem,
  nodes: readonly ProblemNode[],
  items: readonly Item[],
  space: LoadSpace,
  { pieces }: Extent,
): ListedLoads {
  const lister = new Lister(problem, items, space, pieces);
  for (let at = 0; at < nodes.length; at += 1) lister.list(nodes[at] as ProblemNode, at * items.length);
  lister.starts.push(lister.count);
  return lister;
}

// Lists of one call at a time, so that a decision leaves little behind.
const DELTAS = new Int32Array(LOADS_MAX);
const COSTS = new Float64Array(LOADS_MAX);

class Lister implements ListedLoads {
  count = 0;
  readonly starts: number[] = [];
  readonly deltas = DELTAS;
  readonly costs = COSTS;
  moves = 0;

  private node: ProblemNode | null = null;
  private first = 0;
  /** Per item: the services of the node that carry it. */
  private readonly carriers: (readonly ProblemService[])[] = [];
  private readonly sums: LoadSums;

  /** `pieces`: per node and item, the most that the node could ship. */
  constructor(
    private readonly problem: Problem,
    private readonly items: readonly Item[],
    private readonly space: LoadSpace,
    private readonly pieces: readonly number[],
  ) {
    this.sums = new LoadSums(problem);
  }

  /** `first`: where the node's pieces begin. */
  list(node: ProblemNode, first: number): void {
    this.node = node;
    this.first = first;
    this.starts.push(this.count);
    let held = 0;
    for (let at = 0; at < this.items.length; at += 1) {
      if (this.pieces[first + at] === 0) continue;
      this.carriers[at] = carriersOf(this.problem, node.services, (this.items[at] as Item).lines);
      held += 1;
    }
    if (held > 0) this.visit(0, 0, 1, node.services);
  }

  /** `moves`: states in which what is put so far fits. */
  private visit(at: number, delta: number, moves: number, services: readonly ProblemService[]): void {
    if (at === this.items.length) {
      if (delta > 0) this.add(delta, moves, services);
      return;
    }
    const item = this.items[at] as Item;
    const { demand, single } = item;
    this.visit(at + 1, delta, moves * (demand + 1), services);
    const most = this.pieces[this.first + at] as number;
    if (most === 0) return;
    const carriers = this.among(services, this.carriers[at] as readonly ProblemService[]);
    if (carriers.length === 0) return;
    const stride = this.space.strides[at] as number;
    for (let count = 1; count <= most; count += 1) {
      this.sums.putItem(item, 1);
      const room = single ? 1 : demand - count + 1;
      this.visit(at + 1, delta + stride * count, moves * room, carriers);
    }
    this.sums.putItem(item, -most);
  }

  private among(services: readonly ProblemService[], carriers: readonly ProblemService[]): readonly ProblemService[] {
    const all = this.node?.services;
    if (carriers === all) return services;
    return services === all ? carriers : services.filter((service) => carriers.includes(service));
  }

  private add(delta: number, moves: number, services: readonly ProblemService[]): void {
    const cost = leastCost(this.problem, this.node as ProblemNode, services, this.sums);
    if (cost === Number.POSITIVE_INFINITY) return;
    this.deltas[this.count] = delta;
    this.costs[this.count] = cost;
    this.count += 1;
    this.moves += moves;
  }
}
