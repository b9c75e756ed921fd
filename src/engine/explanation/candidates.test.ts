import { describe, expect, it } from 'vitest';
import { tenThousandths } from '../check/check-shipment.js';
import { decide } from '../decide.js';
import { type ReasonCode, RULE_REASONS } from '../reasons.js';
import type { RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';
import { nearestNumbers, nodeCodes } from '../testing/node-codes.js';
import { randomRequest } from '../testing/random-request.js';
import { decided, node as mugs, type Unusual } from '../testing/small.js';

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

  it('comes no nearer to the rule than its numbers say, and as near as that', () => {
    const seen = { BELOW_MINIMUM_VALUE: 0, NO_CAPACITY: 0, TOO_HEAVY: 0, TOO_LATE: 0 };
    for (let seed = 1; seed <= REQUESTS / 2; seed += 1) {
      const request = randomRequest(seed);
      for (const { nodeId, code, facts = {} } of decide(request).candidates) {
        const node = request.nodes?.find(({ id }) => id === nodeId);
        if (!node || code === undefined || !(code in seen)) continue;
        seen[code as keyof typeof seen] += 1;
        const nearest = nearestNumbers(request, node, code);
        const at = { seed, nodeId };
        if (code === 'BELOW_MINIMUM_VALUE')
          expect({ ...at, goods: tenThousandths(String(facts.goods)) }).toEqual({ ...at, goods: nearest.goods() });
        if (code === 'NO_CAPACITY') expect({ ...at, needed: facts.needed }).toEqual({ ...at, needed: nearest.units() });
        if (code === 'TOO_HEAVY')
          for (const [service, needed] of Object.entries(facts.needed as Record<string, string | number>)) {
            const measure = typeof needed === 'string' ? tenThousandths(needed) : BigInt(needed);
            expect({ ...at, service, measure }).toEqual({ ...at, service, measure: nearest.measure(service) });
          }
        if (code === 'TOO_LATE')
          expect({ ...at, arrivesAt: Date.parse(String(facts.arrivesAt)) }).toEqual({
            ...at,
            arrivesAt: nearest.arrivesAt(),
          });
      }
    }
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(3);
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

  it.each<[what: string, unusual: Unusual, code: ReasonCode, facts: object]>([
    [
      'what it lacks of a kit, not what it has',
      { line: { group: 'kit' }, more: [{ sku: 'pan', group: 'kit' }], nodes: [mugs('a')] },
      'NO_OFFER',
      { skus: ['pan'] },
    ],
    [
      'the short stock of a kit, not the other',
      {
        line: { group: 'kit' },
        more: [{ sku: 'pan', group: 'kit' }],
        nodes: [mugs('a', { offers: [priced('mug'), { ...priced('pan'), available: 1 }] })],
      },
      'NO_STOCK',
      { offers: [{ sku: 'pan', available: 1, wanted: 3 }] },
    ],
    [
      'what a line comes to that may not be split',
      { line: { quantity: 5 }, policy: { splitLines: false }, nodes: [mugs('a', { offer: { quantityMultiple: 2 } })] },
      'NOT_A_MULTIPLE',
      { offers: [{ sku: 'mug', most: 5, whole: true, quantityMultiple: 2 }] },
    ],
    [
      'what the goods come to without a kit that it has too little of',
      {
        more: [
          { sku: 'pan', group: 'kit' },
          { sku: 'jar', group: 'kit' },
        ],
        nodes: [
          mugs('a', {
            offers: [priced('mug'), priced('pan'), { ...priced('jar'), available: 2 }],
            minimumOrderValue: '30',
          }),
        ],
      },
      'BELOW_MINIMUM_VALUE',
      { goods: '12.0000', minimumOrderValue: '30.0000' },
    ],
    [
      'what the goods come to before a price break makes more of them cost less',
      {
        line: { quantity: 5 },
        nodes: [mugs('a', { offer: { unitCosts: [cost(1, '6'), cost(4, '4')] }, minimumOrderValue: '30' })],
      },
      'BELOW_MINIMUM_VALUE',
      { goods: '20.0000', minimumOrderValue: '30.0000' },
    ],
    [
      'the units that a line needs which may not be split',
      { policy: { splitLines: false }, nodes: [mugs('a', { remainingUnits: 2 })] },
      'NO_CAPACITY',
      { remainingUnits: 2, needed: 3 },
    ],
    [
      'the capacity that a minimum order value asks for, among very many loads',
      {
        line: { quantity: 40 },
        more: ['pan', 'jar', 'cup'].map((sku) => ({ sku, quantity: 40 })),
        nodes: [
          mugs('a', {
            offers: ['mug', 'pan', 'jar', 'cup'].map((sku) => ({ ...priced(sku), available: 99 })),
            minimumOrderValue: '100',
            remainingUnits: 24,
          }),
        ],
      },
      'NO_CAPACITY',
      { remainingUnits: 24, needed: 25 },
    ],
    [
      'the measure that is needed, of services that have a tariff',
      {
        nodes: [
          mugs('a', {
            services: [
              by('post', { rates: [], beyond: { every: 100, price: '1' } }),
              by('parcel', { rates: [{ upTo: 450, price: '6' }] }),
              by('value', { basis: 'goods', rates: [{ upTo: '3.5', price: '6' }] }),
            ],
          }),
        ],
      },
      'TOO_HEAVY',
      { maximum: { parcel: 450, value: '3.5000' }, needed: { parcel: 500, value: '4.0000' } },
    ],
    [
      'the tags of what it offers',
      {
        line: { tags: ['fragile'] },
        more: [{ sku: 'oil', tags: ['liquid'] }],
        nodes: [mugs('a', { service: { excludedTags: ['liquid', 'fragile', 'battery'] } })],
      },
      'TAG_NOT_CARRIED',
      { tags: ['fragile'] },
    ],
    [
      'the earliest arrival of what it may ship',
      {
        more: [{ sku: 'pan' }],
        deliverBy: '2026-03-05T08:59:30Z',
        nodes: [
          mugs('a', {
            offers: [priced('mug'), { ...priced('pan'), available: 0 }],
            services: [by('slow', { transitHours: 60 }), by('fast', { transitHours: 1, maximum: 400 }), by('ground')],
          }),
        ],
      },
      'TOO_LATE',
      { arrivesAt: '2026-03-05T09:00:00Z', deliverBy: '2026-03-05T08:59:30Z' },
    ],
  ])('is told %s', (_what, unusual, code, facts) => {
    expect(decided(unusual).candidates[0]).toEqual({ nodeId: 'a', used: false, code, facts });
  });

  it('could ship a part of a line that goes whole or not at all, where the rest comes from elsewhere', () => {
    const whole = { line: { quantity: 4, partial: false }, policy: { maxShipments: 2 } };
    const nodes = [mugs('a', { offer: { available: 3 } }), mugs('b', { orderFee: '9' })];
    expect(decided({ ...whole, nodes }).candidates[0]).toMatchObject({ nodeId: 'a', code: 'COSTLIER' });
    const unsplit = { ...whole, nodes, policy: { splitLines: false } };
    expect(decided(unsplit).candidates[0]).toMatchObject({ nodeId: 'a', code: 'NO_STOCK' });
  });
});

function priced(sku: string) {
  return { sku, available: 9, unitCosts: [cost(1, '4')] };
}
function cost(fromQuantity: number, unitCost: string) {
  return { fromQuantity, unitCost };
}
function by(id: string, more: Partial<RequestService> = {}): RequestService {
  return { id, carrier: 'post', transitHours: 48, rates: [{ upTo: 5000, price: '6' }], ...more };
}

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
