import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { wireRateQuestion } from '../../connectors/carriers/rest/protocol.js';
import {
  type WireAvailabilityQuestion,
  wireAvailabilityQuestion,
  wireSubmission,
} from '../../connectors/vendors/rest/protocol.js';
import type { Clock } from '../../model/clock.js';
import { HeadgateError } from '../../model/errors.js';
import { carrierRates } from './carrier.js';
import { Faults, faultOrder } from './faults.js';
import { type Journal, openJournal } from './journal.js';
import {
  type JournalEntry,
  type PlannedAnswer,
  SimulatedVendor,
  type VendorDelays,
  type VendorStock,
} from './vendor.js';

/** Running simulated vendors. */
export interface SimulatedVendors {
  /** Each vendor's API begins at `<url>/vendors/<code>`, each carrier's at `<url>/carriers/<code>`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SimulatedVendorOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What they know, across restarts. */
  readonly journalFile: string;
  readonly clock: Clock;
  readonly stock?: readonly VendorStock[];
  /** The token that Headgate must show a vendor or carrier; missing: any. */
  readonly token?: (code: string) => string;
  readonly delays?: VendorDelays;
}

const DEMO_DELAYS: VendorDelays = { acceptMs: 1_000, shipMs: 2_500, deliverMs: 4_000 };
const BODY_BYTES_MAX = 1_000_000;
const DRAINED_BYTES_MAX = 20_000_000;
const TOO_LONG = Symbol('too long');
const PAGE_MAX = 1_000;
const SLOW_MS = 20_000;
const TICK_MS = 50;
const QUESTIONS_KEPT_MAX = 1_000;
const countedStock = z.object({
  vendor: z.string().min(1).max(100),
  nodeCode: z.string().min(1).max(100),
  vendorSku: z.string().min(1).max(100),
  onHand: z.number().int().min(0).max(1_000_000_000),
});
const CARRIER_ROUTE = /^POST \/carriers\/([a-z0-9][a-z0-9._-]{0,62})\/v1\/rates$/;
const VENDOR_PATH = /^\/vendors\/([a-z0-9][a-z0-9._-]{0,62})(\/.*)$/;

/**
 * Plays all demo vendors on one port: takes purchase orders, accepts, ships and delivers them after a while, reports stock; and carriers
 * that are asked for rates. What it
 * was told is on disk before it answers, so it survives a kill like a real vendor. `POST /control` makes it misbehave, `POST
 * /control/stock` sets what is there, `GET /control/purchase-orders` and `/control/questions` tell what it was told and asked.
 *
 * Errors: HeadgateError PORT_TAKEN, which says how to choose another.
 */
