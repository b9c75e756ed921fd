import { createHash, randomUUID } from 'node:crypto';
import { systemViewer } from '../src/model/viewer.js';
import type { OrderServices, SubmitResult } from '../src/orders/services.js';

/** Submits an order of an own id to the demo's API account, to a reader in Chicago; lines are SKUs with their quantities. */
export function submitAnOrder(
  services: OrderServices,
  lines: readonly (readonly [string, number])[],
  whenShort?: 'REJECT' | 'BACKORDER',
): Promise<SubmitResult> {
  return services.submitOrder(systemViewer('test'), {
    accountCode: 'demo-api',
    idempotencyKey: randomUUID(),
    fingerprint: createHash('sha256').update(randomUUID()).digest(),
    order: {
      externalId: randomUUID(),
      currency: 'USD',
      placedAt: new Date().toISOString(),
      shipTo: {
        name: 'A. Reader',
        lines: ['1 Main St'],
        city: 'Chicago',
        regionCode: 'IL',
        postalCode: '60601',
        countryCode: 'US',
      },
      lines: lines.map(([sku, quantity], index) => ({
        externalLineId: String(index + 1),
        sku,
        quantity,
        unitPrice: 9_000_000,
        requiresShipping: true,
      })),
      ...(whenShort === undefined ? {} : { whenShort }),
    },
  });
}
