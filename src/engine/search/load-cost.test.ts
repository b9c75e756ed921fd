import { describe, expect, it } from 'vitest';
import { shippersOf } from '../bounds/shipper.js';
import { itemsOf } from '../loads/items.js';
import { priceLoad } from '../priced-shipment.js';
import { parseRequest } from '../reading/parse.js';
import { randomFrom, randomRequest } from '../testing/random-request.js';
import { LoadCost } from './load-cost.js';

const SEEDS = Array.from({ length: 300 }, (_, at) => 90_001 + at);

describe('what a load costs by the pieces of one item', () => {
  it('is what its cheapest shipment costs, and nothing where no service takes it', () => {
    let priced = 0;
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const parsed = parseRequest(randomRequest(seed));
      if (!parsed.ok) throw new Error(`the random request of seed ${seed} was refused`);
      const { problem } = parsed;
      const items = itemsOf(problem);
      for (const shipper of shippersOf(problem, problem.nodes, items, 0).shippers) {
        const load = new LoadCost(shipper, items.length);
        for (const item of shipper.items)
          load.takes[item] = random() < 0.5 ? 0 : Math.ceil(random() * (items[item]?.demand ?? 0));
        for (const item of shipper.items) {
          if (!load.focus(item)) continue;
          for (let pieces = 0; pieces <= (items[item]?.demand ?? 0); pieces += 1) {
            const quantities = problem.lines.map(() => 0);
            for (const [at, { lines, whole }] of items.entries())
              for (const line of lines)
                quantities[line] =
                  (at === item ? pieces : (load.takes[at] as number)) *
                  (whole ? (problem.lines[line]?.quantity ?? 0) : 1);
            const least = Math.min(...priceLoad(problem, shipper.node, quantities).map(({ objective }) => objective));
            const isEmpty = quantities.every((quantity) => quantity === 0);
            expect(load.at(pieces)).toBe(isEmpty ? 0 : least);
            if (Number.isFinite(least)) priced += 1;
          }
        }
      }
    }
    expect(priced).toBeGreaterThan(1_000);
  });
});
