import type { RoutingRequest } from '../request.js';
import { randomFrom } from './random-request.js';

/** Whole clients of different weights in rooms, or pieces that may be split between rooms. */
type Kind = 'whole' | 'split';

const AT = '2026-03-02T09:00:00Z';
const US = { countryCode: 'US' };

/** A facility location problem: sites with a fixed cost and a room, clients with a cost at each site that serves them. */
export function facilities(seed: number, kind: Kind, size = { sites: 4, clients: 4 }): RoutingRequest {
  const random = randomFrom(seed);
  const from = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const clients = Array.from({ length: from(2, size.clients) }, (_, at) => `c${at}`);
  const lines = clients.map((id) => ({
    ...{ id, sku: id, unitPrice: '1' },
    quantity: kind === 'whole' ? 1 : from(1, 3),
    unitWeightGrams: kind === 'whole' ? from(1, 9) : 0,
  }));
  const nodes = Array.from({ length: from(2, size.sites) }, (_, at) => {
    const services = [
      { id: 's', carrier: 's', transitHours: from(1, 2) * 24, rates: [{ upTo: from(6, 20), price: '0' }] },
    ];
    const served = lines.filter(() => random() < 0.9);
    return {
      ...{ id: `w${at}`, vendorId: `w${at}`, location: US, readyAt: AT, orderFee: String(from(0, 9)) },
      ...(kind === 'split' ? { remainingUnits: from(2, 8) } : {}),
      offers: served.map(({ sku, quantity }) => ({
        ...{ sku, available: quantity, unitCosts: [{ fromQuantity: 1, unitCost: String(from(1, 6)) }] },
      })),
      services: kind === 'split' ? services.map((each) => ({ ...each, rates: [{ upTo: 1, price: '0' }] })) : services,
    };
  });
  const order = { id: `f${seed}`, currency: 'USD', placedAt: AT, destination: US, lines };
  return { order, nodes, policy: kind === 'whole' ? { splitLines: false } : {} };
}
