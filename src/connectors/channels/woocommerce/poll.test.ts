import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wooCommerceChannel } from './index.js';
import { pollShop } from './poll.js';
import { anOrder, callOf } from './testing/bench.js';
import { type ShopWebhook, startWooShop, type WooShop } from './testing/woo-shop.js';

let shop: WooShop;
const START = Date.parse('2026-03-02T10:00:00Z');
beforeAll(async () => {
  shop = await startWooShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  for (const list of [shop.orders, shop.came, shop.mishaps, shop.webhooks]) list.length = 0;
  shop.before = () => {};
  shop.nowMs = START;
});

const gmt = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const placed = (id: number, ms = shop.nowMs) => anOrder({ id, date_modified_gmt: gmt(ms) });
/** All that is read on from a cursor, as `id@modified`, and the cursor that it ends with. */
async function pollAll(cursor: string | null, api: object = {}) {
  const read: string[] = [];
  const ids = new Set<string>();
  const notes: string[] = [];
  for (let at = cursor, page = 0; page < 50; page += 1) {
    const { payloads, more, ...rest } = await pollShop(at, callOf(shop, api));
    for (const { rawBody, deliveryId } of payloads) {
      const { id, date_modified_gmt } = JSON.parse(Buffer.from(rawBody).toString());
      read.push(`${id}@${date_modified_gmt}`);
      ids.add(deliveryId);
    }
    notes.push(...(rest.notes ?? []));
    if (!more) return { read, ids, notes, cursor: rest.cursor };
    at = rest.cursor;
  }
  return expect.fail('expected an end');
}

