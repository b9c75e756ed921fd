import assert from 'node:assert/strict';
import type { ChannelConnector, WebhookRequest } from '../channel.js';
import type { ConnectorAccount } from '../connector.js';
import type { ContractCase } from './cases.js';

/** An account of the channel, and what it is sent. Payloads and `sign` are asked for only where the channel takes webhooks. */
export interface ChannelBench {
  readonly account: ConnectorAccount;
  /** The topic of orders, and payloads of it that are in order. */
  readonly topic: string;
  readonly payloads: readonly Uint8Array[];
  /** The webhook that the channel would send with this body. */
  sign?(rawBody: Uint8Array): WebhookRequest;
}

type Case = ContractCase<ChannelConnector, ChannelBench>;
const bytes = (text: string) => new TextEncoder().encode(text);
const GARBAGE: readonly Uint8Array[] = [
  ...['', 'null', '[]', '{}', '"order"', 'webhook=1', '{"id":', '{"__proto__":{"id":1}}', '[1e999]'].map(bytes),
  ...[bytes('['.repeat(100_000)), Uint8Array.of(0xff, 0xfe, 0x00), new Uint8Array(4_096)],
];
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
      assert.ok(verdicts[0]?.ok && verdicts[0].deliveryId !== '' && verdicts[0].topic === bench.topic);
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
            assert.ok(sku !== '' && Number.isSafeInteger(quantity) && quantity > 0 && Number.isSafeInteger(unitPrice));
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
];
