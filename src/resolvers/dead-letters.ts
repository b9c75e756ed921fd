import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { parseAmount } from '../model/money.js';
import type { DeadLetterFilter } from '../orders/contract.js';
import { connection, DeadLetterConnection } from '../schema/connections.js';
import { DeadLetter } from '../schema/dead-letter.js';
import { toGlobalId, uuidFromGlobalId } from '../schema/global-id.js';
import { ReplayDeadLettersInput } from '../schema/inputs.js';
import { Order } from '../schema/order.js';
import { ReplayDeadLettersPayload } from '../schema/payloads.js';
import { type DeadLetter as DeadLetterRow, listDeadLetters } from '../store/dead-letters.js';
import { findAccount, findVendor } from '../store/directory.js';
import { type ApiContext, forgetReads } from './context.js';
import { orderView } from './order-views.js';
import { badInput, pageSize } from './paging.js';

/** Shown for every greater one: the largest amount that can be told. */
const IMPACT_MAX = '900000000000';

function deadLetterView(row: DeadLetterRow): DeadLetter {
  return {
    ...row,
    id: toGlobalId('DeadLetter', row.id),
    orderUuid: row.orderId,
    errors: row.errors as DeadLetter['errors'],
    impact: parseAmount(Number(row.impact) > Number(IMPACT_MAX) ? IMPACT_MAX : row.impact),
  };
}

/** The input as a filter of stored ids; null where it names something that the viewer cannot see, so that nothing matches. */
async function storedFilter(context: ApiContext, input: ReplayDeadLettersInput): Promise<DeadLetterFilter | null> {
  if ((input.ids?.length ?? 0) > 500) throw badInput(`ids: expected at most 500, got ${input.ids?.length}`);
  const account = input.accountCode ? await findAccount(context.db, context.viewer, input.accountCode) : undefined;
  const vendor = input.vendorCode ? await findVendor(context.db, context.viewer, input.vendorCode) : undefined;
  if (account === null || vendor === null) return null;
  return {
    ...(input.ids && { ids: input.ids.map((id) => uuidFromGlobalId('DeadLetter', id)).filter((id) => id !== null) }),
    ...(input.step && { step: input.step }),
    ...(account && { accountId: account.id }),
    ...(vendor && { vendorId: vendor.id }),
  };
}

@Resolver(() => DeadLetter)
export class DeadLetterResolver {
  @Query(() => DeadLetterConnection, { description: 'Open dead letters, the costliest first.' })
  async deadLetters(
    @Arg('first', () => Int, { defaultValue: 20, description: 'Rows of a page, 1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last row of the page before.' }) after:
      | string
      | null,
    @Ctx() context: ApiContext,
  ): Promise<DeadLetterConnection> {
    const size = pageSize(first);
    const last = after ? uuidFromGlobalId('DeadLetter', after) : undefined;
    if (last === null) throw badInput('after: expected a cursor of an earlier page, as it was given');
    const query = { limit: size + 1, ...(last && { after: last }) };
    const rows = await listDeadLetters(context.db, context.viewer, query);
    const page = { hasNextPage: rows.length > size, after: after ?? undefined };
    return connection(rows.slice(0, size).map(deadLetterView), (letter) => letter.id, page);
  }

  @Mutation(() => ReplayDeadLettersPayload, {
    description:
      'Makes the work of matching dead letters due again. It is idempotent by itself: what was replayed is no longer open.',
  })
  async replayDeadLetters(
    @Arg('input', () => ReplayDeadLettersInput, { description: 'Which ones.' }) input: ReplayDeadLettersInput,
    @Ctx() context: ApiContext,
  ): Promise<ReplayDeadLettersPayload> {
    const filter = await storedFilter(context, input);
    if (filter === null) return { replayed: 0, errors: [] };
    const { replayed } = await context.services.replayDeadLetters(context.viewer, filter);
    forgetReads(context);
    return { replayed, errors: [] };
  }

  @FieldResolver(() => Order, { nullable: true, description: 'The order that waits behind it, where one does.' })
  async order(@Root() letter: DeadLetter, @Ctx() context: ApiContext): Promise<Order | null> {
    const row = letter.orderUuid === null ? null : await context.loaders.order.load(letter.orderUuid);
    return row && orderView(row);
  }
}
