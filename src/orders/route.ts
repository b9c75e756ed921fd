import type { Decision } from '../engine/decision.js';
import type { AppliedRules } from '../matrix/rules/apply.js';
import type { HeldByRule } from '../matrix/rules/held.js';
import { localDay } from '../model/local-day.js';
import { formatAmount, type TenThousandths } from '../model/money.js';
import type { NetworkSnapshot, NodeFacts } from '../model/network.js';
import { ruleVersionOf } from '../model/rules-in-force.js';
import { systemViewer } from '../model/viewer.js';
import { loadOrder } from '../store/orders.js';
import { canBeAsked } from './ask.js';
import { askCarriers } from './ask-carriers.js';
import { retryAt } from './backoff.js';
import { changeOrder } from './change.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { OrderDraft } from './draft.js';
import { excludedNodes } from './exclusions.js';
import { expireHolds, hasHoldsOver, isDue } from './holds.js';
import { keptForOthers } from './kept-for-others.js';
import { outcomeOf } from './outcome.js';
import { planFromDecision } from './plan-from-decision.js';
import { answerUnder, type Question, readQuestion, withDayCounts } from './question.js';
import { inTurn } from './turns.js';

/** Other processes may change the order meanwhile (a cancellation, a vendor's document); each time they got on. */
const RIVALS_MAX = 30;

/** The cause of a run that a wake-up asked for: it may come early, and then waits for the row's own moment. */
const WOKEN = 'due';

/**
 * Decides where an order's open and backordered units come from, and holds them there: one plan, whole or not at all.
 *
 * Where the stock moved between reading and holding, the order is decided again on fresh stock, a few times; then a review is
 * opened and it is tried again later, ever less often. Running it when nothing is to be routed changes nothing.
 * Source: DESIGN.md section 3.
 */
export async function routeOrder(deps: OrderDeps, orderId: string, cause: string): Promise<StepResult> {
  const dueOf = (draft: OrderDraft) => {
    const waits = draft.order.nextActionAt !== null && draft.order.nextActionAt > draft.now;
    return isDue(draft) ? (waits ? 'waiting' : 'due') : 'nothing';
  };
  let over = false;
  let routed = await decideInTurn(deps, orderId, cause, (draft) => {
    over = hasHoldsOver(draft);
    return over ? 'nothing' : dueOf(draft);
  });
  if (over) {
    await expireHolds(deps, orderId);
    routed = await decideInTurn(deps, orderId, cause, dueOf);
  }
  return routed ?? tryLater(deps, orderId);
}

/**
 * Takes planned units of an order back, as `giveBack` says, and decides anew where they come from: both in one plan, so that they
 * are never without a promise. Nothing changes where it gives nothing back, or rivals were always first.
 */
export async function rerouteOrder(
  deps: OrderDeps,
  orderId: string,
  cause: string,
  giveBack: (draft: OrderDraft) => void,
): Promise<StepResult> {
  const routed = await decideInTurn(deps, orderId, cause, (draft) => {
    giveBack(draft);
    return draft.movesUnits ? 'due' : 'nothing';
  });
  return routed ?? { outcome: 'nothing', note: 'others were first' };
}

function decideInTurn(...args: Parameters<typeof decideAndHold>): ReturnType<typeof decideAndHold> {
  const [deps, orderId] = args;
  return inTurn(deps.committer, orderId, () => decideAndHold(...args));
}

/**
 * Decides, and commits what was decided; anew where the stock or the order moved meanwhile. `prepare` looks at the order as it
 * stands, may change the draft, and says whether it is due. Null: it moved each time.
 */
async function decideAndHold(
  deps: OrderDeps,
  orderId: string,
  cause: string,
  prepare: (draft: OrderDraft) => 'due' | 'waiting' | 'nothing',
): Promise<StepResult | null> {
  let decided = 0;
  for (let round = 0; round < RIVALS_MAX && decided < deps.settings.decisionsMax; round += 1) {
    const order = await loadOrder(deps.pool, systemViewer('route'), orderId);
    if (order === null) return { outcome: 'nothing', note: 'no such order' };
    const draft = new OrderDraft(order, { now: deps.clock.now(), newId: deps.newId, actor: 'system:route' });
    const state = prepare(draft);
    if (state === 'nothing') return { outcome: decided === 0 ? 'nothing' : 'done' };
    if (cause === WOKEN && state === 'waiting' && decided === 0 && order.nextActionAt !== null)
      return { outcome: 'retry', retryAt: order.nextActionAt };
    // What a hold or review keeps from being routed only gives its units back.
    if (isDue(draft)) planFromDecision(draft, await decideOrder(deps, draft, cause, decided + 1));
    // Still nothing for an order that waits: not worth a record each time that some stock moves.
    if (!draft.movesUnits && state === 'waiting') return { outcome: 'nothing', note: 'still waiting' };
    const outcome = await deps.committer.commit(draft.toPlan());
    if (outcome.outcome === 'committed') return { outcome: 'done', note: draft.status };
    if (outcome.outcome === 'stock_moved' || outcome.outcome === 'capacity_moved') decided += 1;
  }
  return null;
}

