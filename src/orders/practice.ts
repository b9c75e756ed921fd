import { setImmediate } from 'node:timers/promises';
import { decideWithin } from '../engine/decide.js';
import type { RequestNode, RoutingRequest } from '../engine/request.js';

/** Enough for the compiler to have seen what everyday requests need: the first of a process took ten times as long as its later ones. */
const REQUESTS = 100;
const LINES = 4;
const NODES = 12;

/**
 * Decides made-up requests, one a turn of the event loop, so that the first orders of a process do not hold up others. Takes a few
 * tenths of a second. `stepsAtOnce`: search steps that each may take.
 */
export async function practise(stepsAtOnce: number): Promise<void> {
  for (let round = 0; round < REQUESTS; round += 1) {
    decideWithin(practiceRequest(round), stepsAtOnce);
    await setImmediate();
  }
}

/** An everyday order whose figures vary with the round, with all that everyday requests have. */
export function practiceRequest(round: number): RoutingRequest {
  let state = round + 1;
  /** A whole number below `limit`: the multiplicative generator of Park and Miller. */
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const price = (least: number, range: number) => `${least + below(range)}.${10 + below(90)}`;
  const lines = Array.from({ length: LINES }, (_, at) => ({
    id: `line-${at}`,
    sku: `SKU-${at}`,
    quantity: 1 + below(4),
    unitPrice: price(20, 80),
    unitWeightGrams: 100 + below(2_000),
    unitVolumeCm3: 500 + below(5_000),
  }));
  const nodeAt = (at: number): RequestNode => ({
    id: `node-${at}`,
    vendorId: `vendor-${at >> 1}`,
    location: { countryCode: 'DE' },
    readyAt: '2026-01-06T10:00:00Z',
    orderFee: price(0, 3),
    minimumOrderValue: price(10, 20),
    smallOrderFee: price(1, 4),
    dutyFreeUpTo: price(100, 50),
    clearanceFee: price(2, 3),
    offers: lines
      .filter(() => below(3) > 0)
      .map(({ sku }) => ({
        sku,
        available: below(8),
        unitCosts: [
          { fromQuantity: 1, unitCost: price(8, 20) },
          { fromQuantity: 3, unitCost: '8.00' },
        ],
        unitDuty: price(0, 2),
        minimumQuantity: 1 + below(2),
      })),
    services: ['post', 'express'].map((id) => ({
      id,
      carrier: id,
      transitHours: 24 + below(72),
      dimensionalDivisor: 5_000,
      rates: [
        { upTo: 1_000, price: price(3, 3) },
        { upTo: 5_000, price: price(6, 4) },
        { upTo: 30_000, price: price(10, 10) },
      ],
      surcharges: [{ id: 'fuel', percent: '7.5' }],
    })),
  });
  return {
    order: {
      id: `practice-${round}`,
      currency: 'EUR',
      placedAt: '2026-01-05T10:00:00Z',
      deliverBy: '2026-01-08T10:00:00Z',
      destination: { countryCode: 'DE' },
      lines,
    },
    nodes: Array.from({ length: NODES }, (_, at) => nodeAt(at)),
    policy: { lateness: { costPerDay: '2.00' }, unfilled: { costPerValue: '1' }, effort: 10_000 },
  };
}
