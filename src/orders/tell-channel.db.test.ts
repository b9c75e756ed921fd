import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemViewer, type Viewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { discardDeadLetters, listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { sequenceEvents } from '../store/event-log.js';
import { beginReading } from '../store/event-reader.js';
import { listNotices } from '../store/notice-list.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct } from '../store/testing/small-network.js';
import { dueWork } from '../store/work.js';
import type { OrderDeps } from './deps.js';
import { dispatch } from './dispatch.js';
import { makeNotices, NOTICES_READER } from './make-notices.js';
import { cancelOrder } from './order-commands.js';
import { tellChannel } from './tell-channel.js';
import { MemoryRetailer } from './testing/memory-channel.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const HOUR_MS = 3_600_000;
let db: Database;
let shop: Workshop;
let sku: string;
let retailer: MemoryRetailer;
beforeAll(async () => {
  db = await openTestDatabase();
  retailer = new MemoryRetailer();
  shop = await openWorkshop(db, retailer);
  const productId = await addProduct(db.pool, [[shop.network.nodes.east, 10_000]]);
  sku = (await db.pool.query('SELECT sku FROM product WHERE id = $1', [productId])).rows[0].sku;
  await beginReading(db.pool, NOTICES_READER, 'now');
});
afterAll(async () => {
  await shop?.deps.committer.close();
  await db?.close();
});
beforeEach(async () => {
  // What an earlier test left open is not of this one.
  await db.pool.query(
    `UPDATE channel_notice SET state = 'void', next_action_at = NULL, alarm_at = NULL, lease_token = NULL, lease_until = NULL
     WHERE state <> 'told'`,
  );
  retailer.manners.length = 0;
  retailer.told.length = 0;
  retailer.tells = 0;
  retailer.busy = async () => {};
  retailer.underWayMost = 0;
});

/** An order that came in and was confirmed, and what follows for its channel. */
async function ordered(quantity = 3): Promise<string> {
  const result = await shop.submit(sku, quantity);
  if (result.kind !== 'accepted') throw new Error('expected the order to be taken');
  await note();
  return result.orderId;
}
async function note(deps: OrderDeps = shop.deps): Promise<void> {
  await sequenceEvents(db.pool);
  while ((await makeNotices(deps)) === 'more');
}
async function shipped(orderId: string): Promise<void> {
  const [fulfillment] = (await shop.order(orderId)).fulfillments;
  if (!fulfillment) throw new Error('expected a fulfillment');
  await dispatch(shop.deps, fulfillment.id);
  shop.vendor.ship(fulfillment.poNumber);
  await shop.readDocuments(shop.network.nodes.east.vendorId);
  await note();
}
const due = async () => {
  const work = await dueWork(db.pool, { now: shop.clock.now(), limit: 100, steps: ['notice'] });
  return work.map(({ id }) => id);
};
/** Does what is due, as workers would. */
async function tell(deps: OrderDeps = shop.deps): Promise<void> {
  for (const id of await due()) await tellChannel(deps, id);
}
const states = async (orderId: string) => {
  const { rows } = await db.pool.query<{ kind: string; state: string }>(
    "SELECT kind, state FROM channel_notice WHERE order_id = $1 AND state <> 'void' ORDER BY seq",
    [orderId],
  );
  return rows.map(({ kind, state }) => `${kind} ${state}`);
};
const toldOf = () => retailer.told.map(({ kind }) => kind);

describe('a channel', () => {
  it('is told that an order is accepted, what left, and what it costs, in that order', async () => {
    const orderId = await ordered();
    expect(await states(orderId)).toEqual(['acknowledge waiting', 'ship awaited']);
    await shipped(orderId);
    await tell();
    expect(retailer.told).toMatchObject([
      { kind: 'acknowledge', lines: [{ externalLineId: '1', sku, accepted: 3, backordered: 0, rejected: 0 }] },
      { kind: 'ship', carrier: 'swift', trackingNumbers: ['T1'], lines: [{ externalLineId: '1', quantity: 3 }] },
      { kind: 'invoice', currency: 'USD', lines: [{ externalLineId: '1', quantity: 3, unitPrice: 500_000 }] },
    ]);
    const { externalId } = await shop.order(orderId);
    expect(retailer.told.every((notice) => notice.externalId === externalId)).toBe(true);
    expect(await states(orderId)).toEqual(['acknowledge told', 'ship told', 'invoice told']);
    expect(await due()).toEqual([]);
  });

  it('shows what it was told to who may see its account, and to no vendor', async () => {
    const orderId = await ordered(2);
    const { externalId, accountId } = await shop.order(orderId);
    const viewer = systemViewer('test');
    const seen = async (as: Partial<Viewer>, more: Partial<Parameters<typeof listNotices>[2]> = {}) =>
      (await listNotices(db.pool, { ...viewer, ...as }, { order: externalId, limit: 10, ...more })).map(
        ({ kind, state, account }) => `${account} ${kind} ${state}`,
      );
    const both = ['shop ship awaited', 'shop acknowledge waiting'];
    expect(await seen({})).toEqual(both);
    expect(await seen({ accountIds: [accountId] }, { order: orderId, account: 'shop' })).toEqual(both);
    expect(await seen({}, { state: 'waiting' })).toEqual(['shop acknowledge waiting']);
    expect(await seen({ accountIds: [accountId + 1] })).toEqual([]);
    expect(await seen({ vendorIds: [shop.network.nodes.east.vendorId] })).toEqual([]);
  });

  it('is told what was canceled since its order was accepted', async () => {
    const orderId = await ordered();
    await tell();
    await cancelOrder(shop.deps, systemViewer('test'), {
      ...{ orderId, idempotencyKey: randomUUID(), fingerprint: createHash('sha256').update(orderId).digest() },
    });
    await note();
    await tell();
    expect(retailer.told.at(-1)).toMatchObject({ kind: 'cancel', lines: [{ externalLineId: '1', quantity: 3 }] });
  });

  it('hears of what happened once, though the process ends before its place in the log is kept', async () => {
    const result = await shop.submit(sku, 1);
    if (result.kind !== 'accepted') throw new Error('expected the order to be taken');
    await sequenceEvents(db.pool);
    let given = 0;
    const ending = { ...shop.deps, newId: () => (++given > 1 ? fall() : shop.deps.newId()) };
    const fall = (): string => {
      throw new Error('the process ended');
    };
    await expect(makeNotices(ending)).rejects.toThrow('the process ended');
    expect(await states(result.orderId)).toEqual([]);
    await note();
    await note();
    expect(await states(result.orderId)).toEqual(['acknowledge waiting', 'ship awaited']);
    await tell();
    expect(toldOf()).toEqual(['acknowledge']);
  });

  it.each([
    ['its answer is lost', 'lose_answer'],
    ['it is away', 'away'],
  ] as const)('is told again where %s, and makes one of it', async (_, manner) => {
    const orderId = await ordered();
    retailer.manners.push(manner);
    await tell();
    expect(await states(orderId)).toEqual(['acknowledge waiting', 'ship awaited']);
    expect(await due()).toEqual([]);
    shop.clock.advance(1_000);
    await tell();
    expect([toldOf(), retailer.tells]).toEqual([['acknowledge'], 2]);
    expect(await states(orderId)).toEqual(['acknowledge told', 'ship awaited']);
  });

  it('is told again after the lease where the process ended between the telling and its record', async () => {
    const orderId = await ordered();
    const ending = {
      ...shop.deps,
      checkpoint: async (point: string) => {
        if (point === 'answered') throw Object.assign(new Error('the process ended'), { code: 'ECONNRESET' });
      },
    };
    await expect(tell(ending)).rejects.toThrow('the process ended');
    await tell();
    expect(retailer.tells).toBe(1);
    shop.clock.advance(30_000 + 5_001);
    await tell();
    expect([toldOf(), retailer.tells]).toEqual([['acknowledge'], 2]);
    expect(await states(orderId)).toEqual(['acknowledge told', 'ship awaited']);
  });

  it('is told once by many workers', async () => {
    const orderIds = [await ordered(1), await ordered(1), await ordered(1)];
    const ids = await due();
    await Promise.all([1, 2, 3, 4, 5, 6].flatMap(() => ids.map((id) => tellChannel(shop.deps, id))));
    expect([retailer.tells, retailer.told.length]).toEqual([3, 3]);
    for (const orderId of orderIds) expect(await states(orderId)).toContain('acknowledge told');
  });

  it('is told of several orders side by side, of no more than its room', async () => {
    for (let made = 0; made < 6; made += 1) await ordered(1);
    const waiting: (() => void)[] = [];
    retailer.busy = () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length >= 4 || retailer.told.length >= 4) for (const go of waiting) setImmediate(go);
      });
    await tell();
    expect([retailer.told.length, retailer.underWayMost]).toEqual([6, 4]);
  });

  it('is told nothing while its account is paused', async () => {
    await ordered(1);
    await db.pool.query("UPDATE account SET status = 'paused' WHERE code = 'shop'");
    expect(await due()).toEqual([]);
    await db.pool.query("UPDATE account SET status = 'active' WHERE code = 'shop'");
    expect(await due()).toHaveLength(1);
  });
});

