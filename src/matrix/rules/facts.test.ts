import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from './expression.js';
import { Cases } from './facts.js';
import { CONTEXT, ORDER, SNAPSHOT } from './testing/small-order.js';

/** Parts of conditions, of everything that one may speak of; each holds for some and not for others, or fails. */
const PARTS = [
  'order.units > 1',
  'destination.country == "DE"',
  'line.sku == "LAMP"',
  'line.tags.exists(t, t == "fragile")',
  'node.country == destination.country',
  'node.vendor != "acme"',
  '100 / (node.leadTimeHours - 24) > 0',
  'offer.available > 3',
  'offer.minimumQuantity <= line.quantity',
  'service.carrier == "skyway"',
  'service.transitHours < 48 && node.country != "DE"',
  'service.code == "air" || line.sku == "DESK"',
  'true',
];

describe('a condition of several parts', () => {
  const cases = new Cases(ORDER, CONTEXT, SNAPSHOT);

  it('names the very cases for which it holds as a whole, whatever it is asked about first', () => {
    let named = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }), (parts) => {
        const read = compileExpression(parts.map((part) => `(${part})`).join(' && '));
        if ('fault' in read) throw new Error(read.fault.message);
        const { subjects, steps, holds } = read.expression;
        const whole = [...cases.over(subjects)].filter(({ facts }) => holds(facts));
        expect([...cases.over(subjects, steps)]).toEqual(whole);
        named += whole.length;
      }),
    );
    expect(named).toBeGreaterThan(0);
  });

  it('is asked about a node once, however many lines and services there are', () => {
    let asked = 0;
    const holds = () => {
      asked += 1;
      return true;
    };
    const step = { subjects: new Set(['node'] as const), holds };
    const named = [...cases.over(new Set(['line', 'node', 'service']), [step])];
    expect(asked).toBe(SNAPSHOT.nodes.length);
    expect(named.length).toBeGreaterThan(asked);
  });
});
