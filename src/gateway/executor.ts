import {
  BREAK,
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Viewer } from '../model/viewer.js';
import type { ApiContext } from '../resolvers/context.js';
import { mapAsync } from '../resolvers/iterators.js';

/** One operation to run. `source` is its document's text: the key under which the compiled operation is kept. */
export interface Operation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

export interface Executor {
  execute(operation: Operation, context: ApiContext): Promise<ExecutionResult>;
  /** `context` is made anew for every message, so that none reads what an earlier one loaded. */
  subscribe(
    operation: Operation,
    context: () => ApiContext,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** Errors before anything ran are the caller's: variables that do not fit. */
function asInputErrors(result: ExecutionResult): ExecutionResult {
  if (result.data !== undefined || !result.errors) return result;
  const errors = result.errors.map(
    (error) =>
      new GraphQLError(error.message, {
        nodes: error.nodes ?? null,
        source: error.source ?? null,
        positions: error.positions ?? null,
        extensions: { code: 'BAD_USER_INPUT', ...error.extensions },
      }),
  );
  return { errors };
}

/** How one operation is run: for the event of a subscription, or for nothing. */
type Run = (event: unknown, context: ApiContext, variables: Record<string, unknown>) => Promise<ExecutionResult>;

/**
 * Runs operations compiled: a list of 100 items costs a sixth of what interpreting it does. Kept by their text, bounded by
 * bytes, because callers choose the texts.
 *
 * Operations with @skip or @include are interpreted: graphql-jit 0.8.9 answers some of them wrongly, where a field or fragment
 * stands twice with different conditions. Without conditions 16,000 random operations got equal answers from both.
 */
export function createExecutor(schema: GraphQLSchema, compiledBytesMax: number): Executor {
  const prepared = new LRUCache<string, Run>({ maxSize: compiledBytesMax, sizeCalculation: (_, key) => key.length });

  function prepare(operation: Operation): Run | ExecutionResult {
    const key = `${operation.operationName ?? ''} ${operation.source}`;
    const known = prepared.get(key);
    if (known) return known;
    const run = hasConditions(operation.document) ? interpreted(schema, operation) : compiled(schema, operation);
    if (typeof run === 'function') prepared.set(key, run);
    return run;
  }

  /** What is told to several subscribers, with what was answered of it to each that asked alike. */
  const answered = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

  function once(event: unknown, asked: string, answer: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    if (typeof event !== 'object' || event === null) return answer();
    const answers = answered.get(event) ?? new Map<string, Promise<ExecutionResult>>();
    const known = answers.get(asked) ?? answer();
    answered.set(event, answers.set(asked, known));
    return known;
  }

  return {
    async execute(operation, context) {
      const run = prepare(operation);
      if (typeof run !== 'function') return asInputErrors(run);
      return asInputErrors(await run(undefined, context, { ...operation.variables }));
    },
    async subscribe(operation, context) {
      const run = prepare(operation);
      if (typeof run !== 'function') return asInputErrors(run);
      const variables = { ...operation.variables };
      const stream = await createSourceEventStream({
        schema,
        document: operation.document,
        contextValue: context(),
        variableValues: variables,
        operationName: operation.operationName ?? null,
      });
      if (!(Symbol.asyncIterator in stream)) return stream;
      const asked = askedBy(operation, context().viewer);
      return mapAsync(stream[Symbol.asyncIterator](), (event) =>
        once(event, asked, () => run(event, context(), variables)),
      );
    },
  };
}

/** The same for all who get the same answer about the same event. */
function askedBy({ source, operationName, variables }: Operation, viewer: Viewer): string {
  const { scopes, accountIds, vendorIds } = viewer;
  return JSON.stringify([operationName ?? null, variables ?? null, scopes, accountIds, vendorIds, source]);
}

function compiled(schema: GraphQLSchema, operation: Operation): Run | ExecutionResult {
  const options = { disablingCapturingStackErrors: true };
  const query: CompiledQuery | ExecutionResult = compileQuery(
    schema,
    operation.document,
    operation.operationName,
    options,
  );
  if (!isCompiledQuery(query)) return query;
  return async (event, context, variables) => query.query(event, context, variables);
}

function interpreted(schema: GraphQLSchema, operation: Operation): Run {
  const { document, operationName } = operation;
  return async (rootValue, contextValue, variableValues) =>
    execute({ schema, document, operationName, rootValue, contextValue, variableValues });
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
