import type { ChannelNotice } from '../connectors/channel.js';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { type ErrorClass, errorChain, HeadgateError } from '../model/errors.js';
import {
  accountOfNotice,
  type ClaimedNotice,
  claimNotices,
  failNotice,
  loadNoticeFacts,
  markTold,
  markVoid,
} from '../store/channel-notices-told.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { loadIntake } from '../store/intake.js';
import { channelLines } from './channel-lines.js';
import type { StepResult } from './contract.js';
import type { ChannelLink, OrderDeps } from './deps.js';
import { raiseAlarms } from './duty-alarms.js';
import { afterFailure, classOf, isOurMistake } from './failure.js';
import { normalise } from './normalise.js';
import { noticeOf } from './notice-words.js';
import { callVendor } from './vendor-call.js';

/** Rounds of one run; what is left is found by the next. */
const ROUNDS_MAX = 50;
/** Trying again is no use before a person changes something. */
const HOPELESS: readonly ErrorClass[] = ['unauthorized', 'permanent', 'refused', 'bug'];

/**
 * Tells the channel of a notice's account what is due, different orders side by side, those of one order one after another; and
 * has a person look at deadlines that are near or past.
 *
 * Each call is made under a lease. One that ended without an answer is made again: a channel makes one of a notice that is told
 * twice. So long as its lease lasts, one process tells a notice, and no account has more of them under way than its room.
 */
export async function tellChannel(deps: OrderDeps, noticeId: string): Promise<StepResult> {
  const accountId = await accountOfNotice(deps.pool, noticeId);
  if (accountId === null) return { outcome: 'nothing', note: 'no such notice' };
  const { leaseMs, leaseReserveMs, leaseMarginMs: marginMs, noticesAtOnceMax: atOnceMax } = deps.settings;
  const begunMs = deps.monotonicMs();
  let told = 0;
  let alarms = await raiseAlarms(deps, accountId);
  // A run ends after about a lease, so that an account whose channel is slow keeps no worker from the others.
  for (let round = 0; round < ROUNDS_MAX && deps.monotonicMs() - begunMs < leaseMs; round += 1) {
    const sinceMs = deps.monotonicMs();
    const claim = { accountId, leaseMs, marginMs, atOnceMax, newToken: deps.newId, now: deps.clock.now() };
    const claimed = await claimNotices(deps.pool, claim);
    if (claimed.length === 0) break;
    const callMs = () => leaseMs - leaseReserveMs - (deps.monotonicMs() - sinceMs);
    const outcomes = await Promise.all(claimed.map((notice) => tellOne(deps, accountId, notice, callMs)));
    told += outcomes.filter((done) => done).length;
  }
  // What was told now may have been waited for.
  if (told > 0) alarms += await raiseAlarms(deps, accountId);
  if (told + alarms === 0) return { outcome: 'nothing', note: 'nothing was told' };
  return { outcome: 'done', note: `${told} told, ${alarms} alarms` };
}

/** Whether the channel has it now. */
async function tellOne(
  deps: OrderDeps,
  accountId: number,
  claimed: ClaimedNotice,
  callMs: () => number,
): Promise<boolean> {
  try {
    const link = await deps.links.channel({ id: accountId });
    const connector = link?.connector;
    if (!link || !connector?.tell) {
      const message = `expected a channel that is told of its orders, account ${link?.code ?? accountId} has none`;
      throw new HeadgateError('ACCOUNT_MISCONFIGURED', 'permanent', message);
    }
    const notice = await wordsOf(deps, link, claimed.id);
    if (notice === null) {
      await markVoid(deps.pool, claimed.id, deps.clock.now());
      return true;
    }
    await deps.checkpoint?.('claimed', claimed.id);
    const left = callMs();
    if (left < deps.settings.callMsMin) return false;
    const tell = connector.tell.bind(connector);
    const { outcome, reference } = await callVendor(
      deps,
      { ...link, connector, subject: notice.externalId },
      left,
      (context) => tell(notice, context),
    );
    await deps.checkpoint?.('answered', claimed.id);
    await markTold(deps.pool, claimed.id, { outcome, reference, at: deps.clock.now() });
    return true;
  } catch (error) {
    // A database that is away is the job's affair; the notice comes back when its lease has ended.
    if (!(error instanceof HeadgateError) && !isOurMistake(error)) throw error;
    await noteFailure(deps, claimed, error);
    return false;
  }
}

async function wordsOf(deps: OrderDeps, link: ChannelLink, noticeId: string): Promise<ChannelNotice | null> {
  const facts = await loadNoticeFacts(deps.pool, noticeId);
  const source = await sourceOf(deps, link, facts.intakeId, facts.externalId);
  return noticeOf(facts, channelLines(facts.orderLines, source?.lines ?? null), source?.customerPoNumber ?? null);
}

/** The order as its channel gave it; null where its payload was erased or can no longer be read. */
async function sourceOf(
  deps: OrderDeps,
  link: ChannelLink,
  intakeId: string,
  externalId: string,
): Promise<CanonicalOrder | null> {
  const intake = await loadIntake(deps.pool, intakeId);
  if (intake === null) return null;
  const normalised = normalise(intake, link);
  if (normalised.kind !== 'orders') return null;
  return normalised.orders.find((order) => order.externalId === externalId) ?? null;
}

async function noteFailure(deps: OrderDeps, claimed: ClaimedNotice, error: unknown): Promise<void> {
  const { failures, again } = afterFailure(deps.clock.now(), claimed.failures, error, deps);
  const code = errorChain(error)[0]?.code ?? 'UNKNOWN';
  const still = await failNotice(deps.pool, claimed, { code, failures, nextActionAt: again });
  deps.log.warn({ noticeId: claimed.id, orderId: claimed.orderId, code, failures }, 'a channel could not be told');
  if (!still || (failures < deps.settings.attemptsMax && !HOPELESS.includes(classOf(error)))) return;
  await openDeadLetter(deps.pool, {
    id: deps.newId(),
    step: 'notice',
    subjectId: claimed.id,
    errors: errorChain(error),
    attempts: failures,
    at: deps.clock.now(),
  });
}
