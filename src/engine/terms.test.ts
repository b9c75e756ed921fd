import { describe, expect, it } from 'vitest';
import type { DecidedShipment } from './decision.js';
import type { RequestNode } from './request.js';
import { decided, node, type Unusual } from './testing/small.js';

/** Three mugs at 4.00, freight 6.00. */
const USUAL = {
  goods: '12.0000',
  fees: '0.0000',
  duty: '0.0000',
  freight: '6.0000',
  surcharges: '0.0000',
  landed: '18.0000',
  steering: '0.0000',
};

type Node = Parameters<typeof node>[1];
type Case = [what: string, main: Node, costs: Partial<DecidedShipment['costs']>, unusual?: Unusual];

function shipment(main: Node, unusual: Unusual = {}): DecidedShipment {
  const { status, shipments } = decided({ ...unusual, nodes: [node('main', main)] });
  expect(status).toBe('routed');
  return shipments[0] as DecidedShipment;
}

const brackets = (...steps: readonly (readonly [upTo: number, price: string])[]) =>
  steps.map(([upTo, price]) => ({ upTo, price }));
const breaks = (...steps: readonly (readonly [fromQuantity: number, unitCost: string])[]) =>
  steps.map(([fromQuantity, unitCost]) => ({ fromQuantity, unitCost }));

const GOODS: Case[] = [
  ['the price of each unit', {}, {}],
  [
    'the price break that is reached, for every unit',
    { offer: { unitCosts: breaks([1, '4'], [3, '3.5']) } },
    { goods: '10.5000', landed: '16.5000' },
  ],
  ['no price break that is not reached', { offer: { unitCosts: breaks([1, '4'], [4, '1']) } }, {}],
  [
    'the price break of all lines of a SKU together',
    { offer: { unitCosts: breaks([1, '4'], [5, '3']) } },
    { goods: '15.0000', landed: '21.0000' },
    { more: [{ quantity: 2 }] },
  ],
];

const FEES: Case[] = [
  ['an order fee, once', { orderFee: '1.25' }, { fees: '1.2500', landed: '19.2500' }],
  ['a handling fee, by the unit', { offer: { unitFee: '0.4' } }, { fees: '1.2000', landed: '19.2000' }],
  [
    'a small-order fee below the minimum order value',
    { minimumOrderValue: '12.0001', smallOrderFee: '2' },
    { fees: '2.0000', landed: '20.0000' },
  ],
  ['no small-order fee at it', { minimumOrderValue: '12', smallOrderFee: '2' }, {}],
  [
    'all fees together',
    { orderFee: '1', minimumOrderValue: '50', smallOrderFee: '2', offer: { unitFee: '0.1' } },
    { fees: '3.3000', landed: '21.3000' },
  ],
];

const DUTY: Case[] = [
  ['duty by the unit', { offer: { unitDuty: '0.5' } }, { duty: '1.5000', landed: '19.5000' }],
  [
    'clearance where duty is paid',
    { clearanceFee: '2', offer: { unitDuty: '0.5' } },
    { duty: '3.5000', landed: '21.5000' },
  ],
  ['no clearance without duty', { clearanceFee: '2' }, {}],
  [
    'neither up to the duty-free value, by what the customer pays',
    { dutyFreeUpTo: '60', clearanceFee: '2', offer: { unitDuty: '0.5' } },
    {},
  ],
  [
    'both above it',
    { dutyFreeUpTo: '59.9999', clearanceFee: '2', offer: { unitDuty: '0.5' } },
    { duty: '3.5000', landed: '21.5000' },
  ],
];

