import { type JudgedPlan, judgePlan } from '../engine/check/check.js';
import { formatAmount } from '../model/money.js';
import { systemViewer } from '../model/viewer.js';
import { serviceIdIn } from '../pricing/rates.js';
import { loadOrder } from '../store/orders.js';
import { joinDailyRound, nextRecostPage, passRecostPage } from '../store/recost-rounds.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { planFromDecision } from './plan-from-decision.js';
import { decideOrder } from './route.js';
import { inTurn } from './turns.js';

/** Orders between two notes of how far a round came. */
const PAGE = 50;
/** A run ends after the page in which it has taken so long: other housekeeping waits for it. */
const RUN_MS_MAX = 20_000;

/** What became of one order: moved, or why not. */
export interface Recosted {
  readonly outcome: 'moved' | 'kept' | 'nothing';
  readonly note: string;
}

/**
 * Costs orders again that a change of prices or stock touches, and moves what is planned to where it costs less: a bounded part of the round
 * that is under way. An order that fails is passed over: the next change, at the latest the next day's round, looks at it again.
 * Source: DESIGN.md section 9.
 */
export async function recostOrders(deps: OrderDeps): Promise<StepResult> {
  await joinDailyRound(deps.pool, deps.clock.now());
  const untilMs = deps.monotonicMs() + RUN_MS_MAX;
  let moved = 0;
  for (let looked = 0; looked < deps.settings.recostOrdersMax && deps.monotonicMs() < untilMs; looked += PAGE) {
    const page = await nextRecostPage(deps.pool, PAGE);
    if (page === null) break;
    for (const orderId of page.orderIds) {
      try {
        const { outcome, note } = await recostOrder(deps, orderId);
        if (outcome === 'moved') moved += 1;
        deps.log.debug({ orderId, outcome, note }, 'costed again');
      } catch (error) {
        deps.log.error({ orderId, error: String(error) }, 'an order could not be costed again');
      }
    }
    await passRecostPage(deps.pool, page);
  }
  return { outcome: moved > 0 ? 'done' : 'nothing', note: `${moved} moved` };
}

/**
 * Decides an order anew whose parts are all planned or beyond, and moves what is planned where that saves enough, arrives no later than
 * promised and leaves nothing: one plan with the new hold, the old release, and an event with both prices. What was sent meanwhile, or whose
 * stock moved, is left alone.
 */
export function recostOrder(deps: OrderDeps, orderId: string): Promise<Recosted> {
  return inTurn(deps.committer, orderId, () => costAndMove(deps, orderId));
}

async function costAndMove(deps: OrderDeps, orderId: string): Promise<Recosted> {
  const order = await loadOrder(deps.pool, systemViewer('recost'), orderId);
  if (order === null) return { outcome: 'nothing', note: 'no such order' };
  const draft = new OrderDraft(order, { now: deps.clock.now(), newId: deps.newId, actor: 'system:recost' });
  const planned = movable(draft, deps.settings.recostRestMs);
  if (typeof planned === 'string') return { outcome: 'nothing', note: planned };
  const before = planned.map(({ before: each }) => ({
    nodeId: each.nodeCode,
    serviceCode: each.serviceCode,
    items: each.lines.map(({ lineNo, quantity }) => ({ lineId: String(lineNo), quantity })),
  }));
  for (const fulfillment of planned) {
    fulfillment.giveBackAll('canceled', 'open');
    fulfillment.to('SUPERSEDED');
    fulfillment.assign({ nextActionAt: null });
    const { vendorId, poNumber, nodeId } = fulfillment.before;
    const facts = { because: 'RECOSTED', fulfillmentId: fulfillment.id, poNumber, nodeId };
    draft.event('fulfillment.superseded', { ...facts, units: fulfillment.total('quantity') }, vendorId);
  }
  // By cards alone: a live rate is of the whole order as one parcel, so a plan of several parts would seem dearer than it is.
  const { liveRates: _, ...byCards } = deps;
  const routing = await decideOrder(byCards, draft, 'recost', 1);
  const { request, decision } = routing;
  const stay = judgePlan(
    request,
    before.map(({ nodeId, serviceCode, items }) => {
      const lineIds = items.map(({ lineId }) => lineId);
      return { nodeId, items, serviceId: serviceIdIn(request, { nodeId, serviceCode, lineIds }) };
    }),
  );
  const go = judgePlan(request, decision.shipments);
  if (stay.violations.length > 0)
    return { outcome: 'kept', note: `not by price alone: ${stay.violations[0]?.message}` };
  if (decision.status !== 'routed') return { outcome: 'kept', note: `another plan would be ${decision.status}` };
  const saving = stay.objective - go.objective;
  if (!isWorthIt(saving, stay, deps.settings))
    return { outcome: 'kept', note: `would save ${formatAmount(Number(saving))}` };
  const promised = Math.max(
    order.deliverBy?.getTime() ?? 0,
    ...planned.map(({ before: each }) => each.arrivesBy.getTime()),
  );
  if (arrivalOf(go) > promised) return { outcome: 'kept', note: 'would arrive later than promised' };
  planFromDecision(draft, routing);
  draft.event('order.recosted', {
    currency: order.currency,
    before: { landed: formatAmount(Number(stay.landed)), objective: formatAmount(Number(stay.objective)) },
    after: { landed: formatAmount(Number(go.landed)), objective: formatAmount(Number(go.objective)) },
    saving: formatAmount(Number(saving)),
    superseded: planned.map(({ id }) => id),
  });
  const committed = await deps.committer.commit(draft.toPlan());
  return committed.outcome === 'committed'
    ? { outcome: 'moved', note: `saves ${formatAmount(Number(saving))}` }
    : { outcome: 'kept', note: committed.outcome };
}

/** What is planned of an order that may move, or why nothing may. */
function movable(draft: OrderDraft, restMs: number): FulfillmentDraft[] | string {
  if (!draft.isConfirmed) return 'not confirmed: its buyer was shown these prices';
  if (draft.isRoutingBlocked) return 'its routing is blocked';
  const lines = [...draft.lines.values()];
  if (lines.some((line) => line.open + line.backordered > 0)) return 'parts of it wait for stock';
  const planned = draft.fulfillments.filter(({ status }) => status === 'PLANNED');
  if (planned.length === 0) return 'nothing is planned';
  if (planned.some(({ cancelRequested }) => cancelRequested)) return 'it is being canceled';
  if (planned.some(({ before }) => before.attempt > 0)) return 'its sending was tried';
  if (planned.some((each) => each.total('live') !== each.total('quantity'))) return 'parts of it were given up';
  if (new Set(planned.map(({ before }) => before.nodeId)).size < planned.length) return 'a node sends two parts of it';
  const youngest = Math.max(...planned.map(({ before }) => before.createdAt.getTime()));
  return youngest + restMs > draft.now.getTime() ? 'it was planned too lately' : planned;
}

function isWorthIt(
  saving: bigint,
  stay: JudgedPlan,
  { recostSavingMin, recostSavingShare }: OrderDeps['settings'],
): boolean {
  return saving >= BigInt(recostSavingMin) && saving * 10_000n >= stay.landed * BigInt(recostSavingShare);
}

function arrivalOf(plan: JudgedPlan): number {
  return Math.max(...plan.shipments.map(({ arrivesAt }) => Number(arrivesAt)));
}
