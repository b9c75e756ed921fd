import type { Party } from '../../../model/canonical-order.js';
import type { Address } from '../../../model/order.js';
import type { Loop } from '../../x12/loops.js';
import { childrenOf, childWhere } from '../../x12/taken.js';
import type { Reading } from './reading.js';

const COUNTRIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ USA: 'US', CAN: 'CA', MEX: 'MX', GBR: 'GB', PRI: 'PR' }),
);
const PROVINCES = ['AB', 'BC', 'MB', 'NB', 'NL', 'NS', 'NT', 'NU', 'ON', 'PE', 'QC', 'SK', 'YT'];
/** What machines write where there is nothing. */
const isNothing = (text: string) => /^(null|n\/a|none)$/i.test(text);

/** The first N1 loop of one of these roles, the roles in order of preference. */
export function partyLoop(set: Loop, ...roles: readonly string[]): Loop | undefined {
  for (const role of roles) {
    const found = childWhere(set, 'N1', 1, role);
    if (found) return found;
  }
  return undefined;
}

/** Who an N1 loop names. */
export function partyOf(reading: Reading, loop: Loop | undefined): Party | undefined {
  if (loop === undefined) return undefined;
  reading.taken.mark(loop, 1, 3);
  const address = addressOf(reading, loop);
  return {
    externalId: reading.text(loop, 4),
    name: reading.text(loop, 2),
    ...contactOf(reading, loop),
    ...(address === null ? {} : { address }),
  };
}

/** Where the goods go. Faults: no ship-to (a bill-to is never taken for one), or one that no carrier finds. */
export function shipToOf(reading: Reading, set: Loop): Address | null {
  const loop = partyLoop(set, 'ST');
  if (loop === undefined) {
    reading.fault('ADDRESS_MISSING', set.path, 'expected an N1 loop ST: whom the goods are shipped to');
    return null;
  }
  reading.taken.mark(loop, 1, 3, 4);
  const address = addressOf(reading, loop);
  if (address === null || address.lines.length === 0 || (address.city ?? address.postalCode) === undefined) {
    const message = 'expected a street (N3) and a city or postal code (N4) of the ship-to';
    reading.fault('ADDRESS_INCOMPLETE', loop.path, message);
    return null;
  }
  const { phoneText, email } = contactOf(reading, loop);
  return { ...address, name: reading.text(loop, 2), phone: phoneText, email };
}

function addressOf(reading: Reading, loop: Loop): Address | null {
  const n3 = childrenOf(loop, 'N3');
  const [n4] = childrenOf(loop, 'N4');
  if (n3.length === 0 && n4 === undefined) return null;
  const lines = n3.flatMap((street) => [reading.text(street, 1), reading.text(street, 2)]);
  const company = childrenOf(loop, 'N2')
    .flatMap((more) => [reading.text(more, 1), reading.text(more, 2)])
    .filter((text) => text !== undefined)
    .join(' ');
  const regionCode = reading.text(n4, 2)?.toUpperCase();
  return {
    ...(company === '' ? {} : { company }),
    lines: lines.filter((line) => line !== undefined && !isNothing(line)) as string[],
    city: reading.text(n4, 1),
    regionCode,
    postalCode: reading.text(n4, 3),
    countryCode: countryOf(reading, n4, regionCode),
  };
}

function countryOf(reading: Reading, n4: Loop | undefined, regionCode: string | undefined): string {
  const said = reading.text(n4, 4)?.toUpperCase();
  const code = said === undefined ? undefined : (COUNTRIES.get(said) ?? said);
  if (code !== undefined && /^[A-Z]{2}$/.test(code)) return code;
  if (n4 !== undefined && said !== undefined) {
    reading.fault(
      'COUNTRY_INVALID',
      `${n4.path}.04`,
      `expected an ISO 3166-1 code such as US, got ${said.slice(0, 20)}`,
    );
  }
  const { countryCode } = reading.settings;
  return countryCode === 'US' && regionCode !== undefined && PROVINCES.includes(regionCode) ? 'CA' : countryCode;
}

/** Telephone and mail of PER segments; the first of each. */
export function contactOf(reading: Reading, loop: Loop): Pick<Party, 'phoneText' | 'email'> & { contact?: string } {
  let found: { phoneText?: string; email?: string; contact?: string } = {};
  for (const per of childrenOf(loop, 'PER')) {
    reading.taken.mark(per, 1);
    const contact = reading.text(per, 2);
    const pairs = reading.taken.pairs(per, 3);
    const take = (qualifier: string) => {
      const pair = pairs.get(qualifier);
      if (pair) reading.taken.mark(per, pair.at, pair.at + 1);
      return pair?.value;
    };
    const [phoneText, email] = [take('TE'), take('EM')];
    found = {
      ...(contact === undefined ? {} : { contact }),
      ...(phoneText === undefined ? {} : { phoneText }),
      ...(email === undefined ? {} : { email }),
      ...found,
    };
  }
  return found;
}
