import { tableText } from '../src/cli/print.js';
import type { Spread } from './stock-rounds.js';
import { type Figures, shareBeside, shareWatched, type Target } from './stock-targets.js';

/** The figures as tables, then the targets. */
export function reportOf(figures: Figures, targets: readonly Target[]): string {
  return [
    comparedTable(figures),
    audienceTable(figures),
    snapshotTable(figures),
    scarceTable(figures),
    tableText(
      ['target', 'wanted', 'got', ''],
      targets.map(({ what, wanted, got, reached }) => [what, wanted, got, reached ? 'reached' : 'NOT reached']),
    ),
    '',
  ].join('\n');
}

function comparedTable({ compared }: Figures): string {
  return figuresTable(
    [
      'rows',
      'lines',
      'callers',
      'orders/s',
      'pgbench clients',
      'orders/s',
      'times',
      'cpu us',
      'pgbench',
      'p50 ms',
      'p99 ms',
      'flush ms',
    ],
    compared.map((each) => [
      ...[String(each.rows), String(each.lines), String(each.callers), show(each.perSecond)],
      ...[String(each.clients), show(each.baselinePerSecond), show(each.times, 1), show(each.cpuMicros)],
      ...[show(each.baselineCpuMicros), show(each.p50Ms, 1), show(each.p99Ms, 1), show(each.flushMs, 2)],
    ]),
  );
}

function audienceTable({ audience }: Figures): string {
  return figuresTable(
    [
      'rows',
      'subscribers',
      'orders/s alone',
      'watched',
      'share',
      'p99 ms alone',
      'watched',
      'messages/s',
      'fewest to one',
      'behind',
    ],
    audience.flatMap((each) =>
      each.pairs.map(({ alone, watched: { turn, ...watched } }) => [
        ...[String(each.rows), String(watched.subscribers), alone.perSecond.toFixed(0), turn.perSecond.toFixed(0)],
        ...[shareWatched(each).toFixed(2), alone.p99Ms.toFixed(1), turn.p99Ms.toFixed(1)],
        ...[
          ((watched.messages * turn.perSecond) / turn.orders).toFixed(0),
          String(watched.fewest),
          String(watched.behind),
        ],
      ]),
    ),
  );
}

function snapshotTable({ snapshot }: Figures): string {
  const { rows, without, beside, snapshotSeconds, toItsEnd } = snapshot;
  const [before, after] = without;
  return figuresTable(
    [
      'snapshot rows',
      'orders/s before',
      'beside',
      'after',
      'share',
      'p99 ms before',
      'beside',
      'snapshot s',
      'to its end',
    ],
    [
      [
        ...[String(rows), before.perSecond.toFixed(0), beside.perSecond.toFixed(0), after.perSecond.toFixed(0)],
        ...[shareBeside(snapshot).toFixed(2), before.p99Ms.toFixed(1), beside.p99Ms.toFixed(1)],
        ...[snapshotSeconds.toFixed(1), toItsEnd ? 'yes' : 'no'],
      ],
    ],
  );
}

function scarceTable({ scarce }: Figures): string {
  return figuresTable(
    ['units', 'rows', 'lines', 'callers', 'accepted', 'refused', 'reserved', 'left', 'refused though free'],
    scarce.map((each) =>
      [
        ...[each.units, each.rows, each.lines, each.callers, each.accepted, each.refused, each.reserved, each.left],
        each.refusedThoughFree,
      ].map(String),
    ),
  );
}

function figuresTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableText(
    head,
    rows,
    head.map((_, column) => column),
  );
}

function show({ median, least, most }: Spread, places = 0): string {
  if (least === most) return median.toFixed(places);
  return `${median.toFixed(places)} (${least.toFixed(places)}-${most.toFixed(places)})`;
}
