import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { StockChange } from '../schema/messages.js';
import { parseCursor } from '../store/event-cursor.js';
import { checkedSkus } from './availability-view.js';
import type { ApiContext } from './context.js';

interface StockChangedArgs {
  readonly skus: readonly string[];
  readonly after?: string | null;
}

@Resolver(() => StockChange)
export class StockChangesResolver {
  @Subscription(() => StockChange, {
    description:
      'The latest state of SKUs as it changes, at most ten messages a second, fewer where a process has many subscribers. With `after`, what changed since comes first; without, the state now.',
    subscribe: ({ args, context }) => {
      const { skus, after } = args as unknown as StockChangedArgs;
      const api = context as ApiContext;
      return api.stockStreams.subscribe(api, checkedSkus(skus), after ? parseCursor(after) : undefined);
    },
  })
  stockChanged(
    @Root() change: StockChange,
    @Arg('skus', () => [String], { description: 'SKUs of products or aliases of the account, each once, at most 250.' })
    _skus: string[],
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last message that you have.' }) _after:
      | string
      | null,
  ): StockChange {
    return change;
  }
}