describe('a notice that a channel does not take', () => {
  const letters = () => listDeadLetters(db.pool, systemViewer('test'), { step: 'notice', limit: 10 });

  it('is set aside at once where telling again is no use; nothing is told before the acknowledgement; a replay tells all', async () => {
    const orderId = await ordered();
    await shipped(orderId);
    retailer.manners.push('refuse');
    await tell();
    const [letter] = await letters();
    expect(letter).toMatchObject({ orderId, accountId: shop.network.accountId, attempts: 1 });
    expect(await due()).toEqual([]);
    expect(await states(orderId)).toEqual(['acknowledge set_aside', 'ship waiting', 'invoice waiting']);
    await replayDeadLetters(db.pool, systemViewer('test'), { ids: [letter?.id ?? ''] }, shop.clock.now());
    await tell();
    expect(toldOf()).toEqual(['acknowledge', 'ship', 'invoice']);
  });

  it('holds up no other once its letter is discarded', async () => {
    const orderId = await ordered();
    await shipped(orderId);
    retailer.manners.push('refuse');
    await tell();
    const ids = (await letters()).map(({ id }) => id);
    await discardDeadLetters(db.pool, systemViewer('test'), { ids }, shop.clock.now());
    await tell();
    expect(toldOf()).toEqual(['ship', 'invoice']);
  });

  it('is told after all where its channel asked to be left alone for long, which is no failure', async () => {
    const orderId = await ordered();
    retailer.manners.push(...Array<'paused'>(6).fill('paused'));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await tell();
      shop.clock.advance(29_999);
      expect(await due()).toEqual([]);
      shop.clock.advance(5_001);
    }
    await tell();
    expect([retailer.tells, toldOf(), await letters()]).toEqual([7, ['acknowledge'], []]);
    expect(await states(orderId)).toContain('acknowledge told');
  });

  it('is set aside after so many failures', async () => {
    const orderId = await ordered();
    retailer.manners.push('away', 'away', 'away', 'away');
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await tell();
      shop.clock.advance(10_000);
    }
    expect([retailer.tells, await states(orderId)]).toEqual([4, ['acknowledge set_aside', 'ship awaited']]);
    await discardDeadLetters(db.pool, systemViewer('test'), { step: 'notice' }, shop.clock.now());
  });
});

