import type { RequestExclusion } from '../engine/request.js';
import type { LiveCheckPolicy } from '../model/network.js';
import type { ClaimedCheck, LiveAnswerRecord } from '../store/live-checks.js';
import { changeOrder } from './change.js';
import { commitHeld, confirmWhereReady } from './confirm.js';
import type { OrderDeps } from './deps.js';
import type { Learned, OrderDraft } from './draft.js';
import { SILENT_REASON } from './exclusions.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import { answeredKey, LIVE_CHECK, LIVE_CHECK_SILENT, SILENT_REROUTED } from './live-check.js';
import { rerouteOrder } from './route.js';

const ACTOR = 'system:live-check';
/** Rows that an event tells of; the check's own record has all. */
const ROWS_TOLD_MAX = 20;

/**
 * What became of a check: `done`; `review`: a person is to decide, and it waits; `again`: others were first, so it is tried later.
 * An order that went on without it meanwhile (canceled, re-routed, expired) counts as done: it is left as it is.
 */
export type Settled = 'done' | 'review' | 'again';

/** The vendor has it: the units are committed, and the order is confirmed where nobody else must be asked. */
export async function settleAvailable(
  deps: OrderDeps,
  check: ClaimedCheck,
  record: LiveAnswerRecord,
): Promise<Settled> {
  await commit(deps, check, { answer: 'available', ...told(record) }, 'the vendor has it');
  return 'done';
}

/** The vendor has too little: the units are given back and decided anew, in one plan, by what it said. */
export function settleShort(deps: OrderDeps, check: ClaimedCheck, record: LiveAnswerRecord): Promise<Settled> {
  const said = record.asOf ?? record.answeredAt;
  const exclusions = record.rows.flatMap((row): RequestExclusion[] =>
    row.said === 'no' || row.onHand === 0
      ? [{ nodeId: row.nodeCode, sku: row.sku, reason: `the vendor said at ${said} that it has none` }]
      : [],
  );
  const figures = new Set(
    record.rows.filter((row) => row.said === 'figure').map((row) => `${row.nodeCode} ${row.sku}`),
  );
  const answered = new Set(
    check.rows
      .filter((row) => figures.has(`${row.nodeCode} ${row.sku}`))
      .map((row) => answeredKey(row.nodeCode, row.productId)),
  );
  return moveAway(...([deps, check, { answer: 'short', ...told(record) }, 'the vendor has too little'] as const), {
    exclusions,
    answered,
    vendorAnswers: [{ fulfillmentId: check.fulfillmentId, answer: 'short', ...record }],
  });
}

/**
 * No word came in time. Where the vendor's last report of all that is held is fresh enough for its policy, it counts; else another
 * vendor is chosen, or a person decides. Source: DESIGN.md section 3.
 */
export async function settleSilent(
  deps: OrderDeps,
  check: ClaimedCheck,
  policy: LiveCheckPolicy,
  oldest: Date | null,
): Promise<Settled> {
  const now = deps.clock.now();
  const fresh = oldest !== null && now.getTime() - oldest.getTime() <= policy.silentSeconds * 1_000;
  const facts = { answer: 'none', asks: check.asks, reportedAt: oldest?.toISOString() ?? null };
  if (fresh) {
    await commit(deps, check, { ...facts, policy: 'commit' }, 'the vendor did not answer: its last report counts');
    return 'done';
  }
  if (policy.silentElse === 'reroute') {
    const nodes = [...new Set(check.rows.map((row) => row.nodeCode))];
    return moveAway(deps, check, { ...facts, policy: 'reroute' }, SILENT_REROUTED, {
      exclusions: nodes.map((nodeId) => ({ nodeId, reason: SILENT_REASON })),
      answered: new Set(),
      vendorAnswers: [{ fulfillmentId: check.fulfillmentId, ...facts, at: now.toISOString() }],
    });
  }
  await changeOrder(deps, check.orderId, { actor: ACTOR }, (draft) => {
    const own = waiting(draft, check);
    if (own === null) return;
    const opened = draft.openItem({
      fulfillmentId: own.id,
      kind: 'review',
      reason: LIVE_CHECK_SILENT,
      evidence: facts,
      blocks: [],
    });
    if (opened) tell(draft, own, { ...facts, policy: 'review' });
  });
  return 'review';
}

async function commit(
  deps: OrderDeps,
  check: ClaimedCheck,
  facts: Readonly<Record<string, unknown>>,
  resolution: string,
): Promise<void> {
  await changeOrder(deps, check.orderId, { actor: ACTOR }, (draft) => {
    const own = waiting(draft, check);
    if (own === null) return;
    tell(draft, own, facts);
    draft.resolveItems([LIVE_CHECK, LIVE_CHECK_SILENT], resolution, own.id, 'untold');
    if (draft.isConfirmed) commitHeld(draft, own);
    else confirmWhereReady(draft);
  });
}

async function moveAway(
  deps: OrderDeps,
  check: ClaimedCheck,
  facts: Readonly<Record<string, unknown>>,
  resolution: string,
  learned: Learned,
): Promise<Settled> {
  let found = true;
  const result = await rerouteOrder(deps, check.orderId, LIVE_CHECK, (draft) => {
    const own = waiting(draft, check);
    found = own !== null;
    if (own === null) return;
    tell(draft, own, facts);
    draft.resolveItems([LIVE_CHECK, LIVE_CHECK_SILENT], resolution, own.id, 'untold');
    const { poNumber, nodeId, vendorId } = own.before;
    const units = own.total('live');
    own.giveBackAll('canceled', 'open');
    own.to('SUPERSEDED');
    own.assign({ nextActionAt: null });
    const because = { because: LIVE_CHECK, fulfillmentId: own.id, poNumber, nodeId, units };
    draft.event('fulfillment.superseded', because, vendorId);
    draft.learned = learned;
  });
  return result.outcome === 'done' || !found ? 'done' : 'again';
}

/** The fulfillment, where it still waits for this very answer; null: it has gone on without it. */
function waiting(draft: OrderDraft, check: ClaimedCheck): FulfillmentDraft | null {
  const open = draft.order.openItems.some((item) => item.id === check.id && item.resolvedAt === null);
  const own = draft.fulfillments.find((each) => each.id === check.fulfillmentId);
  return open && own?.status === 'PLANNED' ? own : null;
}

function told(record: LiveAnswerRecord): Readonly<Record<string, unknown>> {
  const { askedAt, answeredAt, asOf, rows } = record;
  return { askedAt, answeredAt, asOf, rows: rows.slice(0, ROWS_TOLD_MAX) };
}

function tell(draft: OrderDraft, fulfillment: FulfillmentDraft, facts: Readonly<Record<string, unknown>>): void {
  const { id, poNumber, nodeId, vendorId } = fulfillment.before;
  draft.event('fulfillment.checked', { fulfillmentId: id, poNumber, nodeId, ...facts }, vendorId);
}
