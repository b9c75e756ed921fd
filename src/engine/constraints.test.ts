import { describe, expect, it } from 'vitest';
import type { Decision } from './decision.js';
import type { RequestNode, RequestOffer } from './request.js';
import { decided, node, type Unusual } from './testing/small.js';

type Node = Parameters<typeof node>[1];

/** Where the mugs come from: `node quantity`, in the order of the nodes. */
function routes({ shipments }: Decision): string[] {
  return shipments.map(({ nodeId, items }) => `${nodeId} ${items.map(({ quantity }) => quantity).join('+')}`);
}

/** `main` is far cheaper than `other`, which can do all: whatever main may ship, it ships. In one shipment. */
function chosen(main: Node, { policy, ...unusual }: Unusual = {}): string {
  const other = node('other', { orderFee: '50' });
  const decision = decided({ ...unusual, nodes: [node('main', main), other], policy: { maxShipments: 1, ...policy } });
  const code = decision.candidates.find(({ nodeId }) => nodeId === 'main')?.code;
  return code === undefined ? routes(decision).join(', ') : `${routes(decision).join(', ')}: ${code}`;
}

const weigh = (upTo: number, more = {}) => ({ service: { rates: [{ upTo, price: '6' }], ...more } });

/** Each rule with a node that just keeps it and one that just breaks it. */
const RULES: [rule: string, kept: Node, broken: Node, code: string, unusual?: Unusual][] = [
  ['stock', { offer: { available: 3 } }, { offer: { available: 2 } }, 'COSTLIER'],
  [
    'stock of two lines of a SKU together',
    { offer: { available: 4 } },
    { offer: { available: 3 } },
    'COSTLIER',
    { more: [{ quantity: 1 }] },
  ],
  ['no stock', {}, { offer: { available: 0 } }, 'NO_STOCK'],
  ['an offer', {}, { offers: [] }, 'NO_OFFER'],
  [
    'the minimum quantity',
    { offer: { minimumQuantity: 3 } },
    { offer: { minimumQuantity: 4 } },
    'BELOW_MINIMUM_QUANTITY',
  ],
  [
    'the minimum quantity of two lines together',
    { offer: { minimumQuantity: 4 } },
    { offer: { minimumQuantity: 5 } },
    'BELOW_MINIMUM_QUANTITY',
    { more: [{ quantity: 1 }] },
  ],
  ['the pack size', { offer: { quantityMultiple: 3 } }, { offer: { quantityMultiple: 4 } }, 'NOT_A_MULTIPLE'],
  ['the minimum order value', { minimumOrderValue: '12' }, { minimumOrderValue: '12.0001' }, 'BELOW_MINIMUM_VALUE'],
  ['the capacity', { remainingUnits: 3 }, { remainingUnits: 2 }, 'COSTLIER'],
  ['no capacity', {}, { remainingUnits: 0 }, 'NO_CAPACITY'],
  ['a service', {}, { services: [] }, 'NO_SERVICE'],
  ['the last bracket', weigh(1500), weigh(499), 'TOO_HEAVY'],
  ['the greatest measure', weigh(5000, { maximum: 1500 }), weigh(5000, { maximum: 499 }), 'TOO_HEAVY'],
  [
    'the greatest measure beyond the last bracket',
    weigh(100, { beyond: { every: 100, price: '0' }, maximum: 1500 }),
    weigh(100, { beyond: { every: 100, price: '0' }, maximum: 499 }),
    'TOO_HEAVY',
  ],
  ['a tariff', {}, { service: { rates: [] } }, 'NO_SERVICE'],
  [
    'tags',
    { service: { excludedTags: ['liquid'] } },
    { service: { excludedTags: ['liquid', 'fragile'] } },
    'TAG_NOT_CARRIED',
    { line: { tags: ['fragile'] } },
  ],
  ['the deadline', {}, { service: { transitHours: 49 } }, 'TOO_LATE', { deliverBy: '2026-03-05T09:00:00Z' }],
  [
    'the deadline, for goods that are ready later',
    { offer: { readyAt: '2026-03-03T09:00:00Z' } },
    { offer: { readyAt: '2026-03-03T09:00:01Z' } },
    'TOO_LATE',
    { deliverBy: '2026-03-05T09:00:00Z' },
  ],
];

