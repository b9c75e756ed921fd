import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { LRUCache } from 'lru-cache';
import { type WebSocket, WebSocketServer } from 'ws';
import type { NewId } from '../model/clock.js';
import type { Log } from '../model/log.js';
import type { Viewer } from '../model/viewer.js';
import { type ApiContext, type ApiDeps, createContext } from '../resolvers/context.js';
import type { Authenticator } from './authentication.js';
import type { GatewayConfig } from './config.js';
import { failureFacts, isInternal, maskedError } from './errors.js';
import type { Executor, Operation } from './executor.js';
import { checkOperation } from './operation-check.js';
import { refuseUnstorableText } from './text-check.js';

/** Close codes of the graphql-transport-ws protocol and of RFC 6455. */
const FORBIDDEN = 4403;
const UNAVAILABLE = 4500;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
/** After a close was asked for, how long a socket may take to say goodbye. */
const GOODBYE_MS = 1_000;

interface Session {
  readonly viewer: Viewer;
}
type SocketContext = Context<Record<string, unknown>, Extra & { session?: Session }>;
/** What travels from a socket's message to its execution. */
interface Prepared {
  readonly operation: Operation;
  readonly viewer: Viewer;
  readonly requestId: string;
}

export interface Sockets {
  count(): number;
  /** Tells every client to go, waits a moment, cuts those that stay. */
  close(): Promise<void>;
}

