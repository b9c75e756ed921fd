import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError, type ErrorClass, errorChain } from '../../../model/errors.js';
import type { CallContext } from '../../connector.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { restVendor } from './index.js';
import { wireSubmission } from './protocol.js';

const TOKEN = 'tok-7f3a91c2e5';
const NOW = new Date('2026-03-02T10:00:00Z');
const PO: PurchaseOrder = {
  poNumber: 'HG-0000000000000001',
  nodeCode: 'ridge-east',
  shipVia: 'swift-ground',
  currency: 'USD',
  shipBy: '2026-03-03T17:00:00Z',
  shipTo: { lines: ['12 Larch Way'], city: 'Boulder', postalCode: '80301', countryCode: 'US' },
  lines: [
    {
      ...{ lineNo: 1, vendorSku: 'R-1', sku: 'A-1', packs: 2, unitsPerPack: 6, unitOfMeasure: 'CS', quantity: 12 },
      unitCost: 12_345,
    },
  ],
};
const ACKNOWLEDGED = {
  kind: 'acknowledgement',
  poNumber: PO.poNumber,
  vendorReference: 'R-77',
  at: '2026-03-02T10:00:01Z',
  lines: [{ lineNo: 1, accepted: 12, rejected: 0 }],
};
const ACCEPTED = {
  poNumber: PO.poNumber,
  vendorReference: 'R-77',
  status: 'accepted',
  documents: [ACKNOWLEDGED],
};

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A vendor that answers like this once it has read the whole request; `asked` counts the requests that it read. */
async function vendor(answer: Answer): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push(`${request.method} ${request.url}`);
    answer(request, response, body);
  });
  open.push({ close: () => server.closeAllConnections() });
  return { url: await listen(server), asked };
}

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));

function at(baseUrl: string, more: Partial<CallContext> = {}): CallContext {
  const account = { code: 'ridge', settings: { baseUrl }, secrets: { token: TOKEN } };
  return { account, signal: AbortSignal.timeout(5_000), clock: { now: () => NOW }, fetch, ...more };
}

