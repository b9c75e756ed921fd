import { describe, expect, it } from 'vitest';
import { checkDecision } from '../check/check.js';
import { decide } from '../decide.js';
import { parseRequest } from '../reading/parse.js';
import type {
  RequestLine,
  RequestNode,
  RequestOffer,
  RequestPolicy,
  RequestService,
  RoutingRequest,
} from '../request.js';
import { enumerate } from '../testing/enumerate.js';
import { randomRequest } from '../testing/random-request.js';
import { itemsOf } from './items.js';
import { reachOf } from './reach.js';

const MILLION = 1_000_000;

interface Change {
  readonly line?: Partial<RequestLine>;
  readonly offer?: Partial<RequestOffer>;
  readonly node?: Partial<RequestNode>;
  readonly service?: Partial<RequestService>;
  readonly policy?: RequestPolicy;
}

/** A million mugs of 500 g, of which two warehouses have 1,700 and 1,400. */
function millionMugs({ line, offer, node, service, policy }: Change = {}): RoutingRequest {
  const nodes = [1_700, 1_400].map((available, at) => ({
    id: `n${at}`,
    vendorId: 'v',
    location: { countryCode: 'US' },
    readyAt: '2026-03-02T10:00:00Z',
    orderFee: '4',
    offers: [{ sku: 'mug', available, unitCosts: [{ fromQuantity: 1, unitCost: '5' }], ...offer }],
    services: [
      {
        id: 'post',
        carrier: 'post',
        transitHours: 24,
        rates: [{ upTo: 20_000, price: '9' }],
        beyond: { every: 20_000, price: '7' },
        ...service,
      },
    ],
    ...node,
  }));
  const mugs = { id: 'l1', sku: 'mug', quantity: MILLION, unitPrice: '12', unitWeightGrams: 500, ...line };
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: [mugs],
    },
    nodes,
    policy: { unfilled: 'allow', ...policy },
  };
}

/** Units that the search is asked for, and the value of the others in mugs. */
function searched(request: RoutingRequest) {
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { problem } = parsed;
  const { items, beyond } = reachOf(problem, problem.nodes, itemsOf(problem));
  return { units: items.reduce((sum, { demand }) => sum + demand, 0), beyond: beyond.value / 120_000 };
}