const FREIGHT: Case[] = [
  [
    'the bracket that just holds the weight',
    { service: { rates: brackets([1499, '3'], [1500, '5'], [9000, '8']) } },
    { freight: '5.0000', landed: '17.0000' },
  ],
  [
    'a dearer bracket for less',
    { service: { rates: brackets([1500, '9'], [9000, '8']) } },
    { freight: '9.0000', landed: '21.0000' },
  ],
  [
    'begun steps beyond the last bracket',
    { service: { rates: brackets([1000, '5']), beyond: { every: 200, price: '0.7' } } },
    { freight: '7.1000', landed: '19.1000' },
  ],
  [
    'whole steps beyond it',
    { service: { rates: brackets([1000, '5']), beyond: { every: 250, price: '0.7' } } },
    { freight: '6.4000', landed: '18.4000' },
  ],
  [
    'the volume where that is charged as more',
    { service: { dimensionalDivisor: 4000, rates: brackets([1574, '5'], [1575, '7']) } },
    { freight: '7.0000', landed: '19.0000' },
    { line: { unitVolumeCm3: 2100 } },
  ],
  [
    'the weight where that is more',
    { service: { dimensionalDivisor: 5000, rates: brackets([1499, '5'], [1500, '7']) } },
    { freight: '7.0000', landed: '19.0000' },
    { line: { unitVolumeCm3: 2100 } },
  ],
  [
    'chargeable grams rounded up',
    { service: { dimensionalDivisor: 3999, rates: brackets([1575, '5'], [1576, '7']) } },
    { freight: '7.0000', landed: '19.0000' },
    { line: { unitVolumeCm3: 2100 } },
  ],
  [
    'brackets of units',
    { service: { basis: 'units', rates: brackets([2, '3'], [3, '5']) } },
    { freight: '5.0000', landed: '17.0000' },
  ],
  [
    'brackets of goods',
    {
      service: {
        basis: 'goods',
        rates: [
          { upTo: '11.9999', price: '9' },
          { upTo: '12', price: '2' },
        ],
      },
    },
    { freight: '2.0000', landed: '14.0000' },
  ],
  [
    'steps of goods beyond the last bracket',
    { service: { basis: 'goods', rates: [{ upTo: '10', price: '1' }], beyond: { every: '0.5', price: '0.25' } } },
    { freight: '2.0000', landed: '14.0000' },
  ],
];

const SURCHARGES: Case[] = [
  [
    'a fixed surcharge',
    { service: { surcharges: [{ id: 'remote', amount: '1.1' }] } },
    { surcharges: '1.1000', landed: '19.1000' },
  ],
  [
    'a percentage of the freight',
    { service: { surcharges: [{ id: 'fuel', percent: '12.5' }] } },
    { surcharges: '0.7500', landed: '18.7500' },
  ],
  [
    'a percentage, rounded half up',
    { service: { surcharges: [{ id: 'fuel', percent: '0.0025' }] } },
    { surcharges: '0.0002', landed: '18.0002' },
  ],
  [
    'each percentage, rounded by itself',
    {
      service: {
        surcharges: [
          { id: 'fuel', percent: '0.0025' },
          { id: 'peak', percent: '0.0025' },
        ],
      },
    },
    { surcharges: '0.0004', landed: '18.0004' },
  ],
];

const STEERING: Case[] = [
  ['the cost of failure', { failureCost: '2' }, { steering: '2.0000' }],
  ['an adjustment', { adjustment: '-1.5' }, { steering: '-1.5000' }],
  ['a reserve, by the unit', { offer: { unitReserve: '0.2' } }, { steering: '0.6000' }],
  ['an adjustment, by the unit', { offer: { unitAdjustment: '-0.1' } }, { steering: '-0.3000' }],
  [
    'lateness, by the begun day',
    { service: { transitHours: 49 } },
    { steering: '4.0000' },
    { deliverBy: '2026-03-04T09:00:00Z', policy: { lateness: { costPerDay: '2' } } },
  ],
  [
    'lateness, by the whole day',
    {},
    { steering: '2.0000' },
    { deliverBy: '2026-03-04T09:00:00Z', policy: { lateness: { costPerDay: '2' } } },
  ],
  [
    'no lateness at the promised moment',
    {},
    {},
    { deliverBy: '2026-03-05T09:00:00Z', policy: { lateness: { costPerDay: '2' } } },
  ],
  [
    'lateness of goods that are ready later',
    { offer: { readyAt: '2026-03-03T09:00:01Z' } },
    { steering: '2.0000' },
    { deliverBy: '2026-03-05T09:00:00Z', policy: { lateness: { costPerDay: '2' } } },
  ],
];

describe.each<[term: string, cases: Case[]]>([
  ['goods', GOODS],
  ['fees', FEES],
  ['duty', DUTY],
  ['freight', FREIGHT],
  ['surcharges', SURCHARGES],
  ['steering', STEERING],
])('%s of a shipment', (_term, cases) => {
  it.each(cases)('count %s', (_what, main, costs, unusual) => {
    expect(shipment(main, unusual).costs).toEqual({ ...USUAL, ...costs });
  });
});