/** The failure of a call, which must be a ConnectorError that shows the token nowhere. */
async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    (answer) => expect.fail(`expected a failure, got ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  expect(JSON.stringify(errorChain(error))).not.toContain(TOKEN);
  expect(inspect(error, { depth: 8 })).not.toContain(TOKEN);
  return error as ConnectorError;
}

describe('a purchase order', () => {
  it('is put under its number with our token, its amounts as decimals', async () => {
    let seen: unknown;
    const { url, asked } = await vendor((request, response, body) => {
      seen = { authorization: request.headers.authorization, body: JSON.parse(body) };
      says(201, ACCEPTED)(request, response, body);
    });
    const answer = await restVendor.submitPurchaseOrder(PO, at(`${url}/api/`));
    expect(asked).toEqual(['PUT /api/v1/purchase-orders/HG-0000000000000001']);
    expect(seen).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      body: { nodeCode: 'ridge-east', lines: [{ vendorSku: 'R-1', packs: 2, unitCost: '1.2345' }] },
    });
    expect(wireSubmission.safeParse((seen as { body: unknown }).body).success).toBe(true);
    expect(answer).toEqual({ found: true, vendorReference: 'R-77', status: 'accepted', documents: [ACKNOWLEDGED] });
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
  });

  it('that is rejected in the answer is an answer, not a failure', async () => {
    const { url } = await vendor(says(200, { ...ACCEPTED, status: 'rejected', documents: [] }));
    expect(await restVendor.submitPurchaseOrder(PO, at(url))).toMatchObject({ status: 'rejected', documents: [] });
  });
});

// A submit that may have arrived is in doubt; a lookup changes nothing there, so it is only asked again.
const ANSWERS: readonly [what: string, answer: Answer, code: string, submit: ErrorClass, lookup: ErrorClass][] = [
  ['400', says(400, { error: 'bad' }), 'VENDOR_CALL_INVALID', 'permanent', 'permanent'],
  ['405 without a body', says(405, ''), 'VENDOR_CALL_INVALID', 'permanent', 'permanent'],
  ['401', says(401, { error: 'who?' }), 'VENDOR_UNAUTHORIZED', 'unauthorized', 'unauthorized'],
  ['403', says(403, ''), 'VENDOR_UNAUTHORIZED', 'unauthorized', 'unauthorized'],
  ['404 of a proxy', says(404, '<html>nothing here</html>'), 'VENDOR_ADDRESS_UNKNOWN', 'permanent', 'transient'],
  ['408', says(408, ''), 'VENDOR_NO_ANSWER', 'unknown', 'transient'],
  ['422', says(422, { error: 'no such SKU' }), 'VENDOR_REFUSED', 'refused', 'refused'],
  ['429', says(429, {}), 'VENDOR_BUSY', 'transient', 'transient'],
  ['500', says(500, { error: 'oops' }), 'VENDOR_FAILED', 'unknown', 'transient'],
  ['502 of a proxy', says(502, '<html>bad gateway</html>'), 'VENDOR_FAILED', 'unknown', 'transient'],
  ['503', says(503, ''), 'VENDOR_BUSY', 'transient', 'transient'],
  ['no JSON', says(200, '<html>it works</html>'), 'VENDOR_ANSWER_MALFORMED', 'unknown', 'transient'],
  ['torn JSON', says(200, '{"poNumber":"HG-'), 'VENDOR_ANSWER_MALFORMED', 'unknown', 'transient'],
  ['nothing', says(204, ''), 'VENDOR_ANSWER_MALFORMED', 'unknown', 'transient'],
  ['an unknown status', says(200, { ...ACCEPTED, status: 'lost' }), 'VENDOR_ANSWER_MALFORMED', 'unknown', 'transient'],
  [
    'another purchase order',
    says(200, { ...ACCEPTED, poNumber: 'HG-2' }),
    'VENDOR_ANSWER_MALFORMED',
    'unknown',
    'transient',
  ],
  [
    'a document of another purchase order',
    says(200, { ...ACCEPTED, documents: [{ ...ACKNOWLEDGED, poNumber: 'HG-2' }] }),
    'VENDOR_ANSWER_MALFORMED',
    'unknown',
    'transient',
  ],
  ['five million bytes', says(200, 'x'.repeat(5_000_000)), 'VENDOR_NO_ANSWER', 'unknown', 'transient'],
  [
    'few bytes that unpack to five million',
    says(200, gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' }),
    'VENDOR_NO_ANSWER',
    'unknown',
    'transient',
  ],
  [
    'a connection that is reset once the request was read',
    (request) => request.socket.resetAndDestroy(),
    'VENDOR_NO_ANSWER',
    'unknown',
    'transient',
  ],
  [
    'a connection that is reset within the answer',
    (request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"poNumber":', () => request.socket.destroy());
    },
    'VENDOR_NO_ANSWER',
    'unknown',
    'transient',
  ],
];

describe.each(ANSWERS)('a vendor that answers %s', (_what, answer, code, submit, lookup) => {
  it(`leaves a purchase order ${submit}, a lookup ${lookup}`, async () => {
    const { url } = await vendor(answer);
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, at(url)))).toMatchObject({ code, errorClass: submit });
    expect(await failureOf(restVendor.lookupPurchaseOrder(PO.poNumber, at(url)))).toMatchObject({
      code,
      errorClass: lookup,
    });
  });
});

describe('a vendor', () => {
  it('that has another purchase order under the number has not refused ours: it is to be looked up', async () => {
    const { url } = await vendor(says(409, { error: 'this number is another purchase order' }));
    const error = await failureOf(restVendor.submitPurchaseOrder(PO, at(url)));
    expect(error).toMatchObject({ code: 'VENDOR_CONFLICT', errorClass: 'unknown' });
    expect(error.message).toContain('this number is another purchase order');
  });

  it.each<[string, Record<string, string>, number]>([
    ['in seconds', { 'retry-after': '7' }, 7_000],
    ['a second later, where it says at once', { 'retry-after': '0' }, 1_000],
    [
      'at a moment of its own clock',
      { date: 'Mon, 02 Mar 2020 10:00:00 GMT', 'retry-after': 'Mon, 02 Mar 2020 10:00:30 GMT' },
      30_000,
    ],
    [
      'at a moment past',
      { date: 'Mon, 02 Mar 2020 10:00:00 GMT', 'retry-after': 'Mon, 02 Mar 2020 09:00:00 GMT' },
      1_000,
    ],
    ['in a year, which is cut to an hour', { 'retry-after': '31536000' }, 3_600_000],
    ['in words', { 'retry-after': 'soon' }, 1_000],
    ['without saying when', {}, 1_000],
  ])('that is busy is asked again %s', async (_when, headers, retryAfterMs) => {
    const { url } = await vendor(says(429, {}, headers));
    const error = await failureOf(restVendor.submitPurchaseOrder(PO, at(url)));
    expect(error.errorClass).toBe('transient');
    expect(error.options.retryAfterMs).toBe(retryAfterMs);
  });

  it('that does not answer in time may have the purchase order', async () => {
    const deadline = new AbortController();
    const { url, asked } = await vendor(() => deadline.abort());
    const context = at(url, { signal: deadline.signal });
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, context))).toMatchObject({
      code: 'VENDOR_NO_ANSWER',
      errorClass: 'unknown',
    });
    expect(asked).toHaveLength(1);
  });

  it('that stops within its answer may have the purchase order', async () => {
    const deadline = new AbortController();
    const { url } = await vendor((_request, response) =>
      response.writeHead(200).write('{', () => setImmediate(() => deadline.abort())),
    );
    const context = at(url, { signal: deadline.signal });
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, context))).toMatchObject({ errorClass: 'unknown' });
  });

  it('that cuts the line before it reads may have the purchase order, for all we can tell', async () => {
    const url = await listen(createSocketServer((socket) => socket.resetAndDestroy()));
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, at(url)))).toMatchObject({ errorClass: 'unknown' });
    expect(await failureOf(restVendor.lookupPurchaseOrder(PO.poNumber, at(url)))).toMatchObject({
      errorClass: 'transient',
    });
  });

  it('that nobody answers for surely has nothing', async () => {
    const gone = createSocketServer();
    const url = await listen(gone);
    open.splice(0);
    await new Promise((resolve) => gone.close(resolve));
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, at(url)))).toMatchObject({
      code: 'VENDOR_UNREACHABLE',
      errorClass: 'transient',
    });
  });

  it.each([
    ['ENOTFOUND', 'transient'],
    ['CERT_HAS_EXPIRED', 'transient'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'transient'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'transient'],
    ['ETIMEDOUT', 'unknown'],
    ['EPIPE', 'unknown'],
  ])('that fails with %s leaves the purchase order %s', async (systemCode, errorClass) => {
    const cause = Object.assign(new Error('no'), { code: systemCode });
    const failing = () => Promise.reject(new TypeError('fetch failed', { cause }));
    const context = at('http://127.0.0.1:9', { fetch: failing });
    expect((await failureOf(restVendor.submitPurchaseOrder(PO, context))).errorClass).toBe(errorClass);
  });

  it.each([301, 302, 307, 308])('that redirects (%s) is not followed', async (status) => {
    const elsewhere = await vendor(says(200, ACCEPTED));
    const { url } = await vendor(says(status, '', { location: `${elsewhere.url}/v1/purchase-orders/x` }));
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, at(url)))).toMatchObject({
      code: 'VENDOR_CALL_INVALID',
      errorClass: 'permanent',
    });
    expect(elsewhere.asked).toEqual([]);
  });
});

describe('our token', () => {
  const quoting: Answer = (request, response, body) =>
    says(422, { error: `no access for ${request.headers.authorization}` })(request, response, body);

  it('is taken out of a reason that quotes it', async () => {
    const { url } = await vendor(quoting);
    const error = await failureOf(restVendor.submitPurchaseOrder(PO, at(url)));
    expect(error.message).toContain('no access for Bearer [token]');
  });

  it('is taken out of an answer that quotes it, however it is escaped', async () => {
    const quoted = TOKEN.replaceAll('-', '\\u002d');
    const { url } = await vendor(says(200, `{"result":"refused","reason":"${quoted} may not"}`));
    expect(await restVendor.cancelPurchaseOrder(PO.poNumber, at(url))).toEqual({
      kind: 'refused',
      reason: '[token] may not',
    });
  });

  it.each([
    ['a token that breaks the header', { token: `${TOKEN}\nx` }, { baseUrl: 'http://127.0.0.1:9' }],
    ['a token in letters that no header holds', { token: `${TOKEN}ł` }, { baseUrl: 'http://127.0.0.1:9' }],
    ['an address with credentials', { token: 'x' }, { baseUrl: `http://me:${TOKEN}@127.0.0.1:9` }],
    ['an address with a query', { token: 'x' }, { baseUrl: `http://127.0.0.1:9/?key=${TOKEN}` }],
    ['an address that is no web address', { token: 'x' }, { baseUrl: `file:///${TOKEN}` }],
    ['no token', {}, { baseUrl: 'http://127.0.0.1:9' }],
  ])('is not shown where the account is wrong: %s; and nothing is sent', async (_what, secrets, settings) => {
    const account = { code: 'ridge', settings, secrets };
    const never = () => expect.fail('expected no call');
    expect(await failureOf(restVendor.submitPurchaseOrder(PO, at('', { account, fetch: never })))).toMatchObject({
      code: 'VENDOR_MISCONFIGURED',
      errorClass: 'permanent',
    });
  });
});

