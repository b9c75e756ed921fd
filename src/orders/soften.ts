import type { Decision } from '../engine/decision.js';
import { unfilledUnits } from '../matrix/low-stock.js';

/** One question that was asked without some soft filters, and its answer. */
interface Softened {
  readonly decision: Decision;
  /** Ids of the soft filters that did something to the question, in the order in which they give way. */
  readonly soft: readonly string[];
}

/**
 * Asks under all rules; where units stay that could go without the soft filters, these are dropped in their order, as few as will do. A
 * question that was not decided within its effort counts as one that leaves all. At most 3 + log2(soft filters) questions; one where all
 * that is wanted goes. Returns the answer that counts and the ids that were dropped for it.
 */
export async function decideSoftened<T extends Softened>(
  ask: (dropped: ReadonlySet<string>) => Promise<T>,
): Promise<{ readonly answer: T; readonly dropped: readonly string[] }> {
  const strict = await ask(new Set());
  const { soft } = strict;
  const kept = { answer: strict, dropped: [] };
  if (strict.decision.status === 'undecided' || unfilledUnits(strict.decision) === 0 || soft.length === 0) return kept;
  let answer = await ask(new Set(soft));
  const least = unitsLeft(answer);
  if (least >= unfilledUnits(strict.decision)) return kept;
  // Dropping more never leaves more: the fewest that will do are found by halving.
  let enough = soft.length;
  for (let tooFew = 0; enough - tooFew > 1; ) {
    const half = Math.floor((tooFew + enough) / 2);
    const tried = await ask(new Set(soft.slice(0, half)));
    if (unitsLeft(tried) <= least) {
      enough = half;
      answer = tried;
    } else tooFew = half;
  }
  return { answer, dropped: soft.slice(0, enough) };
}

function unitsLeft({ decision }: Softened): number {
  return decision.status === 'undecided' ? Number.POSITIVE_INFINITY : unfilledUnits(decision);
}
