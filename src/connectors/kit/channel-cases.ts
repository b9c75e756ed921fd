import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ConnectorError, errorChain } from '../../model/errors.js';
import type { ChannelConnector, ChannelNotice, OrderPage, WebhookRequest } from '../channel.js';
import type { ConnectorAccount } from '../connector.js';
import { type CallBench, calling } from './calls.js';
import type { ContractCase } from './cases.js';

/** An account of the channel, and what it is sent. Payloads and `sign` are asked for only where the channel takes webhooks. */
export interface ChannelBench {
  readonly account: ConnectorAccount;
  /** The topic of orders, and payloads of it that are in order. */
  readonly topic: string;
  readonly payloads: readonly Uint8Array[];
  /** The webhook that the channel would send with this body. */
  sign?(rawBody: Uint8Array): WebhookRequest;
  /** How the channel, or its double, is called; where the connector polls or has duties. What goes wrong is played in its `fetch`. */
  readonly context?: CallBench['context'];
  /** Of each duty that the connector declares one notice that the channel takes, but of report_stock. */
  readonly notices?: readonly ChannelNotice[];
  /** How often the channel was told that; where there are notices. */
  told?(notice: ChannelNotice): Promise<number>;
}

type Case = ContractCase<ChannelConnector, ChannelBench>;
const bytes = (text: string) => new TextEncoder().encode(text);
const GARBAGE: readonly Uint8Array[] = [
  ...['', 'null', '[]', '{}', '"order"', 'webhook=1', '{"id":', '{"__proto__":{"id":1}}', '[1e999]'].map(bytes),
  ...[bytes('['.repeat(100_000)), Uint8Array.of(0xff, 0xfe, 0x00), new Uint8Array(4_096)],
];
const PAGES_MAX = 100;
const polls = { what: 'poll', has: (one: ChannelConnector) => one.capabilities.poll };
const tells = {
  what: 'duties',
  has: (one: ChannelConnector) => one.capabilities.duties.some(({ kind }) => kind !== 'report_stock'),
};
const reportsStock = {
  what: 'duty to report stock',
  has: (one: ChannelConnector) => one.capabilities.duties.some(({ kind }) => kind === 'report_stock'),
};

function callBench({ context }: ChannelBench): CallBench {
  return { context: context ?? assert.fail('expected a context in the bench of a channel that is called') };
}

async function pollAll(connector: ChannelConnector, bench: ChannelBench, from: string | null) {
  const payloads: OrderPage['payloads'][number][] = [];
  let cursor = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read = await connector.pollOrders?.(cursor, calling(callBench(bench)));
    assert.ok(read, 'expected pollOrders where the capability says so');
    payloads.push(...read.payloads);
    cursor = read.cursor;
    if (!read.more) return { payloads, cursor };
  }
  return assert.fail(`expected an end of the orders within ${PAGES_MAX} pages`);
}

const needs = { what: 'webhooks', has: (one: ChannelConnector) => one.capabilities.webhooks.length > 0 };

function signed(bench: ChannelBench): WebhookRequest {
  const [body] = bench.payloads;
  assert.ok(body && bench.sign, 'expected a payload and how it is signed');
  return bench.sign(body);
}

