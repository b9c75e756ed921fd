import { describe, expect, it } from 'vitest';
import { checkDecision, judgePlan } from '../check/check.js';
import { decide } from '../decide.js';
import { itemsOf } from '../loads/items.js';
import { planOf } from '../plan.js';
import { parseRequest } from '../reading/parse.js';
import type { RoutingRequest } from '../request.js';
import { validRequest } from '../testing/broken-request.js';
import { enumerate } from '../testing/enumerate.js';
import { randomRequest } from '../testing/random-request.js';
import { firstPlans } from './first-plan.js';

const SEEDS = Array.from({ length: 600 }, (_, at) => 90_001 + at);

const withoutEffort = (request: RoutingRequest): RoutingRequest => ({
  ...request,
  policy: { ...request.policy, effort: 0 },
});

/** What the order costs from each single node and service that can ship it whole, in 1/10000. */
function wholeFromOne(request: RoutingRequest): bigint[] {
  const items = (request.order.lines ?? []).map(({ id, quantity }) => ({ lineId: id, quantity }));
  return (request.nodes ?? []).flatMap((from) =>
    (from.services ?? []).flatMap(({ id }) => {
      const { violations, objective } = judgePlan(request, [{ nodeId: from.id, serviceId: id, items }]);
      return violations.length === 0 ? [objective] : [];
    }),
  );
}

describe('plans that take no search', () => {
  it('ship what one node can ship whole, at no more than the cheapest such node asks', () => {
    let whole = 0;
    for (const seed of SEEDS) {
      const request = withoutEffort(randomRequest(seed, { lines: 4, nodes: 4, services: 2, quantity: 4 }));
      const costs = wholeFromOne(request);
      if (costs.length === 0) continue;
      whole += 1;
      const least = costs.reduce((a, b) => (b < a ? b : a));
      const decision = decide(request, { searchOnly: true });
      expect({ seed, ships: decision.shipments.length > 0 || decision.proof?.kind === 'optimal' }).toEqual({
        seed,
        ships: true,
      });
      const { objective, unfilledValue } = judgePlan(request, decision.shipments);
      const { unfilled = 'forbid' } = request.policy;
      if (unfilled === 'forbid') expect({ seed, status: decision.status }).toEqual({ seed, status: 'routed' });
      if (unfilled === 'allow') expect({ seed, unfilledValue }).toEqual({ seed, unfilledValue: 0n });
      expect({ seed, isDearer: objective > least }).toEqual({ seed, isDearer: false });
    }
    expect(whole).toBeGreaterThan(100);
  });

  it('ship something also where leaving all costs less, but not what would cost less still', () => {
    const { nodes, order } = validRequest();
    const rates = [
      { upTo: 400, price: '0' },
      { upTo: 800, price: '8' },
    ];
    // Both go for 6.00, one for -3.00.
    const rewarded = nodes.map((from) => ({
      ...from,
      adjustment: '-4',
      offers: [{ sku: 'mug', unitCosts: [{ fromQuantity: 1, unitCost: '1' }] }],
      services: [{ id: 's1', carrier: 'post', transitHours: 48, rates }],
    }));
    const decisionAt = (effort: number) =>
      decide({ order, nodes: rewarded, policy: { unfilled: { costPerValue: '0' }, effort } }, { searchOnly: true });
    const { status, objective, proof } = decisionAt(0);
    expect({ status, objective, proof }).toEqual({
      status: 'routed',
      objective: '6.0000',
      proof: { kind: 'bounded', lowerBound: '-4.0000', gap: '10.0000' },
    });
    expect(decisionAt(1_000)).toMatchObject({ status: 'partial', objective: '-3.0000', proof: { kind: 'optimal' } });
  });

  it('break no rule of a shipment, but where what may only go whole is taken back, and cost what the checker counts', () => {
    let [kept, broken] = [0, 0];
    for (const seed of SEEDS) {
      const request = randomRequest(seed, { lines: 5, nodes: 4, services: 2, quantity: 5 });
      const parsed = parseRequest(request);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
      const { problem } = parsed;
      const items = itemsOf(problem);
      if (items.some(({ pooled }) => pooled.length > 0)) continue;
      firstPlans(problem, problem.nodes, items, (loads) => {
        const plan = planOf(
          problem,
          loads.map(({ node: from, takes }) => {
            const load = problem.lines.map(() => 0);
            for (const [at, { lines, whole }] of items.entries())
              for (const line of lines)
                load[line] = (takes[at] as number) * (whole ? (problem.lines[line]?.quantity ?? 0) : 1);
            return { node: from, load };
          }),
        );
        if (plan === null) broken += 1;
        else {
          const planned = plan.shipments.map(({ node: from, service, load }) => ({
            nodeId: from.id,
            serviceId: service.id,
            items: load.flatMap((quantity, line) =>
              quantity > 0 ? [{ lineId: problem.lines[line]?.id ?? '', quantity }] : [],
            ),
          }));
          const { shipments, objective } = judgePlan(request, planned);
          expect({ seed, faults: shipments.flatMap(({ violations }) => violations) }).toEqual({ seed, faults: [] });
          expect({ seed, objective }).toEqual({ seed, objective: BigInt(plan.objective) });
          kept += 1;
        }
      });
    }
    expect(kept).toBeGreaterThan(1_000);
    expect(broken / kept).toBeLessThan(0.05);
  });

  it('are costed exactly, and none is better than the best there is', () => {
    let planned = 0;
    for (const seed of SEEDS.slice(0, 200)) {
      const request = withoutEffort(randomRequest(seed));
      const decision = decide(request, { searchOnly: true });
      expect({ seed, violations: checkDecision(request, decision) }).toEqual({ seed, violations: [] });
      if (decision.shipments.length === 0) continue;
      planned += 1;
      const best = enumerate(request)?.judged;
      const found = judgePlan(request, decision.shipments);
      const isWorse = best !== undefined && best.unfilledCompared <= found.unfilledCompared;
      if (request.policy.unfilled === 'allow') expect({ seed, isWorse }).toEqual({ seed, isWorse: true });
      else expect({ seed, isBetter: found.objective < (best?.objective ?? 0n) }).toEqual({ seed, isBetter: false });
    }
    expect(planned).toBeGreaterThan(50);
  });
});
