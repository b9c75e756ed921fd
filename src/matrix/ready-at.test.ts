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