/** What every channel connector keeps. */
export const channelCases: readonly Case[] = [
  {
    ...{
      id: 'CHANNEL-001',
      level: 'MUST',
      title: 'normalising is pure: the same bytes, the same orders, nothing changed',
    },
    run(connector, { account, topic, payloads }) {
      for (const payload of [...payloads, ...GARBAGE]) {
        const [given, before] = [Uint8Array.from(payload), structuredClone(account)];
        const first = connector.normalize(topic, given, account);
        assert.deepEqual(connector.normalize(topic, given, account), first);
        assert.deepEqual([given, account], [Uint8Array.from(payload), before]);
      }
    },
  },
  {
    ...{ id: 'CHANNEL-002', level: 'MUST', title: 'garbage is refused with faults, never thrown at' },
    run(connector, { account, topic }) {
      for (const garbage of GARBAGE) {
        const result = connector.normalize(topic, garbage, account);
        assert.ok(!result.ok && result.faults.length > 0, 'expected faults');
        for (const { code, message, path } of result.faults)
          assert.ok(/^[A-Z][A-Z0-9_]*$/.test(code) && message !== '' && typeof path === 'string', code);
      }
    },
  },
  {
    ...{ id: 'CHANNEL-003', level: 'MUST', title: 'a signed webhook is taken, and refused where its body was altered' },
    needs,
    run(connector, bench) {
      const request = signed(bench);
      const body = request.rawBody;
      assert.ok(connector.verifyWebhook(request, bench.account).ok);
      const flipped = body.map((byte, at) => (at === body.length >> 1 ? byte ^ 1 : byte));
      for (const rawBody of [flipped, body.subarray(1), Uint8Array.of(...body, 0x20), new Uint8Array()])
        assert.ok(!connector.verifyWebhook({ ...request, rawBody }, bench.account).ok);
    },
  },
  {
    ...{ id: 'CHANNEL-004', level: 'MUST', title: 'an unsigned webhook is refused, and the reason shows no secret' },
    run(connector, { account, payloads }) {
      for (const rawBody of [...payloads, ...GARBAGE]) {
        const verdict = connector.verifyWebhook({ headers: {}, rawBody }, account);
        assert.ok(!verdict.ok && verdict.reason !== '');
        for (const secret of Object.values(account.secrets ?? {})) assert.ok(!verdict.reason.includes(String(secret)));
      }
    },
  },
  {
    ...{ id: 'CHANNEL-005', level: 'MUST', title: 'copies of a delivery have one id' },
    needs,
    run(connector, bench) {
      const verdicts = [1, 2].map(() => connector.verifyWebhook(signed(bench), bench.account));
      assert.deepEqual(verdicts[0], verdicts[1]);
      const [verdict] = verdicts;
      assert.ok(verdict?.ok && 'topic' in verdict && verdict.deliveryId !== '' && verdict.topic === bench.topic);
    },
  },
  {
    ...{ id: 'CHANNEL-006', level: 'MUST', title: 'orders are canonical: ids, ISO codes, whole units, exact prices' },
    needs,
    run(connector, { account, topic, payloads }) {
      for (const payload of payloads) {
        const result = connector.normalize(topic, payload, account);
        assert.ok(result.ok && result.orders.length > 0, 'expected an order');
        for (const order of result.orders) {
          assert.ok(order.externalId !== '' && order.lines.length > 0);
          assert.match(order.currency, /^[A-Z]{3}$/);
          assert.match(order.shipTo.countryCode, /^[A-Z]{2}$/);
          assert.match(order.placedAt, /^\d{4}-\d\d-\d\dT.+Z$/);
          assert.equal(new Set(order.lines.map((line) => line.externalLineId)).size, order.lines.length);
          for (const { sku, quantity, unitPrice } of order.lines)
            assert.ok(sku !== '' && Number.isSafeInteger(quantity) && quantity >= 0 && Number.isSafeInteger(unitPrice));
          assert.ok(
            order.lines.some(({ quantity }) => quantity > 0),
            'expected something to be ordered',
          );
        }
      }
    },
  },
  {
    ...{ id: 'CHANNEL-007', level: 'MUST', title: 'a topic that the channel does not declare makes no order' },
    run(connector, { account, payloads }) {
      for (const payload of payloads) {
        const result = connector.normalize('kit/no-such-topic', payload, account);
        assert.ok(!result.ok || result.orders.length === 0);
      }
    },
  },
  {
    ...{ id: 'CHANNEL-008', level: 'MUST', title: 'it can be polled, told and sent stock just where it says so' },
    run(connector) {
      const duties = connector.capabilities.duties.map(({ kind }) => kind);
      assert.equal(connector.pollOrders !== undefined, connector.capabilities.poll);
      assert.equal(connector.tell !== undefined, tells.has(connector));
      assert.equal(connector.publishStock !== undefined, reportsStock.has(connector));
      assert.equal(new Set(duties).size, duties.length);
    },
  },
  {
    ...{
      id: 'CHANNEL-009',
      level: 'MUST',
      title: 'polled orders are those of webhooks, and none is lost on from the cursor',
    },
    needs: polls,
    async run(connector, bench) {
      const first = await pollAll(connector, bench, null);
      assert.ok(first.payloads.length > 0, 'expected orders at the bench');
      for (const { topic, rawBody } of first.payloads) {
        const result = connector.normalize(topic, rawBody, bench.account);
        assert.ok(result.ok, JSON.stringify(result));
      }
      const ids = new Set(first.payloads.map(({ deliveryId }) => deliveryId));
      assert.ok(!ids.has('') && ids.size === first.payloads.length, 'expected an id of its own for each');
      // A channel that dates to the second may show the last ones again, under the ids that they had.
      for (const { deliveryId } of (await pollAll(connector, bench, first.cursor)).payloads)
        assert.ok(ids.has(deliveryId), `${deliveryId} is new though nothing happened`);
    },
  },
  {
    ...{ id: 'CHANNEL-010', level: 'MUST', title: 'each duty is done, and a notice told twice is one' },
    needs: tells,
    async run(connector, bench) {
      const notices = bench.notices ?? assert.fail('expected notices at the bench');
      const duties = connector.capabilities.duties.map(({ kind }) => kind).filter((kind) => kind !== 'report_stock');
      assert.deepEqual(new Set(notices.map(({ kind }) => kind)), new Set(duties));
      for (const notice of notices) {
        const context = () => calling(callBench(bench));
        const first = await connector.tell?.(notice, context());
        const second = await connector.tell?.(notice, context());
        assert.deepEqual(second?.reference, first?.reference);
        assert.equal(await bench.told?.(notice), 1, `${notice.kind} was not told once`);
      }
    },
  },
  {
    ...{
      id: 'CHANNEL-011',
      level: 'MUST',
      title: 'stock is published, and SKUs that the channel does not have are named',
    },
    needs: reportsStock,
    async run(connector, bench) {
      const stranger = 'HG-KIT-NO-SUCH-SKU';
      const levels = { asOf: '2026-03-02T10:00:00.000Z', levels: [{ sku: stranger, available: 3 }] };
      const answer = await connector.publishStock?.(levels, calling(callBench(bench)));
      assert.ok(answer?.unknownSkus.every((sku) => sku === stranger));
    },
  },
  {
    ...{ id: 'CHANNEL-012', level: 'MUST', title: 'no failure of a call shows a secret' },
    needs: { what: 'calls', has: (one) => polls.has(one) || tells.has(one) },
    async run(connector, bench) {
      const { context } = callBench(bench);
      const secrets = Object.values(context.account.secrets ?? {}).map(String);
      const quoting: typeof fetch = async (_address, init) =>
        new Response(JSON.stringify({ error: `who is ${JSON.stringify(init?.headers)}` }), { status: 400 });
      const troubled = calling({ context }, quoting);
      const [notice] = bench.notices ?? [];
      for (const call of [connector.pollOrders?.(null, troubled), notice && connector.tell?.(notice, troubled)]) {
        const error: unknown = await call?.then(
          () => null,
          (reason: unknown) => reason,
        );
        if (!error) continue;
        assert.ok(error instanceof ConnectorError, `expected a ConnectorError, got ${String(error)}`);
        for (const secret of secrets)
          assert.ok(!(inspect(error, { depth: 8 }) + JSON.stringify(errorChain(error))).includes(secret), error.code);
      }
    },
  },
  {
    ...{ id: 'CHANNEL-013', level: 'MAY', title: 'totals are recomputed from the lines and graded' },
    needs,
    run(connector, { account, topic, payloads }) {
      for (const payload of payloads) {
        const result = connector.normalize(topic, payload, account);
        if (result.ok) for (const order of result.orders) assert.ok(order.totals !== undefined, 'expected totals');
      }
    },
  },
];
