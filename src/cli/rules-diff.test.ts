import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import { compareRuleSets } from './rules-diff.js';

const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  reason: 'because',
  then: { maxShipments: 1 },
  ...more,
});
const changesOf = (before: readonly Rule[], after: readonly Rule[]) =>
  compareRuleSets({ rules: [...before] }, { rules: [...after] }).map(({ kind, id }) => `${kind} ${id}`);

describe('two rule sets', () => {
  it('that are the same do not differ', () => {
    expect(changesOf([rule('a'), rule('b')], [rule('a'), rule('b')])).toEqual([]);
  });

  it('differ by what was added, changed, and taken away', () => {
    expect(changesOf([rule('a'), rule('b')], [rule('c'), rule('a', { soft: true })])).toEqual([
      'added c',
      'changed a',
      'removed b',
    ]);
  });

  it('differ where rules change places, since soft ones give way in their order', () => {
    expect(changesOf([rule('a'), rule('b'), rule('c')], [rule('b'), rule('a'), rule('c')])).toEqual([
      'moved b',
      'moved a',
      'moved c',
    ]);
  });
});
