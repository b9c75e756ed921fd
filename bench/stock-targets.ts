import { mean } from './measure.js';
import type { Watched } from './stock-audience.js';
import type { Compared } from './stock-rounds.js';
import { type Scarce, soldRight } from './stock-scarce.js';
import type { BesideSnapshot } from './stock-snapshot.js';
import type { Turn } from './stock-turn.js';

/** All that was measured. */
export interface Figures {
  readonly compared: readonly Compared[];
  readonly audience: readonly Audience[];
  readonly snapshot: BesideSnapshot;
  readonly scarce: readonly Scarce[];
  /** Rows of stock whose counters are not what their ledger says. */
  readonly drifted: number;
}
/** Turns of the same gateway in pairs: nobody watches, then subscribers do. */
export interface Audience {
  readonly rows: number;
  readonly pairs: readonly { readonly alone: Turn; readonly watched: Watched }[];
}
/** A promise and what became of it. `right`: about what happened; `speed`: about how fast. */
export interface Target {
  readonly kind: 'right' | 'speed';
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly reached: boolean;
}

/** Least times pgbench, by rows, for orders of three lines. */
const TIMES_LEAST: ReadonlyMap<number, number> = new Map([
  [1, 15],
  [1_000, 4],
]);
/** Of the orders that targets are about. */
const LINES = 3;
const CALLERS = 128;
/** Least share of pgbench's processor time that is saved: five times less. */
const CPU_TIMES_LEAST = 5;
const P99_FLUSHES = 12;
const P99_MS = 25;
const WATCHED_LEAST = 0.8;
const BESIDE_SNAPSHOT_LEAST = 0.5;

/** Every target of the figures, reached or not. */
export function targetsOf(figures: Figures): Target[] {
  return [
    ...figures.compared.filter(({ lines, callers }) => lines === LINES && callers === CALLERS).flatMap(speedOf),
    ...figures.audience.flatMap(audienceTargets),
    ...snapshotTargets(figures.snapshot),
    ...figures.scarce.map(scarceTarget),
    right('counters', 'equal to their ledger', `${figures.drifted} rows are not`, figures.drifted === 0),
  ];
}

/** Rate beside the snapshot, as a share of that before and after it. */
export function shareBeside({ beside, without }: BesideSnapshot): number {
  return beside.perSecond / mean(without.map(({ perSecond }) => perSecond));
}

/** Rate before subscribers, as a share of that without; the mean of the pairs. */
export function shareWatched({ pairs }: Audience): number {
  return mean(pairs.map(({ alone, watched }) => watched.turn.perSecond / alone.perSecond));
}

function speedOf({ rows, times, cpuMicros, baselineCpuMicros, p99Ms, flushMs }: Compared): Target[] {
  const timesLeast = TIMES_LEAST.get(rows);
  const saved = baselineCpuMicros.median / cpuMicros.median;
  const p99Most = P99_FLUSHES * flushMs.median + P99_MS;
  return [
    ...(timesLeast === undefined
      ? []
      : [
          speed(
            `${rows} rows: orders`,
            `${timesLeast} times pgbench`,
            times.median.toFixed(1),
            times.median >= timesLeast,
          ),
        ]),
    // Where the system does not tell, both are zero.
    ...(Number.isFinite(saved)
      ? [
          speed(
            `${rows} rows: processor time`,
            `1/${CPU_TIMES_LEAST} of pgbench's`,
            `1/${saved.toFixed(1)}`,
            saved >= CPU_TIMES_LEAST,
          ),
        ]
      : []),
    speed(
      `${rows} rows: p99`,
      `${P99_FLUSHES} flushes + ${P99_MS} ms = ${p99Most.toFixed(0)} ms`,
      `${p99Ms.median.toFixed(0)} ms`,
      p99Ms.median <= p99Most,
    ),
  ];
}

function audienceTargets(audience: Audience): Target[] {
  const subscribers = audience.pairs[0]?.watched.subscribers ?? 0;
  const behind = audience.pairs.reduce((sum, { watched }) => sum + watched.behind, 0);
  const share = shareWatched(audience);
  const what = `${audience.rows} rows, ${subscribers} subscribers`;
  return [
    speed(`${what}: orders`, `${WATCHED_LEAST} of those without`, share.toFixed(2), share >= WATCHED_LEAST),
    right(`${what}: told`, 'the last state, each', `${behind} were not`, behind === 0),
  ];
}

function snapshotTargets(snapshot: BesideSnapshot): Target[] {
  const { rows, result } = snapshot;
  const share = shareBeside(snapshot);
  const what = `beside a snapshot of ${rows} rows`;
  return [
    speed(
      `${what}: orders`,
      `${BESIDE_SNAPSHOT_LEAST} of those without`,
      share.toFixed(2),
      share >= BESIDE_SNAPSHOT_LEAST,
    ),
    right(`${what}: rows applied`, String(rows), String(result.rowsChanged), result.rowsChanged === rows),
  ];
}

function scarceTarget(scarce: Scarce): Target {
  const { units, rows, lines, callers, accepted, left, refusedThoughFree } = scarce;
  // On one row no order of the last units can be kept from them by another row.
  const exact = rows > 1 || accepted === Math.floor(units / lines);
  return right(
    `${units} units on ${rows} rows, orders of ${lines}, ${callers} callers`,
    rows > 1
      ? 'none oversold, none refused that was free'
      : `${Math.floor(units / lines)} orders, none refused that was free`,
    `${accepted} orders, ${left} units left, ${refusedThoughFree} wrongly refused`,
    exact && soldRight(scarce),
  );
}

function speed(what: string, wanted: string, got: string, reached: boolean): Target {
  return { kind: 'speed', what, wanted, got, reached };
}
function right(what: string, wanted: string, got: string, reached: boolean): Target {
  return { kind: 'right', what, wanted, got, reached };
}
