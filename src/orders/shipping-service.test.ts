import { describe, expect, it } from 'vitest';
import type { DeliveryWish } from '../model/canonical-order.js';
import { agreedService } from './shipping-service.js';

const TERMS = {
  shippingServices: {
    'Express Saver': { services: ['express', 'next-day'], days: 2 },
    GND: { services: ['ground'] },
    Standard: { days: 5 },
  },
};
const asked = (delivery: DeliveryWish, deliverBy?: string) =>
  agreedService({ placedAt: '2026-03-01T10:00:00Z', delivery, deliverBy }, TERMS);

describe('the shipping service of a channel', () => {
  it('stands for the carrier services and the days that the account says', () => {
    expect(asked({ serviceTitle: ' express  saver' })).toEqual({
      kind: 'agreed',
      serviceCodes: ['express', 'next-day'],
      deliverBy: '2026-03-03T10:00:00.000Z',
    });
  });

  it('is found by its code before its title, and moves no promise of the order itself', () => {
    expect(asked({ serviceCode: 'gnd', serviceTitle: 'Standard' }, '2026-03-09T00:00:00Z')).toEqual({
      kind: 'agreed',
      serviceCodes: ['ground'],
      deliverBy: '2026-03-09T00:00:00Z',
    });
  });

  it('that the table lacks is never guessed: its nearest are suggestions', () => {
    expect(asked({ serviceTitle: 'Express-Saver Plus' })).toEqual({
      kind: 'unmapped',
      text: 'Express-Saver Plus',
      suggestions: ['Express Saver'],
    });
  });

  it('means nothing to an account without a table, or where the order names none', () => {
    const anything = { kind: 'agreed', serviceCodes: null, deliverBy: null };
    expect(asked({})).toEqual(anything);
    expect(agreedService({ placedAt: '2026-03-01T10:00:00Z', delivery: { serviceCode: 'X' } }, {})).toEqual(anything);
  });
});
