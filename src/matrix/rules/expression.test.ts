import { describe, expect, it } from 'vitest';
import { compileExpression } from './expression.js';

function compiled(source: string) {
  const read = compileExpression(source);
  if ('fault' in read) throw new Error(read.fault.message);
  return read.expression;
}

describe('a condition', () => {
  it('answers over the facts that it names', () => {
    const condition = compiled(`order.channel == 'amazon' && line.tags.exists(tag, tag.startsWith('haz'))`);
    expect([...condition.subjects].sort()).toEqual(['line', 'order']);
    const order = { channel: 'amazon' };
    expect(condition.holds({ order, line: { tags: ['fragile', 'hazmat'] } })).toBe(true);
    expect(condition.holds({ order, line: { tags: ['fragile'] } })).toBe(false);
    expect(condition.holds({ order: { channel: 'web' }, line: { tags: ['hazmat'] } })).toBe(false);
  });

  it('compares whole numbers with decimal ones', () => {
    expect(compiled('order.value >= 100').holds({ order: { value: 100.5 } })).toBe(true);
  });

  it('that fails while it is evaluated does not hold', () => {
    expect(compiled('100 / order.units > 1').holds({ order: { units: 0n } })).toBe(false);
  });

  it('may name its own variables as it likes', () => {
    expect([...compiled('line.tags.exists(node, node == "a")').subjects]).toEqual(['line']);
  });

  it.each([
    ['order.chanel == "a"', 'No such key: chanel', 6],
    ['order.channel == 3', 'no such overload: string == int', 0],
    ['nod.code == "a"', 'Unknown variable: nod', 0],
    ['order.channel ==', 'Unexpected token: EOF', 16],
    ['order.units + 1', 'expected a condition, got int', 0],
    [
      'order.channel == "a" && line.sku.matches("(a+)+$")',
      'matches is not offered, because some patterns never end: use startsWith, endsWith or contains',
      24,
    ],
  ])('%s is refused with its place', (source, message, at) => {
    expect(compileExpression(source)).toEqual({ fault: { message, at } });
  });

  it('that would look at too much is refused: lists within lists count with all their entries', () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'true' : `line.tags.all(t${depth}, ${nested(depth - 1)} && t${depth} != "a")`;
    expect(compileExpression(nested(1))).toHaveProperty('expression');
    expect(compileExpression(nested(4))).toMatchObject({
      fault: { message: expect.stringMatching(/^looks at up to \d+ things/) },
    });
  });

  it.each([
    'line.tags'.repeat(200),
    `${'('.repeat(60)}true${')'.repeat(60)}`,
    `[${'1,'.repeat(101)}1].exists(x, x == 1)`,
  ])('that is too big is refused: %.30s', (source) => {
    expect(compileExpression(source)).toHaveProperty('fault');
  });
});
