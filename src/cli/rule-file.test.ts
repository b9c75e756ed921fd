import { describe, expect, it } from 'vitest';
import { readRuleFile, ruleFileText } from './rule-file.js';

const FILE = `# who ships what
rules:
  - id: no-air-for-hazmat
    reason: lithium cells do not fly
    when: line.tags.exists(tag, tag == "hazmat") && service.carrier == "skyway"
    then: { exclude: true }
  - id: acme-first
    reason: our best terms
    when: node.vendor == "acme"
    then:
      prefer: { perShipment: "1.50", currency: USD }
  - id: calm-east
    reason: no more than it can pack
    when: node.code == "acme-east"
    then:
      nodeLimit: { unitsPerDay: 500 }
    soft: true
  - id: acme-share
    reason: never all eggs in one basket
    then:
      vendorShare: { vendor: acme, percent: "40", minimumUnits: 200 }
  - id: fragile-for-the-shop
    reason: only the shop can promise its handling
    when: line.tags.exists(tag, tag == "fragile")
    then:
      setAside: { percent: "25", accounts: [shop] }
`;

function ruleSetOf(text: string) {
  const read = readRuleFile(text);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.ruleSet;
}
const faultsOf = (text: string) => {
  const read = readRuleFile(text);
  return 'faults' in read ? read.faults : [];
};

describe('a file of rules', () => {
  it.each(['yaml', 'json'] as const)('written as %s and read again is the same', (format) => {
    const ruleSet = ruleSetOf(FILE);
    const text = ruleFileText(ruleSet, format);
    expect(ruleSetOf(text)).toEqual(ruleSet);
    expect(ruleFileText(ruleSetOf(text), format)).toBe(text);
  });

  it('is written in the order in which a rule is read, whatever order the database keeps', () => {
    const { rules } = ruleSetOf(FILE);
    const shuffled = { rules: rules.map((rule) => Object.fromEntries(Object.entries(rule).reverse())) };
    expect(ruleFileText(shuffled, 'yaml')).toBe(ruleFileText({ rules }, 'yaml'));
  });

  it('is refused with line and column of each fault', () => {
    const broken = FILE.replace('node.vendor', 'node.vendr').replace('perShipment: "1.50"', 'perShipment: "1.50005"');
    expect(faultsOf(broken.replace('exclude: true', 'exclude: false'))).toMatchObject([
      { path: 'rules[0].then.exclude', place: '6:22' },
      { path: 'rules[1].then.prefer.perShipment', place: '11:30' },
      { path: 'rules[1].when', place: '9:11' },
    ]);
    expect(faultsOf(FILE.replace('node.vendor', 'node.vendr'))).toEqual([
      { path: 'rules[1].when', message: 'No such key: vendr (character 6)', place: '9:11' },
    ]);
  });

  it('is told everything at once that is wrong with it, in words', () => {
    const broken = FILE.replace('reason: lithium cells do not fly', 'because: x')
      .replace('"hazmat")', '"hazmat"')
      .replace('node.vendor', 'node.vendr')
      .replace(', currency: USD', '');
    expect(faultsOf(broken).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'rules[0].reason: is missing',
      'rules[0].because: is not known here',
      'rules[1].then.prefer.currency: is missing',
      expect.stringMatching(/^rules\[0\]\.when: .*\(character \d+\)$/),
      'rules[1].when: No such key: vendr (character 6)',
    ]);
  });

  it.each([
    ['rules: [', '1:9'],
    ['rules: []\nrules: []\n', '2:1'],
    ['other: 1', '1:1'],
    ['', undefined],
  ])('%j is refused', (text, place) => {
    const [fault] = faultsOf(text);
    expect(fault).toBeDefined();
    expect(fault?.place).toBe(place);
  });

  it('that grows without end when it is read is refused', () => {
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}*a${at}]`),
    ];
    expect(faultsOf(bomb.join('\n'))).toMatchObject([{ message: expect.stringContaining('alias') }]);
  });
});