describe('a node ships', () => {
  it.each(RULES)('within %s, and not beyond it', (_rule, kept, broken, code, unusual) => {
    const all = [3, ...(unusual?.more ?? []).map(({ quantity }) => quantity)].join('+');
    expect(chosen(kept, unusual)).toBe(`main ${all}`);
    expect(chosen(broken, unusual)).toBe(`other ${all}: ${code}`);
  });

  it.each([
    ['a node', [{ nodeId: 'main' }], 'other 3: EXCLUDED_BY_RULE'],
    ['a SKU at a node', [{ nodeId: 'main', sku: 'mug' }], 'other 3: EXCLUDED_BY_RULE'],
    ['a service of a node', [{ nodeId: 'main', serviceId: 'ground' }], 'other 3: EXCLUDED_BY_RULE'],
    ['a SKU by a service', [{ nodeId: 'main', sku: 'mug', serviceId: 'ground' }], 'other 3: EXCLUDED_BY_RULE'],
    ['another SKU', [{ nodeId: 'main', sku: 'pan' }], 'main 3'],
    ['another service', [{ nodeId: 'main', serviceId: 'air' }], 'main 3'],
    ['another node', [{ nodeId: 'elsewhere' }], 'main 3'],
  ])('unless a rule excludes it: %s', (_what, exclusions, expected) => {
    expect(chosen({}, { exclusions: exclusions.map((each) => ({ ...each, reason: 'contract' })) })).toBe(expected);
  });

  it('nothing at all where a rule without any field excludes everything', () => {
    expect(decided({ exclusions: [{ reason: 'stop' }] }).status).toBe('unroutable');
  });

  it('by the service that carries it, although another is cheaper', () => {
    const services = [
      { id: 'cheap', carrier: 'post', transitHours: 48, rates: [{ upTo: 1499, price: '1' }] },
      { id: 'strong', carrier: 'post', transitHours: 48, rates: [{ upTo: 1500, price: '9' }] },
    ];
    expect(decided({ nodes: [node('main', { services })] }).shipments[0]?.serviceId).toBe('strong');
  });
});

/** Two nodes with so many mugs each; the second is dearer by a little. */
function pair(
  first: Partial<RequestOffer>,
  second: Partial<RequestOffer>,
  fees: readonly [string, string] = ['0', '1'],
): RequestNode[] {
  return [node('a', { offer: first, orderFee: fees[0] }), node('b', { offer: second, orderFee: fees[1] })];
}

