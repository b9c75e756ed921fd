import { v7 } from 'uuid';
import { createConnectorRegistry } from '../src/connectors/registry.js';
import { decide } from '../src/engine/decide.js';
import { systemClock } from '../src/model/clock.js';
import { silentLog } from '../src/model/log.js';
import type { OrderDeps } from '../src/orders/deps.js';
import { createLinks } from '../src/orders/links.js';
import { createRulesOf } from '../src/orders/rules.js';
import { createOrderServices, type OrderServices } from '../src/orders/services.js';
import { DEFAULT_ORDER_SETTINGS, type OrderSettings } from '../src/orders/settings.js';
import type { Database } from '../src/store/database.js';
import { createPlanCommitter } from '../src/store/plan-committer.js';
import type { Wake } from '../src/store/wake.js';

/** Short waits, so that tests see retries, leases and polls within seconds. */
const TEST_SETTINGS: OrderSettings = {
  ...DEFAULT_ORDER_SETTINGS,
  leaseMs: 3_000,
  leaseMarginMs: 500,
  leaseReserveMs: 500,
  callMsMin: 300,
  attemptsMax: 3,
  backoffMsMin: 20,
  backoffMsMax: 200,
  pollDocumentsEveryMs: 50,
  pollStockEveryMs: 500,
};

export const WORLD_KEYS = { current: new Uint8Array(32).fill(7) };

/** The services as one process has them; `more` replaces parts of what they work with. */
export function openServices(
  db: Database,
  wake: Wake,
  more: Partial<OrderDeps> = {},
): { deps: OrderDeps; services: OrderServices } {
  const deps: OrderDeps = {
    pool: db.pool,
    committer: createPlanCommitter(db.pool, { onCommitted: () => wake.committed() }),
    decide,
    rulesOf: createRulesOf(),
    links: createLinks({ pool: db.pool, secretKeys: WORLD_KEYS, connectors: createConnectorRegistry() }),
    clock: systemClock,
    monotonicMs: () => performance.now(),
    newId: () => v7(),
    random: Math.random,
    fetch,
    log: silentLog,
    settings: TEST_SETTINGS,
    onCommitted: () => wake.committed(),
    ...more,
  };
  return { deps, services: createOrderServices(deps) };
}