describe('a lookup', () => {
  it('finds what the vendor has under the PO number', async () => {
    const { url, asked } = await vendor(says(200, { ...ACCEPTED, status: 'received', documents: [] }));
    const found = await restVendor.lookupPurchaseOrder('HG-0000000000000001', at(url));
    expect(found).toEqual({ found: true, vendorReference: 'R-77', status: 'received', documents: [] });
    expect(asked).toEqual(['GET /v1/purchase-orders/HG-0000000000000001']);
  });

  it('finds nothing only where the vendor says so of this very number', async () => {
    const named = await vendor(says(404, { error: 'no such purchase order', poNumber: PO.poNumber }));
    expect(await restVendor.lookupPurchaseOrder(PO.poNumber, at(named.url))).toEqual({ found: false });
    const other = await vendor(says(404, { error: 'no such purchase order', poNumber: 'HG-2' }));
    expect(await failureOf(restVendor.lookupPurchaseOrder(PO.poNumber, at(other.url)))).toMatchObject({
      code: 'VENDOR_ADDRESS_UNKNOWN',
      errorClass: 'transient',
    });
  });
});

describe('a cancellation', () => {
  it.each<[unknown, unknown]>([
    [{ result: 'canceled' }, { kind: 'canceled' }],
    [{ result: 'pending' }, { kind: 'pending' }],
    [
      { result: 'refused', reason: 'it has left' },
      { kind: 'refused', reason: 'it has left' },
    ],
    [{ result: 'refused' }, { kind: 'refused', reason: 'no reason given' }],
  ])('answered %j is %j', async (body, expected) => {
    const { url, asked } = await vendor(says(200, body));
    expect(await restVendor.cancelPurchaseOrder(PO.poNumber, at(url))).toEqual(expected);
    expect(asked).toEqual(['POST /v1/purchase-orders/HG-0000000000000001/cancellation']);
  });

  it.each<[string, Answer, string]>([
    ['of an unknown PO', says(404, { error: 'no', poNumber: PO.poNumber }), 'VENDOR_PO_UNKNOWN'],
    ['at an unknown address', says(404, ''), 'VENDOR_ADDRESS_UNKNOWN'],
    ['that fails there', says(500, ''), 'VENDOR_FAILED'],
  ])('%s is in doubt', async (_what, answer, code) => {
    const { url } = await vendor(answer);
    expect(await failureOf(restVendor.cancelPurchaseOrder(PO.poNumber, at(url)))).toMatchObject({
      code,
      errorClass: 'unknown',
    });
  });
});

