const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const PLAIN_LENGTH = '2026-03-02T10:00:00Z'.length;
const DAYS_TO_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const DAYS_TO_1970 = 719_528;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A moment in milliseconds as decisions carry it: UTC with Z, fractions of a second only where there are some. */
export function momentText(at: number): string {
  const text = new Date(at).toISOString();
  return at % SECOND_MS === 0 ? `${text.slice(0, -5)}Z` : text;
}

/** Reads RFC 3339 as milliseconds; NaN where the text is none, or names a day or an hour that there is not. */
export function momentOf(text: string): number {
  if (text.length === PLAIN_LENGTH) {
    const at = plainMomentOf(text);
    if (!Number.isNaN(at)) return at;
  }
  const match = MOMENT.exec(text);
  if (!match) return Number.NaN;
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
  return inRange ? Date.parse(text.toUpperCase()) : Number.NaN;
}

/** The usual form, whole seconds in UTC, without matching; NaN for all others, and for years that a Date takes for others. */
function plainMomentOf(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const isPlain =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    text.charCodeAt(19) === 90;
  const inRange =
    year >= 100 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
  if (!isPlain || !inRange || second < 0 || second > 59) return Number.NaN;
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