describe('an order far above all stock', () => {
  const withoutBeyond = { beyond: undefined };
  const CASES: readonly (readonly [what: string, change: Change, units: number])[] = [
    ['all stock together', {}, 3_100],
    ['whole packs', { offer: { quantityMultiple: 400 } }, 2_800],
    ['nothing where stock is below the minimum', { offer: { minimumQuantity: 1_500 } }, 1_700],
    ['what the nodes can handle today', { node: { remainingUnits: 250 } }, 500],
    ['whole packs that the nodes can handle', { node: { remainingUnits: 250 }, offer: { quantityMultiple: 60 } }, 480],
    ['the weight that is carried', { service: withoutBeyond }, 80],
    ['the greatest weight that is carried', { service: { maximum: 30_000 } }, 120],
    [
      'the units that are carried',
      { service: { basis: 'units', rates: [{ upTo: 7, price: '9' }], ...withoutBeyond } },
      14,
    ],
    ['nothing without a service', { service: { rates: [], ...withoutBeyond } }, 0],
    ['nothing by a carrier that refuses it', { line: { tags: ['liquid'] }, service: { excludedTags: ['liquid'] } }, 0],
    ['the greater stock where a line must not be split', { policy: { splitLines: false } }, 1_700],
    ['nothing of a line that goes whole or not at all', { line: { partial: false } }, 0],
    ['all of it where some node makes it to order', { offer: { available: undefined } }, MILLION],
  ];

  it.each(CASES)('asks the search for %s', (_what, change, units) => {
    expect(searched(millionMugs(change))).toEqual({ units, beyond: MILLION - units });
  });

  it.each(['allow', { costPerValue: '1' }] as const)(
    'ships what an order of the stock ships, unfilled: %j',
    (unfilled) => {
      const [stock, million] = [3_100, MILLION].map((quantity) =>
        decide(millionMugs({ line: { quantity }, policy: { unfilled } })),
      );
      expect(million?.shipments).toEqual(stock?.shipments);
      expect(million?.shipments.map(({ items }) => items[0]?.quantity)).toEqual([1_700, 1_400]);
      expect(million).toMatchObject({ status: 'partial', proof: { kind: 'optimal' }, unfilledValue: '11962800.0000' });
      expect(million?.unfilled).toEqual([{ lineId: 'l1', sku: 'mug', quantity: 996_900, reason: 'NO_STOCK' }]);
    },
  );

  it('is unroutable at once where nothing may stay unfilled', () => {
    const decision = decide(millionMugs({ policy: { unfilled: 'forbid', effort: 0 } }));
    expect(decision).toMatchObject({ status: 'unroutable', proof: { kind: 'optimal' } });
    expect(decision.unfilled).toEqual([{ lineId: 'l1', sku: 'mug', quantity: MILLION, reason: 'NO_STOCK' }]);
  });

  it.each(['forbid', 'allow'] as const)(
    'is decided all but exactly where one node makes the rest to order, unfilled: %s',
    (unfilled) => {
      const [any] = millionMugs().nodes ?? [];
      const nodes = Array.from({ length: 20 }, (_, at) => {
        const unitCost = (3 + ((at * 13) % 50) / 10).toFixed(2);
        const offer = { sku: 'mug', unitCosts: [{ fromQuantity: 1, unitCost }] };
        const beyond = { every: 1_000, price: (0.5 + ((at * 7) % 10) / 10).toFixed(2) };
        return {
          ...any,
          id: `n${at}`,
          offers: [at === 3 ? offer : { ...offer, available: (at * 97) % 300 }],
          services: [{ ...any?.services?.[0], beyond }],
        } as RequestNode;
      });
      const decision = decide({ ...millionMugs({ policy: { unfilled, effort: 2_000 } }), nodes });
      expect(decision).toMatchObject({ status: 'routed', unfilled: [] });
      expect(decision.shipments.length).toBeGreaterThan(10);
      const { proof, objective } = decision;
      const gap = proof?.kind === 'bounded' ? Number(proof.gap) : 0;
      expect(gap / Number(objective)).toBeLessThan(1e-5);
    },
  );

  it('ships from a node that has it all where the effort ends before any plan was found', () => {
    const nodes = millionMugs({ offer: { available: undefined } }).nodes?.map((node, at) => ({
      ...node,
      orderFee: `${4 - at}`,
    }));
    const decision = decide({ ...millionMugs({ policy: { unfilled: 'forbid', effort: 0 } }), nodes });
    expect(decision).toMatchObject({ status: 'routed', proof: { kind: 'bounded' } });
    expect(decision.shipments.map(({ nodeId }) => nodeId)).toEqual(['n1']);
  });

  it('ships what complete enumeration ships of a few units more than the stock, whatever else it asks for', () => {
    let shipped = 0;
    for (let seed = 1; seed <= 400; seed += 1) {
      const { unfilled, near, far } = beyondStock(seed);
      const best = enumerate(near)?.planned ?? [];
      const expected = [...best].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
      for (const searchOnly of [false, true]) {
        const decision = decide(far, { searchOnly });
        const planned = decision.shipments.map(({ nodeId, serviceId, items }) => ({
          nodeId,
          serviceId,
          items: items.map(({ lineId, quantity }) => ({ lineId, quantity })),
        }));
        expect({ seed, unfilled, searchOnly, planned }).toEqual({ seed, unfilled, searchOnly, planned: expected });
        expect({ seed, proof: decision.proof }).toEqual({ seed, proof: { kind: 'optimal' } });
        expect({ seed, violations: checkDecision(far, decision) }).toEqual({ seed, violations: [] });
      }
      if (expected.length > 0) shipped += 1;
    }
    expect(shipped).toBeGreaterThan(150);
  }, 60_000);
});

