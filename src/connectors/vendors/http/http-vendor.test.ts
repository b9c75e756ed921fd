import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { ConnectorAccount } from '../../connector.js';
import { openOutbound } from '../../http/guarded-fetch.js';
import { answering } from '../../kit/calls.js';
import { describeVendor, type VendorBench } from '../../kit/index.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { createEvaluator, EvaluationFailed } from './evaluator.js';
import { createHttpVendor } from './index.js';
import { httpVendorSettings } from './settings.js';
import { LEDGER_PASSWORD, startLedgerVendor } from './testing/ledger-vendor.js';

const BUILT = new URL('../../../../dist/src/connectors/vendors/http/evaluator-thread.js', import.meta.url);
const evaluate = createEvaluator(BUILT);
const vendor = createHttpVendor(evaluate);
const NOW = new Date('2026-03-02T10:00:00Z');

/** The example of the documentation, as a reader pastes it. */
const EXAMPLE = JSON.parse(
  /```json\n([\s\S]+?)\n```/.exec(
    readFileSync(new URL('../../../../docs/connectors/http-vendor.md', import.meta.url), 'utf8'),
  )?.[1] ?? '',
);
type Settings = typeof EXAMPLE;
const account = (settings: Settings, secrets: object = { password: LEDGER_PASSWORD }): ConnectorAccount => ({
  ...{ code: 'ledger', settings, secrets },
});

const order = (poNumber: string): PurchaseOrder => ({
  ...{ poNumber, nodeCode: 'ridge-east', shipVia: 'swift', currency: 'USD', shipBy: '2026-03-03T17:00:00Z' },
  shipTo: { name: 'Nora Quist', lines: ['12 Larch Way', 'Flat 2'], city: 'Boulder', countryCode: 'US' },
  lines: [
    {
      ...{ lineNo: 1, vendorSku: 'R-1', sku: 'A-1', packs: 1, unitsPerPack: 6, unitOfMeasure: 'CS', quantity: 6 },
      unitCost: 12_900,
    },
  ],
});

async function openBench() {
  const ledger = await startLedgerVendor();
  const outbound = openOutbound({ rules: { privateHosts: [], ownOrigins: [ledger.url] } });
  const clock = { now: () => NOW };
  const context = { account: account({ ...EXAMPLE, baseUrl: `${ledger.url}/api/v3` }), clock, fetch: outbound.fetch };
  const bench: VendorBench & { close(): Promise<void>; ledger: typeof ledger } = {
    ...{ context, ledger, purchaseOrder: order },
    held: async (poNumber) => ledger.orders.filter(({ reference }) => reference === poNumber).length,
    untilSaid: async () => {},
    async close() {
      await outbound.close();
      await ledger.close();
    },
  };
  return bench;
}

describeVendor(
  { name: 'http', connector: vendor.configured?.(account(EXAMPLE)) ?? vendor, make: openBench },
  { describe, it },
);

const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);
/** One call over answers that are played. */
const calling = (fetch: typeof globalThis.fetch, settings: Settings = EXAMPLE, secrets?: object) => ({
  ...{ account: account(settings, secrets), clock: { now: () => NOW }, fetch, signal: AbortSignal.timeout(5_000) },
});
const submitting = (submit: object): Settings => ({
  ...EXAMPLE,
  operations: { ...EXAMPLE.operations, submit: { ...EXAMPLE.operations.submit, ...submit } },
});

