import { createRequire } from 'node:module';
import countries from 'i18n-iso-countries/index.js';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Party } from '../../model/canonical-order.js';
import type { Reading } from './reader.js';

countries.registerLocale(createRequire(import.meta.url)('i18n-iso-countries/langs/en.json'));

/** The ISO 3166-1 alpha-2 code of a country by its alpha-2 or alpha-3 code or its English name; undefined where it is none. */
export function countryCodeOf(text: string): string | undefined {
  const code = text.toUpperCase();
  if (/^[A-Z]{2}$/.test(code)) return countries.isValid(code) || code === 'XK' ? code : undefined;
  if (/^[A-Z]{3}$/.test(code)) return countries.alpha3ToAlpha2(code);
  return countries.getAlpha2Code(text, 'en');
}

/** A phone as sent and, where it can be read as a number of that country, as E.164; else it stays text and becomes a warning. */
export function phoneOf(
  reading: Pick<Reading, 'warn'>,
  path: string,
  text: string | undefined,
  countryCode: string | undefined,
): Pick<Party, 'phone' | 'phoneText'> {
  if (text === undefined) return {};
  const read = parsePhoneNumberFromString(text, countryCode as CountryCode | undefined);
  if (read?.isPossible()) return { phone: read.number, phoneText: text };
  reading.warn('PHONE_UNREADABLE', path, 'kept as text: not the number of a phone of its country');
  return { phoneText: text };
}
