import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuid } from 'uuid';
import type { Gates } from '../connectors/http/gates.js';
import type { NewId } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { createRulesOf } from '../orders/rules.js';
import { type ApiDeps, createContext } from '../resolvers/context.js';
import { StockStreams } from '../resolvers/stock-streams.js';
import { createAvailability } from '../stock/availability.js';
import { createSupplyCache } from '../stock/supply-cache.js';
import type { Database } from '../store/database.js';
import { createApollo, executeOverHttp } from './apollo.js';
import { createAuthenticator } from './authentication.js';
import { DEFAULT_GATEWAY_CONFIG, type GatewayConfig } from './config.js';
import { failureFacts, INTERNAL_MESSAGE, UNAVAILABLE_MESSAGE } from './errors.js';
import { createExecutor } from './executor.js';
import { healthPage, readHealth } from './health.js';
import { BodyTooLarge, readBody, send, sendGraphqlError, sendJson } from './http.js';
import { buildApiSchema } from './schema.js';
import { serveSockets } from './sockets.js';
import { handleWebhook } from './webhooks.js';

/** `tail` is started already, and closed by whoever started it, after the gateway. */
export interface GatewayOptions extends Omit<ApiDeps, 'db' | 'availability' | 'stockStreams'> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly db: Database;
  /** Through which this process calls out; left out: none of its calls is held back. */
  readonly gates?: Pick<Gates, 'closed'>;
  /** Whatever is left out has its default. */
  readonly config?: Partial<GatewayConfig>;
  readonly newId?: NewId;
  readonly log: Log;
}

