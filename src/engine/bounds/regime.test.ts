import { describe, expect, it } from 'vitest';
import { freightOf, surchargesOf } from '../cost.js';
import { itemsOf } from '../loads/items.js';
import { parseRequest } from '../reading/parse.js';
import type { RoutingRequest } from '../request.js';
import { shippersOf } from './shipper.js';

/** Jars of 40 g from one node, by a carrier that asks for another 0.35, and fuel on it, every 25 g beyond the first 500. */
function jars(quantity: number): RoutingRequest {
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: [{ id: 'l1', sku: 'jar', quantity, unitPrice: '9', unitWeightGrams: 40 }],
    },
    nodes: [
      {
        id: 'n1',
        vendorId: 'v1',
        location: { countryCode: 'US' },
        readyAt: '2026-03-02T10:00:00Z',
        offers: [{ sku: 'jar', unitCosts: [{ fromQuantity: 1, unitCost: '4' }] }],
        services: [
          {
            id: 'post',
            carrier: 'post',
            transitHours: 24,
            rates: [
              { upTo: 200, price: '3' },
              { upTo: 500, price: '5' },
            ],
            beyond: { every: 25, price: '0.35' },
            surcharges: [{ id: 'fuel', percent: '12.5' }],
          },
        ],
      },
    ],
    policy: {},
  };
}

describe('freight that rises in many steps', () => {
  it('is never dearer than its stair says it is, exactly that on even ones, and never far below', () => {
    const parsed = parseRequest(jars(200_000));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { problem } = parsed;
    const { shippers, scale } = shippersOf(problem, problem.nodes, itemsOf(problem), 0);
    const [regime] = shippers[0]?.regimes ?? [];
    const { stairs = [], service } = regime ?? {};
    let above = -1;
    for (const stair of stairs) {
      expect(stair.above).toBe(above);
      above = stair.upTo;
      const prices = [stair.above + 1, (stair.above + stair.upTo) >> 1, stair.upTo].map((grams) => {
        const freight = service && freightOf(service, grams);
        return service && freight ? (freight + surchargesOf(service, freight)) * scale : Number.NaN;
      });
      if (stair.even) expect(prices).toEqual([stair.price, stair.price, stair.price]);
      expect(prices[0]).toBe(stair.price);
      for (const price of prices) expect(price / stair.price).toBeLessThan(1.02);
    }
    expect(above).toBe(8_000_000);
    expect(stairs.filter(({ even }) => even).length).toBeGreaterThan(90);
    expect(stairs.length).toBeLessThan(700);
  });
});
