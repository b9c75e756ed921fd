import { priceLoad } from './cost.js';
import type { Plan } from './plan.js';
import type { Load, Problem, ProblemNode } from './problem.js';

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
  readonly load: Load;
  readonly cost: number;
}

/** Finds, for nodes that could serve but are not used, the one change of the plan that would bring them in at the least cost. */
export class Swaps {
  private readonly taken: readonly Taken[];

  constructor(
    private readonly problem: Problem,
    plan: Plan,
  ) {
    const tryLines =
      problem.lines.length * problem.nodes.length <= PAIRS_MAX && plan.shipments.length < problem.maxShipments;
    this.taken = plan.shipments.flatMap((shipment) => [
      { insteadOf: shipment.node.id, load: shipment.load, cost: shipment.objective },
      ...(tryLines ? this.piecesOf(shipment.node, shipment.load, shipment.objective) : []),
    ]);
  }

  /** Null: nothing that the plan ships could be shipped from this node just so. */
  nearest(node: ProblemNode): Swap | null {
    let nearest: Swap | null = null;
    for (const { insteadOf, lines, load, cost } of this.taken) {
      for (const { objective } of priceLoad(this.problem, node, load)) {
        const difference = objective - cost;
        if (nearest === null || difference < nearest.difference)
          nearest = { insteadOf, ...(lines ? { lines } : {}), difference };
      }
    }
    return nearest;
  }

  private piecesOf(from: ProblemNode, load: Load, objective: number): Taken[] {
    const { problem } = this;
    const held = [...load.keys()].filter((line) => (load[line] ?? 0) > 0);
    const pieces = held.flatMap((line) => {
      const group = problem.lines[line]?.group ?? null;
      const members = group === null ? [line] : held.filter((at) => problem.lines[at]?.group === group);
      return members[0] === line && members.length < held.length ? [members] : [];
    });
    return pieces.flatMap((members) => {
      const rest = priceLoad(
        problem,
        from,
        load.map((units, line) => (members.includes(line) ? 0 : units)),
      );
      if (rest.length === 0) return [];
      const left = Math.min(...rest.map((priced) => priced.objective));
      return [
        {
          insteadOf: from.id,
          lines: members.map((line) => problem.lines[line]?.id ?? ''),
          load: load.map((units, line) => (members.includes(line) ? units : 0)),
          cost: objective - left - problem.shipmentPenalty,
        },
      ];
    });
  }
}
