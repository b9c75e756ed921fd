import { describe, expect, it } from 'vitest';
import { Circuit } from './circuit.js';

describe('a system that fails', () => {
  const circuit = () => new Circuit({ firstMs: 10, mostMs: 50 });
  /** Fails at each of these moments, as far as a call is admitted. */
  const failing = (...moments: readonly number[]) => {
    const one = circuit();
    for (const at of moments) {
      const admission = one.admit(at);
      if (admission) one.end(admission, at, true);
    }
    return one;
  };

  it('is asked as long as it does not', () => {
    const one = circuit();
    for (const at of [0, 1, 2]) {
      expect(one.admit(at)).toBe('call');
      one.end('call', at, false);
    }
    expect(one.admit(3)).toBe('call');
  });

  it('is left alone, twice as long after each trial that fails, to a bound', () => {
    expect([9, 10].map((at) => failing(0).admit(at))).toEqual([null, 'trial']);
    expect([29, 30].map((at) => failing(0, 10).admit(at))).toEqual([null, 'trial']);
    expect([69, 70].map((at) => failing(0, 10, 30).admit(at))).toEqual([null, 'trial']);
    expect([119, 120].map((at) => failing(0, 10, 30, 70).admit(at))).toEqual([null, 'trial']);
  });

  it('is tried by one call alone, and asked by all once that succeeds', () => {
    const one = failing(0);
    expect([one.admit(10), one.admit(10)]).toEqual(['trial', null]);
    one.end('trial', 11, false);
    expect([one.admit(11), one.admit(11)]).toEqual(['call', 'call']);
    one.end('call', 12, true);
    expect(one.admit(12)).toBeNull();
  });

  it('is not judged by what was under way when it failed', () => {
    const one = circuit();
    const [first, second, third] = [one.admit(0), one.admit(0), one.admit(0)];
    if (!first || !second || !third) throw new Error('expected three calls');
    one.end(first, 1, true);
    one.end(second, 2, true);
    one.end(third, 3, false);
    expect([one.admit(10), one.admit(11)]).toEqual([null, 'trial']);
  });

  it('is left alone for as long as it asks, to the same bound', () => {
    const asking = (restMs: number) => {
      const one = circuit();
      one.end('call', 0, true, restMs);
      return one;
    };
    expect([29, 30].map((at) => asking(30).admit(at))).toEqual([null, 'trial']);
    expect([49, 50].map((at) => asking(3_600).admit(at))).toEqual([null, 'trial']);
    expect(asking(1).admit(9)).toBeNull();
  });

  it('is tried by another call where the one that was to try was not made', () => {
    const one = failing(0);
    expect(one.admit(10)).toBe('trial');
    one.giveBack('trial');
    expect(one.admit(10)).toBe('trial');
    one.giveBack('call');
    expect(one.admit(10)).toBeNull();
  });

  it('says for how long it is left alone, also while it is tried', () => {
    expect(circuit().closedMs(0)).toBe(0);
    const one = failing(0);
    expect([0, 4, 10, 20].map((at) => one.closedMs(at))).toEqual([10, 6, 0, 0]);
    one.admit(20);
    expect(one.closedMs(20)).toBe(20);
    one.end('trial', 21, true);
    expect(one.closedMs(21)).toBe(20);
    one.end(one.admit(41) ?? 'call', 42, false);
    expect(one.closedMs(42)).toBe(0);
  });
});
