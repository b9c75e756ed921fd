import type { Pool } from '../src/store/database.js';
import type { PlanCommitter } from '../src/store/plan.js';
import { addOrders, decisionRecord, openShop, routingPlan, type WaitingOrder } from './stock-shop.js';

/** What came of more orders than there are units. */
export interface Scarce {
  readonly units: number;
  readonly rows: number;
  readonly lines: number;
  readonly callers: number;
  readonly accepted: number;
  readonly refused: number;
  /** Units that live reservations hold, and units that the counters still offer. */
  readonly reserved: number;
  readonly left: number;
  /** Orders that were refused though at the end there still was all that they asked for: stock only fell, so it was free then, too. */
  readonly refusedThoughFree: number;
}

/** Orders for each unit that there is: the last ones find nothing. */
const ORDERS_PER_UNIT = 2;

/** Lets so many callers order, one unit a line, until twice as many units were asked for as there are; refused orders are not tried again. */
export async function sellOut(options: {
  readonly pool: Pool;
  readonly committer: PlanCommitter;
  readonly units: number;
  readonly rows: number;
  readonly lines: number;
  readonly callers: number;
}): Promise<Scarce> {
  const { pool, committer, units, rows, lines, callers } = options;
  if (units % rows !== 0) throw new RangeError(`expected units for ${rows} rows alike, got ${units}`);
  const shop = await openShop(pool, rows, units / rows);
  const record = decisionRecord(lines);
  const orders = await addOrders(pool, shop, Math.ceil((units * ORDERS_PER_UNIT) / lines), lines);
  const refused: WaitingOrder[] = [];
  let next = 0;
  let accepted = 0;
  const caller = async () => {
    for (let order = orders[next++]; order !== undefined; order = orders[next++]) {
      const { outcome } = await committer.commit(routingPlan(shop, order, record));
      if (outcome === 'committed') accepted += 1;
      else if (outcome === 'stock_moved') refused.push(order);
      else throw new Error(`expected an order to be accepted or to lack stock, got ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));

  const { rows: stock } = await pool.query<{ productId: number; atp: number; reserved: number }>(
    `SELECT s.product_id AS "productId", s.atp, COALESCE((SELECT sum(r.quantity) FROM reservation r
       WHERE r.node_id = s.node_id AND r.product_id = s.product_id AND r.state IN ('held', 'committed')), 0)::integer AS reserved
     FROM stock s WHERE s.node_id = $1`,
    [shop.nodeId],
  );
  const free = new Map(stock.map(({ productId, atp }) => [productId, atp]));
  return {
    ...{ units, rows, lines, callers, accepted, refused: refused.length },
    reserved: stock.reduce((sum, row) => sum + row.reserved, 0),
    left: stock.reduce((sum, row) => sum + row.atp, 0),
    refusedThoughFree: refused.filter((order) => isFree(order, free)).length,
  };
}

/** Nobody got what was not there, and nobody was refused what was. */
export function soldRight({ units, lines, accepted, reserved, left, refusedThoughFree }: Scarce): boolean {
  return accepted * lines === reserved && reserved + left === units && refusedThoughFree === 0;
}

function isFree(order: WaitingOrder, free: ReadonlyMap<number, number>): boolean {
  const wanted = new Map<number, number>();
  for (const { productId } of order.lines) wanted.set(productId, (wanted.get(productId) ?? 0) + 1);
  return [...wanted].every(([productId, count]) => (free.get(productId) ?? 0) >= count);
}
