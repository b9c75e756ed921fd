import type { DateTime } from 'luxon';

/** The days on which somebody works, in whatever time zone they are asked about. */
export interface WorkingDays {
  /** ISO weekdays, 1 = Monday; at least one. */
  readonly workingDays: readonly number[];
  /** Holidays and other days off, `YYYY-MM-DD`; null or left out: none. */
  readonly closedDays?: readonly string[] | null;
}

/** Nobody is closed for longer. */
const DAYS_LOOKED_AHEAD_MAX = 800;

/** Whether the local day of `at` is a working day. */
export function works(at: DateTime, { workingDays, closedDays }: WorkingDays): boolean {
  if (!workingDays.includes(at.weekday)) return false;
  return !closedDays?.length || !closedDays.includes(at.toISODate() ?? '');
}

/** The start of the first working day after the local day of `at`. Errors: RangeError where none comes within 800 days. */
export function nextWorkingDay(at: DateTime, days: WorkingDays): DateTime {
  let day = at.startOf('day');
  for (let looked = 0; looked < DAYS_LOOKED_AHEAD_MAX; looked += 1) {
    day = day.plus({ days: 1 });
    if (works(day, days)) return day;
  }
  throw new RangeError('expected at least one working day');
}
