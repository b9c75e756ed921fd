import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { CancelOrderInput, ConfirmOrderInput, ReleaseOrderInput, SubmitOrderInput } from '../schema/inputs.js';
import {
  CancelOrderPayload,
  ConfirmOrderPayload,
  ReleaseOrderPayload,
  SubmitOrderPayload,
} from '../schema/payloads.js';
import type { ApiContext } from './context.js';
import { cancel, confirm, release, submit } from './order-commands.js';

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

  @Mutation(() => ConfirmOrderPayload, {
    description: 'Confirms an order of an account whose orders are only sent once they are confirmed.',
  })
  confirmOrder(
    @Arg('input', () => ConfirmOrderInput, { description: 'Which order.' }) input: ConfirmOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<ConfirmOrderPayload> {
    return confirm(context, input);
  }

  @Mutation(() => ReleaseOrderPayload, {
    description:
      'Lets an order that rules hold for review be sent to its vendors; the rules that held it do not hold it again.',
  })
  releaseOrder(
    @Arg('input', () => ReleaseOrderInput, { description: 'Which order.' }) input: ReleaseOrderInput,
    @Ctx() context: ApiContext,
  ): Promise<ReleaseOrderPayload> {
    return release(context, input);
  }
}
