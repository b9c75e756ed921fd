import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallContext } from '../../connectors/connector.js';
import type { PurchaseOrder } from '../../connectors/vendor-documents.js';
import { restVendor } from '../../connectors/vendors/rest/index.js';
import { toSubmission } from '../../connectors/vendors/rest/map.js';
import type { FaultName } from './faults.js';
import { type SimulatedVendorOptions, type SimulatedVendors, startSimulatedVendor } from './server.js';

const NEVER = 1_000_000_000;
const START = Date.parse('2026-03-02T10:00:00Z');
const po = (poNumber: string, more: Partial<PurchaseOrder> = {}): PurchaseOrder => ({
  ...{ poNumber, nodeCode: 'ridge-east', shipVia: 'swift', currency: 'USD', shipBy: '2026-03-03T17:00:00Z' },
  shipTo: { lines: ['12 Larch Way'], city: 'Boulder', countryCode: 'US' },
  lines: [line('R-1', 12)],
  ...more,
});
const line = (vendorSku: string, quantity: number) => ({
  ...{ lineNo: 1, vendorSku, sku: 'A-1', packs: quantity / 6, unitsPerPack: 6, unitOfMeasure: 'CS', quantity },
  unitCost: 20_000,
});
const STOCK = [
  { vendorCode: 'ridge', nodeCode: 'ridge-east', vendorSku: 'R-1', onHand: 10 },
  { vendorCode: 'other', nodeCode: 'other-west', vendorSku: 'O-1', onHand: 5 },
];

let folder: string;
let now: number;
let vendors: SimulatedVendors;
const clock = { now: () => new Date(now) };
const start = async (more: Partial<SimulatedVendorOptions> = {}) => {
  vendors = await startSimulatedVendor({
    ...{ host: '127.0.0.1', port: 0, journalFile: join(folder, 'vendors.jsonl'), clock, stock: STOCK },
    token: (code) => `token-of-${code}`,
    delays: { acceptMs: 1_000, shipMs: 1_000, deliverMs: 1_000 },
    ...more,
  });
};
const restart = async (more: Partial<SimulatedVendorOptions> = {}) => {
  await vendors.close();
  await start(more);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-simulated-'));
  now = START;
  await start();
});
afterEach(async () => {
  await vendors.close();
  rmSync(folder, { recursive: true });
});

const context = (code = 'ridge', more: Partial<CallContext> & { token?: string } = {}): CallContext => ({
  account: {
    code,
    settings: { baseUrl: `${vendors.url}/vendors/${code}` },
    secrets: { token: more.token ?? `token-of-${code}` },
  },
  ...{ signal: AbortSignal.timeout(5_000), clock, fetch },
  ...more,
});
const submit = (order: PurchaseOrder, code?: string) => restVendor.submitPurchaseOrder(order, context(code));
const held = async () =>
  (await (await fetch(`${vendors.url}/control/purchase-orders`)).json()) as {
    poNumber: string;
    timesReceived: number;
  }[];
const misbehave = async (fault: FaultName, times?: number, vendor?: string) => {
  const response = await fetch(`${vendors.url}/control`, {
    method: 'POST',
    body: JSON.stringify({ fault, times, vendor }),
  });
  expect(response.status).toBe(200);
};
const put = (poNumber: string, body: string) =>
  fetch(`${vendors.url}/vendors/ridge/v1/purchase-orders/${poNumber}`, {
    ...{ method: 'PUT', body, headers: { authorization: 'Bearer token-of-ridge' } },
  });
/** Lets the vendors' time run until they have said as much of the PO. */
const laterSays = async (poNumber: string, kinds: readonly string[]) => {
  now += 10_000;
  await vi.waitFor(async () => {
    const found = await restVendor.lookupPurchaseOrder(poNumber, context());
    expect(found.found && found.documents.map((document) => document.kind)).toEqual(kinds);
  }, 5_000);
};

