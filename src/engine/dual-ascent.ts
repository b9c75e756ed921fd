const PASSES_MAX = 60;

/**
 * A lower bound of a facility-location problem, in integers: `costs[j][n]` for serving demand j whole from n (Infinity: cannot),
 * `opening[n]` (not negative) for opening n. Raises each demand's dual while the openings that it eats into last.
 *
 * Infinity where a demand cannot be served. Source: Erlenkotter, "A dual-based procedure for uncapacitated facility location" (1978). Any feasible dual
 * is a bound, so stopping early only weakens it.
 */
export function dualAscent(costs: readonly (readonly number[])[], opening: readonly number[]): number {
  const slack = [...opening];
  const duals = costs.map((row) => Math.min(...row));
  if (duals.some((dual) => !Number.isFinite(dual))) return Number.POSITIVE_INFINITY;
  for (let pass = 0, raised = true; raised && pass < PASSES_MAX; pass += 1) {
    raised = false;
    for (const [j, row] of costs.entries()) {
      const dual = duals[j] ?? 0;
      let room = Number.POSITIVE_INFINITY;
      let next = Number.POSITIVE_INFINITY;
      for (const [n, cost] of row.entries()) {
        if (cost <= dual) room = Math.min(room, slack[n] ?? 0);
        else next = Math.min(next, cost - dual);
      }
      const step = Math.min(room, next);
      if (step <= 0 || !Number.isFinite(step)) continue;
      for (const [n, cost] of row.entries()) if (cost <= dual) slack[n] = (slack[n] ?? 0) - step;
      duals[j] = dual + step;
      raised = true;
    }
  }
  return duals.reduce((sum, dual) => sum + dual, 0);
}