describe('a deadline', () => {
  const reviews = async (orderId: string) =>
    (await shop.order(orderId)).openItems
      .filter(({ resolvedAt }) => resolvedAt === null)
      .map(({ reason, evidence }) => [reason, (evidence as { kind?: string }).kind]);

  it('that comes near is a review, which settles itself when the channel was told', async () => {
    const orderId = await ordered();
    await tell();
    shop.clock.advance(46 * HOUR_MS);
    await tell();
    expect(await reviews(orderId)).toEqual([]);
    shop.clock.advance(HOUR_MS);
    await tell();
    await tell();
    expect(await reviews(orderId)).toEqual([['DUTY_OVERDUE', 'ship']]);
    await shipped(orderId);
    await tell();
    expect(toldOf()).toEqual(['acknowledge', 'ship', 'invoice']);
    expect(await reviews(orderId)).toEqual([]);
  });

  it('counts also while the channel is away', async () => {
    const orderId = await ordered();
    retailer.manners.push('away');
    await tell();
    retailer.manners.push('away', 'away');
    shop.clock.advance(4 * HOUR_MS);
    await tell();
    expect(await reviews(orderId)).toEqual([['DUTY_OVERDUE', 'acknowledge']]);
    shop.clock.advance(10_000);
    retailer.manners.length = 0;
    await tell();
    expect(await reviews(orderId)).toEqual([]);
  });
});