export async function startSimulatedVendor(options: SimulatedVendorOptions): Promise<SimulatedVendors> {
  const { clock } = options;
  const vendors = new Map<string, SimulatedVendor>();
  const faults = new Faults();
  const stock = options.stock ?? [];
  const vendorOf = (code: string): SimulatedVendor => {
    let vendor = vendors.get(code);
    if (!vendor) {
      vendor = new SimulatedVendor(
        code,
        stock.filter((row) => row.vendorCode === code),
        options.delays ?? DEMO_DELAYS,
      );
      vendors.set(code, vendor);
    }
    return vendor;
  };
  mkdirSync(dirname(options.journalFile), { recursive: true });
  const journal: Journal<JournalEntry> = openJournal(options.journalFile, (entry) =>
    vendorOf(entry.vendor).apply(entry),
  );
  const write = async (entry: JournalEntry) => {
    await journal.append(entry);
    vendorOf(entry.vendor).apply(entry);
  };

  /** The last live questions, the oldest first. */
  const questions: ({ readonly vendor: string; readonly at: string } & WireAvailabilityQuestion)[] = [];

  /** The last work on each PO that is being worked on: what is known of it changes only once the journal has it. */
  const atWork = new Map<string, Promise<unknown>>();
  /** Works on one PO after all that came before for it. */
  function oneByOne<T>(vendor: SimulatedVendor, poNumber: string, work: () => Promise<T>): Promise<T> {
    const key = `${vendor.code} ${poNumber}`;
    const mine = (atWork.get(key) ?? Promise.resolve()).then(work, work);
    atWork.set(key, mine);
    const leave = () => {
      if (atWork.get(key) === mine) atWork.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://vendor');
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /control/purchase-orders')
      return json(
        response,
        200,
        [...vendors.values()].flatMap((vendor) => vendor.purchaseOrders()),
      );
    if (route === 'GET /control/questions') return json(response, 200, questions);
    if (route === 'POST /control/stock') {
      const counted = countedStock.safeParse(await readJson(request));
      if (!counted.success) return json(response, 422, { error: counted.error.message });
      await write({ kind: 'counted', ...counted.data });
      return json(response, 200, counted.data);
    }
    if (route === 'POST /control') {
      const order = faultOrder.safeParse(await readJson(request));
      if (!order.success) return json(response, 422, { error: order.error.message });
      faults.set(order.data);
      return json(response, 200, order.data);
    }
    const [, carrier] = CARRIER_ROUTE.exec(route) ?? [];
    if (carrier !== undefined) return serveCarrier(carrier, request, response);
    const match = VENDOR_PATH.exec(url.pathname);
    if (!match?.[1] || !match[2]) return json(response, 404, { error: 'expected /vendors/{code}/v1/...' });
    await serveVendor(vendorOf(match[1]), `${request.method} ${match[2]}`, url, request, response);
  }

  /** Whether the vendor or carrier answers at all; where it does not, it has said why. */
  async function isServing(code: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const fault = faults.take(code, ['down', 'slow', 'rate-limit', 'garbage', 'unauthorized']);
    const token = options.token?.(code);
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS).unref());
    if (fault === 'down') json(response, 503, { error: 'down for maintenance' });
    else if (fault === 'rate-limit') json(response, 429, { error: 'too many requests' }, { 'retry-after': '1' });
    else if (fault === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>it works</html>');
    else if (fault === 'unauthorized' || (token !== undefined && request.headers.authorization !== `Bearer ${token}`))
      json(response, 401, { error: 'unknown token' });
    else return true;
    return false;
  }

  async function serveCarrier(code: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await isServing(code, request, response))) return;
    const body = await readJson(request);
    if (body === TOO_LONG) return json(response, 413, { error: `expected at most ${BODY_BYTES_MAX} bytes` });
    const question = wireRateQuestion.safeParse(body);
    if (!question.success) return json(response, 422, { error: question.error.issues[0]?.message ?? 'not a question' });
    json(response, 200, carrierRates(code, question.data));
  }

  async function serveVendor(
    vendor: SimulatedVendor,
    route: string,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!(await isServing(vendor.code, request, response))) return;
    const limit = Math.min(PAGE_MAX, countOf(url, 'limit') || PAGE_MAX);
    const after = countOf(url, 'after');
    if (route === 'GET /v1/documents') return json(response, 200, vendor.documentsAfter(after, limit));
    if (route === 'GET /v1/stock')
      return json(response, 200, { asOf: clock.now().toISOString(), ...vendor.stockAfter(after, PAGE_MAX) });
    if (route === 'POST /v1/availability') return tellAvailability(vendor, request, response);
    const [, verb, rawNumber, action] =
      /^(GET|PUT|POST) \/v1\/purchase-orders\/([^/]{1,120})(\/cancellation)?$/.exec(route) ?? [];
    const poNumber = decoded(rawNumber);
    if (poNumber === null) return json(response, 404, { error: 'no such address' });
    if (verb === 'GET') {
      const found = vendor.find(poNumber);
      return found
        ? json(response, 200, found.wire)
        : json(response, 404, { error: 'no such purchase order', poNumber });
    }
    if (verb === 'POST' && action) return cancel(vendor, poNumber, response);
    if (verb === 'PUT' && !action) return take(vendor, poNumber, request, response);
    return json(response, 405, { error: 'not here' });
  }

  async function take(
    vendor: SimulatedVendor,
    poNumber: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readJson(request);
    if (body === TOO_LONG) return json(response, 413, { error: `expected at most ${BODY_BYTES_MAX} bytes` });
    const parsed = wireSubmission.safeParse(body);
    if (!parsed.success)
      return json(response, 422, { error: parsed.error.issues[0]?.message ?? 'not a purchase order' });
    const known = await oneByOne(vendor, poNumber, async () => {
      const before = vendor.find(poNumber);
      if (before && !isDeepStrictEqual(before.body, parsed.data)) return 'other';
      if (before) {
        await write({ kind: 'again', vendor: vendor.code, poNumber });
        return 'same';
      }
      const told = faults.take(vendor.code, ['reject', 'partial']);
      const answer: PlannedAnswer = told === 'reject' ? 'reject' : told === 'partial' ? 'partial' : 'accept';
      const at = clock.now().toISOString();
      await write({ kind: 'received', vendor: vendor.code, poNumber, body: parsed.data, at, answer });
      return 'new';
    });
    if (known === 'other') return json(response, 409, { error: 'this number is another purchase order' });
    const silence = faults.take(vendor.code, ['accept-then-hang', 'accept-then-drop']);
    if (silence === 'accept-then-hang') return;
    if (silence === 'accept-then-drop') return void request.socket.destroy();
    json(response, known === 'same' ? 200 : 201, vendor.find(poNumber)?.wire);
  }

  async function tellAvailability(
    vendor: SimulatedVendor,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readJson(request);
    if (body === TOO_LONG) return json(response, 413, { error: `expected at most ${BODY_BYTES_MAX} bytes` });
    const question = wireAvailabilityQuestion.safeParse(body);
    if (!question.success) return json(response, 422, { error: question.error.issues[0]?.message ?? 'not a question' });
    questions.push({ vendor: vendor.code, at: clock.now().toISOString(), rows: question.data.rows });
    if (questions.length > QUESTIONS_KEPT_MAX) questions.shift();
    const bare = faults.take(vendor.code, ['bare-answer']) !== null;
    json(response, 200, { asOf: clock.now().toISOString(), rows: vendor.availability(question.data, bare) });
  }

  async function cancel(vendor: SimulatedVendor, poNumber: string, response: ServerResponse): Promise<void> {
    const status = await oneByOne(vendor, poNumber, async () => {
      const document = vendor.cancellation(poNumber, clock.now().getTime());
      if (document) await write({ kind: 'said', vendor: vendor.code, document });
      return vendor.find(poNumber)?.wire.status;
    });
    if (status === undefined) return json(response, 404, { error: 'no such purchase order', poNumber });
    json(response, 200, status === 'canceled' ? { result: 'canceled' } : { result: 'refused', reason: 'it has left' });
  }

  let closing = false;
  let speaking: Promise<void> = Promise.resolve();
  const tick = setInterval(() => {
    speaking = speaking.then(speak).catch(() => {});
  }, TICK_MS);
  async function speak(): Promise<void> {
    for (const vendor of vendors.values()) {
      for (const poNumber of vendor.due(clock.now().getTime())) {
        if (closing) return;
        await oneByOne(vendor, poNumber, async () => {
          const document = vendor.dueOf(poNumber, clock.now().getTime());
          if (document) await write({ kind: 'said', vendor: vendor.code, document });
        });
      }
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: error instanceof Error ? error.message : 'failed' });
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (cause) {
    clearInterval(tick);
    await journal.close();
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new HeadgateError(
        'PORT_TAKEN',
        'permanent',
        `port ${options.port} is taken: choose another for the simulated vendors with --vendor-port (HEADGATE_VENDOR_PORT)`,
        { cause },
      );
    }
    throw cause;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    async close() {
      closing = true;
      clearInterval(tick);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await speaking;
      await journal.close();
    },
  };
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A whole number of the query; 0 where there is none. */
function countOf(url: URL, name: string): number {
  const text = url.searchParams.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The body, undefined where it is no JSON. One that is too long is read to its end, so that the answer is heard, and not kept. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > DRAINED_BYTES_MAX) throw new RangeError(`expected at most ${BODY_BYTES_MAX} bytes`);
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > BODY_BYTES_MAX) return TOO_LONG;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
