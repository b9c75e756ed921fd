import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideByShares, explodeKit, type KitComponent } from './kits.js';

const component = (sku: string, quantity: number, priceShare: string): KitComponent => ({
  productId: sku.charCodeAt(0),
  sku,
  quantity,
  priceShare,
});

describe('a kit', () => {
  it('becomes a line for each component, priced by its share', () => {
    const lines = explodeKit({ externalLineId: '7', quantity: 2, unitPrice: 1_000_000 }, [
      component('LAMP', 1, '0.75000000'),
      component('BULB', 5, '0.25000000'),
    ]);
    expect(lines).toEqual([
      { externalLineId: '7/LAMP', productId: 76, sku: 'LAMP', quantity: 2, unitPrice: 750_000 },
      { externalLineId: '7/BULB', productId: 66, sku: 'BULB', quantity: 10, unitPrice: 50_000 },
    ]);
  });

  it('splits a component whose part does not divide by its units into two prices', () => {
    const lines = explodeKit({ externalLineId: '7', quantity: 4, unitPrice: 100_000 }, [component('SCREW', 3, '1')]);
    expect(lines.map(({ externalLineId, quantity, unitPrice }) => [externalLineId, quantity, unitPrice])).toEqual([
      ['7/SCREW', 8, 33_333],
      ['7/SCREW/2', 4, 33_334],
    ]);
  });

  it('is worth its components, to the last ten-thousandth', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 6 }).map((weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
      const scaled = weights.map((weight) => Math.floor((weight * 100_000_000) / total));
      scaled[0] = 100_000_000 - scaled.slice(1).reduce((sum, share) => sum + share, 0);
      return scaled.map(
        (share) => `${Math.floor(share / 100_000_000)}.${String(share % 100_000_000).padStart(8, '0')}`,
      );
    });
    fc.assert(
      fc.property(
        shares,
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        (priceShares, unitPrice, quantity, unitsPerKit) => {
          const lines = explodeKit(
            { externalLineId: 'a', quantity, unitPrice },
            priceShares.map((share, index) => component(`C${index}`, unitsPerKit + index, share)),
          );
          const value = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
          expect(value).toBe(unitPrice * quantity);
        },
      ),
    );
  });

  it('refuses shares that do not make a whole', () => {
    expect(() => divideByShares(100, ['0.5', '0.49999999'])).toThrow(RangeError);
  });
});
