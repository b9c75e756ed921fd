import type { CommandInput, CommandResult } from '../orders/contract.js';
import { toGlobalId, uuidFromGlobalId } from '../schema/global-id.js';
import type { CancelOrderInput, ConfirmOrderInput, ReleaseOrderInput, SubmitOrderInput } from '../schema/inputs.js';
import type {
  CancelOrderPayload,
  ConfirmOrderPayload,
  ReleaseOrderPayload,
  SubmitOrderPayload,
} from '../schema/payloads.js';
import { findAccount } from '../store/directory.js';
import { canonicalOrder } from './canonical-order.js';
import { type ApiContext, forgetReads } from './context.js';
import { fingerprint } from './fingerprint.js';
import { orderOfGlobalId } from './order.js';
import { keyErrors, notFound, userError } from './user-errors.js';

/** submitOrder's input as the order services want it, and their answer as its payload. */
export async function submit(context: ApiContext, input: SubmitOrderInput): Promise<SubmitOrderPayload> {
  const account = await findAccount(context.db, context.viewer, input.accountCode ?? undefined);
  const wrong = account === null ? [unknownAccount(input.accountCode)] : keyErrors(input.idempotencyKey);
  if (account === null || wrong.length > 0) return { order: null, replayed: false, errors: wrong };
  const result = await context.services.submitOrder(context.viewer, {
    accountCode: account.code,
    order: canonicalOrder(input, account.currency, context.clock.now()),
    idempotencyKey: input.idempotencyKey,
    fingerprint: fingerprint(input),
  });
  forgetReads(context);
  const order = result.orderId === null ? null : await orderOfGlobalId(context, toGlobalId('Order', result.orderId));
  const errors = result.kind === 'refused' ? result.errors.map(userError) : [];
  return { order, replayed: result.replayed, errors };
}

/** The same for cancelOrder. */
export async function cancel(context: ApiContext, input: CancelOrderInput): Promise<CancelOrderPayload> {
  const { answer, accepted } = await ask(context, input, (request) =>
    context.services.cancelOrder(context.viewer, request),
  );
  return { ...answer, lines: accepted?.lines ?? [] };
}

/** The same for confirmOrder. */
export async function confirm(context: ApiContext, input: ConfirmOrderInput): Promise<ConfirmOrderPayload> {
  return (await ask(context, input, (request) => context.services.confirmOrder(context.viewer, request))).answer;
}

/** The same for releaseOrder. */
export async function release(context: ApiContext, input: ReleaseOrderInput): Promise<ReleaseOrderPayload> {
  return (await ask(context, input, (request) => context.services.releaseOrder(context.viewer, request))).answer;
}

/** What all mutations of one order have in common: the order as it is afterwards, and why it was refused. */
async function ask<Facts extends object>(
  context: ApiContext,
  input: { readonly orderId: string; readonly idempotencyKey: string },
  service: (request: CommandInput) => Promise<CommandResult<Facts>>,
) {
  const { idempotencyKey } = input;
  const orderId = uuidFromGlobalId('Order', input.orderId);
  const known = orderId !== null && (await orderOfGlobalId(context, input.orderId)) !== null;
  const wrong = known ? keyErrors(idempotencyKey) : [unknownOrder()];
  if (orderId === null || wrong.length > 0)
    return { answer: { order: null, replayed: false, errors: wrong }, accepted: null };
  const result = await service({ orderId, idempotencyKey, fingerprint: fingerprint(input) });
  forgetReads(context);
  const errors = result.kind === 'refused' ? result.errors.map(userError) : [];
  return {
    answer: { order: await orderOfGlobalId(context, input.orderId), replayed: result.replayed, errors },
    accepted: result.kind === 'accepted' ? result : null,
  };
}

function unknownOrder() {
  return notFound('ORDER_NOT_FOUND', 'orderId', 'expected the id of an order that the key may see');
}

function unknownAccount(code: string | null | undefined) {
  const message = code
    ? `expected the code of an account that the key may act for, got ${JSON.stringify(code.slice(0, 80))}`
    : 'expected accountCode: the key is not for exactly one account';
  return notFound('ACCOUNT_NOT_FOUND', 'accountCode', message);
}