/** Serves graphql-transport-ws on /graphql: the same checks, execution and masking as over HTTP. */
export function serveSockets(options: {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly authenticator: Authenticator;
  readonly deps: ApiDeps;
  readonly config: GatewayConfig;
  readonly newId: NewId;
  readonly log: Log;
}): Sockets {
  const { server, schema, executor, authenticator, deps, config, newId, log } = options;
  const wss = new WebSocketServer({ noServer: true, maxPayload: config.operationBytesMax, perMessageDeflate: false });
  const sessions = new Map<WebSocket, Session>();
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: config.compiledBytesMax,
    sizeCalculation: (_, source) => source.length,
  });

  /** Parsed and valid, or why not. */
  function read(source: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(source);
    if (known) return known;
    try {
      const document = parse(source, { maxTokens: config.tokensMax });
      const faults = validate(schema, document);
      if (faults.length > 0) return faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
      documents.set(source, document);
      return document;
    } catch (error) {
      return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    }
  }

  function prepare(context: SocketContext, payload: SubscribePayload): Prepared | readonly GraphQLError[] {
    const { session } = context.extra;
    if (!session) throw new Error('a socket that was acknowledged has a session');
    const open = Object.keys(context.subscriptions).length;
    if (open > config.subscriptionsPerSocketMax) {
      const message = `expected at most ${config.subscriptionsPerSocketMax} operations at once on one socket`;
      return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })];
    }
    const document = read(payload.query);
    if (!('kind' in document)) return document;
    const operationName = payload.operationName ?? undefined;
    const operation = { source: payload.query, document, operationName, variables: payload.variables ?? undefined };
    try {
      refuseUnstorableText(document, operation.variables);
      checkOperation(schema, operation, session.viewer, config);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    return { operation, viewer: session.viewer, requestId: newId() };
  }

  function masked(errors: readonly GraphQLError[], requestId: string) {
    for (const error of errors) {
      if (isInternal(error)) log.error(failureFacts(error, requestId), 'an operation failed');
    }
    return errors.map((error) => maskedError(error, requestId));
  }

  const served = useServer<Record<string, unknown>, { session?: Session }>(
    {
      isProd: true,
      connectionInitWaitTimeout: config.socketInitMs,
      async onConnect(context) {
        const { socket, request } = context.extra;
        const given = context.connectionParams?.authorization;
        const authorization = typeof given === 'string' ? given : request.headers.authorization;
        try {
          const verdict = await authenticator.authenticate(authorization);
          if (!verdict.ok) {
            socket.close(FORBIDDEN, 'expected an API key that is valid, as authorization: Bearer KEY');
            return false;
          }
          context.extra.session = { viewer: verdict.viewer };
          sessions.set(socket, context.extra.session);
          return true;
        } catch (error) {
          log.error({ error: String(error) }, 'a socket could not be authenticated');
          socket.close(UNAVAILABLE, 'try again shortly');
          return false;
        }
      },
      onSubscribe(context, _id, payload) {
        const prepared = prepare(context, payload);
        if (!('operation' in prepared)) return prepared;
        const { operation } = prepared;
        return {
          schema,
          document: operation.document,
          operationName: operation.operationName ?? null,
          variableValues: operation.variables ?? null,
          contextValue: prepared,
        };
      },
      async execute({ contextValue }) {
        const { operation, viewer, requestId } = contextValue as Prepared;
        return executor.execute(operation, createContext(deps, viewer, requestId));
      },
      async subscribe({ contextValue }) {
        const { operation, viewer, requestId } = contextValue as Prepared;
        const fresh = (): ApiContext => createContext(deps, viewer, requestId);
        return executor.subscribe(operation, fresh) as Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
      },
      onNext(_context, _id, _payload, args, result) {
        if (!result.errors) return undefined;
        return { ...result, errors: masked(result.errors, (args.contextValue as Prepared).requestId) };
      },
      onError(_context, _id, _payload, errors) {
        return masked(errors, newId());
      },
    },
    wss,
    config.socketKeepAliveMs,
  );

  wss.on('connection', (socket) => {
    socket.once('close', () => sessions.delete(socket));
    // In place of graphql-ws's own, which writes to the console: ws has closed the socket with the right code already.
    socket.removeAllListeners('error');
    socket.on('error', (error) => log.debug({ error: String(error) }, 'a socket failed'));
  });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path !== '/graphql' || wss.clients.size >= config.socketsMax) {
      socket.end(
        `HTTP/1.1 ${path === '/graphql' ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\n\r\n`,
      );
      return;
    }
    wss.handleUpgrade(request, socket, head, (opened) => wss.emit('connection', opened, request));
  }
  server.on('upgrade', upgrade);

  const checkKeys = every(config.sessionCheckMs, async () => {
    const actors = [...new Set([...sessions.values()].map((session) => session.viewer.actor))];
    if (actors.length === 0) return;
    const ended = new Set(await authenticator.ended(actors));
    for (const [socket, session] of sessions) {
      if (ended.has(session.viewer.actor)) sayGoodbye(socket, FORBIDDEN, 'the API key has ended');
    }
  });

  /** Since when what was sent to a socket lies there, and how much. */
  const unread = new Map<WebSocket, { readonly since: number; readonly bytes: number }>();
  const cutSlow = every(Math.min(1_000, config.slowSocketMs / 3), async () => {
    const now = performance.now();
    for (const socket of wss.clients) {
      if (socket.readyState !== socket.OPEN) continue;
      const before = unread.get(socket);
      const bytes = socket.bufferedAmount;
      if (bytes === 0 || before === undefined || bytes < before.bytes) {
        if (bytes === 0) unread.delete(socket);
        else unread.set(socket, { since: now, bytes });
      } else if (now - before.since > config.slowSocketMs) {
        log.warn({ actor: sessions.get(socket)?.viewer.actor, bytes }, 'a subscriber reads too slowly and is cut off');
        sayGoodbye(socket, TRY_AGAIN_LATER, 'too slow: subscribe again after your last cursor');
      }
    }
    for (const socket of unread.keys()) if (!wss.clients.has(socket)) unread.delete(socket);
  });

  function every(ms: number, work: () => Promise<void>): () => void {
    let stopped = false;
    let timer: NodeJS.Timeout;
    const turn = async () => {
      await work().catch((error) =>
        log.error({ error: String(error) }, 'a check of open sockets failed; trying again'),
      );
      if (!stopped) timer = setTimeout(turn, ms).unref();
    };
    timer = setTimeout(turn, ms).unref();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  return {
    count: () => wss.clients.size,
    async close() {
      checkKeys();
      cutSlow();
      server.off('upgrade', upgrade);
      for (const socket of wss.clients) sayGoodbye(socket, GOING_AWAY, 'going away');
      await served.dispose();
    },
  };
}

/** Asks a socket to close, and cuts it when it does not. */
function sayGoodbye(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  const cut = setTimeout(() => socket.terminate(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(cut));
}

function coded(error: unknown, code: string): GraphQLError {
  const { message, nodes, source, positions } = error as GraphQLError;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
