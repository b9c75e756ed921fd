import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callShop } from './client.js';
import { wooSecrets, wooSettings } from './settings.js';
import { anOrder, callOf } from './testing/bench.js';
import { type Mishap, startWooShop, type WooShop } from './testing/woo-shop.js';

let shop: WooShop;
beforeAll(async () => {
  shop = await startWooShop();
  shop.orders.push(anOrder());
  shop.products.push({ id: 7, sku: 'LAMP', parent_id: 0, type: 'simple', manage_stock: true, stock_quantity: 1 });
  shop.webhooks.push({
    id: 142,
    status: 'active',
    topic: 'order.updated',
    delivery_url: 'https://gw.example/webhooks/kit',
  });
});
afterAll(() => shop.close());
afterEach(() => {
  shop.mishaps.length = 0;
});

const answer = z.looseObject({ id: z.int() });
const read = () => callShop({ method: 'GET', path: 'orders/8812', answer }, callOf(shop));
const change = () => callShop({ method: 'PUT', path: 'orders/8812', body: { meta_data: [] }, answer }, callOf(shop));

describe('a call of a WooCommerce shop', () => {
  it('goes into the folder that the shop is in, with its keys, and tells the shop’s time', async () => {
    const { said, atMs } = await read();
    expect([said.id, atMs]).toEqual([8812, Date.parse('2026-03-02T10:00:00Z')]);
  });

  it.each<Mishap['kind']>(['byteOrderMark', 'phpNotice'])('passes over a %s before the JSON', async (kind) => {
    shop.mishaps.push({ kind } as Mishap);
    expect((await read()).said.id).toBe(8812);
  });

  it.each<[Mishap, string, string, string]>([
    [{ kind: 'busy', retryAfter: '7' }, 'CHANNEL_BUSY', 'transient', 'transient'],
    [{ kind: 'busy' }, 'CHANNEL_BUSY', 'transient', 'transient'],
    [{ kind: 'failing' }, 'CHANNEL_FAILED', 'transient', 'unknown'],
    [{ kind: 'excuseLate' }, 'CHANNEL_FAILED', 'transient', 'unknown'],
    [{ kind: 'htmlLate' }, 'CHANNEL_ANSWER_MALFORMED', 'transient', 'unknown'],
    [{ kind: 'tornLate' }, 'CHANNEL_NO_ANSWER', 'transient', 'unknown'],
    [{ kind: 'goneLate' }, 'CHANNEL_NO_ANSWER', 'transient', 'unknown'],
  ])(
    'that ends as %o fails with %s: %s where it reads, %s where it changes',
    async (mishap, code, reading, changing) => {
      const retryAfterMs = mishap.kind === 'busy' ? Number(mishap.retryAfter ?? 1) * 1_000 : undefined;
      const options = retryAfterMs === undefined ? {} : { options: { retryAfterMs } };
      shop.mishaps.push(mishap, mishap);
      await expect(read()).rejects.toMatchObject({ code, errorClass: reading, ...options });
      await expect(change()).rejects.toMatchObject({ code, errorClass: changing, ...options });
    },
  );

  it('that the shop does not accept says why, and shows no key', async () => {
    const stranger = callOf({ ...shop, consumerSecret: 'cs_of_another_shop' });
    const call = callShop({ method: 'GET', path: 'orders', answer: z.array(answer) }, stranger);
    await expect(call).rejects.toMatchObject({ code: 'CHANNEL_UNAUTHORIZED', errorClass: 'unauthorized' });
    const misspelt = callShop({ method: 'GET', path: 'orders', query: { perpage: '5' }, answer }, callOf(shop));
    await expect(misspelt).rejects.toMatchObject({
      code: 'CHANNEL_CALL_INVALID',
      errorClass: 'permanent',
      message: expect.stringContaining('rest_invalid_param: Invalid parameter(s): perpage'),
    });
  });

  it('of an account without keys or address is not made', async () => {
    const { account, ...context } = callOf(shop);
    for (const lacking of [
      { ...account, secrets: { webhookSecret: 'a secret' } },
      { ...account, settings: {} },
    ])
      await expect(
        callShop({ method: 'GET', path: 'orders/8812', answer }, { ...context, account: lacking }),
      ).rejects.toMatchObject({ code: 'CHANNEL_MISCONFIGURED', errorClass: 'permanent' });
  });
});

describe('settings of a WooCommerce account', () => {
  const isTaken = (url: string) => wooSettings.safeParse({ api: { url } }).success;
  it.each([
    'https://shop.example',
    'https://shop.example/store/',
    'http://127.0.0.1:8080',
    'http://10.1.2.3',
    'http://woo',
  ])('take a shop at %s', (url) => expect(isTaken(url)).toBe(true));
  it.each([
    'http://shop.example',
    'http://8.8.8.8',
    'ftp://shop.example',
    'https://u:p@shop.example',
    'https://shop.example?a=1',
  ])('take no shop at %s', (url) => expect(isTaken(url)).toBe(false));
  it('take no misspelt word about the API, and no key that would break a header', () => {
    expect(wooSettings.safeParse({ api: { url: 'https://shop.example', duty: [] } }).success).toBe(false);
    const secrets = { webhookSecret: 's', consumerKey: 'ck_1' };
    expect(wooSecrets.safeParse(secrets).success).toBe(true);
    for (const consumerKey of ['ck:1', 'ck\r\n1', ''])
      expect(wooSecrets.safeParse({ ...secrets, consumerKey }).success).toBe(false);
  });
});

const samples = join(
  process.env.HEADGATE_SAMPLES ?? join(import.meta.dirname, '../../../../../shared'),
  'fixtures/woocommerce',
);
if (!existsSync(samples))
  console.log(`skipped: samples of WooCommerce, not found in ${samples} (set HEADGATE_SAMPLES)`);
describe.skipIf(!existsSync(samples))('the double of a shop', () => {
  it.each([
    ['orders/8812/notes', 'order-notes-list.json', ['id', 'note', 'customer_note']],
    ['orders', 'orders-list.json', ['id', 'status', 'date_modified_gmt', 'meta_data', 'line_items']],
    ['products?sku=LAMP', 'products-list.json', ['id', 'sku', 'parent_id', 'type', 'manage_stock', 'stock_quantity']],
    ['webhooks', 'webhooks-list.json', ['id', 'status', 'topic', 'delivery_url']],
  ])('answers %s with what the documentation’s %s has, in the same types', async (path, file, keys) => {
    shop.notes.set(8812, [{ id: 1, note: 'Order ok', customer_note: false }]);
    const [bare, query] = path.split('?');
    const all = z.array(z.record(z.string(), z.unknown()));
    const call = {
      method: 'GET',
      path: bare ?? '',
      query: Object.fromEntries(new URLSearchParams(query)),
      answer: all,
    } as const;
    const [ours] = (await callShop(call, callOf(shop))).said;
    const typesOf = (one: Record<string, unknown> | undefined) =>
      keys.map((key) => `${key} ${one?.[key] === null ? 'number' : typeof one?.[key]}`);
    const [theirs] = all.parse(JSON.parse(readFileSync(join(samples, file), 'utf8')));
    expect(typesOf(ours)).toEqual(typesOf(theirs));
  });
});
