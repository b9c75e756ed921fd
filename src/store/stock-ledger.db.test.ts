import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Pool } from './database.js';
import type { Plan, ReservationMove } from './plan.js';
import { commitPlans } from './plan-committer.js';
import { openTestDatabase } from './testing/open-test-database.js';
import {
  AT,
  addOrder,
  addProduct,
  barePlan,
  driftedStock,
  loadSmallNetwork,
  routePlan,
  type SmallNetwork,
} from './testing/small-network.js';

let database: Database;
let pool: Pool;
let network: SmallNetwork;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
  network = await loadSmallNetwork(pool);
});
afterAll(() => database?.close());

/** One step of a random history: new orders, or a move of some part of some live reservation. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('order' as const),
    quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    node: fc.constantFrom('east' as const, 'west' as const),
    committed: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    pick: fc.nat(),
    move: fc.constantFrom('commit' as const, 'release' as const, 'expire' as const, 'subtracted' as const),
    part: fc.integer({ min: 1, max: 4 }),
  }),
);

interface Live {
  readonly reservation_id: string;
  readonly order_id: string;
  readonly version: number;
  readonly quantity: number;
}

/** A plan for one random move; two steps of one batch may well meet at the same order. */
function movePlan(
  live: readonly Live[],
  { pick, move, part }: { pick: number; move: ReservationMove['move']; part: number },
): Plan | null {
  const at = live[pick % Math.max(1, live.length)];
  if (!at) return null;
  const reservationMoves = [{ reservationId: at.reservation_id, move, quantity: Math.min(part, at.quantity), at: AT }];
  return barePlan({ id: at.order_id, version: at.version }, { reservationMoves });
}

describe('the counters of stock', () => {
  it('are the sums of their ledger after any history of holds, commitments, releases and splits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        async (batches) => {
          const { east, west } = network.nodes;
          const products: number[] = [];
          for (const onHand of [5, 9, 2]) {
            products.push(
              await addProduct(pool, [
                [east, onHand],
                [west, onHand + 1],
              ]),
            );
          }
          for (const batch of batches) {
            const { rows: live } = await pool.query<Live>(
              `SELECT r.id AS reservation_id, r.order_id, o.version, r.quantity FROM reservation r JOIN orders o ON o.id = r.order_id
             WHERE r.product_id = ANY($1) ORDER BY r.id`,
              [products],
            );
            const plans: Plan[] = [];
            for (const each of batch) {
              if (each.kind === 'move') {
                const plan = movePlan(live, each);
                if (plan) plans.push(plan);
                continue;
              }
              const wanted = each.quantities.map((quantity, index) => [products[index] ?? 0, quantity] as const);
              const plan = routePlan(network, await addOrder(pool, network, wanted), network.nodes[each.node]);
              const state = each.committed ? ({ state: 'committed', expiresAt: null } as const) : {};
              plans.push({ ...plan, holds: plan.holds?.map((hold) => ({ ...hold, ...state })) ?? [] });
            }
            await commitPlans(pool, plans);
          }
          expect(await driftedStock(pool)).toEqual([]);
          const { rows: oversold } = await pool.query('SELECT 1 FROM stock WHERE held + committed > on_hand');
          expect(oversold).toEqual([]);
        },
      ),
      { numRuns: 25, interruptAfterTimeLimit: 40_000 },
    );
  });
});
