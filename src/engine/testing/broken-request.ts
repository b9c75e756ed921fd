import { parseRequest } from '../reading/parse.js';

/** One line, one node, one service: valid, and small enough to break in one place at a time. */
export function validRequest() {
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      deliverBy: '2026-03-09T18:00:00-05:00',
      destination: { countryCode: 'US', postalCode: '10001', latitude: 40.7, longitude: -74 },
      lines: [{ id: 'l1', sku: 'mug', quantity: 2, unitPrice: '12.50', unitWeightGrams: 400 }],
    },
    nodes: [
      {
        id: 'n1',
        vendorId: 'v1',
        location: { countryCode: 'US' },
        readyAt: '2026-03-03T09:00:00Z',
        offers: [{ sku: 'mug', available: 5, unitCosts: [{ fromQuantity: 1, unitCost: '4' }] }],
        services: [{ id: 's1', carrier: 'post', transitHours: 48, rates: [{ upTo: 2000, price: '6' }] as unknown[] }],
      },
    ],
    policy: {},
    exclusions: [{ nodeId: 'nowhere', reason: 'contract' }],
  };
}

/** The valid request with the value at `path` replaced; `undefined` takes the field away. */
export function changed(path: string, value: unknown): unknown {
  const request: unknown = validRequest();
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let at = request as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return request;
}

/** The paths of all faults of a request. */
export function faultPaths(value: unknown): string[] {
  const parsed = parseRequest(value);
  return parsed.ok ? [] : parsed.faults.map((fault) => fault.path);
}
