import { describe, expect, it } from 'vitest';
import { itemsOf } from '../loads/items.js';
import { piecesAtMost } from '../loads/reach.js';
import { parseRequest } from '../reading/parse.js';

import { randomFrom, randomRequest } from '../testing/random-request.js';
import type { Box, Duals } from './box.js';
import { Group } from './group.js';
import { DUTY, GOODS, GRAMS, MONEY, type Part, partOf, SUMS, UNITS, VALUE, VOLUME } from './part.js';
import { Wide } from './wide.js';

/** One way to ship some of a group. */
interface Option {
  /** Pieces by item. */
  readonly pieces: ReadonlyMap<number, number>;
  readonly sums: readonly number[];
  readonly carriers: number;
  readonly late: readonly number[];
}

function optionsOf({ items, runs, counts, takes, takeSteps, first, step, carriers, late }: Part, services: number) {
  const options: Option[] = [];
  for (let run = 0; run < runs; run += 1)
    for (let at = 0; at < (counts[run] as number); at += 1) {
      const along = (firsts: ArrayLike<number>, steps: ArrayLike<number>, span: number) =>
        Array.from({ length: span }, (_, k) => (firsts[run * span + k] ?? 0) + at * (steps[run * span + k] ?? 0));
      const own = along(takes, takeSteps, items.length);
      options.push({
        pieces: new Map(items.map((item, m) => [item, own[m] as number])),
        sums: along(first, step, SUMS),
        carriers: carriers[run] as number,
        late: Array.from({ length: services }, (_, s) => late?.[run * services + s] ?? 0),
      });
    }
  return options;
}

/** What several options come to together. */
function together(options: readonly Option[], services: number): Option {
  const pieces = new Map<number, number>();
  for (const option of options)
    for (const [item, count] of option.pieces) pieces.set(item, (pieces.get(item) ?? 0) + count);
  return {
    pieces,
    sums: Array.from({ length: SUMS }, (_, at) => options.reduce((sum, { sums }) => sum + (sums[at] as number), 0)),
    carriers: options.reduce((mask, { carriers }) => mask & carriers, -1),
    late: Array.from({ length: services }, (_, s) => Math.max(0, ...options.map(({ late }) => late[s] as number))),
  };
}

/** The groups of random nodes whose items share one of two SKUs, with prices for their pieces and a box that limits some of them. */
function* randomGroups() {
  for (let seed = 1; seed <= 1_500; seed += 1) {
    const random = randomFrom(seed);
    const drawn = randomRequest(seed, { lines: 3, linesLeast: 2, nodes: 1, services: 2, quantity: 5 });
    const lines = (drawn.order.lines ?? []).map((line) => ({ ...line, sku: random() < 0.8 ? 'mug' : 'pan' }));
    const parsed = parseRequest({ ...drawn, order: { ...drawn.order, lines } });
    if (!parsed.ok) continue;
    const { problem } = parsed;
    const items = itemsOf(problem);
    for (const node of problem.nodes) {
      const services = node.services.filter((service) => service.rates.length > 0);
      const members = [...items.keys()].filter((at) => piecesAtMost(problem, items[at] as never, node) > 0);
      if (members.length < 2 || services.length === 0) continue;
      const group = new Group(problem, node, items, services, members);
      // Two SKUs are one group only where a kit has both.
      if (group.skus.length > 1 && !members.some((_, m) => group.piece(m).units.every((units) => units > 0))) continue;
      const pieces = group.members.map((at) => piecesAtMost(problem, items[at] as never, node));
      const lone = group.members.map((at, m) =>
        partOf(new Group(problem, node, items, services, [at]), [0], [pieces[m] as number]),
      );
      const duals: Duals = {
        piece: Float64Array.from(items, () => Math.floor(random() * 200_000)),
        use: new Float64Array(items.length),
        shipment: 0,
        bonus: items.map(() => null),
      };
      const limit = (most: boolean) =>
        Int32Array.from({ length: (node.index + 1) * items.length }, (_, at) => {
          const has = pieces[group.members.indexOf(at % items.length)] ?? 0;
          const limited = random() < 0.2;
          return most ? (limited ? Math.ceil(has / 2) : has) : limited ? Math.floor(has / 2) : 0;
        });
      const rows = new Int32Array(items.length);
      const box: Box = {
        must: new Uint8Array(1),
        least: limit(false),
        most: limit(true),
        leaveLeast: rows,
        leaveMost: rows,
      };
      const from = node.index * items.length;
      const lows = group.members.map((at) => box.least[from + at] as number);
      const highs = group.members.map((at, m) => Math.min(pieces[m] as number, box.most[from + at] as number));
      if (lows.some((low, m) => low > (highs[m] as number))) continue;
      const count = services.length;
      const listed = new Wide(group, pieces, lone, 1).listed(duals, box, 1);
      const all = optionsOf(partOf(group, lows, highs), count);
      const netOf = ({ sums, pieces: taken }: Option) =>
        [...taken].reduce((net, [item, each]) => net - (duals.piece[item] as number) * each, sums[MONEY] as number);
      yield { seed, node, listed, all, count, netOf };
    }
  }
}

describe('a group with too many options to list', () => {
  it('is searched among options that it has', () => {
    let seen = 0;
    for (const { seed, listed, all, count } of randomGroups()) {
      const known = new Map(all.map((option) => [[...option.pieces.values()].join(), option]));
      for (const option of optionsOf(listed.search, count)) {
        expect({ seed, option: known.get([...option.pieces.values()].join()) }).toEqual({ seed, option });
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(500);
  });

  it('is bounded below each of its options: no dearer for what it is worth, no heavier, later nor worth less', () => {
    let [cut, bounded] = [0, 0];
    for (const { seed, node, listed, all, count, netOf } of randomGroups()) {
      if (listed.isWhole) continue;
      cut += 1;
      if (listed.bound) bounded += 1;
      const parts = (listed.bound ?? [listed.search]).map((part) => optionsOf(part, count));
      let below: Option[][] = [[]];
      for (const options of parts)
        below = below.flatMap((held) => [held, ...options.map((option) => [...held, option])]);
      const bounds = below.filter((held) => held.length > 0).map((held) => together(held, count));
      for (const option of all)
        for (let service = 0; service < count; service += 1) {
          if ((option.carriers & (1 << service)) === 0) continue;
          const least = bounds.some(
            (bound) =>
              (bound.carriers & (1 << service)) !== 0 &&
              netOf(bound) <= netOf(option) &&
              [DUTY, UNITS, GRAMS, VOLUME, ...(node.dutyFreeUpTo === null ? [] : [VALUE])].every(
                (sum) => (bound.sums[sum] as number) <= (option.sums[sum] as number),
              ) &&
              (bound.sums[GOODS] as number) >= (option.sums[GOODS] as number) &&
              (bound.late[service] as number) <= (option.late[service] as number),
          );
          expect({ seed, option, service, least }).toMatchObject({ least: true });
        }
    }
    expect([cut > 150, bounded > 100]).toEqual([true, true]);
  });
});