/** Mugs in packs of 12 and of 18, from two warehouses that make them to order or have so many. */
function packs(quantities: readonly number[], unfilled: 'allow' | 'forbid', available?: number): RoutingRequest {
  const { order, nodes = [], policy } = millionMugs({ policy: { unfilled, effort: 0 } });
  return {
    order: {
      ...order,
      lines: quantities.map((quantity, at) => ({
        ...order.lines?.[0],
        id: `l${at}`,
        quantity,
        unitPrice: `${12 + at}`,
      })),
    } as RoutingRequest['order'],
    nodes: nodes.map((from, at) => ({
      ...from,
      offers: (from.offers ?? []).map(({ available: _, ...offer }) => ({
        ...offer,
        quantityMultiple: [12, 18][at] ?? 1,
        ...(available === undefined ? {} : { available }),
      })),
    })),
    policy,
  };
}

describe('without any effort, what packs and stock leave of an order is known', () => {
  it('as the rest above the size that goes into all packs: sixes, of twelves and eighteens', () => {
    const left = [32, 999_999, MILLION].map((quantity) => decide(packs([quantity], 'forbid')));
    for (const decision of left) expect(decision).toMatchObject({ status: 'unroutable', proof: { kind: 'optimal' } });
    const bounds = [32, MILLION].map((quantity) => decide(packs([quantity], 'allow'), { searchOnly: true }));
    for (const { status, unfilledValue, proof } of bounds) {
      expect(status).toBe('partial');
      const bound = proof?.kind === 'bounded' ? (proof.unfilledLowerBound ?? unfilledValue) : unfilledValue;
      expect(Number(bound)).toBeGreaterThanOrEqual(12 * 2);
      expect(Number(bound)).toBeLessThanOrEqual(Number(unfilledValue));
    }
    expect(decide(packs([36], 'forbid'))).toMatchObject({ status: 'routed' });
  });

  it('also where some lines are left out of a question, and their SKUs are not', () => {
    const parsed = parseRequest(packs([32, 4, 10], 'forbid'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const problem = { ...parsed.problem, lines: parsed.problem.lines.slice(0, 2), skus: ['mug', 'pan'] };
    const { beyond, isShort } = reachOf(problem, problem.nodes, itemsOf(problem));
    // Neither 32 nor 4 is whole packs, but together they are six sixes.
    expect({ beyond: beyond.value, isShort }).toEqual({ beyond: 0, isShort: false });
  });

  it('as what two lines of a SKU ask for together above the stock of both warehouses', () => {
    expect(decide(packs([36, 36], 'forbid', 36))).toMatchObject({ status: 'routed' });
    expect(decide(packs([36, 37], 'forbid', 36))).toMatchObject({ status: 'unroutable', proof: { kind: 'optimal' } });
    // Neither line by itself asks for more than there is; the cheaper one waits.
    const decision = decide(packs([60, 60], 'allow', 36), { searchOnly: true });
    expect(decision).toMatchObject({ status: 'partial', unfilledValue: (12 * 48).toFixed(4) });
    const { proof } = decision;
    expect(proof?.kind === 'bounded' ? proof.unfilledLowerBound : undefined).toBeUndefined();
  });
});

/** A random request whose first line asks for a little more than all stock, and the same for far more. */
function beyondStock(seed: number) {
  const request = randomRequest(seed, { lines: 2, nodes: 3, services: 2, quantity: 2 });
  // Weights that leave nothing to round, so that a constant in what stays unfilled changes no comparison.
  const unfilled = (['allow', { costPerValue: '1' }, { costPerValue: '2' }] as const)[seed % 3] ?? 'allow';
  const nodes = request.nodes?.map((node) => ({
    ...node,
    offers: node.offers?.map((offer) => ({ ...offer, available: Math.min(offer.available ?? 2, 2) })),
  }));
  const withQuantity = (quantity: number): RoutingRequest => ({
    ...request,
    order: {
      ...request.order,
      lines: request.order.lines?.map((line, at) => (at === 0 ? { ...line, quantity } : line)),
    },
    nodes,
    policy: { ...request.policy, unfilled },
  });
  return { unfilled, near: withQuantity(7), far: withQuantity(MILLION) };
}
