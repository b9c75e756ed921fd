import { describe, expect, it } from 'vitest';
import { validRequest } from '../testing/broken-request.js';
import { parseRequestText } from './request-text.js';

const TEXT = JSON.stringify(validRequest());

/** The faults of a text as "line path". */
function faultsOf(text: string): string[] {
  const parsed = parseRequestText(text);
  return parsed.ok ? [] : parsed.faults.map(({ line, path }) => `${line} ${path}`);
}

/** The faults of the valid text with a part of it replaced. */
function faultsWith(part: string, other: string): string[] {
  expect(TEXT).toContain(part);
  return faultsOf(TEXT.replace(part, other));
}

describe('the text of a request', () => {
  it('is accepted as it stands', () => {
    expect(faultsOf(TEXT)).toEqual([]);
    expect(faultsOf(JSON.stringify(validRequest(), null, 2))).toEqual([]);
  });

  it('is refused with a repeated key, which is named by its path', () => {
    expect(faultsWith('"quantity":2', '"quantity":2,"quantity":2')).toEqual(['1 order.lines[0].quantity']);
    expect(faultsWith('"policy":{}', '"policy":{},"policy":{}')).toEqual(['1 policy']);
    expect(faultsWith('"policy":{}', '"policy":{},"p\\u006flicy":{}')).toEqual(['1 policy']);
    expect(faultsWith('"sku":"mug"', '"sku":"mug","sku":"}],\\"sku\\":{\\\\"')).toEqual(['1 order.lines[0].sku']);
  });

  it('names what else is wrong beside a repeated key', () => {
    const text = TEXT.replace('"quantity":2', '"quantity":2,"quantity":2').replace(
      '"policy":{}',
      '"policy":{"effort":-1}',
    );
    expect(faultsOf(text)).toEqual(['1 order.lines[0].quantity', '1 policy.effort']);
  });

  it.each(['1.0000000000000000001', '0.99999999999999999999', '2.0000000000000000000000001e0', '1e-400', '-0.1e-400'])(
    'is refused with a quantity of %s, which JSON.parse would read as a whole number',
    (written) => {
      expect(faultsWith('"quantity":2', `"quantity":${written}`)).toContain('1 order.lines[0].quantity');
    },
  );

  it('is refused with numbers that are too large to be kept', () => {
    expect(faultsWith('"available":5', '"available":9007199254740993')).toEqual(['1 nodes[0].offers[0].available']);
    expect(faultsWith('"available":5', '"available":1e999')).toEqual(['1 nodes[0].offers[0].available']);
    expect(faultsWith('"available":5', '"available":9007199254740991')).toEqual([]);
  });

  it('may write a whole number with a point or a power of ten, and degrees as it likes', () => {
    for (const written of ['2.0', '2e0', '0.2E1', '20e-1', '0.00002e+5', '2.000000000000000000000000'])
      expect(faultsWith('"quantity":2', `"quantity":${written}`)).toEqual([]);
    expect(faultsWith('"latitude":40.7', '"latitude":40.700000000000003')).toEqual([]);
    expect(faultsWith('"available":5', '"available":0e5')).toEqual([]);
  });

  it('has each fault on its line, or on that of the nearest value around it that is there', () => {
    const { policy: _, ...rest } = validRequest();
    const request = { ...rest, nodes: [{ ...rest.nodes[0], 'a.b "c"': [1], readyAt: undefined, orderFee: '-1' }] };
    const lines = JSON.stringify(request, null, 2).split('\n');
    const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1;
    expect(faultsOf(lines.join('\n'))).toEqual([
      `${lineOf('a.b')} nodes[0]."a.b \\"c\\""`,
      `${lineOf('"nodes"') + 1} nodes[0].readyAt`,
      `${lineOf('orderFee')} nodes[0].orderFee`,
      '1 policy',
    ]);
  });

  it.each([
    '',
    '{',
    '{} {}',
    'nonsense',
    '{"order": 1,}',
    '// note\n{}',
    '{"a":"\\x"}',
    '{"a',
    '"',
    '"\\',
    ']',
    '}{',
    ',',
  ])('is refused when it is no JSON document (%#)', (text) => {
    expect(faultsOf(text)).toEqual(['1 ']);
  });

  it('is refused unread where it nests without end', () => {
    for (const text of ['['.repeat(5_000_000), `${TEXT.slice(0, -1)},"note":${'[{"a":'.repeat(200)}`]) {
      const parsed = parseRequestText(text);
      expect(parsed).toMatchObject({
        ok: false,
        faults: [{ message: 'expected JSON: nested deeper than 100 levels' }],
      });
    }
    const nested = `${'['.repeat(90)}${']'.repeat(90)}`;
    expect(faultsWith('"policy":{}', `"policy":{},"note":${nested}`)).toEqual(['1 note']);
    expect(faultsWith('"policy":{}', `"policy":${nested}`)).toEqual(['1 policy']);
  });
});
