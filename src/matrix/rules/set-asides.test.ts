import { describe, expect, it } from 'vitest';
import type { Rule } from '../../model/rule-set.js';
import type { StockedProduct } from '../../model/set-aside.js';
import { compileRuleSet } from './compile.js';
import { setAsidesOf } from './set-asides.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const ACCOUNTS = [
  { id: 1, code: 'shop', channel: 'shopify' },
  { id: 2, code: 'outlet', channel: 'shopify' },
  { id: 3, code: 'market', channel: 'amazon' },
];

function stocked(nodeId: number, productId: number, onHand: number, tags: readonly string[] = []): StockedProduct {
  return {
    ...{ nodeId, productId, onHand },
    node: { code: `node-${nodeId}`, vendor: 'acme', country: 'US', region: null, leadTimeHours: 24 },
    product: { sku: `SKU-${productId}`, weightGrams: 500, tags, hsCode: null, originCountry: null },
  };
}
const STOCK = [stocked(1, 7, 10, ['fragile']), stocked(1, 8, 41), stocked(2, 8, 3)];

/** Of each row that something is set aside of: node, product, account and units. */
function asidesUnder(...rules: (Partial<Rule> & Pick<Rule, 'then'>)[]) {
  const compiled = compileRuleSet({ rules: rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', ...rule })) });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  return setAsidesOf(compiled.rules, STOCK, ACCOUNTS, NOW).map(({ nodeId, productId, accountId, units }) => [
    ...[nodeId, productId, accountId, units],
  ]);
}

describe('what rules set aside', () => {
  const fragile = { when: 'line.tags.exists(tag, tag == "fragile")' };

  it('is so many units of what the condition names, for the accounts that it names', () => {
    expect(asidesUnder({ ...fragile, then: { setAside: { units: 4, accounts: ['shop'] } } })).toEqual([[1, 7, 1, 4]]);
  });

  it('is a share of what is on hand, in whole units, for each account of a channel', () => {
    const then: Rule['then'] = { setAside: { percent: '25', channels: ['shopify'] } };
    expect(asidesUnder({ when: 'line.sku == "SKU-8" && node.vendor == "acme"', then })).toEqual([
      [1, 8, 1, 10],
      [1, 8, 2, 10],
    ]);
  });

  it('is the greatest of what several rules say, of those in force', () => {
    const units = (count: number): Rule['then'] => ({ setAside: { units: count, accounts: ['market'] } });
    expect(
      asidesUnder(
        { when: 'node.code == "node-2"', then: units(2) },
        { when: 'node.code == "node-2"', then: units(5) },
        { when: 'node.code == "node-2"', then: units(9), until: '2026-03-02T09:00:00Z' },
      ),
    ).toEqual([[2, 8, 3, 5]]);
  });
});