describe('what a vendor has to say', () => {
  it('is read on from the cursor', async () => {
    const { url, asked } = await vendor(says(200, { documents: [ACKNOWLEDGED], cursor: 'a b&c', more: true }));
    const first = await restVendor.pullDocuments(null, at(url));
    expect(first).toEqual({ documents: [ACKNOWLEDGED], unreadable: [], cursor: 'a b&c', more: true });
    await restVendor.pullDocuments(first.cursor, at(url));
    expect(asked).toEqual(['GET /v1/documents?limit=200', 'GET /v1/documents?limit=200&after=a+b%26c']);
  });

  it('is read on where one document is not of the protocol, and that one is named with its PO', async () => {
    const documents = [{ ...ACKNOWLEDGED, kind: 'poem' }, 'what?', ACKNOWLEDGED];
    const { url } = await vendor(says(200, { documents, cursor: '2', more: false }));
    const read = await restVendor.pullDocuments(null, at(url));
    expect(read).toMatchObject({ documents: [ACKNOWLEDGED], cursor: '2' });
    expect(read.unreadable.map(({ poNumber }) => poNumber)).toEqual([ACKNOWLEDGED.poNumber, null]);
    expect(read.unreadable[0]?.problem).toContain('documents.0.kind');
  });

  it('is at a wrong address where that answers 404', async () => {
    const { url } = await vendor(says(404, ''));
    expect(await failureOf(restVendor.pullDocuments(null, at(url)))).toMatchObject({ errorClass: 'permanent' });
  });
});

