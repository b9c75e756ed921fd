import { describe, expect, it } from 'vitest';
import { checkDecision } from '../check/check.js';
import { decide } from '../decide.js';
import type { RequestOffer, RoutingRequest } from '../request.js';
import { validRequest } from '../testing/broken-request.js';
import { randomFrom } from '../testing/random-request.js';
import { sharesOf } from './pack-plans.js';

/** An order of so many units from nodes with these offers; no effort for a search. */
function ordered(quantity: number, offers: readonly Partial<RequestOffer>[], maxShipments?: number): RoutingRequest {
  const { order } = validRequest();
  const lines = [{ id: 'l1', sku: 'screw', quantity, unitPrice: '1', unitWeightGrams: 1 }];
  const nodes = offers.map((offer, at) => ({
    id: `n${at}`,
    vendorId: 'v1',
    location: { countryCode: 'US' },
    readyAt: '2026-03-03T09:00:00Z',
    offers: [{ sku: 'screw', unitCosts: [{ fromQuantity: 1, unitCost: `1.0${at}` }], ...offer }],
    services: [
      {
        id: 's1',
        carrier: 'post',
        transitHours: 48,
        basis: 'units' as const,
        rates: [{ upTo: 1_000_000, price: '5' }],
      },
    ],
  }));
  const limit = maxShipments === undefined ? {} : { maxShipments };
  return { order: { ...order, lines }, nodes, policy: { effort: 0, ...limit } };
}

const packs = (...sizes: number[]) => sizes.map((quantityMultiple) => ({ quantityMultiple }));

describe('a line in packs that have to come out even', () => {
  it.each([
    ['from two nodes', ordered(999_983, packs(101, 103))],
    ['from two of three nodes, where no more may ship', ordered(34_071, packs(64, 72, 211), 2)],
    ['from three nodes, where no two have it', ordered(999_983, packs(1_009, 2_003, 3_001))],
    [
      'from nodes that have only so much',
      ordered(50_000, [
        { quantityMultiple: 101, available: 20_000 },
        { quantityMultiple: 103, available: 20_000, minimumQuantity: 5_000 },
        { quantityMultiple: 107, available: 20_000 },
      ]),
    ],
  ])('has a plan %s', (_where, request) => {
    const decision = decide(request);
    expect(decision.status).toBe('routed');
    expect(checkDecision(request, decision)).toEqual([]);
  });

  it('has none where the packs have no sum of that size', () => {
    expect(decide(ordered(13, packs(6, 9))).shipments).toEqual([]);
    expect(decide(ordered(34_071, packs(64, 72, 211), 1)).shipments).toEqual([]);
  });
});

describe('the shares of two nodes', () => {
  it('are the fewest and the most units of the first that leave whole packs to the other', () => {
    const random = randomFrom(7);
    const upTo = (most: number) => 1 + Math.floor(random() * most);
    let [some, none] = [0, 0];
    for (let round = 0; round < 3_000; round += 1) {
      const source = () => {
        const pack = upTo(12);
        return { pack, least: pack * upTo(3), most: pack * (2 + upTo(15)) };
      };
      const [one, other, rest] = [source(), source(), upTo(150)];
      const all: number[] = [];
      for (let units = one.least; units <= one.most; units += one.pack) {
        const left = rest - units;
        if (left >= other.least && left <= other.most && left % other.pack === 0) all.push(units);
      }
      const ends = [...new Set([all[0], all.at(-1)])].filter((units) => units !== undefined);
      expect({ one, other, rest, shares: sharesOf(rest, one, other) }).toEqual({ one, other, rest, shares: ends });
      if (all.length > 0) some += 1;
      else none += 1;
    }
    expect(Math.min(some, none)).toBeGreaterThan(300);
  });
});
