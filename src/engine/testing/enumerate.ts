import { comparePlanned, type JudgedPlan, judgePlan } from '../check/check.js';
import { judgeShipment, type Planned } from '../check/check-shipment.js';
import type { RequestLine, RequestNode, RoutingRequest } from '../request.js';

/** What complete enumeration finds: the one best plan, or none. */
export interface Enumerated {
  readonly planned: readonly Planned[];
  readonly judged: JudgedPlan;
}

/**
 * The best plan by looking at every plan there is: each node ships nothing, or one of all its loads by one of its services. Only for
 * tiny requests. Everything is judged by the checker, so nothing here is shared with the engine. Null: no plan is feasible. `accept`
 * leaves out plans that are not asked for.
 */
export function enumerate(
  request: RoutingRequest,
  accept: (judged: JudgedPlan) => boolean = () => true,
): Enumerated | null {
  const lines = request.order.lines ?? [];
  const nodes = request.nodes ?? [];
  const shipmentsOf = nodes.map((node) => shipmentsFrom(request, node, lines));
  let best: Enumerated | null = null;
  const chosen: Planned[] = [];
  const left = lines.map((line) => line.quantity);
  const mustFill = (request.policy.unfilled ?? 'forbid') === 'forbid';
  const visit = (at: number): void => {
    if (at === nodes.length) {
      if (mustFill && left.some((units) => units > 0)) return;
      const planned = [...chosen];
      const judged = judgePlan(request, planned);
      if (judged.violations.length > 0 || !accept(judged)) return;
      if (best === null || comparePlanned(request, { planned, judged }, best) < 0) best = { planned, judged };
      return;
    }
    visit(at + 1);
    for (const { planned, take } of shipmentsOf[at] ?? []) {
      if (take.some((units, line) => units > (left[line] ?? 0))) continue;
      take.forEach((units, line) => {
        left[line] = (left[line] ?? 0) - units;
      });
      chosen.push(planned);
      visit(at + 1);
      chosen.pop();
      take.forEach((units, line) => {
        left[line] = (left[line] ?? 0) + units;
      });
    }
  };
  visit(0);
  return best;
}

function shipmentsFrom(request: RoutingRequest, node: RequestNode, lines: readonly RequestLine[]) {
  const found: { planned: Planned; take: readonly number[] }[] = [];
  const take = lines.map(() => 0);
  const visit = (at: number): void => {
    const line = lines[at];
    if (line) {
      for (let units = 0; units <= line.quantity; units += 1) {
        take[at] = units;
        visit(at + 1);
      }
      take[at] = 0;
      return;
    }
    const items = lines.flatMap(({ id }, index) => {
      const quantity = take[index] ?? 0;
      return quantity > 0 ? [{ lineId: id, quantity }] : [];
    });
    if (items.length === 0) return;
    for (const service of node.services ?? []) {
      const planned = { nodeId: node.id, serviceId: service.id, items };
      if (judgeShipment(request, planned).violations.length === 0) found.push({ planned, take: [...take] });
    }
  };
  visit(0);
  return found;
}
