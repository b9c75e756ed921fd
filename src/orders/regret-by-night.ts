import { addRegrets, nextRegretDay, ordersOfDay, type RegretDay } from '../store/rule-regrets.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { type RuleRegret, regretOf } from './regret.js';

/** Orders between two notes of how far a day came. */
const PAGE = 20;
/** A run ends after the page in which it has taken so long: other housekeeping waits for it. */
const RUN_MS_MAX = 20_000;

/**
 * Asks what each rule in force costs on the orders of the day before (UTC), and keeps the sums: a bounded part of them each run, up to so many of a
 * day. It may be stopped anywhere and run in two processes at once: each page counts once.
 */
export async function regretByNight(deps: OrderDeps): Promise<StepResult> {
  const untilMs = deps.monotonicMs() + RUN_MS_MAX;
  let asked = 0;
  do {
    const day = await nextRegretDay(deps.pool, deps.clock.now());
    if (day === null) break;
    const orders = await regretPage(deps, day);
    if (orders === null) break;
    asked += orders;
  } while (deps.monotonicMs() < untilMs);
  return { outcome: asked > 0 ? 'done' : 'nothing', note: `${asked} orders asked about` };
}

/** Orders of the page; null where another process is at it. */
async function regretPage(deps: OrderDeps, day: RegretDay): Promise<number | null> {
  const room = deps.settings.regretOrdersMax - day.orders;
  const limit = Math.min(PAGE, room);
  const ids = await ordersOfDay(deps.pool, day, limit);
  const regrets: RuleRegret[] = [];
  let orders = 0;
  for (const orderId of ids) {
    try {
      const found = await regretOf(deps, { ids: [orderId] });
      regrets.push(...found.rules);
      orders += found.orders;
    } catch (error) {
      deps.log.warn({ orderId, error: String(error) }, 'an order could not be asked about what rules cost on it');
    }
  }
  const afterOrder = ids.at(-1) ?? day.afterOrder;
  const page = { afterOrder, orders, passedOver: ids.length - orders, done: ids.length < PAGE };
  return (await addRegrets(deps.pool, day, page, regrets)) ? ids.length : null;
}
