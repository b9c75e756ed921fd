import { describe, expect, it } from 'vitest';
import type { Reach } from '../../model/reach.js';
import type { Rule } from '../../model/rule-set.js';
import { compileRuleSet } from './compile.js';
import { inspectReach } from './reach.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const way = (code: string, country: string, carrier: string, countries: readonly string[]): Reach => ({
  ...{ code, vendor: code.split('-')[0] ?? '', country, region: '', leadTimeHours: 24 },
  ...{ service: `${carrier}-ground`, carrier, countries },
});
/** acme reaches the US with two carriers and Canada with one of them; zenith, in Berlin, everything. */
const REACH = [
  way('acme-east', 'US', 'postline', ['US', 'CA']),
  way('acme-east', 'US', 'swift', ['US']),
  { ...way('zenith-berlin', 'DE', 'swift', ['ZZ']), leadTimeHours: 48 },
];

function warned(...rules: readonly Partial<Rule>[]) {
  const compiled = compileRuleSet({ rules: rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', ...rule })) });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  return inspectReach(compiled.rules, NOW, REACH).warnings.map(({ ruleId, message }) => `${ruleId} ${message}`);
}
const exclude = { exclude: true } as const;

describe('the reach that hard rules leave', () => {
  it.each<[string, string[], ...Partial<Rule>[]]>([
    ['without rules', []],
    [
      'where nodes must be in the country of destination',
      ['r0 leaves nobody who ships to CA'],
      { then: { require: 'node.country == destination.country' } },
    ],
    [
      'where two rules together take the last vendor',
      [
        'r0 leaves nobody who ships to DE',
        'r1 leaves nobody who ships to CA, US',
        'r1 leaves vendor acme nowhere to ship to',
      ],
      { when: 'node.vendor == "zenith" && destination.country != "FR"', then: exclude },
      { when: 'node.code.startsWith("acme")', then: exclude },
    ],
    [
      'where no carrier of a vendor is left',
      ['r0 leaves vendor zenith nowhere to ship to', 'r0 leaves nobody who ships to DE'],
      { then: { carriers: { only: ['postline'] } } },
    ],
    [
      'where a country that only a rule names is left to nobody',
      ['r0 leaves nobody who ships to KP'],
      { when: 'destination.country == "KP" || order.value > 9000.0', then: { require: 'node.country == "KP"' } },
    ],
    [
      'where nodes need longer than a lead time may be',
      [
        'r0 leaves nobody who ships to DE',
        'r0 leaves vendor zenith nowhere to ship to',
        'r1 leaves nobody who ships to CA, US',
        'r1 leaves vendor acme nowhere to ship to',
      ],
      { then: { maxLeadTimeHours: 24 } },
      { then: { maxLeadTimeHours: 23 } },
    ],
    [
      'where it depends on the order, the line or the region',
      [],
      { when: 'node.code != "" && order.value > 5.0', then: exclude },
      { when: 'service.carrier != "" && "hazmat" in line.tags', then: exclude },
      { when: 'node.code != "" && destination.region == "NY"', then: exclude },
      { when: 'node.distanceKm > 100.0', then: exclude },
      { then: { require: 'service.transitHours < 1' } },
    ],
    [
      'where the rule gives way, or is not in force now',
      [],
      { when: 'node.code != ""', then: exclude, soft: true },
      { when: 'node.code != ""', then: exclude, from: '2027-01-01T00:00:00Z' },
      { when: 'node.code != ""', then: exclude, until: '2026-01-01T00:00:00Z' },
    ],
  ])('is told %s', (_, expected, ...rules) => {
    expect(new Set(warned(...rules))).toEqual(new Set(expected));
  });

  it('is not looked at where there is too much of it', () => {
    const reach = Array.from({ length: 6_000 }, (_, at) => way(`node-${at}`, 'US', 'swift', ['US']));
    const compiled = compileRuleSet({
      rules: Array.from({ length: 1_000 }, (_, at) => ({
        ...{ id: `r${at}`, reason: 'x', when: `node.code == "node-${at}"`, then: exclude },
      })),
    });
    if ('faults' in compiled) throw new Error('expected rules');
    expect(inspectReach(compiled.rules, NOW, reach)).toEqual({ warnings: [], complete: false });
  });
});
