import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import { type ReasonCode, RULE_REASONS } from '../reasons.js';
import type { RequestNode, RequestOffer, RoutingRequest } from '../request.js';
import { nodeCodes } from '../testing/node-codes.js';
import { randomRequest } from '../testing/random-request.js';

const REQUESTS = 600;

describe('a node that is not used', () => {
  it('has the first reason that rules out every shipment from it, else is costlier', () => {
    const seen = new Map<ReasonCode, number>();
    for (let seed = 1; seed <= REQUESTS; seed += 1) {
      const request = randomRequest(seed);
      const codes = nodeCodes(request);
      const unused = decide(request).candidates.filter(({ used }) => !used);
      for (const { code } of unused) if (code) seen.set(code, (seen.get(code) ?? 0) + 1);
      expect({ seed, codes: unused.map(({ nodeId, code }) => [nodeId, code]) }).toEqual({
        seed,
        codes: unused.map(({ nodeId }) => [nodeId, codes.get(nodeId)]),
      });
    }
    // The premise: every reason that rules a node out is met often.
    const expected = [...RULE_REASONS, 'COSTLIER' as const].filter((code) => code !== 'SHIPMENT_LIMIT');
    expect(expected.filter((code) => (seen.get(code) ?? 0) < 5)).toEqual([]);
  }, 60_000);

  it('is named with the numbers that decided it, and with the rule where one did', () => {
    const request: RoutingRequest = {
      order: {
        id: 'order-1',
        currency: 'USD',
        placedAt: '2026-03-02T09:00:00Z',
        deliverBy: '2026-03-06T09:00:00Z',
        destination: { countryCode: 'US' },
        lines: [{ id: 'l1', sku: 'mug', quantity: 4, unitPrice: '12', unitWeightGrams: 400, tags: ['fragile'] }],
      },
      nodes: [
        node('short', { available: 0 }),
        node('packs', { quantityMultiple: 6 }),
        node('bulk', {}, { minimumOrderValue: '50' }),
        node('slow', { readyAt: '2026-03-05T09:00:00Z' }),
        node('barred', {}),
      ],
      policy: {},
      exclusions: [
        { nodeId: 'elsewhere', reason: 'no contract', ruleId: 'r1' },
        { nodeId: 'barred', sku: 'mug', reason: 'quality', ruleId: 'r2' },
      ],
    };
    expect(decide(request).candidates).toEqual([
      { nodeId: 'short', used: false, code: 'NO_STOCK', facts: { offers: [{ sku: 'mug', available: 0, wanted: 4 }] } },
      {
        nodeId: 'packs',
        used: false,
        code: 'NOT_A_MULTIPLE',
        facts: { offers: [{ sku: 'mug', most: 4, quantityMultiple: 6 }] },
      },
      {
        nodeId: 'bulk',
        used: false,
        code: 'BELOW_MINIMUM_VALUE',
        facts: { goods: '16.0000', minimumOrderValue: '50.0000' },
      },
      {
        nodeId: 'slow',
        used: false,
        code: 'TOO_LATE',
        facts: { arrivesAt: '2026-03-07T09:00:00Z', deliverBy: '2026-03-06T09:00:00Z' },
      },
      { nodeId: 'barred', used: false, code: 'EXCLUDED_BY_RULE', facts: { reason: 'quality' }, ruleId: 'r2' },
    ]);
  });
});

/** A node with plenty of mugs at 4.00, two days from the door. */
function node(id: string, offer: Partial<RequestOffer>, more: Partial<RequestNode> = {}): RequestNode {
  return {
    id,
    vendorId: 'v1',
    location: { countryCode: 'US' },
    readyAt: '2026-03-03T09:00:00Z',
    offers: [{ sku: 'mug', available: 9, unitCosts: [{ fromQuantity: 1, unitCost: '4' }], ...offer }],
    services: [{ id: 'ground', carrier: 'post', transitHours: 48, rates: [{ upTo: 5000, price: '6' }] }],
    ...more,
  };
}
