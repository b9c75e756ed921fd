import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { RequestNode, RequestPolicy, RoutingRequest } from '../engine/request.js';
import { type LowOffer, unfilledUnits, unitsBySku } from '../matrix/low-stock.js';
import { decideSparingLow } from './divert.js';

interface Shelf {
  readonly node: string;
  readonly sku: string;
  readonly units: number;
  readonly low?: boolean;
}

type NodeTerms = Readonly<Record<string, Pick<RequestNode, 'offers' | 'minimumOrderValue'>>>;

const REJECT: RequestPolicy = { unfilled: 'forbid' };
const BACKORDER: RequestPolicy = { unfilled: { costPerValue: '1' } };

/** Nodes that ship anywhere for the same price, the sooner named the cheaper, with what is on their shelves. */
function requestOf(
  wanted: Readonly<Record<string, number>>,
  shelves: readonly Shelf[],
  policy: RequestPolicy,
  more: NodeTerms = {},
): RoutingRequest {
  const names = [...new Set(shelves.map(({ node }) => node))];
  return {
    order: {
      ...{ id: 'o', currency: 'EUR', placedAt: '2026-03-02T08:00:00Z', destination: { countryCode: 'DE' } },
      lines: Object.entries(wanted).map(([sku, quantity]) => ({
        ...{ id: sku, sku, quantity, unitPrice: '100', unitWeightGrams: 100, tags: [] },
      })),
    },
    nodes: names.map((node, at) => ({
      ...{ id: node, vendorId: node, location: { countryCode: 'DE' }, readyAt: '2026-03-02T12:00:00Z' },
      orderFee: String(at),
      offers: shelves
        .filter((shelf) => shelf.node === node)
        .map(({ sku, units }) => ({ sku, available: units, unitCosts: [{ fromQuantity: 1, unitCost: '10' }] })),
      services: [{ id: 's', carrier: 'c', transitHours: 24, rates: [{ upTo: 1_000_000, price: '5' }] }],
      ...more[node],
    })),
    policy,
  };
}
const lowOf = (shelves: readonly Shelf[]): LowOffer[] =>
  shelves
    .filter(({ low }) => low)
    .map(({ node, sku, units }) => ({ nodeCode: node, sku, available: units, threshold: units + 1 }));

async function routed(
  wanted: Readonly<Record<string, number>>,
  shelves: readonly Shelf[],
  policy: RequestPolicy,
  more: NodeTerms = {},
) {
  let asked = 0;
  const counted = (request: RoutingRequest) => {
    asked += 1;
    return decide(request);
  };
  const sparing = await decideSparingLow(counted, requestOf(wanted, shelves, policy, more), lowOf(shelves));
  const drawn = Object.fromEntries(sparing.drawn.map(({ nodeCode, sku, units }) => [`${nodeCode} ${sku}`, units]));
  return { ...sparing, asked, drawn, status: sparing.decision.status };
}

describe('an order of what some nodes run low of', () => {
  it.each([
    ['may wait', BACKORDER],
    ['may not wait', REJECT],
  ])('takes nothing of them where others have it all, when it %s', async (_, policy) => {
    const shelves = [
      { node: 'near', sku: 'A', units: 3, low: true },
      { node: 'far', sku: 'A', units: 9 },
    ];
    expect(await routed({ A: 2 }, shelves, policy)).toMatchObject({ status: 'routed', drawn: {}, asked: 1 });
  });

  it.each([
    ['may wait', BACKORDER],
    ['may not wait', REJECT],
  ])('takes of two such nodes no more together than is missing, when it %s', async (_, policy) => {
    const shelves = [
      { node: 'one', sku: 'A', units: 2, low: true },
      { node: 'two', sku: 'A', units: 4, low: true },
      { node: 'far', sku: 'A', units: 7 },
    ];
    const { status, drawn } = await routed({ A: 10 }, shelves, policy);
    expect(status).toBe('routed');
    expect(Object.values(drawn).reduce((sum, units) => sum + units, 0)).toBe(3);
  });

  it('that may not wait takes of the other SKUs nothing, though it needs one of them', async () => {
    const shelves = [
      { node: 'near', sku: 'A', units: 3, low: true },
      { node: 'near', sku: 'B', units: 3, low: true },
      { node: 'far', sku: 'B', units: 9 },
    ];
    expect(await routed({ A: 1, B: 2 }, shelves, REJECT)).toMatchObject({ status: 'routed', drawn: { 'near A': 1 } });
  });

  it('takes more than is missing where a node ships no less', async () => {
    const shelves = [
      { node: 'near', sku: 'A', units: 9, low: true },
      { node: 'far', sku: 'A', units: 7 },
    ];
    const offers = [{ sku: 'A', available: 9, minimumQuantity: 6, unitCosts: [{ fromQuantity: 1, unitCost: '10' }] }];
    const { status, drawn } = await routed({ A: 10 }, shelves, REJECT, { near: { offers } });
    expect({ status, drawn }).toEqual({ status: 'routed', drawn: { 'near A': 6 } });
  });

  it('is served whole where a node that runs low ships only a bigger order', async () => {
    const shelves = [
      { node: 'near', sku: 'A', units: 9, low: true },
      { node: 'far', sku: 'A', units: 7 },
    ];
    const more = { near: { minimumOrderValue: '50' } };
    expect(await routed({ A: 8 }, shelves, REJECT, more)).toMatchObject({ status: 'routed' });
  });

  it('asks no more than five times, and is never served less than if nothing were kept', async () => {
    const shelf = fc.record({
      node: fc.constantFrom('n1', 'n2', 'n3', 'n4'),
      sku: fc.constantFrom('A', 'B'),
      units: fc.integer({ min: 1, max: 6 }),
      low: fc.boolean(),
    });
    const world = fc.record({
      wanted: fc.record({ A: fc.integer({ min: 1, max: 12 }), B: fc.integer({ min: 1, max: 12 }) }),
      shelves: fc.uniqueArray(shelf, { minLength: 1, maxLength: 8, selector: ({ node, sku }) => node + sku }),
      policy: fc.constantFrom(REJECT, BACKORDER),
      minimum: fc.option(fc.constantFrom('20', '40'), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ wanted, shelves, policy, minimum }) => {
        const more: NodeTerms = minimum === undefined ? {} : { n1: { minimumOrderValue: minimum } };
        const { decision, asked, drawn } = await routed(wanted, shelves, policy, more);
        const plain = decide(requestOf(wanted, shelves, policy, more));
        expect(asked).toBeLessThanOrEqual(5);
        expect(unfilledUnits(decision)).toBeLessThanOrEqual(unfilledUnits(plain));
        if (decision.status === 'unroutable' || minimum !== undefined) return;
        for (const [sku, want] of Object.entries(wanted)) {
          const shelved = (low: boolean) =>
            unitsBySku(
              shelves.filter((each) => each.low === low).map((each) => ({ sku: each.sku, quantity: each.units })),
            ).get(sku) ?? 0;
          const taken = Object.entries(drawn).reduce((sum, [at, n]) => sum + (at.endsWith(` ${sku}`) ? n : 0), 0);
          expect(taken).toBe(Math.min(Math.max(0, want - shelved(false)), shelved(true)));
        }
      }),
      { numRuns: 300 },
    );
  });
});
