import { readShortage, restShortage, type Shortage, type ShortPromise } from '../store/shortages.js';
import { changeOrder } from './change.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import type { OrderDraft } from './draft.js';
import { rerouteOrder } from './route.js';
import { STOCK_SHORT } from './tracking.js';

const ACTOR = 'system:shortage';

/** Rounds of one run: each moves what the one before found, and rivals may undo one. */
const ROUNDS_MAX = 5;
/** While vendors are asked to cancel, or a sending is under way, it is looked at again so soon. */
const AWAIT_MS = 30_000;
/** Where nothing more can be moved, it is looked at again so late, unless a report comes first. */
const STUCK_MS = 15 * 60_000;

/**
 * A vendor has less than is promised there: moves promises elsewhere, those first that do the least harm, until the rest is
 * covered. Holds and what was not sent yet are decided again, each order in one transaction that gives its units back and takes
 * others; of what the vendor has, cancellation is asked once, and its answer decides. Running it again changes nothing more.
 * Source: DESIGN.md section 4.
 */
export async function relieveShortage(deps: OrderDeps, nodeId: number, productId: number): Promise<StepResult> {
  let moved = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const shortage = await readShortage(deps.pool, nodeId, productId);
    if (shortage === null) return { outcome: 'nothing', note: 'no such stock' };
    if (shortage.short <= 0) {
      await restShortage(deps.pool, shortage, null);
      return { outcome: moved > 0 ? 'done' : 'nothing', note: `${moved} moved` };
    }
    const before = moved;
    for (const promise of toMove(shortage)) if (await moveOne(deps, shortage, promise)) moved += 1;
    if (moved === before) return rest(deps, shortage);
  }
  return { outcome: 'retry', retryAt: deps.clock.now(), note: `${moved} moved, more to come` };
}

/** Nothing more can be moved now: either an answer is awaited, or the next report decides. */
async function rest(deps: OrderDeps, shortage: Shortage): Promise<StepResult> {
  const awaited = shortage.promises.some(({ status }) => AWAITED.has(status));
  const until = new Date(deps.clock.now().getTime() + (awaited ? AWAIT_MS : STUCK_MS));
  await restShortage(deps.pool, shortage, until);
  return { outcome: 'retry', retryAt: until, note: awaited ? 'vendors were asked' : 'nothing more can be moved' };
}

const AWAITED: ReadonlySet<ShortPromise['status']> = new Set(['SENDING', 'UNKNOWN', 'CANCELING']);
const AT_VENDOR: ReadonlySet<ShortPromise['status']> = new Set(['SENT', 'ACCEPTED', 'PARTIALLY_SHIPPED']);

/** The first promises that cover what is short, less what vendors were asked to cancel already. Pure. */
function toMove(shortage: Shortage): ShortPromise[] {
  const canceling = shortage.promises.filter(({ status }) => status === 'CANCELING');
  let missing = shortage.short - canceling.reduce((sum, { quantity }) => sum + quantity, 0);
  const chosen: ShortPromise[] = [];
  for (const promise of shortage.promises) {
    if (missing <= 0) break;
    if (AWAITED.has(promise.status)) continue;
    chosen.push(promise);
    missing -= promise.quantity;
  }
  return chosen;
}

/** Whether something changed. What moved on meanwhile (sent, canceled, shipped) is left alone: the next round sees it. */
async function moveOne(deps: OrderDeps, shortage: Shortage, promise: ShortPromise): Promise<boolean> {
  const { nodeId, productId, onHand, promised } = shortage;
  const facts = { because: STOCK_SHORT, fulfillmentId: promise.fulfillmentId, nodeId, productId, onHand, promised };
  if (AT_VENDOR.has(promise.status)) {
    const asked = await changeOrder(deps, promise.orderId, { actor: ACTOR }, (draft) => askOnce(draft, promise, facts));
    return asked.kind === 'committed';
  }
  const rerouted = await rerouteOrder(deps, promise.orderId, STOCK_SHORT, (draft) => {
    const fulfillment = draft.fulfillment(promise.fulfillmentId);
    if (fulfillment.status !== 'PLANNED' || fulfillment.cancelRequested) return;
    const units = fulfillment.total('live');
    fulfillment.giveBackAll('canceled', 'open');
    fulfillment.to('SUPERSEDED');
    fulfillment.assign({ nextActionAt: null });
    draft.event('fulfillment.superseded', { ...facts, units }, fulfillment.before.vendorId);
  });
  return rerouted.outcome === 'done';
}

/** Has the vendor asked to cancel what it has; what it refused once it is not asked again. Pure. */
function askOnce(draft: OrderDraft, promise: ShortPromise, facts: Record<string, unknown>): void {
  const fulfillment = draft.fulfillment(promise.fulfillmentId);
  if (!AT_VENDOR.has(fulfillment.status)) return;
  const asked = draft.order.openItems.some(
    (item) => item.fulfillmentId === fulfillment.id && item.reason === STOCK_SHORT,
  );
  if (asked) return;
  const { poNumber, nodeId, vendorId } = fulfillment.before;
  fulfillment.to('CANCELING');
  fulfillment.assign({ failures: 0, nextActionAt: draft.now.toISOString() });
  const units = fulfillment.total('live');
  draft.event('fulfillment.canceling', { ...facts, poNumber, nodeId, units }, vendorId);
  draft.openItem({ fulfillmentId: fulfillment.id, kind: 'review', reason: STOCK_SHORT, evidence: facts, blocks: [] });
}
