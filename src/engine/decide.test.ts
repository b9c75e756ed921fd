import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import type { RoutingRequest } from './request.js';

const samples = process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../shared');
const examples = join(samples, 'routing-examples');
const present = existsSync(examples);
if (!present) console.log(`skipped: worked routing examples, not found in ${samples} (set HEADGATE_SAMPLES)`);

describe.skipIf(!present)('the worked examples', () => {
  const files = present ? readdirSync(examples).filter((name) => name.endsWith('.json')) : [];
  it.each(files)('%s is decided as it was worked by hand', (name) => {
    const { request, expected } = JSON.parse(readFileSync(join(examples, name), 'utf8'));
    const { candidates: _c, engineVersion: _e, ...decision } = decide(request);
    expect(decision).toEqual(expected);
  });
});

describe('two lines of one SKU at different prices, in very many packs', () => {
  const PACKS = [
    { units: 7, unitCost: 4 },
    { units: 12, unitCost: 4.1 },
    { units: 11, unitCost: 3.9 },
  ] as const;
  /** From three nodes that ship it in packs of 7, 12 and 11. */
  const packs = (quantity: number, unfilled: 'allow' | 'forbid'): RoutingRequest => ({
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      destination: { countryCode: 'US' },
      lines: ['20', '19'].map((unitPrice, at) => ({
        id: `l${at}`,
        sku: 'mug',
        quantity,
        unitPrice,
        unitWeightGrams: 500,
      })),
    },
    nodes: PACKS.map(({ units, unitCost }) => ({
      id: `packs-of-${units}`,
      vendorId: 'v1',
      location: { countryCode: 'US' },
      readyAt: '2026-03-03T09:00:00Z',
      offers: [{ sku: 'mug', unitCosts: [{ fromQuantity: 1, unitCost: String(unitCost) }], quantityMultiple: units }],
      services: [{ id: 'post', carrier: 'post', transitHours: 48, rates: [{ upTo: 9_000_000_000, price: '0' }] }],
    })),
    policy: { unfilled, effort: 1_000 },
  });
  it.each([
    [1_003, 'forbid'],
    [10_000, 'forbid'],
    [10_000, 'allow'],
  ] as const)(
    '%i of each, %s, ship within 1,000 steps, and no bound lies above the best plan',
    (quantity, unfilled) => {
      let best = Number.POSITIVE_INFINITY;
      for (let sevens = 0; sevens < 12 * 11; sevens += 1)
        for (let twelves = 0; twelves < 7 * 11; twelves += 1) {
          const elevens = (2 * quantity - 7 * sevens - 12 * twelves) / 11;
          if (elevens >= 0 && Number.isInteger(elevens))
            best = Math.min(best, 28 * sevens + 49.2 * twelves + 42.9 * elevens);
        }
      const { status, objective, proof } = decide(packs(quantity, unfilled));
      expect(status).toBe('routed');
      const bound = proof?.kind === 'bounded' ? proof.lowerBound : objective;
      expect(Number(bound)).toBeLessThan(best + 0.0001);
      expect(Number(objective)).toBeGreaterThan(best - 0.0001);
      expect(Number(objective) / best).toBeLessThan(1.1);
    },
  );
});
