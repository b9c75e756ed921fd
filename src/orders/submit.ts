import type { Viewer } from '../model/viewer.js';
import {
  findIntake,
  finishIntake,
  type Intake,
  keepIntake,
  keepResult,
  loadIntake,
  rejectionOf,
  wasMadeBy,
} from '../store/intake.js';
import { orderStatus } from '../store/orders.js';
import type { SubmitInput, SubmitResult } from './contract.js';
import type { ChannelLink, OrderDeps } from './deps.js';
import type { OrderError } from './errors/codes.js';
import { refuse, takeIn } from './intake.js';
import { SUBMIT_TOPIC } from './normalise.js';
import { bounded } from './receive.js';
import { routeOrder } from './route.js';

/** How long after a mutation was taken a worker finishes it, when whoever took it has not. */
const FINISHED_BY_CALLER_MS = 5_000;

/**
 * Takes an order in for a caller and answers once its hold is durable, once per idempotency key: a repeat with the same
 * input gets the first answer, or resumes the work where it stopped; with other input it is an error of its own.
 *
 * Business errors are kept and replayed. What fails on the way (the database away) throws, is not kept, and may be repeated.
 * Source: DESIGN.md sections 3 and 11.
 */
export async function submitOrder(deps: OrderDeps, viewer: Viewer, input: SubmitInput): Promise<SubmitResult> {
  const channel = await deps.links.channel({ code: input.accountCode });
  const mayAct =
    channel !== null &&
    viewer.vendorIds === 'all' &&
    (viewer.accountIds === 'all' || viewer.accountIds.includes(channel.accountId));
  if (channel === null || !mayAct) {
    return refused('ACCOUNT_NOT_FOUND', 'accountCode', 'expected the code of an account that the key may act for');
  }
  const dedupeScope = bounded(`${viewer.actor}:${SUBMIT_TOPIC}`);
  const dedupeKey = bounded(input.idempotencyKey);
  const id = deps.newId();
  const now = deps.clock.now();
  if (channel.paused && (await findIntake(deps.pool, dedupeScope, dedupeKey)) === null) {
    return refused('ACCOUNT_PAUSED', 'accountCode', `account ${channel.code} takes no orders now`);
  }
  const fresh = await keepIntake(deps.pool, {
    id,
    accountId: channel.accountId,
    source: 'api',
    topic: SUBMIT_TOPIC,
    dedupeScope,
    dedupeKey,
    fingerprint: input.fingerprint,
    headers: {},
    body: Buffer.from(JSON.stringify(input.order)),
    receivedAt: now,
    nextActionAt: new Date(now.getTime() + FINISHED_BY_CALLER_MS),
  });
  const intake = fresh ?? (await findIntake(deps.pool, dedupeScope, dedupeKey));
  if (intake === null) throw new Error(`expected the intake of a key in ${dedupeScope}, found none`);
  if (!Buffer.from(intake.fingerprint).equals(Buffer.from(input.fingerprint))) {
    return refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', 'the key was used before with other input');
  }
  if (intake.result !== null) return { ...(intake.result as SubmitResult), replayed: true };
  return finish(deps, viewer, intake, channel);
}

/** Carries a kept mutation through to its answer, from wherever it stands. */
async function finish(deps: OrderDeps, viewer: Viewer, intake: Intake, channel: ChannelLink): Promise<SubmitResult> {
  let orderId = intake.orderId;
  let made = intake.status === 'applied';
  if (orderId === null) {
    const taken = await takeIn(deps, intake, channel, viewer.actor);
    if (taken.kind !== 'orders') {
      const errors = taken.kind === 'refused' ? taken.errors : [];
      await refuse(deps, intake, taken.kind === 'refused' ? taken.faults : []);
      return keep(deps, intake.id, { kind: 'refused', orderId: null, errors, replayed: false });
    }
    const order = taken.orders[0];
    if (order === undefined) throw new Error(`expected an order of intake ${intake.id}, found none`);
    orderId = order.orderId;
    made = order.created || (await loadIntake(deps.pool, intake.id))?.status === 'applied';
  }
  // Another delivery made it: the same order if it came with the same input, else a clash of external ids.
  if (!made && !(await wasMadeBy(deps.pool, orderId, intake.fingerprint))) {
    const message = 'the account already has an order with this external id and other content';
    const error: OrderError = { code: 'ORDER_ALREADY_EXISTS', path: 'externalId', message, orderId };
    await finishIntake(deps.pool, intake.id, { status: 'refused', orderId });
    return keep(deps, intake.id, { kind: 'refused', orderId: null, errors: [error], replayed: false });
  }
  await routeOrder(deps, orderId, 'submitted');
  const status = await orderStatus(deps.pool, orderId);
  if (status === 'REJECTED') {
    const rejection = await rejectionOf(deps.pool, orderId);
    const errors = (rejection?.errors ?? []) as readonly OrderError[];
    return keep(deps, intake.id, { kind: 'refused', orderId, errors, replayed: false });
  }
  const answer: SubmitResult = { kind: 'accepted', orderId, status, replayed: false };
  // Not yet decided (its stock moved too often, or a person must look): a repeat may learn more, so this is not kept.
  return status === 'RECEIVED' ? answer : keep(deps, intake.id, answer);
}

/** The first answer kept is the answer: of two that ran at once, both get it. */
async function keep(deps: OrderDeps, intakeId: string, answer: SubmitResult): Promise<SubmitResult> {
  // That it was accepted can be told from the order, should the answer be lost.
  return (await keepResult(deps.pool, intakeId, answer, answer.kind === 'accepted' ? 'soon' : 'now')) as SubmitResult;
}

function refused(
  code: 'ACCOUNT_NOT_FOUND' | 'ACCOUNT_PAUSED' | 'IDEMPOTENCY_KEY_REUSED',
  path: string,
  message: string,
): SubmitResult {
  return { kind: 'refused', orderId: null, errors: [{ code, path, message }], replayed: false };
}
