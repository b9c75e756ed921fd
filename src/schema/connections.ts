import { Field, ObjectType } from 'type-graphql';
import { DeadLetter } from './dead-letter.js';
import { Order } from './order.js';

@ObjectType({ simpleResolvers: true, description: 'Where a page of a list ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether this page was asked for with `after`, so that something may come before it.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first row; null where the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor to pass as `after` for the next page; null where the page is empty.',
  })
  endCursor!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'One row of a list of orders.' })
export class OrderEdge {
  @Field(() => String, { description: 'Opaque; pass it as `after`.' })
  cursor!: string;

  @Field(() => Order, { description: 'The order.' })
  node!: Order;
}

@ObjectType({ simpleResolvers: true, description: 'One page of orders.' })
export class OrderConnection {
  @Field(() => [OrderEdge], { description: 'Rows with their cursors.' })
  edges!: readonly OrderEdge[];

  @Field(() => PageInfo, { description: 'Where the page ends.' })
  pageInfo!: PageInfo;
}

@ObjectType({ simpleResolvers: true, description: 'One row of a list of dead letters.' })
export class DeadLetterEdge {
  @Field(() => String, { description: 'Opaque; pass it as `after`.' })
  cursor!: string;

  @Field(() => DeadLetter, { description: 'The dead letter.' })
  node!: DeadLetter;
}

@ObjectType({ simpleResolvers: true, description: 'One page of dead letters.' })
export class DeadLetterConnection {
  @Field(() => [DeadLetterEdge], { description: 'Rows with their cursors.' })
  edges!: readonly DeadLetterEdge[];

  @Field(() => PageInfo, { description: 'Where the page ends.' })
  pageInfo!: PageInfo;
}

/** A page of rows as a Relay connection. */
export function connection<Node>(
  nodes: readonly Node[],
  cursorOf: (node: Node) => string,
  page: { readonly hasNextPage: boolean; readonly after: string | undefined },
): { edges: { cursor: string; node: Node }[]; pageInfo: PageInfo } {
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
