import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { NetworkSnapshot } from '../model/network.js';
import { NODES, NOW, SNAPSHOT } from './rules/testing/small-order.js';
import { arrivalAfter, withTransitHours } from './transit.js';

const WEEK = [1, 2, 3, 4, 5];
const days = (count: number, workingDays = WEEK, closedDays: readonly string[] | null = null) => ({
  transitHours: 0,
  businessDays: { days: count, workingDays, closedDays },
});

describe('when a shipment is at the door', () => {
  it.each<[string, string, string, number, string, (readonly string[])?, number[]?]>([
    ['two days within a week', 'Europe/Berlin', '2026-03-03T10:00', 2, '2026-03-05T10:00'],
    ['over a weekend', 'Europe/Berlin', '2026-03-06T10:00', 2, '2026-03-10T10:00'],
    [
      'over a weekend on which the carrier delivers',
      'Europe/Berlin',
      '2026-03-06T10:00',
      2,
      '2026-03-09T10:00',
      [],
      [1, 2, 3, 4, 5, 6],
    ],
    ['from a day without delivery', 'Europe/Berlin', '2026-03-07T10:00', 1, '2026-03-09T10:00'],
    ['on the same day', 'Europe/Berlin', '2026-03-03T10:00', 0, '2026-03-03T10:00'],
    ['around a holiday', 'Europe/Berlin', '2026-04-02T10:00', 1, '2026-04-07T10:00', ['2026-04-03', '2026-04-06']],
    ['over the change to summer time', 'Europe/Berlin', '2026-03-27T10:00', 1, '2026-03-30T10:00'],
    ['over the change to winter time', 'America/New_York', '2026-10-30T10:00', 1, '2026-11-02T10:00'],
    [
      'at an hour that the change leaves out',
      'America/New_York',
      '2026-03-07T02:30',
      1,
      '2026-03-08T03:30',
      [],
      [1, 2, 3, 4, 5, 6, 7],
    ],
    [
      'by the days of where it leaves, east of the date line',
      'Pacific/Kiritimati',
      '2026-03-06T09:00',
      1,
      '2026-03-09T09:00',
    ],
    [
      'by the days of where it leaves, west of the date line',
      'Pacific/Pago_Pago',
      '2026-03-05T23:00',
      1,
      '2026-03-06T23:00',
    ],
  ])('%s', (_name, zone, leaving, count, expected, closed = [], workingDays = WEEK) => {
    const at = DateTime.fromISO(leaving, { zone }).toJSDate();
    const arrival = arrivalAfter(at, days(count, workingDays, closed), zone);
    expect(DateTime.fromJSDate(arrival, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")).toBe(expected);
  });

  it('counts hours on the clock, whatever day it is', () => {
    const friday = new Date('2026-03-06T20:00:00Z');
    expect(arrivalAfter(friday, { transitHours: 48 }, 'Europe/Berlin')).toEqual(new Date('2026-03-08T20:00:00Z'));
  });

  it('names a time zone that is none', () => {
    expect(() => arrivalAfter(NOW, days(1), 'Mars/Olympus')).toThrow('expected an IANA time zone, got "Mars/Olympus"');
  });
});

describe('transit in a routing request', () => {
  const byDays = (count: number, offers = SNAPSHOT.offers): NetworkSnapshot => ({
    ...SNAPSHOT,
    offers,
    services: SNAPSHOT.services.map((service) => ({ ...service, businessDays: days(count).businessDays })),
  });
  const hoursOf = (snapshot: NetworkSnapshot, nodeId: number) =>
    withTransitHours(snapshot).services.find((service) => service.nodeId === nodeId)?.transitHours;

  it('leaves services that are counted in hours alone', () => {
    expect(withTransitHours(SNAPSHOT)).toBe(SNAPSHOT);
  });

  it('is the hours to the last of so many days of delivery', () => {
    // Acme east is ready on Monday and works on Tuesday; five days later it is Monday again.
    expect([hoursOf(byDays(1), 1), hoursOf(byDays(4), 1), hoursOf(byDays(5), 1)]).toEqual([24, 96, 168]);
  });

  it('is that of the product that leaves before a weekend, so that no promise is too early', () => {
    const slow = SNAPSHOT.offers.map((offer) => (offer.productId === 2 ? { ...offer, leadTimeHours: 96 } : offer));
    expect(hoursOf(byDays(1, slow), NODES[0]?.id ?? 0)).toBe(72);
  });
});
