import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { toGlobalId, uuidFromGlobalId } from '../schema/global-id.js';
import { CancelOrderInput, SubmitOrderInput } from '../schema/inputs.js';
import { CancelOrderPayload, SubmitOrderPayload } from '../schema/payloads.js';
import { findAccount } from '../store/directory.js';
import { canonicalOrder } from './canonical-order.js';
import { type ApiContext, forgetReads } from './context.js';
import { fingerprint } from './fingerprint.js';
import { orderOfGlobalId } from './order.js';
import { keyErrors, notFound, userError } from './user-errors.js';

@Resolver()
export class OrderMutations {
  @Mutation(() => SubmitOrderPayload, {
    description:
      'Takes an order in, decides who ships it and holds the stock. Answers once the hold is durable: what it says survives any crash.',
  })
  async submitOrder(
    @Arg('input', () => SubmitOrderInput, { description: 'The order.' }) input: SubmitOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<SubmitOrderPayload> {
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
    const order = result.orderId && (await orderOfGlobalId(context, toGlobalId('Order', result.orderId)));
    const errors = result.kind === 'refused' ? result.errors.map(userError) : [];
    return { order: order || null, replayed: result.replayed, errors };
  }

  @Mutation(() => CancelOrderPayload, {
    description: 'Cancels what can still be canceled of an order, and asks the vendors about the rest.',
  })
  async cancelOrder(
    @Arg('input', () => CancelOrderInput, { description: 'Which order.' }) input: CancelOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<CancelOrderPayload> {
    const orderId = uuidFromGlobalId('Order', input.orderId);
    const known = orderId !== null && (await orderOfGlobalId(context, input.orderId)) !== null;
    const wrong = known ? keyErrors(input.idempotencyKey) : [unknownOrder()];
    if (orderId === null || wrong.length > 0) return { order: null, lines: [], replayed: false, errors: wrong };
    const { idempotencyKey } = input;
    const request = { orderId, idempotencyKey, fingerprint: fingerprint(input) };
    const result = await context.services.cancelOrder(context.viewer, request);
    forgetReads(context);
    const order = await orderOfGlobalId(context, input.orderId);
    return result.kind === 'accepted'
      ? { order, lines: result.lines, replayed: result.replayed, errors: [] }
      : { order, lines: [], replayed: result.replayed, errors: result.errors.map(userError) };
  }
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
