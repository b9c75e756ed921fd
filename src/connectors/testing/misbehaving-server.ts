import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

/** A request that came in. */
export interface Came {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A server on this machine that behaves as its paths say. */
export interface MisbehavingServer {
  readonly url: string;
  /** In order of their coming. */
  readonly came: readonly Came[];
  /** Resolves as soon as a request of this path has come. */
  untilCame(path: string): Promise<void>;
  close(): Promise<void>;
}

type Behaviour = (response: ServerResponse, query: URLSearchParams, nth: number) => void | Promise<void>;

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 0x20);
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

/** What each path does; `nth` counts the requests of that path from 1. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  '/well': (response) => json(response, 200, { well: true }),
  /** Takes the request and never answers. */
  '/silent': () => {},
  /** Begins its answer and never ends it. */
  '/stalled': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"half":');
  },
  /** Hangs up within its answer. */
  '/torn': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"half":', () => response.destroy());
  },
  /** Takes the request and hangs up. */
  '/gone': (response) => void response.destroy(),
  /** Too many requests; `after`: its Retry-After. */
  '/busy': (response, query) => {
    const after = query.get('after');
    json(response, 429, { error: 'slow down' }, after === null ? {} : { 'retry-after': after });
  },
  /** Fails with `status` (500) for the first `times` (1), each with `after` as Retry-After where that is given; then is well. */
  '/recovers': (response, query, nth) => {
    const isDown = nth <= Number(query.get('times') ?? 1);
    const after = query.get('after');
    const headers: Record<string, string> = isDown && after !== null ? { 'retry-after': after } : {};
    const said = isDown ? { error: 'oops' } : { well: true };
    json(response, isDown ? Number(query.get('status') ?? 500) : 200, said, headers);
  },
  '/garbage': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>it works</html>'),
  /** Success in the status, failure in the body. */
  '/excuse': (response) => json(response, 200, { success: false, error: 'no such thing' }),
  /** To the address in `to`, as `status` (302). */
  '/elsewhere': (response, query) =>
    void response.writeHead(Number(query.get('status') ?? 302), { location: query.get('to') ?? '' }).end(),
  /** To itself. */
  '/circle': (response) => void response.writeHead(302, { location: '/circle' }).end(),
  /** An answer without an end, as fast as it is read. */
  '/endless': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    return pipeline(endless, response);
  },
  /** Few bytes that unpack to `bytes` (10,000,000). */
  '/bomb': (response, query) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(Number(query.get('bytes') ?? 10_000_000), 0x20)));
  },
};

/** Starts it on a free port of 127.0.0.1. What it does not know is answered with 404. */
export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const came: Came[] = [];
  const awaited = new Map<string, () => void>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString('utf8');
    came.push({ method: request.method ?? '', path: pathname, headers: request.headers, body });
    awaited.get(pathname)?.();
    const nth = came.filter(({ path }) => path === pathname).length;
    const behave = BEHAVIOURS[pathname];
    if (behave) await behave(response, searchParams, nth);
    else json(response, 404, { error: 'not here' });
  };
  const server = createServer((request, response) => {
    // A caller that hangs up ends its request, and nothing else.
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came,
    untilCame: (path) =>
      new Promise((resolve) => {
        if (came.some((one) => one.path === path)) resolve();
        else awaited.set(path, resolve);
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
