import { expect, it } from 'vitest';
import { ruleVersionOf } from './rules-in-force.js';

const ORDERS = Array.from({ length: 2_000 }, (_, at) => `order-${at}`);
const under = (percent: number, version = 7) => {
  const inForce = { version: 3, trial: { version, stage: 'share', percent } as const };
  return ORDERS.filter((order) => ruleVersionOf(order, inForce) === version);
};

it('a trial gets its share of the orders, the same ones each time, and keeps them when the share grows', () => {
  const [tenth, half] = [under(10), under(50)];
  expect(tenth.length / ORDERS.length).toBeCloseTo(0.1, 1);
  expect(half.length / ORDERS.length).toBeCloseTo(0.5, 1);
  expect(tenth.filter((order) => !half.includes(order))).toEqual([]);
  expect(under(10)).toEqual(tenth);
});

it('the next version is tried on other orders', () => {
  expect(under(10, 8)).not.toEqual(under(10));
});

it('a shadow, and what is over, decides nothing', () => {
  for (const trial of [{ version: 7, stage: 'shadow' } as const, null])
    expect(new Set(ORDERS.map((order) => ruleVersionOf(order, { version: 3, trial })))).toEqual(new Set([3]));
});
