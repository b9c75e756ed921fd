import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SalesOrder {
  readonly id: number;
  readonly reference: string;
  state: 'OPEN' | 'VOID';
  readonly items: readonly { readonly pos: number; readonly pieces: number }[];
}

/** A vendor of a protocol that is nothing like Headgate's: nested JSON, its own names, cents, epoch seconds, errors within 200. */
export interface LedgerVendor {
  readonly url: string;
  /** What came in, in order: method, path with query, body. */
  readonly came: readonly { readonly call: string; readonly body: string }[];
  readonly orders: readonly SalesOrder[];
  close(): Promise<void>;
}

const USER = 'headgate';
export const LEDGER_PASSWORD = 'ledger-password-1';
const EPOCH_SECONDS = 1_772_445_600;
const INVENTORY = [
  [{ site: 'ridge-east', article: 'R-1', qty: '10' }],
  [{ site: 'ridge-east', article: 'R-2', qty: '0' }],
];

/** Starts it on a free port of 127.0.0.1. Each order is confirmed at once. */
export async function startLedgerVendor(): Promise<LedgerVendor> {
  const came: { call: string; body: string }[] = [];
  const orders: SalesOrder[] = [];
  const shown = ({ id, reference, state, items }: SalesOrder) => ({
    id,
    attributes: { reference, state, since: EPOCH_SECONDS, items },
  });

  const answer = (method: string, url: URL, body: string): [number, unknown] => {
    const find = (reference: unknown) => orders.find((order) => order.reference === reference);
    const { pathname, searchParams } = url;
    switch (`${method} ${pathname}`) {
      case 'POST /api/v3/salesOrders': {
        const { reference, items } = JSON.parse(body).order;
        const known = find(reference);
        if (!known) orders.push({ id: 990 + orders.length, reference, state: 'OPEN', items });
        const order = find(reference);
        return [known ? 200 : 201, { data: order && shown(order) }];
      }
      case 'GET /api/v3/salesOrders': {
        const order = find(searchParams.get('reference'));
        return [200, { data: order ? [shown(order)] : [] }];
      }
      case 'POST /api/v3/salesOrders/void': {
        const order = find(JSON.parse(body).reference);
        if (!order) return [200, { errors: [{ code: 'NO_SUCH_ORDER' }] }];
        order.state = 'VOID';
        return [200, { data: { voided: true } }];
      }
      case 'GET /api/v3/changes': {
        const since = Number(searchParams.get('since') ?? 0);
        const changes = orders.map((order, at) => ({ seq: at + 1, type: 'CONFIRMED', order: shown(order) }));
        const data = changes.filter(({ seq }) => seq > since).slice(0, 1);
        return [200, { data, meta: { last: data.at(-1)?.seq ?? since, hasMore: changes.length > since + 1 } }];
      }
      case 'GET /api/v3/inventory': {
        const page = Number(searchParams.get('page'));
        return [200, { data: INVENTORY[page - 1], meta: { pages: INVENTORY.length, takenAt: EPOCH_SECONDS } }];
      }
      case 'POST /api/v3/inventory/check': {
        const asked: { article: string; cases: number }[] = JSON.parse(body).items;
        const rows = INVENTORY.flat();
        const data = asked.map((one) => ({
          ...one,
          enough: rows.some(({ article, qty }) => article === one.article && Number(qty) >= one.cases),
        }));
        return [200, { data }];
      }
      default:
        return [404, { errors: [{ code: 'NO_SUCH_ROUTE' }] }];
    }
  };

  const server = createServer(async (request, response) => {
    const body = await read(request);
    const url = new URL(request.url ?? '/', 'http://here');
    came.push({ call: `${request.method} ${url.pathname}${url.search}`, body });
    const basic = Buffer.from(`${USER}:${LEDGER_PASSWORD}`).toString('base64');
    const [status, said] =
      request.headers.authorization === `Basic ${basic}` ? answer(request.method ?? '', url, body) : [401, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came,
    orders,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) body += String(piece);
  return body;
}