describe('a simulated vendor', () => {
  it('accepts, ships and delivers a purchase order, and takes it off its shelves', async () => {
    await submit(po('HG-1'));
    await laterSays('HG-1', ['acknowledgement', 'shipment', 'delivery']);
    const { documents, cursor, more } = await restVendor.pullDocuments(null, context());
    expect(documents.map((document) => document.kind)).toEqual(['acknowledgement', 'shipment', 'delivery']);
    expect({ cursor, more }).toEqual({ cursor: '3', more: false });
    expect((await restVendor.pullDocuments(cursor, context())).documents).toEqual([]);
    expect((await restVendor.pullStock(context())).rows).toEqual([
      { nodeCode: 'ridge-east', vendorSku: 'R-1', onHand: 8 },
    ]);
  });

  it('has one purchase order of a number that came twice, and counts', async () => {
    expect((await put('HG-1', JSON.stringify(toSubmission(po('HG-1'))))).status).toBe(201);
    expect((await put('HG-1', JSON.stringify(toSubmission(po('HG-1'))))).status).toBe(200);
    expect(await held()).toMatchObject([{ poNumber: 'HG-1', timesReceived: 2 }]);
  });

  it('has one purchase order of copies that came in one packet', async () => {
    const body = JSON.stringify(toSubmission(po('HG-1')));
    const request = [
      'PUT /vendors/ridge/v1/purchase-orders/HG-1 HTTP/1.1',
      ...['host: vendor', 'authorization: Bearer token-of-ridge', `content-length: ${Buffer.byteLength(body)}`],
    ].join('\r\n');
    const { port } = new URL(vendors.url);
    const answers = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${request}\r\n\r\n${body}`.repeat(3)));
      socket.on('error', reject).on('data', (data) => {
        heard += data;
        if (heard.split('"status"').length > 3) socket.destroy();
      });
      socket.on('close', () => resolve(heard));
    });
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['201', '200', '200']);
    expect(await held()).toMatchObject([{ poNumber: 'HG-1', timesReceived: 3 }]);
  });

  it('refuses another purchase order under a number that it has (409), and keeps the first', async () => {
    await submit(po('HG-1'));
    await expect(submit(po('HG-1', { lines: [line('R-1', 60)] }))).rejects.toMatchObject({ code: 'VENDOR_CONFLICT' });
    expect(await held()).toMatchObject([{ poNumber: 'HG-1', timesReceived: 1, lines: [{ quantity: 12 }] }]);
  });

  it('keeps numbers apart by vendor', async () => {
    await submit(po('HG-1'));
    expect(await restVendor.lookupPurchaseOrder('HG-1', context('other'))).toEqual({ found: false });
  });

  it('takes a SKU that it does not have on its shelves; its stock report does not change', async () => {
    await submit(po('HG-1', { lines: [line('R-unknown', 6)] }));
    await laterSays('HG-1', ['acknowledgement', 'shipment', 'delivery']);
    expect((await restVendor.pullStock(context())).rows).toEqual([
      { nodeCode: 'ridge-east', vendorSku: 'R-1', onHand: 10 },
    ]);
  });

  it('cancels what has not left, says so once, and refuses what has', async () => {
    await submit(po('HG-1'));
    const both = [1, 2].map(() => restVendor.cancelPurchaseOrder('HG-1', context()));
    expect(await Promise.all(both)).toEqual([{ kind: 'canceled' }, { kind: 'canceled' }]);
    await submit(po('HG-2'));
    await laterSays('HG-2', ['acknowledgement', 'shipment', 'delivery']);
    expect(await restVendor.cancelPurchaseOrder('HG-2', context())).toEqual({ kind: 'refused', reason: 'it has left' });
    await laterSays('HG-1', ['cancellation']);
    await expect(restVendor.cancelPurchaseOrder('HG-3', context())).rejects.toMatchObject({
      code: 'VENDOR_PO_UNKNOWN',
    });
  });

  it('never ships what it has canceled, however many it is about to ship', async () => {
    const numbers = Array.from({ length: 60 }, (_, at) => `HG-${at}`);
    await Promise.all(numbers.map((number) => submit(po(number))));
    now += 1_500;
    await vi.waitFor(async () => {
      const { documents } = await restVendor.pullDocuments(null, context());
      expect(documents.length).toBe(60);
    }, 5_000);
    now += 1_000;
    const answers = await Promise.all(numbers.map((number) => restVendor.cancelPurchaseOrder(number, context())));
    now += 10_000;
    const shippedOf = async (number: string) => {
      const found = await restVendor.lookupPurchaseOrder(number, context());
      return found.found && found.documents.some((document) => document.kind === 'shipment');
    };
    const refused = numbers.filter((_, at) => answers[at]?.kind === 'refused');
    await vi.waitFor(async () => {
      const { documents } = await restVendor.pullDocuments(null, context());
      expect(documents.filter((document) => document.kind === 'delivery').length).toBe(refused.length);
    }, 5_000);
    const shipped = await Promise.all(numbers.map(shippedOf));
    expect(numbers.filter((_, at) => shipped[at])).toEqual(refused);
  });

  it('is opened only by its own token', async () => {
    for (const token of ['token-of-other', 'token-of-ridg', 'token-of-ridge1'])
      await expect(restVendor.lookupPurchaseOrder('HG-1', context('ridge', { token }))).rejects.toMatchObject({
        errorClass: 'unauthorized',
      });
    expect((await fetch(`${vendors.url}/vendors/ridge/v1/stock`)).status).toBe(401);
    expect(await held()).toEqual([]);
  });

  it.each([
    ['no JSON', 'hello', 422],
    ['no lines', JSON.stringify({ ...toSubmission(po('HG-1')), lines: [] }), 422],
    ['half a pack', JSON.stringify(toSubmission(po('HG-1', { lines: [line('R-1', 3)] }))), 422],
    ['a cost that is no decimal', JSON.stringify(toSubmission(po('HG-1'))).replace('2.0000', 'two'), 422],
    ['two million bytes', JSON.stringify('x'.repeat(2_000_000)), 413],
  ])('takes no purchase order of %s', async (_what, body, status) => {
    const response = await put('HG-1', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
    expect(await held()).toEqual([]);
  });

  it.each([
    ['GET', '/vendors/ridge/v1/nothing', 404],
    ['GET', '/vendors/ridge/v1/purchase-orders/%E0%A4%A', 404],
    ['GET', '/vendors/Ridge!/v1/stock', 404],
    ['POST', '/vendors/ridge/v1/purchase-orders/HG-1', 405],
  ])('answers %s %s with %s', async (method, path, status) => {
    const response = await fetch(vendors.url + path, { method, headers: { authorization: 'Bearer token-of-ridge' } });
    expect(response.status).toBe(status);
    expect(await response.json()).not.toHaveProperty('poNumber');
  });

  it.each(['-1', '1.5', 'Infinity', 'x', ''])('reads from the start after the cursor %j', async (cursor) => {
    await submit(po('HG-1'));
    await laterSays('HG-1', ['acknowledgement', 'shipment', 'delivery']);
    expect(await restVendor.pullDocuments(cursor, context())).toMatchObject({ cursor: '3', more: false });
  });
});

describe('a simulated vendor that is asked what it has', () => {
  const ask = (packs: number, vendorSku = 'R-1') => {
    const question = { rows: [{ nodeCode: 'ridge-east', vendorSku, packs }] };
    return restVendor.checkAvailability?.(question, context());
  };
  const said = (answer: object) => ({
    asOf: new Date(now).toISOString(),
    rows: [{ nodeCode: 'ridge-east', vendorSku: 'R-1', ...answer }],
  });

  it('tells its figure, which falls once a purchase order has left', async () => {
    expect(await ask(11)).toEqual(said({ kind: 'figure', onHand: 10 }));
    await submit(po('HG-1'));
    expect(await ask(1)).toEqual(said({ kind: 'figure', onHand: 10 }));
    await laterSays('HG-1', ['acknowledgement', 'shipment', 'delivery']);
    expect(await ask(1)).toEqual(said({ kind: 'figure', onHand: 8 }));
  });

  it('by a bare answer says yes to as many as it has, and no to one more', async () => {
    await misbehave('bare-answer', 2);
    expect(await ask(10)).toEqual(said({ kind: 'yes' }));
    expect(await ask(11)).toEqual(said({ kind: 'no' }));
    expect(await ask(11)).toEqual(said({ kind: 'figure', onHand: 10 }));
  });

  it('is silent on what it does not know', async () => {
    expect((await ask(1, 'R-9'))?.rows).toEqual([]);
  });
});

describe('a simulated vendor that starts again', () => {
  it('has the same purchase orders, has said the same, and goes on', async () => {
    await submit(po('HG-1'));
    await submit(po('HG-1'));
    await laterSays('HG-1', ['acknowledgement', 'shipment', 'delivery']);
    await submit(po('HG-2'));
    const before = { held: await held(), said: await restVendor.pullDocuments(null, context()) };
    await restart();
    expect({ held: await held(), said: await restVendor.pullDocuments(null, context()) }).toEqual(before);
    expect((await restVendor.pullStock(context())).rows).toMatchObject([{ onHand: 8 }]);
    await submit(po('HG-1'));
    expect(await held()).toMatchObject([
      { poNumber: 'HG-1', timesReceived: 3 },
      { poNumber: 'HG-2', timesReceived: 1 },
    ]);
    await laterSays('HG-2', ['acknowledgement', 'shipment', 'delivery']);
    expect((await restVendor.pullDocuments(before.said.cursor, context())).documents).toHaveLength(3);
  });

  it('has what was whole before a torn last line', async () => {
    await submit(po('HG-1'));
    await vendors.close();
    appendFileSync(join(folder, 'vendors.jsonl'), '{"kind":"received","vendor":"ridge","poNumber":"HG-2","bo');
    await start();
    expect(await held()).toMatchObject([{ poNumber: 'HG-1' }]);
    await submit(po('HG-2'));
    await restart();
    expect(await held()).toMatchObject([{ poNumber: 'HG-1' }, { poNumber: 'HG-2' }]);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(vendors.url).port);
    const second = startSimulatedVendor({
      ...{ host: '127.0.0.1', port, clock, journalFile: join(folder, 'second.jsonl') },
    });
    await expect(second).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });
});

describe('a simulated vendor that was told to misbehave', () => {
  it.each<[FaultName, string, string, number]>([
    ['down', 'VENDOR_BUSY', 'transient', 0],
    ['rate-limit', 'VENDOR_BUSY', 'transient', 0],
    ['garbage', 'VENDOR_ANSWER_MALFORMED', 'unknown', 0],
    ['unauthorized', 'VENDOR_UNAUTHORIZED', 'unauthorized', 0],
    ['accept-then-drop', 'VENDOR_NO_ANSWER', 'unknown', 1],
  ])('by %s answers so once, then well', async (fault, code, errorClass, kept) => {
    await misbehave(fault, 1);
    await expect(submit(po('HG-1'))).rejects.toMatchObject({ code, errorClass });
    expect(await held()).toHaveLength(kept);
    expect(await submit(po('HG-1'))).toMatchObject({ found: true, status: 'received' });
    expect(await held()).toMatchObject([{ poNumber: 'HG-1', timesReceived: kept + 1 }]);
  });

  it('by taking a purchase order without a word has it', async () => {
    await misbehave('accept-then-hang', 1);
    const deadline = new AbortController();
    const call = restVendor.submitPurchaseOrder(po('HG-1'), context('ridge', { signal: deadline.signal }));
    const failed = expect(call).rejects.toMatchObject({ code: 'VENDOR_NO_ANSWER', errorClass: 'unknown' });
    await vi.waitFor(async () => expect(await held()).toHaveLength(1), 5_000);
    deadline.abort();
    await failed;
    expect(await restVendor.lookupPurchaseOrder('HG-1', context())).toMatchObject({ found: true });
  });

  it.each<[FaultName, number, number, string]>([
    ['reject', 0, 12, 'rejected'],
    ['partial', 6, 6, 'accepted'],
  ])('by %s says so in its acknowledgement, and after a restart too', async (fault, accepted, rejected, status) => {
    await restart({ delays: { acceptMs: 1_000, shipMs: NEVER, deliverMs: NEVER } });
    await misbehave(fault, 1);
    await submit(po('HG-1'));
    await restart({ delays: { acceptMs: 1_000, shipMs: NEVER, deliverMs: NEVER } });
    await laterSays('HG-1', ['acknowledgement']);
    expect(await restVendor.lookupPurchaseOrder('HG-1', context())).toMatchObject({
      status,
      documents: [{ lines: [{ lineNo: 1, accepted, rejected, reason: 'out of stock' }] }],
    });
  });

  it('does so alone', async () => {
    await misbehave('down', undefined, 'ridge');
    await expect(submit(po('HG-1'))).rejects.toMatchObject({ code: 'VENDOR_BUSY' });
    expect(await submit(po('HG-2'), 'other')).toMatchObject({ found: true });
  });
});
