import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../connectors/channel.js';
import type { WebhookReceipt } from '../orders/contract.js';
import { type GatewayFixture, startGatewayFixture } from './testing/gateway-fixture.js';
import { noServices } from './testing/no-services.js';

describe('a webhook', () => {
  let fixture: GatewayFixture;
  let receipt: WebhookReceipt | Error = { kind: 'kept', intakeId: 'i1' };
  const received: { accountCode: string; request: WebhookRequest }[] = [];
  beforeAll(async () => {
    const services = noServices({
      async receiveWebhook(accountCode, request) {
        received.push({ accountCode, request });
        if (receipt instanceof Error) throw receipt;
        return receipt;
      },
    });
    fixture = await startGatewayFixture({ services: () => services, config: { webhookBytesMax: 1_000 } });
  });
  afterAll(() => fixture?.close());
  const post = (body: string | Uint8Array<ArrayBuffer>, account = 'shop') =>
    fetch(`${fixture.url}/webhooks/${account}`, { method: 'POST', body, headers: { 'X-Shop-Topic': 'orders/create' } });

  it('reaches the order services as the raw bytes that came, without a key', async () => {
    const bytes = new Uint8Array([0x7b, 0x22, 0xc3, 0xa9, 0x22, 0x3a, 0x20, 0x31, 0x2e, 0x30, 0x30, 0x7d]);
    expect((await post(bytes)).status).toBe(200);
    const last = received.at(-1);
    expect(last?.accountCode).toBe('shop');
    expect(new Uint8Array(last?.request.rawBody ?? [])).toEqual(bytes);
    expect(last?.request.headers['x-shop-topic']).toBe('orders/create');
  });

  it.each<[string, WebhookReceipt | Error, number]>([
    ['is acknowledged once it is kept', { kind: 'kept', intakeId: 'i' }, 200],
    ['is acknowledged again when it comes again', { kind: 'duplicate', intakeId: 'i' }, 200],
    ['is acknowledged where it holds nothing to keep', { kind: 'nothing', reason: 'a ping' }, 200],
    ['is refused with a bad signature', { kind: 'unauthorized', reason: 'the signature is not ours' }, 401],
    ['is refused for an account that is not there', { kind: 'unknown_account', reason: 'none' }, 404],
    ['is refused on a topic that nobody reads', { kind: 'unknown_topic', reason: 'none' }, 422],
    ['is asked to come again while the account is paused', { kind: 'paused', reason: 'paused' }, 503],
    ['is asked to come again when it could not be kept', new Error('disk full on /var/lib/db'), 500],
  ])('%s', async (_name, given, status) => {
    receipt = given;
    const response = await post('{}');
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(text).not.toMatch(/disk full|not ours/);
  });

  it('larger than allowed is refused before anything is made of it', async () => {
    receipt = { kind: 'kept', intakeId: 'i' };
    const before = received.length;
    expect((await post('x'.repeat(1_001))).status).toBe(413);
    expect(received.length).toBe(before);
  });

  it('for a name that no account can have is not found', async () => {
    expect((await post('{}', '..%2f..')).status).toBe(404);
    expect((await post('{}', 'SHOP')).status).toBe(404);
  });
});