describe('a plan', () => {
  const few = pair({ available: 2 }, { available: 2 });

  it.each<[what: string, unusual: Unusual, expected: string | readonly string[]]>([
    ['splits a line that no node has all of', { nodes: few }, ['a 2', 'b 1']],
    ['does not, where lines may not be split', { nodes: few, policy: { splitLines: false } }, 'unroutable'],
    [
      'ships part of an unsplit line where units may be left',
      { nodes: few, policy: { splitLines: false, unfilled: 'allow' } },
      ['a 2'],
    ],
    ['has no more shipments than allowed', { nodes: few, policy: { maxShipments: 1 } }, 'unroutable'],
    [
      'fills what it can with so many shipments',
      { nodes: few, policy: { maxShipments: 1, unfilled: 'allow' } },
      ['a 2'],
    ],
    ['has as many as allowed', { nodes: few, policy: { maxShipments: 2 } }, ['a 2', 'b 1']],
    ['splits a line that goes whole or not at all', { nodes: few, line: { partial: false } }, ['a 2', 'b 1']],
    [
      'leaves such a line where some of it is missing',
      { nodes: few, line: { quantity: 5, partial: false }, policy: { unfilled: 'allow' } },
      'unroutable',
    ],
    [
      'ships a line that may go in part',
      { nodes: few, line: { quantity: 5 }, policy: { unfilled: 'allow' } },
      ['a 2', 'b 2'],
    ],
    ['leaves nothing where that is forbidden', { nodes: few, line: { quantity: 5 } }, 'unroutable'],
    [
      'leaves what costs more to ship than to leave',
      { policy: { unfilled: { costPerValue: '0.2999' } } },
      'unroutable',
    ],
    ['ships what costs less', { policy: { unfilled: { costPerValue: '0.3001' } } }, ['main 3']],
    [
      'fills first and saves second where units may be left',
      { nodes: [node('main', { orderFee: '999' })], policy: { unfilled: 'allow' } },
      ['main 3'],
    ],
    [
      'keeps a kit in one shipment',
      {
        nodes: pair({ available: 2 }, { available: 9 }, ['0', '50']),
        line: { quantity: 2, group: 'kit' },
        more: [{ quantity: 1, group: 'kit' }],
      },
      ['b 2+1'],
    ],
    [
      'splits lines that are no kit',
      { nodes: pair({ available: 2 }, { available: 1 }), line: { quantity: 2 }, more: [{ quantity: 1 }] },
      ['a 2', 'b 1'],
    ],
    [
      'does not split them where they are one',
      {
        nodes: pair({ available: 2 }, { available: 1 }),
        line: { quantity: 2, group: 'kit' },
        more: [{ quantity: 1, group: 'kit' }],
      },
      'unroutable',
    ],
    [
      'leaves a kit whole where some of it is missing',
      {
        nodes: pair({ available: 2 }, { available: 0 }),
        line: { quantity: 2, group: 'kit' },
        more: [{ quantity: 1, group: 'kit' }],
        policy: { unfilled: 'allow' },
      },
      'unroutable',
    ],
  ])('%s', (_what, unusual, expected) => {
    const decision = decided(unusual);
    expect(decision.status === 'unroutable' ? 'unroutable' : routes(decision)).toEqual(expected);
    expect(decision.proof).toEqual({ kind: 'optimal' });
  });

  it('counts a unit that costs the customer nothing where units may be left', () => {
    const gift = decided({ line: { unitPrice: '0' }, nodes: [node('main')], policy: { unfilled: 'allow' } });
    expect(routes(gift)).toEqual(['main 3']);
  });
});

describe('of plans that cost the same', () => {
  it('the one of fewer shipments is taken', () => {
    // One from each node at no freight, or both from the third.
    const free = { service: { rates: [{ upTo: 5000, price: '0' }] } };
    const nodes = [
      node('a', { ...free, offer: { available: 2 } }),
      node('b', { ...free, offer: { available: 2 } }),
      node('c', free),
    ];
    expect(routes(decided({ nodes }))).toEqual(['c 3']);
  });

  it('the one that arrives earlier is taken', () => {
    const nodes = [node('a', { service: { transitHours: 49 } }), node('b')];
    expect(routes(decided({ nodes }))).toEqual(['b 3']);
  });

  it('the one whose node comes first by code units is taken', () => {
    expect(routes(decided({ nodes: [node('a'), node('B')] }))).toEqual(['B 3']);
    expect(routes(decided({ nodes: [node('n2'), node('n10')] }))).toEqual(['n10 3']);
  });

  it('the one whose service comes first is taken', () => {
    const service = (id: string) => ({ id, carrier: 'post', transitHours: 48, rates: [{ upTo: 5000, price: '6' }] });
    const nodes = [node('main', { services: [service('late'), service('Early'), service('early')] })];
    expect(decided({ nodes }).shipments[0]?.serviceId).toBe('Early');
  });

  it('the one that ships more of a line from the first node is taken', () => {
    const nodes = pair({ available: 2 }, { available: 2 }, ['0', '0']);
    expect(routes(decided({ nodes }))).toEqual(['a 2', 'b 1']);
    expect(routes(decided({ nodes: [...nodes].reverse() }))).toEqual(['a 2', 'b 1']);
  });
});