/** Reads what there is now, asks the engine where the open and backordered units of a draft come from, and measures it. */
export async function decideOrder(deps: OrderDeps, draft: OrderDraft, cause: string, attempt: number) {
  const { order } = draft;
  const lines = order.lines.flatMap((line) => {
    const { open = 0, backordered = 0 } = draft.lines.get(line.lineNo) ?? {};
    return open + backordered > 0 ? [{ ...line, quantity: open + backordered }] : [];
  });
  const exclusions = [...excludedNodes(order, draft.now), ...draft.learned.exclusions];
  const { now, givenBack } = draft;
  const { question, inForce } = await readQuestion(deps, { order, lines, exclusions, now, givenBack });
  const { snapshot: priced, problems } = await askCarriers(
    deps,
    question.snapshot,
    question.order,
    question.context.postalCode,
  );
  const snapshot = { ...priced, nodes: priced.nodes.map((node) => withCapacityBack(node, draft)) };
  const ruleVersion = ruleVersionOf(order.id, inForce);
  const rules = await deps.rulesOf(deps.pool, ruleVersion);
  const counted = withCountsBack(await withDayCounts(deps.pool, question, rules), draft);
  const sinceMs = deps.monotonicMs();
  const asked = { ...counted, snapshot };
  const answered = await answerUnder(deps.decide, asked, rules);
  const { answer, dropped, held } = answered;
  const engineMicros = Math.max(0, Math.round((deps.monotonicMs() - sinceMs) * 1000));
  const { request, decision, drawn, rateSources, leftOut } = answer;
  // Only what was never decided: later questions depend on what the rules that decided made of the first.
  if (inForce.trial && order.status === 'RECEIVED')
    deps.shadow?.offer({
      ...{ question: asked, outcome: outcomeOf(answered), isTried: ruleVersion !== inForce.version },
      ...{ liveVersion: inForce.version, trialVersion: inForce.trial.version },
    });
  const askable = await askableVendors(deps, snapshot, decision);
  const share = ruleVersion === inForce.version ? {} : { trial: true };
  const kept = keptForOthers(snapshot, rules);
  const atDoor = answer.dutyAtDoor && sumOf(decision.shipments, answer.dutyAtDoor);
  return {
    ...{ request, decision, snapshot, leftOut, drawnLow: drawn, cause, attempt, engineMicros, askable, held },
    counters: answer.rules?.day.counters ?? [],
    rateSources: {
      ...rateSources,
      ...(problems.length > 0 ? { liveRateProblems: problems } : {}),
      ...(kept.length > 0 ? { keptForOthers: kept } : {}),
      ...(atDoor === null ? {} : { dutyAtDoor: { amount: formatAmount(atDoor), currency: order.currency } }),
      ...(ruleVersion === 0
        ? {}
        : { rules: { version: ruleVersion, ...share, ...rulesRecord(answer.rules, dropped, held) } }),
    },
  };
}

function sumOf<T>(each: readonly T[], amountOf: (one: T) => TenThousandths): TenThousandths {
  return each.reduce((sum, one) => sum + amountOf(one), 0);
}

/** What the decision's record says of the rules. */
function rulesRecord(applied: AppliedRules | null, dropped: readonly string[], held: readonly HeldByRule[]) {
  const { effective = [], skipped = [] } = applied ?? {};
  return {
    ...(effective.length > 0 ? { effective } : {}),
    ...(dropped.length > 0 ? { dropped } : {}),
    ...(skipped.length > 0 ? { skipped } : {}),
    ...(held.length > 0 ? { held } : {}),
  };
}

/** The vendors of a decision that are to be asked before they are committed to, and can be. */
async function askableVendors(
  deps: OrderDeps,
  snapshot: NetworkSnapshot,
  decision: Decision,
): Promise<ReadonlySet<number>> {
  const chosen = new Set(decision.shipments.map((shipment) => shipment.nodeId));
  const nodes = snapshot.nodes.filter((node) => chosen.has(node.code) && node.liveCheck);
  const asked = await Promise.all(
    [...new Set(nodes.map((node) => node.vendorId))].map(async (vendorId) =>
      (await canBeAsked(deps, vendorId)) ? [vendorId] : [],
    ),
  );
  return new Set(asked.flat());
}

/** The node's capacity of today, with what the same change gives back. */
function withCapacityBack(node: NodeFacts, draft: OrderDraft): NodeFacts {
  if (node.remainingUnits === null) return node;
  return {
    ...node,
    remainingUnits: node.remainingUnits + draft.capacityGivenBack(node.id, localDay(draft.now, node.timeZone)),
  };
}

/** What limits a day have counted, without what the same change gives back. */
function withCountsBack(question: Question, draft: OrderDraft): Question {
  const { counts } = question;
  if (counts === undefined) return question;
  return {
    ...question,
    counts: counts.map((count) => ({ ...count, taken: Math.max(0, count.taken - draft.countGivenBack(count)) })),
  };
}

/** Its stock moved each time that it was decided: a person may look, and it is tried again. */
async function tryLater(deps: OrderDeps, orderId: string): Promise<StepResult> {
  let at = deps.clock.now();
  await changeOrder(deps, orderId, { actor: 'system:route' }, (draft) => {
    if (!isDue(draft)) return;
    at = retryAt(draft.now, draft.order.routingAttempts + 1, { ...deps.settings, random: deps.random });
    draft.openItem({
      kind: 'review',
      reason: 'STOCK_KEEPS_MOVING',
      evidence: { nextActionAt: at.toISOString() },
      blocks: [],
    });
    draft.routeNext(at);
    draft.event('order.rerouting', { because: 'STOCK_KEEPS_MOVING', nextActionAt: at.toISOString() });
  });
  return { outcome: 'retry', retryAt: at };
}
