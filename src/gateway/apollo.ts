import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Log } from '../model/log.js';
import type { ApiContext } from '../resolvers/context.js';
import type { GatewayConfig } from './config.js';
import { failureFacts, isInternal, maskedError } from './errors.js';
import type { Executor } from './executor.js';
import { checkOperation } from './operation-check.js';
import { refuseUnstorableText } from './text-check.js';

/**
 * Apollo Server with our compiled executor and without field-level cache control, which together make a list of 100 items
 * about six times cheaper; it stays Apollo for protocol, validation, CSRF prevention and plugins.
 */
export function createApollo(
  schema: GraphQLSchema,
  executor: Executor,
  config: GatewayConfig,
  log: Log,
): ApolloServer<ApiContext> {
  return new ApolloServer<ApiContext>({
    gateway: {
      async load() {
        return {
          executor: ({ request, document, context, operationName }) =>
            executor.execute(
              {
                source: request.query ?? '',
                document,
                operationName: request.operationName ?? operationName ?? undefined,
                variables: request.variables,
              },
              context as unknown as ApiContext,
            ),
        };
      },
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      async stop() {},
    },
    // Who may read the schema is one of our own checks, so that sockets are treated alike.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.tokensMax },
    stringifyResult: (result) => JSON.stringify(result),
    logger: {
      debug: (message) => log.debug({}, String(message)),
      info: (message) => log.info({}, String(message)),
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      {
        async requestDidStart() {
          return {
            async didResolveOperation({ request, document, contextValue, operation: resolved, schema: built }) {
              if (resolved?.operation === 'subscription') throw notOverHttp();
              const operation = { document, operationName: request.operationName, variables: request.variables };
              refuseUnstorableText(document, request.variables);
              checkOperation(built, operation, contextValue.viewer, config);
            },
            async didEncounterErrors({ errors, contextValue: { requestId } }) {
              for (const error of errors.filter(isInternal)) {
                log.error(failureFacts(error, requestId), 'an operation failed');
              }
            },
            // Here and not in formatError, because only here the request's id is known.
            async willSendResponse({ response, errors, contextValue: { requestId } }) {
              if (response.body.kind !== 'single' || !errors?.length) return;
              response.body.singleResult.errors = errors.map((error) => maskedError(error, requestId));
            },
          };
        },
      },
    ],
  });
}

function notOverHttp(): GraphQLError {
  return new GraphQLError('subscriptions are served over websocket (graphql-transport-ws) at the same address', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

/** One HTTP exchange through Apollo. Errors: none; Apollo answers for everything that happens in it. */
export function executeOverHttp(
  apollo: ApolloServer<ApiContext>,
  request: {
    readonly method: string;
    readonly headers: NodeJS.Dict<string | string[]>;
    readonly search: string;
    readonly body: unknown;
  },
  context: ApiContext,
): Promise<HTTPGraphQLResponse> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { method, search, body } = request;
  return apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search, body },
    context: async () => context,
  });
}
