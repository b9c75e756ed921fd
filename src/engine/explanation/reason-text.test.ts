import { describe, expect, it } from 'vitest';
import { REASON_ORDER, REASONS } from '../reasons.js';
import { reasonText } from './reason-text.js';

describe('the reason in words', () => {
  it.each([
    ['NO_OFFER', { skus: ['mug', 'pan'] }, 'does not offer mug, pan'],
    ['NO_STOCK', { offers: [{ sku: 'mug', available: 2, wanted: 3 }] }, 'mug: has 2, needed 3'],
    ['BELOW_MINIMUM_QUANTITY', { offers: [{ sku: 'mug', most: 2, minimumQuantity: 6 }] }, 'mug: at most 2, minimum 6'],
    ['NOT_A_MULTIPLE', { offers: [{ sku: 'mug', most: 5, quantityMultiple: 12 }] }, 'mug: at most 5, in packs of 12'],
    [
      'BELOW_MINIMUM_VALUE',
      { goods: '12.0000', minimumOrderValue: '50.0000' },
      'goods of at most 12.00, minimum 50.00',
    ],
    [
      'NOT_A_MULTIPLE',
      { offers: [{ sku: 'mug', most: 5, whole: true, quantityMultiple: 2 }] },
      'mug: 5 or none, in packs of 2',
    ],
    ['NO_CAPACITY', { remainingUnits: 0 }, 'can handle 0 more units today'],
    ['NO_CAPACITY', { remainingUnits: 2, needed: 3 }, 'can handle 2 more units today, needed 3'],
    ['TOO_HEAVY', { maximum: { parcel: 5000, sea: null } }, 'parcel carries at most 5000'],
    [
      'TOO_HEAVY',
      { maximum: { parcel: 5000, value: '40.0000' }, needed: { parcel: 5600, value: '52.5000' } },
      'parcel carries at most 5000, needed 5600; value carries at most 40.00, needed 52.50',
    ],
    ['TAG_NOT_CARRIED', { tags: ['liquid'] }, 'no service carries liquid'],
    [
      'TOO_LATE',
      { arrivesAt: '2026-11-28T10:00:00Z', deliverBy: '2026-11-27T23:00:00Z' },
      'arrives 2026-11-28 10:00, promised 2026-11-27 23:00',
    ],
    [
      'TOO_LATE',
      { arrivesAt: '2026-11-27T23:00:30Z', deliverBy: '2026-11-27T23:00:00Z' },
      'arrives 2026-11-27 23:00:30, promised 2026-11-27 23:00:00',
    ],
    ['COSTLIER', { insteadOf: 'berlin', difference: '1.4000' }, 'beaten by berlin by 1.40'],
    [
      'COSTLIER',
      { insteadOf: 'berlin', lines: ['L1'], difference: '0.0125' },
      'L1 from here instead of berlin would cost 0.0125 more',
    ],
  ])('%s %j is “%s”', (code, facts, text) => {
    expect(reasonText(code, facts)).toBe(text);
  });

  it('names the rule that excluded it', () => {
    expect(reasonText('EXCLUDED_BY_RULE', { reason: 'unreliable' }, 'R7')).toBe('unreliable (rule R7)');
  });

  it('is the plain cause where the numbers are missing', () => {
    for (const code of REASON_ORDER.filter((each) => each !== 'EXCLUDED_BY_RULE'))
      expect(reasonText(code)).toBe(REASONS[code].cause);
  });
});
