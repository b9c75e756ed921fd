import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { localDay, readyAt, type WorkingHours } from './ready-at.js';

const reno: WorkingHours = { timeZone: 'America/Los_Angeles', cutOff: '15:00', workingDays: [1, 2, 3, 4, 5] };
const ready = (now: string, leadTimeHours: number, node = reno) =>
  DateTime.fromJSDate(readyAt(new Date(now), leadTimeHours, node), { zone: node.timeZone }).toFormat('ccc dd HH:mm');

describe('when a shipment could leave', () => {
  it.each([
    ['a day of work after an order in time', '2026-03-02T18:00:00Z', 24, 'Tue 03 10:00'],
    ['counts from the next day after the cut-off', '2026-03-02T23:30:00Z', 24, 'Wed 04 00:00'],
    ['counts from Monday for an order of Saturday', '2026-03-07T18:00:00Z', 24, 'Tue 10 00:00'],
    ['counts working days only', '2026-03-06T18:00:00Z', 48, 'Tue 10 10:00'],
    ['runs hours on the clock', '2026-03-02T18:00:00Z', 6, 'Mon 02 16:00'],
    ['waits over the weekend with the hours that remain', '2026-03-06T22:00:00Z', 12, 'Mon 09 00:00'],
    ['keeps the hour of the day when the clocks change', '2026-03-06T18:00:00Z', 24, 'Mon 09 10:00'],
  ])('%s', (_name, now, leadTimeHours, expected) => {
    expect(ready(now, leadTimeHours)).toBe(expected);
  });

  it.each([
    ['waits for the day after a holiday', '2026-04-02T18:00:00Z', 24, reno, ['2026-04-03'], 'Mon 06 11:00'],
    ['starts after a holiday on which it was ordered', '2026-04-03T18:00:00Z', 6, reno, ['2026-04-03'], 'Mon 06 06:00'],
    [
      'skips holidays that hang together',
      '2026-12-23T18:00:00Z',
      24,
      reno,
      ['2026-12-24', '2026-12-25'],
      'Mon 28 10:00',
    ],
  ])('%s', (_name, now, leadTimeHours, node, closedDays, expected) => {
    expect(ready(now, leadTimeHours, { ...node, closedDays })).toBe(expected);
  });

  const everyDay = [1, 2, 3, 4, 5, 6, 7];
  it.each([
    [
      'a cut-off in the hour that is left out is an hour later',
      'America/New_York',
      '02:30',
      '2026-03-08T07:20:00Z',
      'Sun 08 03:20',
    ],
    ['and past it the next day counts', 'America/New_York', '02:30', '2026-03-08T07:40:00Z', 'Mon 09 00:00'],
    [
      'a cut-off in the hour that comes twice is its first',
      'America/New_York',
      '01:30',
      '2026-11-01T05:20:00Z',
      'Sun 01 01:20',
    ],
    ['the second of that hour is past it', 'America/New_York', '01:30', '2026-11-01T06:20:00Z', 'Mon 02 00:00'],
    ['the first to see a new day', 'Pacific/Kiritimati', '15:00', '2026-03-02T11:00:00Z', 'Tue 03 01:00'],
    ['the last to see it', 'Pacific/Pago_Pago', '15:00', '2026-03-03T01:00:00Z', 'Mon 02 14:00'],
  ])('%s', (_name, timeZone, cutOff, now, expected) => {
    expect(ready(now, 0, { timeZone, cutOff, workingDays: everyDay })).toBe(expected);
  });

  it('is never before now and always on a working day, whatever the calendar', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2025-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 1000 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.constantFrom('America/Los_Angeles', 'Europe/Berlin', 'Asia/Tokyo', 'Asia/Kolkata', 'UTC'),
        (now, leadTimeHours, workingDays, timeZone) => {
          const at = readyAt(now, leadTimeHours, { timeZone, cutOff: '14:00', workingDays });
          expect(at.getTime()).toBeGreaterThanOrEqual(now.getTime());
          expect(workingDays).toContain(DateTime.fromJSDate(at, { zone: timeZone }).weekday);
        },
      ),
    );
  });

  it('knows the day at the node, not ours', () => {
    expect(localDay(new Date('2026-03-02T03:00:00Z'), 'America/Los_Angeles')).toBe('2026-03-01');
    expect(localDay(new Date('2026-03-02T20:00:00Z'), 'Asia/Tokyo')).toBe('2026-03-03');
  });
});
