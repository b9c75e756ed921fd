import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import type { DecidedShipment, Decision } from '../decision.js';
import type { RoutingRequest } from '../request.js';
import { checkDecision } from './check.js';

/** Five shirts from two nodes, the cheaper of which has three. */
const request: RoutingRequest = {
  order: {
    id: 'order-1',
    currency: 'USD',
    placedAt: '2026-03-02T09:00:00Z',
    deliverBy: '2026-03-09T09:00:00Z',
    destination: { countryCode: 'US' },
    lines: [{ id: 'l1', sku: 'shirt', quantity: 5, unitPrice: '15', unitWeightGrams: 200 }],
  },
  nodes: ['atlanta', 'dallas'].map((id, at) => ({
    id,
    vendorId: `v-${id}`,
    location: { countryCode: 'US' },
    readyAt: '2026-03-03T09:00:00Z',
    orderFee: '1.25',
    offers: [{ sku: 'shirt', available: 3 + at, unitCosts: [{ fromQuantity: 1, unitCost: String(6 + at) }] }],
    services: [
      {
        id: 'ground',
        carrier: 'post',
        transitHours: 48,
        rates: [{ upTo: 1000, price: '5' }],
        surcharges: [{ id: 'fuel', percent: '12.5' }],
      },
    ],
  })),
  policy: { shipmentPenalty: '1' },
};
const decision = decide(request);
const [first, second] = decision.shipments as [DecidedShipment, DecidedShipment];

function complaints(change: Partial<Decision>): string[] {
  return checkDecision(request, { ...decision, ...change }).map(({ path }) => path);
}

function withFirst(change: Partial<DecidedShipment>): Partial<Decision> {
  return { shipments: [{ ...first, ...change }, second] };
}

describe('the checker', () => {
  it('has nothing to say of a right decision', () => {
    expect(first.items).toEqual([{ lineId: 'l1', sku: 'shirt', quantity: 3 }]);
    expect(complaints({})).toEqual([]);
  });

  it.each<[string, Partial<Decision>]>([
    ['shipments[0].costs.goods', withFirst({ costs: { ...first.costs, goods: '18.0001' } })],
    ['shipments[0].costs.fees', withFirst({ costs: { ...first.costs, fees: '0.0000' } })],
    ['shipments[0].costs.duty', withFirst({ costs: { ...first.costs, duty: '1.0000' } })],
    ['shipments[0].costs.freight', withFirst({ costs: { ...first.costs, freight: '5' } })],
    ['shipments[0].costs.surcharges', withFirst({ costs: { ...first.costs, surcharges: '0.6251' } })],
    ['shipments[0].costs.landed', withFirst({ costs: { ...first.costs, landed: '0.0000' } })],
    ['shipments[0].costs.steering', withFirst({ costs: { ...first.costs, steering: '0.0001' } })],
    ['shipments[0].weightGrams', withFirst({ weightGrams: 601 })],
    ['shipments[0].measure', withFirst({ measure: '600' })],
    ['shipments[0].shipsAt', withFirst({ shipsAt: '2026-03-03T09:00:00.000Z' })],
    ['shipments[0].arrivesAt', withFirst({ arrivesAt: '2026-03-05T10:00:00Z' })],
    ['landedCost', { landedCost: '1.0000' }],
    ['objective', { objective: '1.0000' }],
    ['unfilledValue', { unfilledValue: '15.0000' }],
    ['unfilled', { unfilled: [{ lineId: 'l1', sku: 'shirt', quantity: 1, reason: 'NO_STOCK' }] }],
    ['status', { status: 'partial' }],
    ['shipments', { shipments: [second, first] }],
    ['candidates', { candidates: decision.candidates.slice(1) }],
    ['candidates.dallas', { candidates: decision.candidates.map((candidate) => ({ ...candidate, code: 'COSTLIER' })) }],
    ['requestDigest', { requestDigest: '0'.repeat(64) }],
    ['proof.gap', { proof: { kind: 'bounded', lowerBound: '1.0000', gap: '1.0000' } }],
    ['proof.lowerBound', { proof: { kind: 'bounded', lowerBound: '900.0000', gap: '0.0000' } }],
    ['shipments[0]', withFirst({ items: [{ lineId: 'l1', sku: 'shirt', quantity: 4 }] })],
    ['shipments[0]', withFirst({ serviceId: 'air' })],
    ['lines.l1', { shipments: [first] }],
  ])('objects to a wrong %s', (path, change) => {
    expect(complaints(change)).toContain(path);
  });
});
