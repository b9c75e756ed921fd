import { carriersOf, LoadSums, leastCost } from '../loads/load-sums.js';
import type { Plan } from '../plan.js';
import type { Load, Problem, ProblemNode } from '../problem.js';

/** The nearest that an unused node comes: what the plan would cost more if it shipped `lines` in place of `insteadOf`. */
export interface Swap {
  readonly insteadOf: string;
  /** Line ids; absent: all that the other node ships. */
  readonly lines?: readonly string[];
  /** In 1/10000. */
  readonly difference: number;
}

/** Beyond so many pairs of a line and a node, only whole shipments are tried. */
const PAIRS_MAX = 2_000;

/** What a shipment costs less without one piece (a line, or a kit); `cost` in 1/10000. */
interface Taken {
  readonly insteadOf: string;
  readonly lines?: readonly string[];
  readonly held: readonly number[];
  readonly sums: LoadSums;
  readonly cost: number;
}

/** Finds, for nodes that could serve but are not used, the one change of the plan that would bring them in at the least cost. */
export class Swaps {
  private readonly taken: Taken[] = [];

  constructor(
    private readonly problem: Problem,
    plan: Plan,
  ) {
    const tryLines =
      problem.lines.length * problem.nodes.length <= PAIRS_MAX && plan.shipments.length < problem.maxShipments;
    for (const { node, load, objective } of plan.shipments) {
      const held: number[] = [];
      for (let line = 0; line < load.length; line += 1) if ((load[line] as number) > 0) held.push(line);
      const sums = LoadSums.of(problem, load);
      this.taken.push({ insteadOf: node.id, held, sums, cost: objective });
      if (tryLines && held.length > 1) this.takePieces(node, load, held, sums, objective);
    }
  }

  /** Null: nothing that the plan ships could be shipped from this node just so. */
  nearest(node: ProblemNode): Swap | null {
    let nearest: Taken | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const taken of this.taken) {
      const difference = this.costAt(node, taken.held, taken.sums) - taken.cost;
      if (difference >= least) continue;
      nearest = taken;
      least = difference;
    }
    if (nearest === null) return null;
    const { insteadOf, lines } = nearest;
    return lines ? { insteadOf, lines, difference: least } : { insteadOf, difference: least };
  }

  /** Infinity where the node could not ship it. */
  private costAt(node: ProblemNode, held: readonly number[], sums: LoadSums): number {
    const { problem } = this;
    for (const line of held) if (!node.offers[problem.lines[line]?.sku ?? 0]) return Number.POSITIVE_INFINITY;
    return leastCost(problem, node, carriersOf(problem, node.services, held), sums);
  }

  private takePieces(from: ProblemNode, load: Load, held: readonly number[], sums: LoadSums, objective: number): void {
    const { problem } = this;
    for (const line of held) {
      const group = problem.lines[line]?.group ?? null;
      const members = group === null ? [line] : held.filter((at) => problem.lines[at]?.group === group);
      if (members[0] !== line || members.length === held.length) continue;
      const taken = new LoadSums(problem);
      for (const member of members) {
        taken.put(member, load[member] as number);
        sums.put(member, -(load[member] as number));
      }
      const rest = held.filter((at) => !members.includes(at));
      const left = this.costAt(from, rest, sums);
      for (const member of members) sums.put(member, load[member] as number);
      if (left === Number.POSITIVE_INFINITY) continue;
      this.taken.push({
        insteadOf: from.id,
        lines: members.map((member) => problem.lines[member]?.id ?? ''),
        held: members,
        sums: taken,
        cost: objective - left - problem.shipmentPenalty,
      });
    }
  }
}
