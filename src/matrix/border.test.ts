import { describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { NetworkSnapshot } from '../model/network.js';
import { requestUnder, SNAPSHOT } from './rules/testing/small-order.js';

/** Two lamps at 50 and a desk at 400 go from Berlin to New York: lamps pay 10 % duty, all pay 8 % tax. */
const snapshot = (more: Partial<NetworkSnapshot> = {}): Partial<NetworkSnapshot> => ({
  nodes: SNAPSHOT.nodes.filter(({ id }) => id === 3),
  offers: SNAPSHOT.offers.filter(({ nodeId }) => nodeId === 3),
  services: SNAPSHOT.services.filter(({ nodeId }) => nodeId === 3),
  dutyRates: [
    { originCountry: null, hsPrefix: '', percent: '10', taxPercent: '8' },
    { originCountry: null, hsPrefix: '9403', percent: '0', taxPercent: '8' },
  ],
  ...more,
});
const threshold = (dutyFreeUpTo: number, taxAlways = false) => ({ dutyFreeUpTo, currency: 'USD', taxAlways });
function decided(more: Partial<NetworkSnapshot>) {
  const built = requestUnder([], { snapshot: snapshot(more) });
  const [shipment] = decide(built.request).shipments;
  if (!shipment) throw new Error('expected a shipment');
  return {
    costs: [shipment.costs.duty, shipment.costs.fees],
    atDoor: built.dutyAtDoor && built.dutyAtDoor(shipment) / 10_000,
  };
}

describe('duty and import tax', () => {
  // Lamps 2 × (5 + 4 + 0.40), the desk 32.
  it.each<[string, Partial<NetworkSnapshot>, string[]]>([
    ['without a threshold are all due', { dutyThreshold: null }, ['50.8000', '0.0000']],
    ['above the threshold are all due', { dutyThreshold: threshold(1_000_000) }, ['50.8000', '0.0000']],
    ['up to the threshold are not due', { dutyThreshold: threshold(5_000_000) }, ['0.0000', '0.0000']],
    ['leave the tax where it knows no threshold', { dutyThreshold: threshold(5_000_000, true) }, ['0.0000', '40.0000']],
    [
      'add up where the tax knows none and the duty is due',
      { dutyThreshold: threshold(4_999_999, true) },
      ['10.8000', '40.0000'],
    ],
  ])('%s, paid by the merchant', (_name, more, costs) => {
    expect(decided(more)).toEqual({ costs, atDoor: null });
    expect(decided({ ...more, dutyTerms: 'DDP' })).toEqual({ costs, atDoor: null });
  });

  it.each<[string, Partial<NetworkSnapshot>, number]>([
    ['all of it', { dutyThreshold: threshold(4_999_999) }, 50.8],
    ['nothing up to the threshold', { dutyThreshold: threshold(5_000_000) }, 0],
    ['the tax that knows none', { dutyThreshold: threshold(5_000_000, true) }, 40],
    [
      'all of it, where the threshold cannot be converted',
      { dutyThreshold: { ...threshold(9_000_000), currency: 'CHF' } },
      50.8,
    ],
  ])('paid at the door are no cost, but told: %s', (_name, more, atDoor) => {
    expect(decided({ ...more, dutyTerms: 'DAP' })).toEqual({ costs: ['0.0000', '0.0000'], atDoor });
  });
});
