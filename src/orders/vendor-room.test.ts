import { describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { RequestNode, RoutingRequest } from '../engine/request.js';
import { decideWithinRoom } from './vendor-room.js';

function node(id: string, vendorId: string, unitCost: string, available: number): RequestNode {
  return {
    ...{ id, vendorId, location: { countryCode: 'US' }, readyAt: '2026-03-02T12:00:00Z' },
    offers: [{ sku: 'LAMP', available, unitCosts: [{ fromQuantity: 1, unitCost }] }],
    services: [{ id: 'ground', carrier: 'postline', transitHours: 24, rates: [{ upTo: 1_000_000, price: '1' }] }],
  };
}
/** Ten lamps: acme has 4 at one node and 4 at another, dearer zenith has 10. */
const REQUEST: RoutingRequest = {
  order: {
    ...{ id: 'o', currency: 'USD', placedAt: '2026-03-02T09:00:00Z', destination: { countryCode: 'US' } },
    lines: [{ id: '1', sku: 'LAMP', quantity: 10, unitPrice: '50', unitWeightGrams: 100 }],
  },
  nodes: [node('east', 'acme', '5', 4), node('west', 'acme', '5.1', 4), node('far', 'zenith', '9', 10)],
  policy: { unfilled: { costPerValue: '1' } },
};

describe('the room of a vendor with several nodes', () => {
  const ask = async (units: number) => {
    let questions = 0;
    const { decision } = await decideWithinRoom([{ vendorCode: 'acme', units }], REQUEST, async (request) => {
      questions += 1;
      return { decision: decide(request) };
    });
    const taken = decision.shipments.map(({ nodeId, items }) => [nodeId, items[0]?.quantity]);
    return { taken: Object.fromEntries(taken), questions };
  };

  it('is left alone where they take no more together', async () => {
    expect(await ask(8)).toEqual({ taken: { east: 4, west: 4, far: 2 }, questions: 1 });
  });

  it('is shared out by what they took where they took more together', async () => {
    expect(await ask(5)).toEqual({ taken: { east: 4, west: 1, far: 5 }, questions: 2 });
    expect(await ask(3)).toEqual({ taken: { east: 3, far: 7 }, questions: 2 });
  });
});