describe('a shipment', () => {
  it('says what it weighs and what its brackets counted', () => {
    const figures = (main: Node) => {
      const { weightGrams, measure } = shipment(main, { line: { unitVolumeCm3: 2100 } });
      return { weightGrams, measure };
    };
    expect(figures({})).toEqual({ weightGrams: 1500, measure: 1500 });
    expect(figures({ service: { dimensionalDivisor: 4000 } })).toEqual({ weightGrams: 1500, measure: 1575 });
    expect(figures({ service: { basis: 'units' } })).toEqual({ weightGrams: 1500, measure: 3 });
    expect(figures({ service: { basis: 'goods', rates: [{ upTo: '50', price: '6' }] } })).toEqual({
      weightGrams: 1500,
      measure: '12.0000',
    });
  });

  it('leaves when node and goods are ready, and arrives so many hours later', () => {
    const moments = (main: Node) => {
      const { shipsAt, arrivesAt } = shipment(main);
      return { shipsAt, arrivesAt };
    };
    expect(moments({})).toEqual({ shipsAt: '2026-03-03T09:00:00Z', arrivesAt: '2026-03-05T09:00:00Z' });
    expect(moments({ offer: { readyAt: '2026-03-04T10:30:00+01:00' } })).toEqual({
      shipsAt: '2026-03-04T09:30:00Z',
      arrivesAt: '2026-03-06T09:30:00Z',
    });
    expect(moments({ offer: { readyAt: '2026-03-01T09:00:00Z' } }).shipsAt).toBe('2026-03-03T09:00:00Z');
  });
});

describe('a plan', () => {
  const two: readonly RequestNode[] = [
    node('east', { offer: { available: 2 }, failureCost: '1' }),
    node('west', { offer: { available: 2, unitCosts: breaks([1, '5']) } }),
  ];

  it('costs what its shipments cost, and steering steers', () => {
    const { landedCost, objective } = decided({ nodes: two });
    expect({ landedCost, objective }).toEqual({ landedCost: '25.0000', objective: '26.0000' });
  });

  it('pays a penalty for each shipment but the first', () => {
    const policy = { shipmentPenalty: '3' };
    expect(decided({ nodes: two, policy }).objective).toBe('29.0000');
    expect(decided({ nodes: [node('main')], policy }).objective).toBe('18.0000');
  });

  it('pays for lateness once a late shipment', () => {
    const late = { deliverBy: '2026-03-05T08:00:00Z', policy: { lateness: { costPerDay: '2' } } };
    expect(decided({ ...late, nodes: two }).objective).toBe('30.0000');
  });

  it('pays for the value that is left unfilled, rounded half up once on the total', () => {
    const short = [node('main', { offer: { available: 2 } })];
    const left = (costPerValue: string, unitPrice = '20') => {
      const { objective, landedCost, unfilledValue } = decided({
        nodes: short,
        line: { unitPrice, quantity: 4 },
        policy: { unfilled: { costPerValue } },
      });
      return { objective, landedCost, unfilledValue };
    };
    expect(left('0.5')).toEqual({ objective: '34.0000', landedCost: '14.0000', unfilledValue: '40.0000' });
    expect(left('0.9', '20.0003')).toEqual({ objective: '50.0005', landedCost: '14.0000', unfilledValue: '40.0006' });
    expect(left('0.75', '20.0001')).toEqual({ objective: '44.0002', landedCost: '14.0000', unfilledValue: '40.0002' });
  });

  it('leaves units without a price where units may be left, and says their value', () => {
    const short = [node('main', { offer: { available: 2 } })];
    const { status, objective, unfilledValue, unfilled } = decided({ nodes: short, policy: { unfilled: 'allow' } });
    expect({ status, objective, unfilledValue }).toEqual({
      status: 'partial',
      objective: '14.0000',
      unfilledValue: '20.0000',
    });
    expect(unfilled).toEqual([{ lineId: 'l1', sku: 'mug', quantity: 1, reason: 'NO_STOCK' }]);
  });
});
