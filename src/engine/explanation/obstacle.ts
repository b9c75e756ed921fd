import type { Problem, ProblemLine, ProblemNode } from '../problem.js';
import { RULE_REASONS, type RuleReason } from '../reasons.js';
import type { RoutingRequest } from '../request.js';
import { type Allowance, Asking } from './asking.js';
import { FACTS_OF, type Facts, notOffered, ruleAgainst, unitsOf } from './facts.js';
import { firstLevelWithout, LEVEL, Levels } from './levels.js';
import { NodeLoads } from './node-loads.js';
import { Pieces } from './pieces.js';

/** Why a node could be in no feasible shipment. */
interface Obstacle {
  readonly code: RuleReason;
  readonly facts: Facts;
  readonly ruleId?: string;
}

/** Steps of search for all nodes of a request, in equal shares. A node about which they do not suffice is not said to be ruled out. */
const STEPS_MOST = 2_000;

/** Finds what keeps nodes from shipping anything at all, whatever the others do. */
export class Obstacles {
  private readonly pieces: Pieces;
  private readonly levels: Levels;
  private readonly skus: Facts;
  private readonly steps: number;

  constructor(
    private readonly request: RoutingRequest,
    private readonly problem: Problem,
    private readonly allowance: Allowance,
  ) {
    this.pieces = new Pieces(problem);
    this.levels = new Levels(problem);
    this.skus = { skus: problem.skus };
    this.steps = Math.max(1, Math.floor(STEPS_MOST / Math.max(1, problem.nodes.length)));
  }

  /** The first rule, in their order, that with those before it leaves the node no shipment, with the numbers; null where it could ship. */
  of(node: ProblemNode): Obstacle | null {
    const { request, problem, pieces, levels, allowance } = this;
    if (offersNothing(node)) return { code: 'NO_OFFER', facts: this.skus };
    const loads = new NodeLoads(pieces, problem, node, new Asking(allowance, this.steps));
    if (loads.exist() !== false) return null;
    const at = (level: number) => loads.with(levels.orderAt(level), levels.nodeAt(node, level));
    const level = firstLevelWithout(LEVEL.EXCLUDED_BY_RULE, (each) =>
      each <= LEVEL.NO_STOCK ? this.has(node, each) : at(each).exist(),
    );
    if (level === null) return null;
    const code = RULE_REASONS[level] as Exclude<RuleReason, 'SHIPMENT_LIMIT'>;
    if (code === 'NO_OFFER') return { code, facts: notOffered(problem, node) };
    const before = at(level - 1);
    if (code !== 'EXCLUDED_BY_RULE') return { code, facts: FACTS_OF[code](before, node, problem) };
    const { reason = '', ruleId } = ruleAgainst(request, before) ?? {};
    return ruleId === undefined ? { code, facts: { reason } } : { code, facts: { reason }, ruleId };
  }

  /** Whether some piece is offered, and from the level of stock on available: the two levels that most nodes fail at. */
  private has(node: ProblemNode, level: number): boolean {
    const { lines } = this.problem;
    for (const piece of this.pieces.all) {
      const isThere = (index: number) => {
        const { sku } = lines[index] as ProblemLine;
        const available = node.offers[sku]?.available ?? -1;
        if (level < LEVEL.NO_STOCK) return available >= 0;
        return available >= (piece.whole ? unitsOf(this.problem, sku, piece.lines) : 1);
      };
      if (piece.lines.every(isThere)) return true;
    }
    return false;
  }
}

function offersNothing(node: ProblemNode): boolean {
  for (const offer of node.offers) if (offer !== null) return false;
  return true;
}