export interface Gateway {
  /** Such as http://127.0.0.1:4000; the API is at /graphql below it, over HTTP and websocket. */
  readonly url: string;
  /** Takes nothing more in, lets what is under way end (bounded), then cuts. */
  close(): Promise<void>;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const WEBHOOK_PATH = /^\/webhooks\/([a-z0-9][a-z0-9._-]{0,62})$/;

/**
 * Starts the gateway: GraphQL over HTTP and websocket, webhooks and health on one port.
 * Errors: HeadgateError PORT_TAKEN or PORT_FORBIDDEN, which say how to choose another.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { db, services, tail, clock, log } = options;
  const config: GatewayConfig = { ...DEFAULT_GATEWAY_CONFIG, ...options.config };
  const newId = options.newId ?? uuid;
  const supply = createSupplyCache({
    ...{ db: db.pool, tail, clock, monotonicMs: () => performance.now() },
    statementsMax: Math.max(1, Math.floor((db.pool.options.max ?? 2) / 2)),
  });
  const rulesOf = createRulesOf();
  const availability = createAvailability({ supply, rulesOf: (version) => rulesOf(db.pool, version), clock });
  const deps: ApiDeps = { db: db.pool, services, availability, tail, clock, stockStreams: new StockStreams() };
  const schema = buildApiSchema();
  const executor = createExecutor(schema, config.compiledBytesMax);
  const authenticator = createAuthenticator(db.pool, clock);
  const apollo = createApollo(schema, executor, config, log);
  await apollo.start();
  let closing: Promise<void> | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const [path = '/', search] = (request.url ?? '/').split('?', 2);
    const webhook = WEBHOOK_PATH.exec(path)?.[1];
    if (path === '/graphql') return handleGraphql(request, response, requestId, search ? `?${search}` : '');
    if (path === '/health' && request.method === 'GET') return handleHealth(request, response);
    if (webhook !== undefined && request.method === 'POST') {
      return handleWebhook(request, response, webhook, requestId, { services, log, bytesMax: config.webhookBytesMax });
    }
    if (path === '/' && request.method === 'GET') {
      response.writeHead(302, { location: '/health' }).end();
      return;
    }
    sendJson(response, 404, { error: 'expected /graphql, /health or POST /webhooks/{accountCode}', requestId });
  }

  async function handleGraphql(request: IncomingMessage, response: ServerResponse, requestId: string, search: string) {
    const verdict = await authenticator.authenticate(request.headers.authorization).catch((error: unknown) => {
      log.error(failureFacts(error, requestId), 'a caller could not be authenticated');
      return null;
    });
    if (verdict === null) {
      const error = { code: 'UNAVAILABLE', message: UNAVAILABLE_MESSAGE, requestId };
      sendGraphqlError(response, 503, error, { 'retry-after': '1' });
      return;
    }
    if (!verdict.ok) {
      const error = { code: 'UNAUTHENTICATED', message: verdict.message, requestId };
      sendGraphqlError(response, 401, error, { 'www-authenticate': 'Bearer' });
      return;
    }
    const bytes = await readBody(request, config.operationBytesMax);
    const json = /^application\/(graphql-response\+)?json\b/i.test(request.headers['content-type'] ?? '');
    let body: unknown;
    try {
      body = json && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    } catch {
      sendGraphqlError(response, 400, { code: 'BAD_REQUEST', message: 'expected a body that is JSON', requestId });
      return;
    }
    const context = createContext(deps, verdict.viewer, requestId);
    const method = request.method ?? 'POST';
    const answer = await executeOverHttp(apollo, { method, headers: request.headers, search, body }, context);
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    if (answer.body.kind === 'complete') {
      response.writeHead(answer.status ?? 200).end(answer.body.string);
      return;
    }
    response.writeHead(answer.status ?? 200);
    for await (const chunk of answer.body.asyncIterator) response.write(chunk);
    response.end();
  }

  async function handleHealth(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const health = await readHealth({
      db: db.pool,
      clock,
      tail,
      supply,
      closed: () => options.gates?.closed() ?? [],
      version: config.version,
      sockets: sockets.count,
    });
    const status = health.status === 'ok' ? 200 : 503;
    if ((request.headers.accept ?? '').includes('text/html')) {
      const policy = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
      send(response, status, 'text/html; charset=utf-8', healthPage(health), policy);
    } else {
      sendJson(response, status, health);
    }
  }

  function fail(response: ServerResponse, requestId: string, error: unknown): void {
    if (error instanceof BodyTooLarge) {
      const told = { code: 'PAYLOAD_TOO_LARGE', message: error.message, requestId };
      if (!response.headersSent) sendGraphqlError(response, 413, told, { connection: 'close' });
      return;
    }
    log.error(failureFacts(error, requestId), 'a request failed');
    const told = { code: 'INTERNAL_SERVER_ERROR', message: INTERNAL_MESSAGE, requestId };
    if (!response.headersSent) sendGraphqlError(response, 500, told);
    else response.destroy();
  }

  const server = createServer(
    { requestTimeout: config.requestMs, headersTimeout: config.requestMs },
    (request, response) => {
      const asked = request.headers['x-request-id'];
      const requestId = typeof asked === 'string' && REQUEST_ID.test(asked) ? asked : newId();
      response.setHeader('x-request-id', requestId);
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('cache-control', 'no-store');
      // A connection that is kept alive would keep the server from closing.
      response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()));
      handle(request, response, requestId).catch((error) => fail(response, requestId, error));
    },
  );
  const sockets = serveSockets({ server, schema, executor, authenticator, deps, config, newId, log });
  const address = await listen(server, options.host, options.port).catch(async (error: unknown) => {
    await sockets.close();
    await apollo.stop();
    supply.close();
    throw error;
  });
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), config.drainMs);
    await sockets.close();
    await closed;
    clearTimeout(cut);
    await apollo.stop();
    supply.close();
  }

  return {
    url: `http://${host}:${address.port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function listen(server: ReturnType<typeof createServer>, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(portError(error, host, port));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve(server.address() as AddressInfo);
    });
  });
}

function portError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const remedy = 'choose another with HEADGATE_PORT or --port';
  if (error.code === 'EADDRINUSE') {
    return new HeadgateError('PORT_TAKEN', 'permanent', `port ${port} on ${host} is taken: ${remedy}`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    const message = `port ${port} on ${host} may not be opened by this user: ${remedy}`;
    return new HeadgateError('PORT_FORBIDDEN', 'permanent', message, { cause: error });
  }
  return error;
}
