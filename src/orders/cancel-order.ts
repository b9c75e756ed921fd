import type { Viewer } from '../model/viewer.js';
import { findIntake, finishIntake, keepIntake, keepResult } from '../store/intake.js';
import { loadOrder, type OrderAggregate } from '../store/orders.js';
import { canceledLines, cancelWhatCanBe } from './cancel.js';
import { changeOrder } from './change.js';
import type { CancelInput, CancelResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import type { OrderError } from './errors/codes.js';
import { CANCEL_TOPIC } from './normalise.js';
import { bounded } from './receive.js';

/** How long after a mutation was taken a worker finishes it, when whoever took it has not. */
const FINISHED_BY_CALLER_MS = 5_000;

/** Cancels an order for a caller, once per idempotency key. */
export async function cancelOrder(deps: OrderDeps, viewer: Viewer, input: CancelInput): Promise<CancelResult> {
  const order = await loadOrder(deps.pool, viewer, input.orderId);
  // A viewer limited to vendors sees its parts of an order, and cancels nothing.
  if (order === null || viewer.vendorIds !== 'all')
    return refused('ORDER_NOT_FOUND', 'orderId', 'expected the id of an order that the key may see');
  const dedupeScope = bounded(`${viewer.actor}:${CANCEL_TOPIC}`);
  const dedupeKey = bounded(input.idempotencyKey);
  const id = deps.newId();
  const now = deps.clock.now();
  const fresh = await keepIntake(deps.pool, {
    id,
    accountId: order.accountId,
    source: 'api',
    topic: CANCEL_TOPIC,
    dedupeScope,
    dedupeKey,
    fingerprint: input.fingerprint,
    headers: {},
    body: Buffer.from(JSON.stringify({ orderId: order.id })),
    receivedAt: now,
    nextActionAt: new Date(now.getTime() + FINISHED_BY_CALLER_MS),
  });
  let intakeId = id;
  if (!fresh) {
    const first = await findIntake(deps.pool, dedupeScope, dedupeKey);
    if (first === null) throw new Error(`expected the first use of a key in ${dedupeScope}, found none`);
    if (!Buffer.from(first.fingerprint).equals(Buffer.from(input.fingerprint))) {
      return refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', 'the key was used before with other input');
    }
    if (first.result !== null) return { ...(first.result as CancelResult), replayed: true };
    intakeId = first.id;
  }
  const after = await cancelOrderNow(deps, order.id, viewer.actor);
  const answer = answerOf(after);
  const kept = (await keepResult(deps.pool, intakeId, answer)) as CancelResult;
  await finishIntake(deps.pool, intakeId, { status: 'applied', orderId: order.id });
  return kept;
}

/** Cancels what can be canceled, whoever asks; returns the order as it then is. */
export async function cancelOrderNow(deps: OrderDeps, orderId: string, actor: string): Promise<OrderAggregate> {
  await changeOrder(deps, orderId, { actor }, cancelWhatCanBe);
  const after = await loadOrder(deps.pool, { actor, scopes: ['admin'], accountIds: 'all', vendorIds: 'all' }, orderId);
  if (after === null) throw new Error(`expected order ${orderId}, found none`);
  return after;
}

function answerOf(order: OrderAggregate): CancelResult {
  const lines = canceledLines(order);
  if (lines.every((line) => line.canceled + line.pending === 0)) {
    return refused('NOTHING_TO_CANCEL', 'orderId', 'every unit of the order has been shipped');
  }
  return { kind: 'accepted', orderId: order.id, status: order.status, lines, replayed: false };
}

function refused(
  code: 'ORDER_NOT_FOUND' | 'IDEMPOTENCY_KEY_REUSED' | 'NOTHING_TO_CANCEL',
  path: string,
  message: string,
): CancelResult & { kind: 'refused' } {
  const error: OrderError = { code, path, message };
  return { kind: 'refused', errors: [error], replayed: false };
}
