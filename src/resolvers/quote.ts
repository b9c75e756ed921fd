import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Quote, QuoteInput } from '../schema/quote.js';
import type { ApiContext } from './context.js';
import { readQuote } from './quote-view.js';

@Resolver()
export class QuoteResolver {
  @Query(() => Quote, {
    description:
      'The ways to deliver a basket: when it would arrive and what that costs, as an order would be routed now.',
  })
  quote(
    @Arg('input', () => QuoteInput, { description: 'The basket, and where it would go.' }) input: QuoteInput,
    @Ctx() context: ApiContext,
  ): Promise<Quote> {
    return readQuote(context, input);
  }
}
