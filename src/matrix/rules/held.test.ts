import { describe, expect, it } from 'vitest';
import { decide } from '../../engine/decide.js';
import type { Rule } from '../../model/rule-set.js';
import { heldByRules, shippedValue } from './held.js';
import { ORDER, requestUnder } from './testing/small-order.js';

/** What holds an order worth 500 that costs 70 to ship: 40 of goods, 30 of freight. */
function heldUnder(...rules: Partial<Rule>[]) {
  const { request, rules: applied } = requestUnder(
    rules.map((rule, at) => ({ id: `r${at}`, reason: 'because', then: { hold: true }, ...rule })),
  );
  const decision = decide(request);
  return { request, decision, held: heldByRules(applied?.holds ?? [], request, decision), applied };
}

describe('a decision', () => {
  it('waits for a person where a rule that holds says so, and changes nothing else by it', () => {
    const { held, applied, request } = heldUnder(
      { when: 'order.value > 499.0 && destination.country == "US"' },
      { when: 'line.tags.exists(tag, tag == "frozen")' },
    );
    expect(held).toEqual([{ ruleId: 'r0', reason: 'because' }]);
    expect(applied?.effective).toEqual([]);
    expect(request).toEqual(requestUnder([]).request);
  });

  const { request, decision } = heldUnder();
  const margin = shippedValue(request, decision) / 10_000 - Number(decision.landedCost);

  it('has a margin of what the customer pays less its landed cost', () => {
    const value = ORDER.lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    expect([shippedValue(request, decision), margin]).toEqual([value, 450]);
  });

  it.each([
    [{ amount: '450', currency: 'USD' }, false],
    [{ amount: '450.0001', currency: 'USD' }, true],
    [{ amount: '360', currency: 'EUR' }, false],
    [{ amount: '361', currency: 'EUR' }, true],
    [{ percent: '90' }, false],
    [{ percent: '90.0001' }, true],
  ] as const)('of a margin of 450, or 90 %%, waits under a minimum of %j: %s', (minimumMargin, waits) => {
    const { held } = heldUnder({ then: { minimumMargin } });
    expect(held).toEqual(waits ? [{ ruleId: 'r0', reason: 'because', margin: '450.0000' }] : []);
  });

  it('that ships nothing waits for nobody', () => {
    const { held } = heldUnder({}, { when: 'node.code != ""', then: { exclude: true } });
    expect(held).toEqual([]);
  });
});
