// First, because decorators write their metadata through it as soon as their classes are loaded.
import 'reflect-metadata';
import { type GraphQLSchema, isInterfaceType, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { AvailabilityResolver, NodeStockResolver } from '../resolvers/availability.js';
import { DeadLetterResolver } from '../resolvers/dead-letters.js';
import { DecisionResolver } from '../resolvers/decision.js';
import { FulfillmentResolver, VendorNodeResolver } from '../resolvers/fulfillment.js';
import { OrderResolver } from '../resolvers/order.js';
import { OrderEventsResolver } from '../resolvers/order-events.js';
import { OrderMutations } from '../resolvers/order-mutations.js';
import { QuoteResolver } from '../resolvers/quote.js';
import { StockChangesResolver } from '../resolvers/stock-changes.js';
import * as errors from '../schema/errors.js';
import { attachScopes } from '../schema/scopes.js';

/** type-graphql asks for one; every subscription here brings its own source, so nothing is ever published through it. */
const unusedPubSub: PubSub = {
  publish: () => {
    throw new Error('subscriptions read the event log, nothing is published');
  },
  subscribe: () => {
    throw new Error('subscriptions read the event log, nothing is published');
  },
};

/**
 * The whole schema, with each field's scopes attached. No global middleware: one makes every field of every list asynchronous.
 * Errors: throws where the table of scopes and the schema do not agree.
 */
export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AvailabilityResolver,
      NodeStockResolver,
      OrderResolver,
      FulfillmentResolver,
      VendorNodeResolver,
      DecisionResolver,
      QuoteResolver,
      DeadLetterResolver,
      OrderMutations,
      OrderEventsResolver,
      StockChangesResolver,
    ],
    orphanedTypes: [
      errors.InsufficientStock,
      errors.UnknownSku,
      errors.InvalidInput,
      errors.IdempotencyKeyReused,
      errors.NotFound,
      errors.OrderAlreadyExists,
      errors.Unroutable,
      errors.NotPossible,
    ],
    pubSub: unusedPubSub,
    validate: false,
  });
  resolveErrorTypesAtOnce(schema);
  attachScopes(schema);
  return schema;
}

/** type-graphql makes every resolveType asynchronous, which a compiled operation cannot wait for; each error names its type. */
function resolveErrorTypesAtOnce(schema: GraphQLSchema): void {
  const type = schema.getType('UserError');
  if (!isInterfaceType(type)) throw new Error('expected UserError to be an interface');
  type.resolveType = (error: errors.UserError) => error.typeName;
}

/** The schema's text, sorted, as schema.graphql holds it. */
export function printApiSchema(): string {
  return `${printSchema(lexicographicSortSchema(buildApiSchema()))}\n`;
}
