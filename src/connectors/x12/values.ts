import { scaleHalfUp, type TenThousandths } from '../../model/money.js';

/** Fraction digits of a decimal that is read; more are not of any price. */
const FRACTION_MAX = 10;

/** An X12 decimal (type R) such as `.25`, `7.` or `-3.50`, as a plain decimal text; null where it is none. Exponents are none. */
export function decimalOf(text: string): string | null {
  const match = /^([+-]?)(\d{0,15})(?:\.(\d{0,20}))?$/.exec(text.trim());
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return null;
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '') || '0';
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > FRACTION_MAX) return null;
  const isZero = whole === '0' && fraction === '';
  return `${match[1] === '-' && !isZero ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A whole number of at most `max`, or null. `3`, `3.000` and `0003` are 3. */
export function wholeOf(text: string, max: number): number | null {
  const decimal = decimalOf(text);
  if (decimal === null || !/^\d+$/.test(decimal)) return null;
  const value = Number(decimal);
  return value <= max ? value : null;
}

/** A decimal divided by `by`, in ten-thousandths, half up; null where it is no decimal or out of range. */
export function tenThousandthsOf(text: string, by = 1n): TenThousandths | null {
  const decimal = decimalOf(text);
  if (decimal === null) return null;
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  // Rounded once, the division included.
  const divisor = by * 10n ** BigInt(FRACTION_MAX - 4);
  const value = Number((BigInt(whole + fraction.padEnd(FRACTION_MAX, '0')) * 2n + divisor) / (divisor * 2n));
  if (!Number.isSafeInteger(value)) return null;
  return decimal.startsWith('-') && value !== 0 ? -value : value;
}

/** An amount of X12 type N2, such as `1050` for 10.50; null where it is none. */
export function centsOf(text: string): TenThousandths | null {
  const match = /^(-?)(\d{1,13})$/.exec(text.trim());
  if (!match) return null;
  return scaleHalfUp(Number(match[2]), match[1] === '-' ? -100n : 100n, 1n);
}

/** Hours from UTC of X12 time codes (DTM04) that name a zone; the letters of daylight time are one hour later. */
const ZONES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ GM: 0, UT: 0, GMT: 0, UTC: 0, Z: 0 },
    ...{ ES: -5, ED: -4, CS: -6, CD: -5, MS: -7, MD: -6, PS: -8, PD: -7, AS: -9, AD: -8, HS: -10, NS: -3.5, ND: -2.5 },
  }),
);

/**
 * A moment of a date (`20130401` or `130401`) and a time (`1722`, `172217`, with hundredths), ISO 8601 in UTC; null where the date is
 * none. Without a time it is the day's first moment in UTC: a day is never guessed away. A time is of the zone that its code names, else
 * of the partner's (`timeZone`, as IANA names it).
 */
export function momentOf(date: string, time = '', zone = '', timeZone = 'UTC'): string | null {
  const day = dayOf(date);
  if (day === null) return null;
  const [, hours, minutes, seconds = '00'] = /^(\d\d)(\d\d)(\d\d)?\d{0,2}$/.exec(time.trim()) ?? [];
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  if (!Number.isFinite(at)) return `${day}T00:00:00.000Z`;
  const named = ZONES.get(zone.trim());
  return new Date(at - (named === undefined ? offsetMs(at, timeZone) : named * 3_600_000)).toISOString();
}

/** What a zone's clocks are ahead of UTC when they show `localMs`. */
function offsetMs(localMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const ahead = (at: number) => {
    const shown = new Date(at).toLocaleString('sv-SE', { timeZone, hourCycle: 'h23' });
    return Date.parse(`${shown.replace(' ', 'T')}Z`) - at;
  };
  // Twice, since the first guess may lie on the other side of a change to daylight time.
  return ahead(localMs - ahead(localMs));
}

/** A day such as `2013-04-01`, or null. A year of two digits is of the hundred years that end in 2049. */
export function dayOf(text: string): string | null {
  const match = /^(\d{2})?(\d\d)(\d\d)(\d\d)$/.exec(text.trim());
  if (!match) return null;
  const [, century = Number(match[2]) < 50 ? '20' : '19', year, month, day] = match;
  const iso = `${century}${year}-${month}-${day}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(iso) ? iso : null;
}

/** `YYYYMMDD` and `HHMM` of a moment, in UTC. */
export function dateAndTime(moment: string): { readonly date: string; readonly time: string } {
  const iso = new Date(moment).toISOString();
  return { date: iso.slice(0, 10).replaceAll('-', ''), time: iso.slice(11, 16).replace(':', '') };
}