describe('a vendor by configuration', () => {
  it('that says in its body that it is busy is left alone by all, as long as it says', async () => {
    const pauses: number[] = [];
    const busy = submitting({ outcome: "body.error = 'QUOTA' ? 'busy'" });
    const told = { 'retry-after': '20', 'content-type': 'application/json' };
    const context = calling(async () => new Response('{"error": "QUOTA"}', { status: 200, headers: told }), busy);
    const asked = vendor.submitPurchaseOrder(order('HG-1'), { ...context, pause: (ms) => void pauses.push(ms) });
    expect(await failing(asked)).toMatchObject({ code: 'VENDOR_BUSY', options: { retryAfterMs: 20_000 } });
    expect(pauses).toEqual([20_000]);
  });

  it('is told an order in its own words', async () => {
    const bench = await openBench();
    try {
      await vendor.submitPurchaseOrder(order('HG-1'), { ...bench.context, signal: AbortSignal.timeout(5_000) });
      const [came] = bench.ledger.came;
      expect(came?.call).toBe('POST /api/v3/salesOrders');
      expect(JSON.parse(came?.body ?? '')).toEqual({
        order: {
          ...{ reference: 'HG-1', warehouse: 'ridge-east', carrier: 'swift' },
          deliverTo: { name: 'Nora Quist', street: '12 Larch Way, Flat 2', town: 'Boulder', country: 'US' },
          items: [{ pos: 1, article: 'R-1', cases: 1, pieces: 6, unitCents: 129 }],
        },
      });
    } finally {
      await bench.close();
    }
  });

  it('can what its settings declare and its operations are there for', () => {
    expect(vendor.configured?.(account(EXAMPLE)).capabilities).toEqual({
      ...{ idempotentSubmit: true, authoritativeLookup: true, lateArrivalBoundMs: 60_000, cancel: true },
      ...{ checkAvailability: true, owes: { acknowledgementMs: 7_200_000 } },
      stockFeed: { subtracts: 'shipped', lagMs: 60_000, complete: false, deltas: false },
    });
    const { submit, lookup } = EXAMPLE.operations;
    const bare = vendor.configured?.(account({ ...EXAMPLE, operations: { submit, lookup }, capabilities: {} }));
    expect(bare?.capabilities).toMatchObject({ idempotentSubmit: false, cancel: false, stockFeed: null });
    expect(bare?.checkAvailability).toBeUndefined();
  });

  it('reads its stock page by page, and an odd row holds up none of the others', async () => {
    const rows = [
      { site: 'ridge-east', article: 'R-1', qty: '7' },
      { site: 'ridge-east', article: 'R-2', qty: '-1' },
    ];
    const report = await vendor.pullStock(
      calling(answering(200, JSON.stringify({ data: rows, meta: { pages: 1, takenAt: 1_772_445_600 } }))),
    );
    expect(report).toMatchObject({
      ...{ asOf: '2026-03-02T10:00:00.000Z', complete: false },
      rows: [{ nodeCode: 'ridge-east', vendorSku: 'R-1', onHand: 7 }],
      faults: [{ code: 'STOCK_ROW_UNREADABLE', path: 'rows.1.onHand' }],
    });
  });

  it('says what it means within an answer of success', async () => {
    const refusing = answering(200, JSON.stringify({ errors: [{ code: 'ARTICLE_UNKNOWN' }] }));
    const error = await failing(vendor.submitPurchaseOrder(order('HG-1'), calling(refusing)));
    expect(error).toMatchObject({ code: 'VENDOR_REFUSED', errorClass: 'refused' });
    expect(String(error)).toContain('(200): ARTICLE_UNKNOWN');
  });

  it('that answers 404 like any proxy has not said that it lacks an order', async () => {
    const error = await failing(vendor.lookupPurchaseOrder('HG-1', calling(answering(404, '{}'))));
    expect(error).toMatchObject({ code: 'VENDOR_ADDRESS_UNKNOWN', errorClass: 'transient' });
  });

  it.each<[string, object, string, string]>([
    ['a body that fails', { body: "$number('x')" }, 'VENDOR_MAPPING_FAILED', 'permanent'],
    ['a body of nothing', { body: 'nothing' }, 'VENDOR_MAPPING_FAILED', 'permanent'],
    ['a path without its value', { path: '/orders/{unknown}' }, 'VENDOR_MAPPING_FAILED', 'permanent'],
    ['an answer that fails', { outcome: undefined, answer: "$number('x')" }, 'VENDOR_ANSWER_MALFORMED', 'unknown'],
    ['an answer of something else', { answer: '42' }, 'VENDOR_ANSWER_MALFORMED', 'unknown'],
    ['an outcome of no known word', { outcome: "'perhaps'" }, 'VENDOR_ANSWER_MALFORMED', 'unknown'],
  ])('with %s fails as it should', async (_what, change, code, errorClass) => {
    const fetch = vi.fn(answering(200, '{"data": {"id": 1}}'));
    const error = await failing(vendor.submitPurchaseOrder(order('HG-1'), calling(fetch, submitting(change))));
    expect(error).toMatchObject({ code, errorClass });
    expect(fetch).toHaveBeenCalledTimes(code === 'VENDOR_MAPPING_FAILED' ? 0 : 1);
    expect(inspect(error, { depth: 8 })).not.toContain('Larch');
  });

  it('whose body could not be made in time sends nothing, and is tried again', async () => {
    const fetch = vi.fn(answering(200, '{}'));
    const hurried = createHttpVendor(createEvaluator(BUILT, 0));
    const error = await failing(hurried.submitPurchaseOrder(order('HG-1'), calling(fetch)));
    expect(error).toMatchObject({ code: 'VENDOR_MAPPING_FAILED', errorClass: 'transient' });
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each<[string, object, RegExp]>([
    ['an expression', { body: "{'a': " }, /at character \d+/],
    ['an operation', { answer: undefined }, /expected string/],
    ['a path', { path: 'orders' }, /begins with \//],
  ])('is not linked with %s that is wrong, and is told where', (_what, change, message) => {
    const read = httpVendorSettings.safeParse(submitting(change));
    expect(read.error?.issues[0]?.path.slice(0, 2)).toEqual(['operations', 'submit']);
    expect(read.error?.issues[0]?.message).toMatch(message);
  });

  it('is not linked without the secret that its authentication needs', () => {
    expect(() => vendor.configured?.(account(EXAMPLE, {}))).toThrow('auth basic needs the secret password');
  });
});

describe('OAuth 2', () => {
  const oauth = {
    ...EXAMPLE,
    auth: {
      kind: 'oauth2',
      tokenUrl: 'https://id.ledger.example/token',
      clientId: 'headgate',
      form: { scope: 'orders' },
    },
  };
  const token = (value: string) => new Response(JSON.stringify({ access_token: value, expires_in: 3_600 }));
  const found = { data: [{ id: 7, attributes: { reference: 'HG-1', state: 'OPEN' } }] };
  /** Knows the tokens that it gave, but for those that it revoked. */
  const provider = (revoked: string[]) => {
    const asked: string[] = [];
    const fetch = async (address: unknown, init?: RequestInit) => {
      const isToken = String(address).endsWith('/token');
      asked.push(isToken ? `token ${init?.body}` : String(new Headers(init?.headers).get('authorization')));
      if (isToken) return token(`t${asked.filter((one) => one.startsWith('token')).length}`);
      const isKnown = !revoked.includes(asked.at(-1) ?? '');
      return new Response(isKnown ? JSON.stringify(found) : '{}', { status: isKnown ? 200 : 401 });
    };
    return { asked, fetch: fetch as typeof globalThis.fetch };
  };
  const lookup = (own: ReturnType<typeof createHttpVendor>, fetch: typeof globalThis.fetch) =>
    own.lookupPurchaseOrder('HG-1', calling(fetch, oauth, { clientSecret: 'client-secret-1' }));

  it('asks for a token once, and for another where the one that is kept is not accepted any more', async () => {
    const own = createHttpVendor(evaluate);
    const revoked: string[] = [];
    const { asked, fetch } = provider(revoked);
    expect(await lookup(own, fetch)).toMatchObject({ found: true, vendorReference: '7' });
    await lookup(own, fetch);
    revoked.push('Bearer t1');
    expect(await lookup(own, fetch)).toMatchObject({ found: true });
    const form = 'token scope=orders&grant_type=client_credentials&client_id=headgate&client_secret=client-secret-1';
    expect(asked).toEqual([form, 'Bearer t1', 'Bearer t1', 'Bearer t1', form, 'Bearer t2']);
  });

  it('with credentials that are not accepted is told as such, and nothing is in doubt', async () => {
    const own = createHttpVendor(evaluate);
    const denied = calling(answering(401, '{"error": "invalid_client"}'), oauth, { clientSecret: 'client-secret-1' });
    const error = await failing(own.submitPurchaseOrder(order('HG-1'), denied));
    expect(error).toMatchObject({ code: 'VENDOR_UNAUTHORIZED', errorClass: 'unauthorized' });
    const away = calling(answering(500), oauth, { clientSecret: 'client-secret-1' });
    expect(await failing(own.submitPurchaseOrder(order('HG-1'), away))).toMatchObject({ errorClass: 'transient' });
  });
});

describe('an expression', () => {
  const short = createEvaluator(BUILT, 1_500);
  it.each([
    ['that runs for ever', '($f := function($n) { $f($n + 1) }; $f(0))', 'D1012'],
    ['with a regular expression without end', `$contains('${'a'.repeat(40)}!', /^(a+)+$/)`, 'longer than 1500 ms'],
    ['that makes a text without measure', "$reduce([1..60], function($a, $b) { $a & $a }, 'xxxxxxxx')", 'it failed'],
    ['that makes a list without measure', '$count([1..9999999])', 'D2015'],
    ['that fills the memory', "$map([1..2000], function($v) { $split($pad('', 200000, 'x,'), ',') })", 'D1012'],
  ])('%s is ended, and others go on', async (_what, text, why) => {
    const error = await failing(short(text, {}));
    expect(error).toBeInstanceOf(EvaluationFailed);
    expect(String(error)).toContain(why);
    expect(await evaluate('a + 1', { a: 1 })).toBe(2);
  });

  it.each(['process', '$.constructor', '$constructor', 'toString', '__proto__.polluted', "$eval('process.env')"])(
    'has no access to anything: %s is nothing',
    async (text) => {
      expect(await evaluate(text, {})).toBeNull();
    },
  );

  it('that fails does not tell what it worked on', async () => {
    const error = await failing(evaluate('$error(secret)', { secret: 'very-secret' }));
    expect(String(error)).toContain('JSONata D3137 at character 7');
    expect(inspect(error, { depth: 8 })).not.toContain('very-secret');
  });
});