describe('a shop that is asked for its orders', () => {
  it('brings those of the statuses that the account takes, oldest first, and then what is changed', async () => {
    shop.orders.push(placed(1, START - 600_000), { ...placed(2), status: 'on-hold' }, placed(3, START - 400_000));
    const first = await pollAll(null);
    expect(first.read.map((one) => one.split('@')[0])).toEqual(['1', '3']);
    shop.nowMs += 600_000;
    shop.orders.push(placed(4, shop.nowMs - 5_000));
    const second = await pollAll(first.cursor);
    expect(second.read).toEqual([`4@${gmt(shop.nowMs - 5_000)}`]);
    shop.nowMs += 600_000;
    // Once more what may have been stored late, under the id that it had; then no more.
    const third = await pollAll(second.cursor);
    expect(third.ids).toEqual(second.ids);
    expect((await pollAll(third.cursor)).read).toEqual([]);
  });

  it('brings a change that the shop stored later than the moment it bears', async () => {
    const { cursor } = await pollAll(null);
    shop.nowMs += 60_000;
    shop.orders.push(placed(1, START - 120_000));
    expect((await pollAll(cursor)).read).toHaveLength(1);
  });

  it.each([3, 60, 290])(
    'passes over no order where another one is stored %i s late between two pages',
    async (late) => {
      shop.orders.push(...Array.from({ length: 250 }, (_, at) => placed(at + 1, START - 3_600_000)));
      shop.before = (call) => {
        if (call.startsWith('GET orders') && shop.came.length === 3)
          shop.orders.push(placed(251, START - late * 1_000));
      };
      const { cursor, read } = await pollAll(null, { wakeWebhooks: false });
      expect(new Set([...read, ...(await pollAll(cursor)).read]).size).toBe(251);
    },
  );

  it('brings more changes than a page holds once they are settled', async () => {
    shop.orders.push(...Array.from({ length: 150 }, (_, at) => placed(at + 1, START - 60_000)));
    const { cursor } = await pollAll(null);
    shop.nowMs += 300_000;
    expect((await pollAll(cursor)).read).toHaveLength(150);
  });

  it('tells a copy of an order by the id it had, and two versions within one second by two', async () => {
    shop.orders.push(placed(1));
    const first = await pollAll(null);
    expect((await pollAll(first.cursor)).ids).toEqual(first.ids);
    Object.assign(shop.orders[0] ?? {}, { customer_note: 'Ring three times' });
    expect((await pollAll(first.cursor)).ids).not.toEqual(first.ids);
  });

  it('brings bodies that become the same orders as those of webhooks', async () => {
    shop.orders.push(placed(8812));
    const { account, ...context } = callOf(shop);
    const { payloads } = await pollShop(null, { ...context, account });
    const webhook = wooCommerceChannel.normalize('order.updated', Buffer.from(JSON.stringify(shop.orders[0])), account);
    const polled = payloads.map(({ topic, rawBody }) => wooCommerceChannel.normalize(topic, rawBody, account));
    const [one, other] = [webhook, polled[0]].map((read) => read?.ok && { ...read.orders[0], provenance: null });
    expect(one).toBeTruthy();
    expect(other).toEqual(one);
  });

  it('is asked again from the same place where it fails in between', async () => {
    shop.orders.push(...Array.from({ length: 250 }, (_, at) => placed(at + 1, START - 3_600_000)));
    const { cursor, more } = await pollShop(null, callOf(shop));
    expect(more).toBe(true);
    shop.mishaps.push({ kind: 'tornLate' });
    await expect(pollShop(cursor, callOf(shop))).rejects.toMatchObject({ errorClass: 'transient' });
    expect((await pollAll(cursor)).read).toHaveLength(250);
  });

  it('is not asked on from a place that is none', async () => {
    for (const cursor of ['', '1', '1-2/-1', '9'.repeat(40), '1-2/3 '])
      await expect(pollShop(cursor, callOf(shop))).rejects.toMatchObject({ code: 'CHANNEL_CURSOR_INVALID' });
  });

  /** As much of an order as asking looks at. */
  const brief = (id: number, ms = shop.nowMs) => ({
    ...{ id, status: 'processing', date_modified_gmt: gmt(ms), meta_data: [] },
  });
  const happening = fc.record({
    what: fc.constantFrom('placed', 'changed', 'trashed', 'held'),
    which: fc.nat(400),
    afterMs: fc.constantFrom(0, 400, 1_000, 30_000, 200_000),
  });
  // Pages are long, so that what lies at their ends is moved over them only where there are several and much happens.
  const happenings = fc.array(happening, { minLength: 8, maxLength: 40 });
  it('loses no version that stays, whatever happens between two pages', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.constantFrom(0, 1, 99, 100, 101, 200, 250, 300, 420), async (events, count) => {
        shop.nowMs = START;
        shop.orders.splice(
          0,
          shop.orders.length,
          ...Array.from({ length: count }, (_, at) => brief(at + 1, START - 3_600_000)),
        );
        const due = events.values();
        shop.before = (call) => {
          if (!call.startsWith('GET orders')) return;
          for (const { what, which, afterMs } of [due.next().value, due.next().value].filter(
            (one) => one !== undefined,
          )) {
            shop.nowMs += afterMs;
            if (what === 'placed') shop.orders.push(brief(shop.orders.length + 1));
            const order = shop.orders[which % Math.max(1, shop.orders.length)];
            if (what === 'placed' || !order) continue;
            order.date_modified_gmt = gmt(shop.nowMs);
            if (what !== 'changed') order.status = what === 'held' ? 'on-hold' : 'trash';
          }
        };
        const seen = new Set<string>();
        let cursor: string | null = null;
        for (let round = 0; round < 8; round += 1) {
          const polled = await pollAll(cursor, { wakeWebhooks: false });
          for (const one of polled.read) seen.add(one);
          cursor = polled.cursor;
          shop.nowMs += 10_000;
        }
        shop.before = () => {};
        for (const one of (await pollAll(cursor, { wakeWebhooks: false })).read) seen.add(one);
        const there = shop.orders.filter(({ status }) => status === 'processing');
        const missed = there.filter(({ id, date_modified_gmt }) => !seen.has(`${id}@${date_modified_gmt}`));
        expect(missed.map(({ id }) => id)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('webhooks that the shop disabled', () => {
  const hook = (id: number, change: Partial<ShopWebhook> = {}): ShopWebhook => ({
    ...{ id, status: 'disabled', topic: 'order.updated', delivery_url: 'https://gw.example/webhooks/kit' },
    ...change,
  });

  it('are enabled again where they bring orders to this account, which is noted', async () => {
    shop.webhooks.push(
      ...[
        hook(1),
        hook(2, { topic: 'product.updated' }),
        hook(3, { delivery_url: 'https://gw.example/webhooks/kit2' }),
      ],
      ...[
        hook(4, { status: 'paused' }),
        hook(5, { delivery_url: 'not an address' }),
        hook(6, { topic: 'order.created' }),
      ],
    );
    const { notes } = await pollAll(null);
    expect(shop.webhooks.filter(({ status }) => status === 'active').map(({ id }) => id)).toEqual([1, 6]);
    expect(notes).toEqual([
      'enabled webhook 1 of order.updated again, which the shop had disabled',
      'enabled webhook 6 of order.created again, which the shop had disabled',
    ]);
    expect((await pollAll(null)).notes).toEqual([]);
  });

  it('are left alone where the account says so', async () => {
    shop.webhooks.push(hook(1));
    await pollAll(null, { wakeWebhooks: false });
    expect(shop.webhooks[0]?.status).toBe('disabled');
  });

  it('hold up no orders where the shop does not let us see them', async () => {
    shop.orders.push(placed(1));
    shop.before = (call) => {
      if (call.startsWith('GET webhooks')) shop.mishaps.push({ kind: 'failing' });
    };
    const { read, notes } = await pollAll(null);
    expect([read.length, notes]).toEqual([1, [expect.stringContaining('could not look after the shop')]]);
  });
});
