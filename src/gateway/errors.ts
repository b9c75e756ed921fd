import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { errorChain, HeadgateError } from '../model/errors.js';

export const INTERNAL_MESSAGE = 'Internal error; quote the request id when you report it.';
export const UNAVAILABLE_MESSAGE = 'Headgate cannot do this right now; try again shortly.';

/** Codes whose messages are made for callers. Everything else is masked. */
const TOLD = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'PAYLOAD_TOO_LARGE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'OPERATION_TOO_LARGE',
  'TOO_MANY_SUBSCRIPTIONS',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
/** Codes of HeadgateError that a caller can act on. */
const TOLD_BELOW = new Set(['CURSOR_PRUNED', 'CURSOR_INVALID']);

/** The error that a resolver or the store threw, whatever it was wrapped in since. */
export function originOf(error: unknown): unknown {
  let origin = error;
  while (origin instanceof GraphQLError && origin.originalError) origin = origin.originalError;
  return origin;
}

/** The first code in the chain that is made for callers: parsers and Apollo wrap each other's errors. */
function toldCode(error: unknown): string | null {
  for (let each = error; each instanceof GraphQLError; each = each.originalError) {
    // Errors of compiled operations have no extensions where they carry none.
    const code = each.extensions?.code;
    if (typeof code === 'string' && TOLD.has(code)) return code;
  }
  return null;
}

/** Whether it is our fault or the world's, and so belongs into the log. */
export function isInternal(error: unknown): boolean {
  const origin = originOf(error);
  return origin instanceof HeadgateError ? !TOLD_BELOW.has(origin.code) : toldCode(error) === null;
}

/** What the log keeps of a failed operation: codes and messages of the whole chain, and where it came from. */
export function failureFacts(error: unknown, requestId: string): object {
  const origin = originOf(error);
  return { requestId, errors: errorChain(origin), stack: origin instanceof Error ? origin.stack : undefined };
}

/**
 * An error as callers see it: a message only where it is made for them, a stable `extensions.code`, the request's id;
 * never a stack, a statement or a name of our insides.
 */
export function maskedError(error: GraphQLError, requestId: string): GraphQLFormattedError {
  const { message, code, facts } = told(error);
  return {
    message,
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
    extensions: { code, ...facts, requestId },
  };
}

function told(error: GraphQLError): { message: string; code: string; facts?: Record<string, unknown> | undefined } {
  const origin = originOf(error);
  if (origin instanceof HeadgateError) {
    if (TOLD_BELOW.has(origin.code)) return { message: origin.message, code: origin.code, facts: origin.options.facts };
    if (origin.errorClass === 'transient') {
      return { message: UNAVAILABLE_MESSAGE, code: 'UNAVAILABLE' };
    }
  }
  const code = toldCode(error);
  if (code !== null) return { message: error.message, code };
  return { message: INTERNAL_MESSAGE, code: 'INTERNAL_SERVER_ERROR' };
}
