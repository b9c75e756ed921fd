import { describe, expect, it } from 'vitest';
import { decisionTable, type ShownDecision } from './decision-table.js';

type Alternative = NonNullable<ShownDecision['alternatives']>[number];

const nothing: ShownDecision = { status: 'unroutable', shipments: [], unfilled: [], candidates: [] };
const could = [{ nodeId: 'berlin', used: false, code: 'COSTLIER', facts: {} }];
const left = (reason: string) => [{ sku: 'mug', quantity: 3, reason }];

describe('a decision as a table', () => {
  it.each<[what: string, decision: Partial<ShownDecision>, text: string]>([
    ['routed', { status: 'routed' }, 'It could ship, but the best plan does without it.'],
    ['unroutable', { unfilled: left('NO_STOCK') }, 'could ship something, but no plan serves the order'],
    ['not worth it', { unfilled: left('COSTLIER') }, 'could ship something, but the best plan ships nothing'],
    ['undecided', { status: 'undecided' }, 'could ship something; the search ended before there was a plan'],
  ])('says why a node does not ship that could, where the order is %s', (_what, decision, text) => {
    expect(decisionTable({ ...nothing, candidates: could, ...decision }, 'EUR')).toContain(text);
  });

  it.each<[alternative: Omit<Alternative, 'withoutNodeId'>, text: string]>([
    [
      { shipments: [{ nodeId: 'a' }, { nodeId: 'b' }], difference: '3.2500', proof: { kind: 'optimal' } },
      'without berlin the best plan ships from a, b and costs 3.25 more',
    ],
    [
      {
        shipments: [{ nodeId: 'a' }],
        unfilled: [{ quantity: 1 }],
        unfilledValue: '20.0000',
        difference: '-51.0000',
        proof: { kind: 'optimal' },
      },
      'without berlin the best plan ships from a and costs 51.00 less, leaving 1 worth 20.00 of the units unfilled instead of none',
    ],
    [
      {
        shipments: [],
        unfilled: [{ quantity: 3 }],
        unfilledValue: '60.0000',
        difference: '12.0000',
        proof: { kind: 'optimal' },
      },
      'without berlin the best plan ships nothing and costs 12.00 more, leaving 3 worth 60.00 of the units unfilled instead of none',
    ],
    [
      { shipments: [{ nodeId: 'a' }], difference: '3.0000', proof: { kind: 'bounded', gap: '1.5000' } },
      'without berlin the best plan found ships from a and costs 3.00 more, at most 1.50 from optimal',
    ],
    [{ shipments: [], proof: { kind: 'optimal' } }, 'without berlin the order cannot be served'],
    [{ shipments: [] }, 'without berlin no plan was found: the search ended before one was ruled out'],
  ])('says of the best plan without a node what is known: %j', (alternative, text) => {
    const alternatives = [{ withoutNodeId: 'berlin', ...alternative }];
    const table = decisionTable({ ...nothing, status: 'routed', alternatives }, 'EUR');
    expect(table.split('\n').at(-1)?.trim()).toBe(text);
  });
});
