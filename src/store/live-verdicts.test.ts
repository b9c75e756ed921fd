import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveVerdicts, type RowTruth, type WaitingCheck } from './live-verdicts.js';

const check = (id: string, ...rows: [key: string, units: number][]): WaitingCheck => ({
  id,
  rows: rows.map(([key, units]) => ({ key, units })),
});
const verdicts = (
  checks: readonly WaitingCheck[],
  truths: Record<string, RowTruth>,
  firm: Record<string, number> = {},
) => [...liveVerdicts(checks, new Map(Object.entries(truths)), new Map(Object.entries(firm))).values()];

describe("a vendor's answer to several orders", () => {
  it('is shared out to the oldest first, on top of what is promised there already', () => {
    const checks = [check('a', ['x', 4]), check('b', ['x', 4]), check('c', ['x', 2])];
    expect(verdicts(checks, { x: { kind: 'figure', onHand: 8 } }, { x: 2 })).toEqual([
      'available',
      'short',
      'available',
    ]);
  });

  it('leaves the units of an order that misses something else to the next', () => {
    const checks = [check('a', ['x', 5], ['y', 1]), check('b', ['x', 5])];
    const truths: Record<string, RowTruth> = { x: { kind: 'figure', onHand: 5 }, y: { kind: 'figure', onHand: 0 } };
    expect(verdicts(checks, truths)).toEqual(['short', 'available']);
  });

  it('that is a bare yes counts as far as it was asked, and no further', () => {
    const checks = [check('a', ['x', 3]), check('b', ['x', 3])];
    expect(verdicts(checks, { x: { kind: 'yes', asked: 6 } })).toEqual(['available', 'available']);
    expect(verdicts(checks, { x: { kind: 'yes', asked: 6 } }, { x: 1 })).toEqual(['available', 'again']);
  });

  it('that is a bare no sends the newer half away and asks about the older again; one alone is refused', () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => check(id, ['x', 1]));
    expect(verdicts(four, { x: { kind: 'no' } })).toEqual(['again', 'again', 'short', 'short']);
    expect(verdicts(four.slice(0, 3), { x: { kind: 'no' } })).toEqual(['again', 'short', 'short']);
    expect(verdicts(four.slice(0, 1), { x: { kind: 'no' } })).toEqual(['short']);
  });

  it('that passes over a row tells nothing of those who hold it, unless something else is missing', () => {
    const truths: Record<string, RowTruth> = { x: { kind: 'figure', onHand: 1 } };
    expect(verdicts([check('a', ['x', 1], ['y', 1])], truths)).toEqual(['again']);
    expect(verdicts([check('a', ['y', 1], ['x', 2])], truths)).toEqual(['short']);
  });

  it('never gives more of a row than the vendor has, and refuses nobody what is left', () => {
    const row = fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 1, max: 6 }));
    const waiting = fc.array(fc.uniqueArray(row, { selector: ([key]) => key, minLength: 1, maxLength: 3 }), {
      maxLength: 8,
    });
    const figures = fc.record({ x: fc.nat(20), y: fc.nat(20), z: fc.nat(20) });
    fc.assert(
      fc.property(waiting, figures, figures, (orders, onHand, firm) => {
        const checks = orders.map((rows, index) => check(String(index), ...rows));
        const truths = Object.fromEntries(
          Object.entries(onHand).map(([key, units]) => [key, { kind: 'figure', onHand: units } as const]),
        );
        const given: Record<string, number> = { ...firm };
        verdicts(checks, truths, firm).forEach((verdict, index) => {
          const rows = checks[index]?.rows ?? [];
          const fits = rows.every(({ key, units }) => (given[key] ?? 0) + units <= (onHand[key as 'x'] ?? 0));
          expect(verdict).toBe(fits ? 'available' : 'short');
          if (fits) for (const { key, units } of rows) given[key] = (given[key] ?? 0) + units;
        });
      }),
    );
  });
});
