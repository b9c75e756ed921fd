import { type ErrorClass, errorChain, HeadgateError } from '../model/errors.js';
import { openDeadLetter } from '../store/dead-letters.js';
import { type ClaimedPoll, claimPoll, failPoll, finishPoll, type PollKey, pollId } from '../store/polls.js';
import type { StepResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { afterFailure, classOf } from './failure.js';

/** What a turn of a poll came to, in a few words, and how long from now the next one is due; 0: more waits already. */
export interface CameTo {
  readonly text: string;
  readonly nextMs: number;
}

/** Trying again is no use before a person changes something. */
const HOPELESS: readonly ErrorClass[] = ['unauthorized', 'permanent', 'bug'];

/**
 * Does what is done again and again with a vendor or an account, under a lease, so that one at a time is at it. `read` gets the
 * milliseconds that a call may still take.
 *
 * Who is away is asked again, ever less often, for as long as it takes; what cannot get better by waiting becomes a dead letter.
 */
export async function takeTurn<Key extends PollKey>(
  deps: OrderDeps,
  key: Key,
  read: (poll: ClaimedPoll<Key>, callMs: () => number) => Promise<CameTo>,
): Promise<StepResult> {
  const { leaseMs, leaseMarginMs: marginMs } = deps.settings;
  const sinceMs = deps.monotonicMs();
  const poll = await claimPoll(deps.pool, key, { now: deps.clock.now(), leaseMs, marginMs, token: deps.newId() });
  if (poll === null) return { outcome: 'nothing', note: 'not due, or someone else reads' };
  const callMs = () => leaseMs - deps.settings.leaseReserveMs - (deps.monotonicMs() - sinceMs);
  try {
    const { text, nextMs } = await read(poll, callMs);
    const at = deps.clock.now();
    await finishPoll(deps.pool, poll, { at, nextActionAt: new Date(at.getTime() + nextMs) });
    return { outcome: 'done', note: text };
  } catch (error) {
    return fail(deps, poll, error);
  }
}

async function fail(deps: OrderDeps, poll: ClaimedPoll, error: unknown): Promise<StepResult> {
  if (!(error instanceof HeadgateError)) throw error;
  const { failures, again } = afterFailure(deps.clock.now(), poll.failures, error, deps);
  const hopeless = HOPELESS.includes(classOf(error));
  const still = await failPoll(deps.pool, poll, { failures, nextActionAt: hopeless ? null : again });
  const code = error.code;
  deps.log.warn({ poll: pollId(poll), code, failures }, 'a vendor or channel could not be asked');
  if (!still || !hopeless) return { outcome: 'retry', retryAt: again, note: code };
  await openDeadLetter(deps.pool, {
    id: deps.newId(),
    step: 'poll',
    subjectId: pollId(poll),
    errors: errorChain(error),
    attempts: failures,
    at: deps.clock.now(),
  });
  return { outcome: 'done', note: `set aside: ${code}` };
}
