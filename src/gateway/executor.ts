import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
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

/**
 * Runs operations compiled: a list of 100 items costs a sixth of what interpreting it does.
 * Compiled ones are kept by their text, bounded by bytes, because callers choose the texts.
 */
export function createExecutor(schema: GraphQLSchema, compiledBytesMax: number): Executor {
  const compiled = new LRUCache<string, CompiledQuery>({
    maxSize: compiledBytesMax,
    sizeCalculation: (_, key) => key.length,
  });

  function compile(operation: Operation): CompiledQuery | ExecutionResult {
    const key = `${operation.operationName ?? ''} ${operation.source}`;
    const known = compiled.get(key);
    if (known) return known;
    const fresh = compileQuery(schema, operation.document, operation.operationName, {
      disablingCapturingStackErrors: true,
    });
    if (isCompiledQuery(fresh)) compiled.set(key, fresh);
    return fresh;
  }

  return {
    async execute(operation, context) {
      const query = compile(operation);
      if (!isCompiledQuery(query)) return asInputErrors(query);
      return asInputErrors(await query.query(undefined, context, { ...operation.variables }));
    },
    async subscribe(operation, context) {
      const query = compile(operation);
      if (!isCompiledQuery(query)) return asInputErrors(query);
      const stream = await createSourceEventStream({
        schema,
        document: operation.document,
        contextValue: context(),
        variableValues: { ...operation.variables },
        operationName: operation.operationName ?? null,
      });
      if (!(Symbol.asyncIterator in stream)) return stream;
      const run = (event: unknown) => query.query(event, context(), { ...operation.variables });
      return mapAsync(stream[Symbol.asyncIterator](), run);
    },
  };
}
