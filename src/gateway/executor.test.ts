import { buildSchema, execute, type GraphQLInterfaceType, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { ApiContext } from '../resolvers/context.js';
import { createExecutor } from './executor.js';

const schema: GraphQLSchema = buildSchema(`
  interface Thing { id: ID s: String }
  type O implements Thing { id: ID s: String o: O l: [O!] i: Thing }
  type P implements Thing { id: ID s: String p: Int }
  type Query { o: O list: [Thing] echo(n: Int!): Int }
`);
(schema.getType('Thing') as GraphQLInterfaceType).resolveType = (thing: { p?: number }) => ('p' in thing ? 'P' : 'O');
const o = (depth: number): Record<string, unknown> => ({
  ...{
    id: depth,
    s: `s${depth}`,
    o: depth < 4 ? o(depth + 1) : null,
    l: depth < 3 ? [o(depth + 1), o(depth + 2)] : [],
  },
  i: depth % 2 ? { id: 9, s: 'p', p: 1 } : { id: 8, s: 'o' },
});
const query = schema.getQueryType()?.getFields() ?? {};
if (query.o) query.o.resolve = () => o(0);
if (query.list) query.list.resolve = async () => [o(1), { id: 7, s: 'w', p: 2 }];

/** Only what the executor passes through. */
const context = {} as ApiContext;
const run = (source: string, variables: Record<string, unknown>) =>
  createExecutor(schema, 100_000).execute(
    { source, document: parse(source), operationName: undefined, variables },
    context,
  );

describe('the executor', () => {
  it.each([
    '{ o { id s o { id } } list { id ... on P { p } ... on O { s } } }',
    '{ a: o { ...F } b: o { x: id ...F o { ...F } } } fragment F on O { id s l { id } }',
    '{ list { __typename ...T } } fragment T on Thing { id ... on O { i { __typename id } } }',
    'query ($x: Boolean!) { a: o { ...F @include(if: $x) } b: o { ...F } } fragment F on O { id s }',
    'query ($x: Boolean!) { o { ...F @include(if: $x) ...F } } fragment F on O { id s }',
    'query ($x: Boolean!) { o { ...F @include(if: $x) o { ...F @skip(if: $x) o { ...F } } } } fragment F on O { id s }',
    'query ($x: Boolean!) { o { l @include(if: $x) { s } l { id } ... @skip(if: $x) { o { s } } } }',
  ])('answers like the reference implementation: %s', async (source) => {
    for (const x of [true, false]) {
      const variables = source.includes('$x') ? { x } : {};
      const expected = await execute({ schema, document: parse(source), variableValues: variables });
      expect(JSON.parse(JSON.stringify(await run(source, variables)))).toEqual(JSON.parse(JSON.stringify(expected)));
    }
  });

  it('tells variables that do not fit as the caller’s mistake, compiled or not', async () => {
    for (const source of ['query ($n: Int!) { echo(n: $n) }', 'query ($n: Int!) { echo(n: $n) @skip(if: false) }']) {
      const { data, errors } = await run(source, { n: 'many' });
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
