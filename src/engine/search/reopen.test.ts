import { describe, expect, it } from 'vitest';
import { type Ascended, firstPrices } from '../bounds/ascent.js';
import { type Covering, rounded } from '../bounds/covering.js';
import { shippersOf } from '../bounds/shipper.js';
import { itemsOf } from '../loads/items.js';
import { parseRequest } from '../reading/parse.js';
import { reopened } from './reopen.js';

/** Seven mugs of as many kinds, each offered by seven nodes, at a price that rises with the node. */
function mugs(): Covering {
  const kinds = Array.from({ length: 7 }, (_, at) => at);
  const parsed = parseRequest({
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: kinds.map((at) => ({
        id: `l${at}`,
        sku: `mug-${at}`,
        quantity: 4,
        unitPrice: '20',
        unitWeightGrams: 500,
      })),
    },
    nodes: kinds.map((node) => ({
      id: `node-${node}`,
      vendorId: 'v1',
      location: { countryCode: 'US' },
      readyAt: '2026-03-03T09:00:00Z',
      offers: kinds.map((at) => ({
        sku: `mug-${at}`,
        unitCosts: [{ fromQuantity: 1, unitCost: String(4 + node) }],
      })),
      services: [{ id: 'post', carrier: 'post', transitHours: 48, rates: [{ upTo: 1_000_000, price: '5' }] }],
    })),
    policy: {},
  });
  if (!parsed.ok) throw new Error('not a request');
  const { problem } = parsed;
  const items = itemsOf(problem);
  const { shippers, scale } = shippersOf(problem, problem.nodes, items, 0);
  return {
    items,
    shippers,
    nodeCount: problem.nodes.length,
    scale,
    free: false,
    perShipment: 0,
    maxShipments: problem.maxShipments,
    leaving: { kind: 'forbid' },
    mustUse: -1,
    unlisted: new Set(),
    cuts: [],
  };
}

/** Each node ships one kind whole. */
function oneKindEach({ items, nodeCount }: Covering, nodes: number) {
  return Array.from({ length: Math.min(nodes, nodeCount) }, (_, node) => ({
    node,
    takes: Int32Array.from(items, (_item, at) => (at === node ? 4 : 0)),
  }));
}

function ascendedOf(covering: Covering): Ascended {
  const prices = rounded(covering, firstPrices(covering, 0.5));
  return { bound: 0, prices, least: new Float64Array(covering.nodeCount), shares: [], settled: true };
}

describe('opening some loads of a plan', () => {
  const covering = mugs();
  const plan = oneKindEach(covering, 7);
  const boxes = [...reopened(covering, ascendedOf(covering), plan)];
  const isKept = (box: (typeof boxes)[number], node: number) =>
    box.must[node] === 1 &&
    covering.items.every((_, at) => box.least[node * 7 + at] === (at === node ? 4 : 0)) &&
    covering.items.every((_, at) => box.most[node * 7 + at] === (at === node ? 4 : 0));
  const openOf = (box: (typeof boxes)[number]) => plan.map(({ node }) => node).filter((node) => !isKept(box, node));

  it('keeps the others as they are, while every node may ship what those leave, and no more', () => {
    expect(boxes.length).toBeGreaterThan(5);
    for (const box of boxes) {
      const open = openOf(box);
      expect(open.length).toBeGreaterThanOrEqual(3);
      expect(open.length).toBeLessThan(plan.length);
      for (const node of open)
        for (let at = 0; at < 7; at += 1) expect(box.most[node * 7 + at]).toBe(open.includes(at) ? 4 : 0);
    }
  });

  it('begins with those that miss the best of their node by most, and looks at none twice', () => {
    expect(openOf(boxes[0] as (typeof boxes)[number])).toEqual([3, 4, 5, 6]);
    const keys = boxes.map((box) => openOf(box).join());
    expect(new Set(keys).size).toBe(keys.length);
    for (const node of plan.keys()) expect(keys.some((key) => key.split(',').includes(String(node)))).toBe(true);
  });

  it('does not begin where a plan has few loads', () => {
    expect([...reopened(covering, ascendedOf(covering), oneKindEach(covering, 4))]).toEqual([]);
  });
});
