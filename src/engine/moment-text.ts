import { DAY_MS, HOUR_MS } from './problem.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const UPPER_Z = 'Z'.charCodeAt(0);
const SECONDS_LENGTH = '2026-03-02T10:00:00'.length;
/** What follows the seconds: three digits of a fraction, those beyond, and the offset. */
const REST = /^(?:\.(\d{1,3})(\d*))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const DAYS_TO_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const DAYS_TO_1970 = 719_528;
const FIRST_MOMENT = -DAYS_TO_1970 * DAY_MS;
/** The end of the year 9999: RFC 3339 has no moment beyond it. */
export const LAST_MOMENT = Date.UTC(10_000, 0) - 1;

/** A moment in milliseconds as decisions carry it: UTC with Z, fractions of a second only where there are some. */
export function momentText(at: number): string {
  const text = new Date(at).toISOString();
  return at % SECOND_MS === 0 ? `${text.slice(0, -5)}Z` : text;
}

/**
 * Reads RFC 3339 as milliseconds; NaN where the text is none, names a day or an hour that there is not (leap seconds are none), or lies outside of the
 * years 0000 to 9999 of UTC. A fraction `finer` than a millisecond is refused or dropped.
 */
export function momentOf(text: string, finer: 'refused' | 'dropped' = 'refused'): number {
  const seconds = secondsOf(text);
  if (text.length === SECONDS_LENGTH + 1 && text.charCodeAt(SECONDS_LENGTH) === UPPER_Z) return seconds;
  const match = REST.exec(text.slice(SECONDS_LENGTH));
  if (!match) return Number.NaN;
  const [, fraction = '', beyond = '', sign, hours = '0', minutes = '0'] = match;
  const isFiner = finer === 'refused' && /[1-9]/.test(beyond);
  if (isFiner || Number(hours) > 23 || Number(minutes) > 59) return Number.NaN;
  const offset = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  const at = seconds + Number(fraction.padEnd(3, '0')) + (sign === '+' ? -offset : offset);
  return at >= FIRST_MOMENT && at <= LAST_MOMENT ? at : Number.NaN;
}

/** Date and time up to the seconds, in milliseconds, as if in UTC; NaN where they are none. */
function secondsOf(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const isPunctuated =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (text.charCodeAt(10) | 32) === 116 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58;
  const inRange =
    year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
  if (!isPunctuated || !inRange || second < 0 || second > 59) return Number.NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const before = DAYS_TO_MONTH[month - 1] as number;
  const length = (DAYS_TO_MONTH[month] as number) - before + (isLeap && month === 2 ? 1 : 0);
  if (day > length) return Number.NaN;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) + 1;
  const days = year * 365 + leapDays + before + (isLeap && month > 2 ? 1 : 0) + (day - 1) - DAYS_TO_1970;
  return days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
}

/** Far below zero where the two are no digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -10_000;
}