describe('a stock report', () => {
  const row = (vendorSku: string) => ({ nodeCode: 'ridge-east', vendorSku, onHand: 3 });
  const pages = (total: number): Answer => {
    return (request, response, body) => {
      const second = request.url?.includes('after=2') === true;
      const page = second
        ? { asOf: '2026-03-02T09:59:00Z', total, rows: [row('R-3')], next: null }
        : { asOf: '2026-03-02T10:00:00Z', total, rows: [row('R-1'), row('R-2')], next: '2' };
      says(200, page)(request, response, body);
    };
  };

  it('is read page by page, and is as old as its oldest page', async () => {
    const { url } = await vendor(pages(3));
    const report = await restVendor.pullStock(at(url));
    expect(report).toMatchObject({ asOf: '2026-03-02T09:59:00Z', complete: true, faults: [] });
    expect(report.rows.map((each) => each.vendorSku)).toEqual(['R-1', 'R-2', 'R-3']);
  });

  it('with fewer rows than it announces is not complete', async () => {
    const { url } = await vendor(pages(4));
    const report = await restVendor.pullStock(at(url));
    expect(report.complete).toBe(false);
    expect(report.faults).toEqual([{ code: 'STOCK_TRUNCATED', message: 'expected 4 rows, got 3', path: 'rows' }]);
  });

  it('that never ends is given up', async () => {
    const endless = says(200, { asOf: '2026-03-02T10:00:00Z', total: 1, rows: [], next: 'again' });
    const { url, asked } = await vendor(endless);
    expect((await restVendor.pullStock(at(url, { signal: AbortSignal.timeout(20_000) }))).complete).toBe(false);
    expect(asked.length).toBe(1_000);
  }, 25_000);
});

describe('a live question', () => {
  const one = { nodeCode: 'ridge-east', vendorSku: 'R-1', packs: 2 };
  const two = { ...one, vendorSku: 'R-2' };
  const ask = (url: string, rows = [one, two]) =>
    restVendor.checkAvailability?.({ rows }, at(url)) ?? expect.fail('expected to be able to ask');
  const of = (vendorSku: string, answer: object) => ({ nodeCode: 'ridge-east', vendorSku, ...answer });
  const asOf = '2026-03-02T10:00:00Z';

  it('asks about all its rows in one call, and hears figures, a yes or a no', async () => {
    let body: unknown;
    const rows = [of('R-1', { onHand: 7 }), of('R-2', { available: false }), of('R-3', { available: true })];
    const { url, asked } = await vendor((request, response, text) => {
      body = JSON.parse(text);
      says(200, { asOf, rows })(request, response, text);
    });
    const three = { ...one, vendorSku: 'R-3' };
    expect(await ask(url, [one, two, three])).toEqual({
      asOf,
      rows: [of('R-1', { kind: 'figure', onHand: 7 }), of('R-2', { kind: 'no' }), of('R-3', { kind: 'yes' })],
    });
    expect(asked).toEqual(['POST /v1/availability']);
    expect(body).toEqual({ rows: [one, two, three] });
  });

  it('believes the figure where a row has a yes as well, and takes nothing that it did not ask', async () => {
    const rows = [of('R-1', { onHand: 0, available: true }), of('R-9', { onHand: 5 })];
    const { url } = await vendor(says(200, { asOf, rows }));
    expect((await ask(url)).rows).toEqual([of('R-1', { kind: 'figure', onHand: 0 })]);
  });

  it.each([
    ['that speaks twice of one row', [of('R-1', { onHand: 7 }), of('R-1', { available: false })]],
    ['with less than nothing', [of('R-1', { onHand: -1 })]],
    ['without a word on a row that it names', [of('R-1', {})]],
  ])('takes no answer %s', async (_what, rows) => {
    const { url } = await vendor(says(200, { asOf, rows }));
    expect(await failureOf(ask(url))).toMatchObject({ code: 'VENDOR_ANSWER_MALFORMED', errorClass: 'transient' });
  });

  it('that is too long or empty is not sent', async () => {
    const { url, asked } = await vendor(says(200, { asOf, rows: [] }));
    for (const rows of [[], Array.from({ length: 1_001 }, (_, each) => ({ ...one, vendorSku: `R-${each}` }))])
      expect(await failureOf(ask(url, rows))).toMatchObject({ code: 'VENDOR_CALL_INVALID', errorClass: 'permanent' });
    expect(asked).toEqual([]);
  });
});
