import type { Viewer } from '../model/viewer.js';
import { findIntake, finishIntake, type Intake, keepIntake, keepResult } from '../store/intake.js';
import { loadOrder, type OrderAggregate } from '../store/orders.js';
import type { CommandInput, CommandResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import type { OrderError, OrderErrorCode } from './errors/codes.js';
import { bounded } from './receive.js';

/** How long after a mutation was taken a worker finishes it, when whoever took it has not. */
const FINISHED_BY_CALLER_MS = 5_000;

/** Whose word a command is, and when it was taken: what came up later was not meant. */
export interface Word {
  readonly actor: string;
  readonly at: Date;
}

/** What a mutation does to one order. Doing it again changes nothing, and what is told follows from the order as it then is. */
export interface OrderCommand<Facts extends object> {
  /** Under which its intakes are kept. */
  readonly topic: string;
  /** Does it on somebody's word, whoever carries it out. */
  act(deps: OrderDeps, orderId: string, word: Word): Promise<void>;
  /** What came of it: its facts, or why there was nothing to do. Pure. */
  tell(order: OrderAggregate): Facts | OrderError;
}

/** Runs a command for a caller, once per idempotency key: claim and answer are kept, a worker finishes what its taker has not. */
export async function runOrderCommand<Facts extends object>(
  deps: OrderDeps,
  viewer: Viewer,
  input: CommandInput,
  command: OrderCommand<Facts>,
): Promise<CommandResult<Facts>> {
  const order = await loadOrder(deps.pool, viewer, input.orderId);
  // A viewer limited to vendors sees its parts of an order, and changes nothing.
  if (order === null || viewer.vendorIds !== 'all')
    return refused('ORDER_NOT_FOUND', 'orderId', 'expected the id of an order that the key may see');
  const dedupeScope = bounded(`${viewer.actor}:${command.topic}`);
  const dedupeKey = bounded(input.idempotencyKey);
  const id = deps.newId();
  const now = deps.clock.now();
  const fresh = await keepIntake(deps.pool, {
    id,
    accountId: order.accountId,
    source: 'api',
    topic: command.topic,
    dedupeScope,
    dedupeKey,
    fingerprint: input.fingerprint,
    headers: {},
    body: Buffer.from(JSON.stringify({ orderId: order.id, actor: viewer.actor })),
    receivedAt: now,
    nextActionAt: new Date(now.getTime() + FINISHED_BY_CALLER_MS),
  });
  let intakeId = id;
  let takenAt = now;
  let done = false;
  if (fresh === null) {
    const first = await findIntake(deps.pool, dedupeScope, dedupeKey);
    if (first === null) throw new Error(`expected the first use of a key in ${dedupeScope}, found none`);
    if (!Buffer.from(first.fingerprint).equals(Buffer.from(input.fingerprint))) {
      return refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', 'the key was used before with other input');
    }
    if (first.result !== null) return { ...(first.result as CommandResult<Facts>), replayed: true };
    intakeId = first.id;
    takenAt = first.receivedAt;
    // A worker did it, without anybody to answer: what the order needs since then was not asked for by this.
    done = first.status === 'applied';
  }
  if (!done) await command.act(deps, order.id, { actor: viewer.actor, at: takenAt });
  const after = await loadOrder(
    deps.pool,
    { actor: viewer.actor, scopes: ['admin'], accountIds: 'all', vendorIds: 'all' },
    order.id,
  );
  if (after === null) throw new Error(`expected order ${order.id}, found none`);
  const told = command.tell(after);
  const answer: CommandResult<Facts> =
    'code' in told
      ? { kind: 'refused', errors: [told as OrderError], replayed: false }
      : { kind: 'accepted', orderId: after.id, status: after.status, ...told, replayed: false };
  const kept = (await keepResult(deps.pool, intakeId, answer)) as CommandResult<Facts>;
  await finishIntake(deps.pool, intakeId, { status: 'applied', orderId: order.id });
  return kept;
}

/** Does what a kept command asks for in place of a caller who went away. Returns the order. */
export async function carryOut(deps: OrderDeps, command: OrderCommand<object>, intake: Intake): Promise<string> {
  const body = JSON.parse(Buffer.from(intake.body ?? []).toString('utf8')) as { orderId: string; actor?: string };
  // Commands that an earlier version kept do not say whose they are.
  await command.act(deps, body.orderId, { actor: body.actor ?? 'system:intake', at: intake.receivedAt });
  return body.orderId;
}

function refused(code: PlainCode, path: string, message: string): CommandResult<never> & { kind: 'refused' } {
  return { kind: 'refused', errors: [{ code, path, message }], replayed: false };
}

type PlainCode = Extract<OrderErrorCode, 'ORDER_NOT_FOUND' | 'IDEMPOTENCY_KEY_REUSED'>;
