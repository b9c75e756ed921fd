import { describe, expect, it } from 'vitest';
import { type Figures, targetsOf } from '../bench/stock-targets.js';

const spread = (median: number) => ({ median, least: median, most: median });
const turn = (perSecond: number) => ({ perSecond, orders: 2 * perSecond, cpuMicros: 500, p50Ms: 10, p99Ms: 20 });
const compared = (rows: number, times: number) => ({
  ...{ rows, lines: 3, callers: 128, clients: 16, perSecond: spread(300 * times), baselinePerSecond: spread(300) },
  ...{ times: spread(times), cpuMicros: spread(500), baselineCpuMicros: spread(2500), p50Ms: spread(10) },
  ...{ p99Ms: spread(37), flushMs: spread(1) },
});
const audience = (watchedPerSecond: number, behind = 0) => ({
  rows: 1,
  pairs: [
    {
      alone: turn(1000),
      watched: { turn: turn(watchedPerSecond), subscribers: 1_000, messages: 20_000, fewest: 20, behind },
    },
  ],
});
const result = {
  ...{ reportId: '', state: 'applied' as const, reason: null, rowsReceived: 1_000, rowsChanged: 1_000, rowsUnknown: 0 },
  ...{ rowsStale: 0, rowsBaseless: 0, absentToZero: 0, unitsReflected: 0, raisedProductIds: [], shortages: [] },
  snapshotWanted: null,
  restartSuspected: false,
  rowsContradicted: 0,
};
const snapshot = (perSecond: number) => ({
  ...{ rows: 1_000, beside: turn(perSecond), snapshotSeconds: 5, toItsEnd: true, result },
  without: [turn(900), turn(1_100)] as const,
});
const scarce = {
  ...{ units: 700, rows: 1, lines: 1, callers: 64, accepted: 700, refused: 700, reserved: 700, left: 0 },
  refusedThoughFree: 0,
};
const good: Figures = {
  ...{ compared: [compared(1, 15), compared(1_000, 4)], audience: [audience(800)], snapshot: snapshot(500) },
  ...{ scarce: [scarce], drifted: 0 },
};
const missed = (changed: Partial<Figures>) =>
  targetsOf({ ...good, ...changed })
    .filter(({ reached }) => !reached)
    .map(({ kind, what }) => `${kind} ${what}`);

describe('the targets of bench:stock', () => {
  it('are reached where each figure is just what was promised', () => {
    expect(missed({})).toEqual([]);
    expect(targetsOf(good)).toHaveLength(2 * 3 + 2 + 2 + 1 + 1);
  });

  it.each<[what: string, changed: Partial<Figures>]>([
    ['speed 1 rows: orders', { compared: [compared(1, 14.9)] }],
    ['speed 1000 rows: orders', { compared: [compared(1_000, 3.9)] }],
    ['speed 1 rows: processor time', { compared: [{ ...compared(1, 15), cpuMicros: spread(501) }] }],
    ['speed 10 rows: p99', { compared: [{ ...compared(10, 1), p99Ms: spread(37.1) }] }],
    ['speed 1 rows, 1000 subscribers: orders', { audience: [audience(790)] }],
    ['right 1 rows, 1000 subscribers: told', { audience: [audience(800, 1)] }],
    ['speed beside a snapshot of 1000 rows: orders', { snapshot: snapshot(499) }],
    [
      'right beside a snapshot of 1000 rows: rows applied',
      { snapshot: { ...snapshot(500), result: { ...result, rowsChanged: 999 } } },
    ],
    [
      'right 700 units on 1 rows, orders of 1, 64 callers',
      { scarce: [{ ...scarce, accepted: 699, reserved: 699, left: 1 }] },
    ],
    ['right 700 units on 1 rows, orders of 1, 64 callers', { scarce: [{ ...scarce, accepted: 701, reserved: 701 }] }],
    ['right 700 units on 1 rows, orders of 1, 64 callers', { scarce: [{ ...scarce, refusedThoughFree: 1 }] }],
    ['right counters', { drifted: 1 }],
  ])('are missed where one is not: %s', (what, changed) => {
    expect(missed(changed)).toEqual([what]);
  });

  it('leave out the processor time where the system does not tell it', () => {
    const untold = { ...compared(1, 15), cpuMicros: spread(0), baselineCpuMicros: spread(0) };
    expect(targetsOf({ ...good, compared: [untold] }).map(({ what }) => what)).not.toContain('1 rows: processor time');
  });
});
