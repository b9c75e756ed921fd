import { HeadgateError } from '../model/errors.js';
import { systemViewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import type { PlanOutcome } from '../store/plan.js';
import type { OrderDeps } from './deps.js';
import { OrderDraft } from './draft.js';
import { inTurn } from './turns.js';

/** Each time a rival of another process changed the order first, somebody got on: this many times in a row is a mistake. */
const ATTEMPTS_MAX = 30;

export type Change =
  /** It is durable. */
  | { readonly kind: 'committed'; readonly draft: OrderDraft }
  /** There was nothing to change, on the order as it stands. */
  | { readonly kind: 'nothing'; readonly draft: OrderDraft }
  | { readonly kind: 'gone' }
  /** What it wanted to take is no longer there. */
  | { readonly kind: 'refused'; readonly outcome: PlanOutcome & { outcome: 'stock_moved' | 'capacity_moved' } };

type ChangeDeps = Pick<OrderDeps, 'pool' | 'committer' | 'clock' | 'newId'>;

/**
 * Reads an order, lets `build` draft a change, commits it as one plan; again from the start when someone else was first.
 *
 * `build` sees the order as it stands and decides anew each time; a draft without events changes nothing. Those of one process
 * take turns, so however many parts of an order move at once, each reads and drafts once.
 * Errors: HeadgateError ORDER_BUSY (conflict) where others were first 30 times; what the committer throws.
 */
export function changeOrder(
  deps: ChangeDeps,
  orderId: string,
  as: { readonly actor: string },
  build: (draft: OrderDraft) => void,
): Promise<Change> {
  return inTurn(deps.committer, orderId, () => changeInTurn(deps, orderId, as, build));
}

async function changeInTurn(
  deps: ChangeDeps,
  orderId: string,
  as: { readonly actor: string },
  build: (draft: OrderDraft) => void,
): Promise<Change> {
  const viewer = systemViewer('orders');
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const order = await loadOrder(deps.pool, viewer, orderId);
    if (!order) return { kind: 'gone' };
    const draft = new OrderDraft(order, { now: deps.clock.now(), newId: deps.newId, actor: as.actor });
    build(draft);
    if (!draft.hasEvents) return { kind: 'nothing', draft };
    const outcome = await deps.committer.commit(draft.toPlan());
    if (outcome.outcome === 'committed') return { kind: 'committed', draft };
    if (outcome.outcome === 'stock_moved' || outcome.outcome === 'capacity_moved') return { kind: 'refused', outcome };
  }
  throw new HeadgateError(
    'ORDER_BUSY',
    'conflict',
    `order ${orderId} was changed by others ${ATTEMPTS_MAX} times in a row`,
  );
}
