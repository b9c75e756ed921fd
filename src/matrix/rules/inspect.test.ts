import { describe, expect, it } from 'vitest';
import type { Rule } from '../../model/rule-set.js';
import { compileRuleSet } from './compile.js';
import { inspectRules, type KnownNames } from './inspect.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const known: KnownNames = {
  vendors: new Set(['acme']),
  nodes: new Set(['acme-east']),
  carriers: new Set(['postline']),
  services: new Set(['ground']),
  accounts: new Set(['shop']),
  channels: new Set(['shopify']),
};
function warningsOf(rules: readonly Partial<Rule>[], names: KnownNames | null = null): string[] {
  const compiled = compileRuleSet({ rules: rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', ...rule })) });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  return inspectRules(compiled.rules, NOW, names).map(({ ruleId, message }) => `${ruleId} ${message}`);
}

describe('a rule that will not do what it seems to', () => {
  it.each<[Partial<Rule>, string]>([
    [{ until: '2026-03-01T00:00:00Z', then: { maxShipments: 1 } }, 'r0 is over since 2026-03-01T00:00:00Z'],
    [
      { from: '2027-01-02T00:00:00Z', until: '2027-01-01T00:00:00Z', then: { maxShipments: 1 } },
      'r0 can never match: it ends before it begins',
    ],
    [{ when: '1 > 2', then: { maxShipments: 1 } }, 'r0 can never match: it is always false'],
    [
      { when: 'node.vendor == "a" && (order.units > 3 && node.vendor in ["b", "c"])', then: { exclude: true } },
      'r0 can never match: node.vendor cannot be two things at once',
    ],
    [
      { then: { require: 'node.code == "a" && node.code == "b"' } },
      'r0 requires what can never be: node.code cannot be two things at once',
    ],
  ])('is warned of: %j', (rule, warning) => {
    expect(warningsOf([rule])).toEqual([warning]);
  });

  it.each<[string, Partial<Rule>, Partial<Rule>, string[]]>([
    [
      'shadowed by an earlier exclusion of more',
      { when: 'node.vendor=="acme"', then: { exclude: true } },
      { when: "order.units > 3 && (node.vendor == 'acme')", then: { exclude: true } },
      ['r1 is shadowed by r0, which excludes all that it names'],
    ],
    [
      'not shadowed by one that may give way',
      { when: 'node.vendor == "acme"', then: { exclude: true }, soft: true },
      { when: 'order.units > 3 && node.vendor == "acme"', then: { exclude: true } },
      [],
    ],
    [
      'not shadowed by one that is over sooner',
      { when: 'node.vendor == "acme"', then: { exclude: true }, until: '2027-01-01T00:00:00Z' },
      { when: 'order.units > 3 && node.vendor == "acme"', then: { avoid: { perUnit: '1', currency: 'USD' } } },
      [],
    ],
    [
      'left nothing by what another requires',
      { then: { require: 'node.country == "US"' } },
      { when: 'order.units > 3', then: { require: 'node.country in ["DE", "FR"]' } },
      ['r1 leaves nothing to ship where r0 applies too: node.country cannot be two things at once'],
    ],
    [
      'left alone where the two never meet',
      { when: 'destination.country == "US"', then: { require: 'node.country == "US"' } },
      { when: 'destination.country == "DE"', then: { require: 'node.country == "DE"' } },
      [],
    ],
    [
      'left nothing by what another excludes',
      { then: { require: 'node.vendor == "acme"' } },
      { when: 'node.vendor == "acme"', then: { exclude: true } },
      ['r1 leaves nothing to ship where r0 applies too: r1 excludes all that r0 requires'],
    ],
    [
      'left no carrier',
      { then: { carriers: { only: ['a', 'b'] } } },
      { then: { carriers: { not: ['b', 'a'] } } },
      ['r1 leaves nothing to ship where r0 applies too: no carrier is left'],
    ],
    ['left a carrier', { then: { carriers: { only: ['a', 'b'] } } }, { then: { carriers: { only: ['b'] } } }, []],
  ])('is %s', (_, earlier, later, warnings) => {
    expect(warningsOf([earlier, later])).toEqual(warnings);
  });

  it('is warned of where an earlier one says the same, or the opposite', () => {
    const when = 'node.country == "DE"';
    const avoid = { when, then: { avoid: { perUnit: '1', currency: 'USD' } } };
    const prefer = { when, then: { prefer: { perUnit: '1', currency: 'USD' } } };
    expect(warningsOf([avoid, avoid, prefer])).toEqual([
      'r1 says the same as r0 before it',
      'r2 prefers and avoids the same as r0: the two only cancel each other in part',
    ]);
  });

  it('is warned of where it names what does not exist, as far as that is known', () => {
    const rules: Partial<Rule>[] = [
      { when: 'node.vendor in ["acme", "acne"] && service.carrier != "pony"', then: { exclude: true } },
      { then: { vendorOrder: { vendors: ['gone', 'acme'], step: '1', currency: 'USD' } } },
      { when: '"web" == order.channel || order.account == "shop"', then: { carriers: { only: ['postline', 'mule'] } } },
      { then: { vendorShare: { vendor: 'gone', percent: '10' } } },
      { when: 'line.weightGrams > 0', then: { setAside: { units: 1, channels: ['web'] } } },
    ];
    expect(warningsOf(rules, known)).toEqual([
      'r0 names vendor acne, which does not exist',
      'r0 names carrier pony, which does not exist',
      'r1 names vendor gone, which does not exist',
      'r2 names channel web, which does not exist',
      'r2 names carrier mule, which does not exist',
      'r3 names vendor gone, which does not exist',
      'r4 names channel web, which does not exist',
    ]);
    expect(warningsOf(rules)).toEqual([]);
  });

  it('is not warned of where either of two things may be', () => {
    expect(
      warningsOf([
        { when: 'node.vendor == "acme" || node.vendor == "b"', then: { exclude: true } },
        { then: { maxShipments: 1 } },
      ]),
    ).toEqual([]);
  });
});
