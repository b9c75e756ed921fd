import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { CancelOrderInput, SubmitOrderInput } from '../schema/inputs.js';
import { CancelOrderPayload, SubmitOrderPayload } from '../schema/payloads.js';
import type { ApiContext } from './context.js';
import { cancel, submit } from './order-commands.js';

@Resolver()
export class OrderMutations {
  @Mutation(() => SubmitOrderPayload, {
    description:
      'Takes an order in, decides who ships it and holds the stock. Answers once the hold is durable: what it says survives any crash.',
  })
  submitOrder(
    @Arg('input', () => SubmitOrderInput, { description: 'The order.' }) input: SubmitOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<SubmitOrderPayload> {
    return submit(context, input);
  }

  @Mutation(() => CancelOrderPayload, {
    description: 'Cancels what can still be canceled of an order, and asks the vendors about the rest.',
  })
  cancelOrder(
    @Arg('input', () => CancelOrderInput, { description: 'Which order.' }) input: CancelOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<CancelOrderPayload> {
    return cancel(context, input);
  }
}
