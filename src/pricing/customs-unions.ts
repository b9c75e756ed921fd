/**
 * Countries whose goods move among each other without duty, because they form one customs territory.
 *
 * The Union: Regulation (EU) No 952/2013, article 4 (Monaco belongs to it). Switzerland and Liechtenstein: their treaty of 1923.
 * The United Kingdom and the Crown Dependencies: their arrangements of 2018. The South African union: its agreement of 2002.
 */
const CUSTOMS_UNIONS: readonly (readonly string[])[] = [
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK'.split(' '),
  ['CH', 'LI'],
  ['GB', 'GG', 'IM', 'JE'],
  ['BW', 'LS', 'NA', 'SZ', 'ZA'],
];

/** Countries in one customs territory with this one, itself included; all ISO 3166-1 alpha-2. */
export function customsUnionOf(country: string): readonly string[] {
  return CUSTOMS_UNIONS.find((union) => union.includes(country)) ?? [country];
}
