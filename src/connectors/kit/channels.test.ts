import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChannelConnector } from '../channel.js';
import { apiChannel } from '../channels/api/index.js';
import { shopifyChannel } from '../channels/shopify/index.js';
import { type ContractCase, runCase, type Subject } from './cases.js';
import { type ChannelBench, channelCases, describeChannel, vendorCases } from './index.js';

const ORDER = readFileSync(new URL('../channels/shopify/fixtures/order-created.json', import.meta.url));
const SECRET = 'kit-webhook-secret';
/** As an account has it that names no address of the shop: heard by webhooks alone. */
function heardOnly(connector: ChannelConnector): ChannelConnector {
  const { pollOrders: _poll, tell: _tell, publishStock: _publish, ...heard } = connector;
  return { ...heard, capabilities: { ...connector.capabilities, poll: false, duties: [] } };
}
const shopify: Subject<ChannelConnector, ChannelBench> = {
  name: 'shopify',
  connector: heardOnly(shopifyChannel),
  make: async () => ({
    account: { code: 'kit', settings: {}, secrets: { webhookSecret: SECRET } },
    topic: 'orders/create',
    payloads: [ORDER],
    sign: (rawBody) => ({
      rawBody,
      headers: {
        'x-shopify-topic': 'orders/create',
        'x-shopify-webhook-id': 'kit-1',
        'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(rawBody).digest('base64'),
      },
    }),
  }),
};
describeChannel(shopify, { describe, it });
describeChannel(
  {
    ...{ name: 'api', connector: apiChannel },
    make: async () => ({ account: { code: 'kit', settings: {}, secrets: {} }, topic: 'orders', payloads: [] }),
  },
  { describe, it },
);

describe('the contract kit', () => {
  it('has cases of lasting ids', () => {
    const ids = [...vendorCases, ...channelCases].map((one) => `${one.id} ${one.level}`);
    const numbered = (what: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${what}-${String(at + 1).padStart(3, '0')} MUST`);
    const should = 'VENDOR-015 SHOULD';
    const vendors = numbered('VENDOR', 19).with(14, should);
    expect(ids).toEqual([...vendors, ...numbered('CHANNEL', 13).with(12, 'CHANNEL-013 MAY')]);
  });

  const broken = async (change: Partial<ChannelConnector>): Promise<string[]> => {
    const failed: string[] = [];
    const connector = { ...heardOnly(shopifyChannel), ...change };
    const apply = (channelCases as ContractCase<ChannelConnector, ChannelBench>[]).filter(
      (one) => one.level === 'MUST' && (one.needs?.has(connector) ?? true),
    );
    for (const one of apply) await runCase(one, { ...shopify, connector }).catch(() => failed.push(one.id));
    return failed;
  };
  let calls = 0;
  it.each<[string, Partial<ChannelConnector>, string[]]>([
    [
      'believes every signature',
      { verifyWebhook: () => ({ ok: true, topic: 'orders/create', deliveryId: '1' }) },
      ['CHANNEL-003', 'CHANNEL-004'],
    ],
    [
      'numbers each copy anew',
      {
        verifyWebhook: (request, account) => {
          const verdict = shopifyChannel.verifyWebhook(request, account);
          calls += 1;
          return verdict.ok ? { ...verdict, deliveryId: String(calls) } : verdict;
        },
      },
      ['CHANNEL-005'],
    ],
    [
      'throws at what it cannot read',
      {
        normalize: (topic, rawBody, account) => {
          JSON.parse(Buffer.from(rawBody).toString());
          return shopifyChannel.normalize(topic, rawBody, account);
        },
      },
      ['CHANNEL-001', 'CHANNEL-002'],
    ],
    [
      'makes an order of any topic',
      { normalize: (_topic, rawBody, account) => shopifyChannel.normalize('orders/create', rawBody, account) },
      ['CHANNEL-007'],
    ],
  ])('objects to a channel that %s', async (_what, change, ids) => {
    expect(await broken(change)).toEqual(ids);
  });

  it('takes no skip without a reason, and none of a case that is not there', () => {
    const skipping = (id: string, reason: string) => () =>
      describeChannel(
        { ...shopify, skip: [{ case: id, reason }] },
        { describe: (_name, body) => body(), it: Object.assign(() => {}, { skip: () => {} }) },
      );
    expect(skipping('CHANNEL-003', ' ')).toThrow('expected a reason to skip CHANNEL-003');
    expect(skipping('CHANNEL-999', 'it is not there')).toThrow('expected a case to skip, got "CHANNEL-999"');
    expect(skipping('CHANNEL-003', 'it signs elsewhere')).not.toThrow();
  });
});
