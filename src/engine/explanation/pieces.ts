import { LoadSums } from '../loads/load-sums.js';
import type { Problem, ProblemLine } from '../problem.js';

/** Lines that go together in a shipment: one line, or a kit. */
export interface Piece {
  readonly lines: readonly number[];
  /** A shipment has all of their units or none. */
  readonly whole: boolean;
}

/** The lines of an order as pieces. */
export class Pieces {
  readonly all: readonly Piece[];
  /** No two pieces share a SKU. */
  readonly areApart: boolean;
  /** For a load that is tried; empty between tries. */
  readonly sums: LoadSums;

  constructor(problem: Problem) {
    const kits = new Map<string, number[]>();
    const pieces: Piece[] = [];
    for (let index = 0; index < problem.lines.length; index += 1) {
      const line = problem.lines[index] as ProblemLine;
      const kit = line.group === null ? undefined : kits.get(line.group);
      if (kit) {
        kit.push(index);
        continue;
      }
      const lines = [index];
      if (line.group !== null) kits.set(line.group, lines);
      pieces.push({ lines, whole: line.group !== null || !mayGoInPart(problem, line) });
    }
    this.all = pieces;
    this.areApart = problem.skus.length === problem.lines.length || noSkuTwice(problem, pieces);
    this.sums = new LoadSums(problem);
  }
}

/**
 * Whether one shipment may hold some of a line's units and not all: the rest comes from elsewhere, or stays unfilled. A line that goes whole or not
 * at all may still come from several nodes, where lines may be split. Source: ROUTING.md, "Plan" (rules 1 and 4).
 */
export function mayGoInPart({ splitLines, unfilled }: Problem, line: ProblemLine): boolean {
  return splitLines || (unfilled !== 'forbid' && line.partial);
}

function noSkuTwice({ lines }: Problem, pieces: readonly Piece[]): boolean {
  const seen = new Set<number>();
  for (const piece of pieces) {
    const own = new Set(piece.lines.map((line) => (lines[line] as ProblemLine).sku));
    for (const sku of own) {
      if (seen.has(sku)) return false;
      seen.add(sku);
    }
  }
  return true;
}
