import { DateTime } from 'luxon';

/** When a node works, in its own time zone. */
export interface WorkingHours {
  /** IANA name. */
  readonly timeZone: string;
  /** "HH:MM": an order that comes later counts from the next working day. */
  readonly cutOff: string;
  /** ISO weekdays, 1 = Monday; at least one. */
  readonly workingDays: readonly number[];
}

const DAYS_LOOKED_AHEAD_MAX = 400;

/**
 * When a shipment ordered at `now` could leave a node.
 *
 * Work starts now, or at the opening of the next working day where today is none or its cut-off has passed; a lead time of full
 * days counts working days, the hours beyond run on the clock; what would be ready on a day without work is ready when the
 * next working day begins. The result is never before `now`, and always on a working day of the node.
 */
export function readyAt(now: Date, leadTimeHours: number, node: WorkingHours): Date {
  const here = DateTime.fromJSDate(now, { zone: node.timeZone });
  if (!here.isValid) throw new RangeError(`expected an IANA time zone, got "${node.timeZone}"`);
  const [hour = 0, minute = 0] = node.cutOff.split(':').map(Number);
  const cutOff = here.set({ hour, minute, second: 0, millisecond: 0 });
  const inTime = works(here, node) && here <= cutOff;
  let at = inTime ? here : nextWorkingDay(here, node);
  for (let days = Math.floor(leadTimeHours / 24); days > 0; days -= 1) {
    const time = { hour: at.hour, minute: at.minute, second: at.second, millisecond: at.millisecond };
    at = nextWorkingDay(at, node).set(time);
  }
  at = at.plus({ hours: leadTimeHours % 24 });
  if (!works(at, node)) at = nextWorkingDay(at, node);
  return at.toJSDate();
}

/** The node's local day of a moment, `YYYY-MM-DD`: the day whose capacity a shipment takes. */
export function localDay(at: Date, timeZone: string): string {
  const day = DateTime.fromJSDate(at, { zone: timeZone }).toISODate();
  if (day === null) throw new RangeError(`expected an IANA time zone, got "${timeZone}"`);
  return day;
}

function works(at: DateTime, node: WorkingHours): boolean {
  return node.workingDays.includes(at.weekday);
}

/** The start of the first working day after the day of `at`. */
function nextWorkingDay(at: DateTime, node: WorkingHours): DateTime {
  let day = at.startOf('day');
  for (let looked = 0; looked < DAYS_LOOKED_AHEAD_MAX; looked += 1) {
    day = day.plus({ days: 1 });
    if (works(day, node)) return day;
  }
  throw new RangeError('expected at least one working day');
}
