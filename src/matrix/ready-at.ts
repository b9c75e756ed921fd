import { DateTime } from 'luxon';
import { nextWorkingDay, type WorkingDays, works } from './working-days.js';

/** When a node works, in its own time zone. */
export interface WorkingHours extends WorkingDays {
  /** IANA name. */
  readonly timeZone: string;
  /** "HH:MM": an order that comes later counts from the next working day. */
  readonly cutOff: string;
}

/**
 * When a shipment ordered at `now` could leave a node.
 *
 * A working day is one of the node's weekdays on which it is not closed. Work starts now, or at the opening of the next working day where
 * today is none or its cut-off has passed; a lead time of full days counts working days, the hours beyond run on the clock; what would be
 * ready on a day without work is ready when the next working day begins. The result is never before `now`, and always on a working day of the node.
 */
export function readyAt(now: Date, leadTimeHours: number, node: WorkingHours): Date {
  const here = DateTime.fromJSDate(now, { zone: node.timeZone });
  if (!here.isValid) throw new RangeError(`expected an IANA time zone, got "${node.timeZone}"`);
  const [hour = 0, minute = 0] = node.cutOff.split(':').map(Number);
  // From the start of the day, so that a cut-off in an hour that comes twice is the first of the two, whenever it is asked.
  const cutOff = here.startOf('day').set({ hour, minute });
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

type ReadyFrom = (leadTimeHours: number, node: WorkingHours) => Date;

/** By moment: an order is asked about several times as of the same one. */
const readyFrom = new WeakMap<Date, ReadyFrom>();

/** `readyAt` of one moment, worked out once for each lead time and each working hours, of which nodes have few different ones. */
export function readyAtOf(now: Date): ReadyFrom {
  const known = readyFrom.get(now) ?? remembered(now);
  readyFrom.set(now, known);
  return known;
}

function remembered(now: Date): ReadyFrom {
  const known = new Map<string, Date>();
  const keys = new WeakMap<WorkingHours, string>();
  const keyOf = (node: WorkingHours) => {
    const { timeZone, cutOff, workingDays, closedDays } = node;
    const key = keys.get(node) ?? `${timeZone}/${cutOff}/${workingDays}/${closedDays ?? ''}`;
    keys.set(node, key);
    return key;
  };
  return (leadTimeHours, node) => {
    const key = `${leadTimeHours}/${keyOf(node)}`;
    const ready = known.get(key) ?? readyAt(now, leadTimeHours, node);
    known.set(key, ready);
    return ready;
  };
}

/** The node's local day of a moment, `YYYY-MM-DD`: the day whose capacity a shipment takes. */
export function localDay(at: Date, timeZone: string): string {
  const day = DateTime.fromJSDate(at, { zone: timeZone }).toISODate();
  if (day === null) throw new RangeError(`expected an IANA time zone, got "${timeZone}"`);
  return day;
}
