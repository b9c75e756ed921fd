import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf } from '../store/testing/small-network.js';
import { dispatch } from './dispatch.js';
import { processIntake } from './intake.js';
import { cancelOrder, confirmForCaller, releaseOrder } from './order-commands.js';
import { rerouteOrder } from './route.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const CALLER = systemViewer('test');

describe('an order that a rule holds for a person', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    await publish('999');
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });

  async function publish(amount: string, ...ids: string[]): Promise<void> {
    const rules = (ids.length > 0 ? ids : ['thin']).map((id) => ({
      ...{ id, reason: `too ${id}`, then: { minimumMargin: { amount, currency: 'USD' } } },
    }));
    await publishRuleSet(db.pool, { rules }, { actor: 'test', at: shop.clock.now(), note: null });
  }
  /** Its planned parts are decided anew. */
  async function reroute(orderId: string): Promise<void> {
    await rerouteOrder(shop.deps, orderId, 'test', (draft) => {
      for (const fulfillment of draft.fulfillments) {
        if (fulfillment.status !== 'PLANNED') continue;
        fulfillment.giveBackAll('canceled', 'open');
        fulfillment.to('SUPERSEDED');
      }
    });
  }
  /** Whoever releases it dies before anything is committed. */
  async function dieReleasing(orderId: string): Promise<void> {
    const commit = () => Promise.reject(new Error('dead'));
    const dying = { ...shop.deps, committer: { ...shop.deps.committer, commit } };
    await expect(releaseOrder(dying, CALLER, input(orderId))).rejects.toThrow('dead');
  }
  async function keptRelease(): Promise<string> {
    const { rows } = await db.pool.query<{ id: string }>(
      "SELECT id FROM intake WHERE topic = 'releaseOrder' AND status = 'received'",
    );
    return rows[0]?.id ?? '';
  }
  /** A new order of some units of a product of its own, at 50 each. */
  async function held(quantity = 4) {
    const product = await addProduct(db.pool, [
      [shop.network.nodes.east, 10],
      [shop.network.nodes.far, 10],
    ]);
    const result = await shop.submit(await skuOf(db.pool, product), quantity);
    if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
    return result.orderId;
  }
  const input = (orderId: string, idempotencyKey = orderId) => ({
    ...{ orderId, idempotencyKey, fingerprint: createHash('sha256').update(orderId).digest() },
  });
  async function partOf(orderId: string) {
    const order = await shop.order(orderId);
    const part = order.fulfillments.at(-1);
    if (!part) throw new Error('expected a fulfillment');
    return { order, part };
  }

  it('has its stock committed, is told with rule and margin, and no vendor hears of it until it is released', async () => {
    const orderId = await held();
    const { order, part } = await partOf(orderId);
    expect(order).toMatchObject({ status: 'CONFIRMED', reservations: [{ state: 'committed', quantity: 4 }] });
    expect(order.openItems).toMatchObject([
      {
        reason: 'HELD_BY_RULE',
        blocks: ['dispatch'],
        evidence: { rules: [{ ruleId: 'thin', reason: 'too thin', margin: expect.stringMatching(/^\d+\.\d{4}$/) }] },
      },
    ]);
    expect(part.nextActionAt).toBeNull();
    expect(await dispatch(shop.deps, part.id)).toEqual({ outcome: 'nothing' });

    const first = await releaseOrder(shop.deps, CALLER, input(orderId));
    expect(first).toEqual({ kind: 'accepted', orderId, status: 'CONFIRMED', replayed: false });
    expect(await releaseOrder(shop.deps, CALLER, input(orderId))).toEqual({ ...first, replayed: true });
    expect(await dispatch(shop.deps, part.id)).toMatchObject({ outcome: 'done' });
    expect((await shop.order(orderId)).status).toBe('DISPATCHED');
    expect(await shop.events(orderId)).toEqual(
      expect.arrayContaining(['order.review_opened', 'order.review_resolved', 'fulfillment.sent']),
    );
  });

  it('is not held again by a rule that a person has passed', async () => {
    const orderId = await held();
    await releaseOrder(shop.deps, CALLER, input(orderId));
    await reroute(orderId);
    const { order, part } = await partOf(orderId);
    expect(order.fulfillments).toHaveLength(2);
    expect(order.openItems.filter(({ resolvedAt }) => resolvedAt === null)).toEqual([]);
    expect(part.nextActionAt).not.toBeNull();
  });

  it('can be canceled, and then waits for nobody', async () => {
    const orderId = await held();
    expect(await cancelOrder(shop.deps, CALLER, input(orderId))).toMatchObject({ status: 'CANCELED' });
    const { order } = await partOf(orderId);
    expect(order.openItems.map(({ resolution }) => resolution)).toEqual(['the order was canceled']);
    expect(order.reservations.map(({ state }) => state)).toEqual(['released']);
    expect(await releaseOrder(shop.deps, CALLER, input(orderId, `${orderId} after`))).toMatchObject({
      errors: [{ code: 'NOTHING_TO_RELEASE', message: 'the order is canceled' }],
    });
  });

  it('is sent only when it is both confirmed and released, where it is to be confirmed', async () => {
    await db.pool.query("UPDATE account SET confirmation = 'explicit'");
    try {
      for (const first of ['confirm', 'release']) {
        const orderId = await held();
        const deeds = [confirmForCaller, releaseOrder];
        for (const deed of first === 'confirm' ? deeds : deeds.reverse()) {
          expect((await partOf(orderId)).part.nextActionAt).toBeNull();
          expect(await deed(shop.deps, CALLER, input(orderId))).toMatchObject({ kind: 'accepted' });
        }
        expect((await partOf(orderId)).part.nextActionAt).not.toBeNull();
      }
    } finally {
      await db.pool.query("UPDATE account SET confirmation = 'automatic'");
    }
  });

  it('is released by a worker where its releaser died, and a repeat of the key learns of it', async () => {
    const orderId = await held();
    await dieReleasing(orderId);
    await processIntake(shop.deps, await keptRelease());
    expect((await partOf(orderId)).part.nextActionAt).not.toBeNull();
    const { rows: who } = await db.pool.query('SELECT resolved_by FROM open_item WHERE order_id = $1', [orderId]);
    expect(who).toEqual([{ resolved_by: CALLER.actor }]);
    expect(await releaseOrder(shop.deps, CALLER, input(orderId))).toMatchObject({ kind: 'accepted' });
  });

  it('waits on for a rule that came after the word which a worker carries out', async () => {
    const orderId = await held();
    await dieReleasing(orderId);
    shop.clock.advance(1);
    await publish('999', 'later');
    await reroute(orderId);
    await processIntake(shop.deps, await keptRelease());
    const { order, part } = await partOf(orderId);
    expect(order.openItems.map(({ resolution }) => resolution)).toEqual(['released by a person', null]);
    expect(part.nextActionAt).toBeNull();
    await publish('999');
  });

  it('is held by each rule until a person has passed it, those of a later decision by an item of their own', async () => {
    const orderId = await held();
    await publish('999', 'thin', 'later');
    await reroute(orderId);
    const items = async () =>
      (await shop.order(orderId)).openItems.map(({ evidence, resolvedAt }) => [
        (evidence.rules as { ruleId: string }[]).map(({ ruleId }) => ruleId).join(),
        resolvedAt !== null,
      ]);
    expect(await items()).toEqual([
      ['thin', false],
      ['later', false],
    ]);
    await releaseOrder(shop.deps, CALLER, input(orderId));
    await reroute(orderId);
    expect(await items()).toEqual([
      ['thin', true],
      ['later', true],
    ]);
    expect((await partOf(orderId)).part.nextActionAt).not.toBeNull();
    await publish('999');
  });

  it('has not passed a rule whose item ended otherwise', async () => {
    const orderId = await held();
    await db.pool.query(
      "UPDATE open_item SET resolved_at = now(), resolution = 'the order was canceled' WHERE order_id = $1",
      [orderId],
    );
    await reroute(orderId);
    expect((await shop.order(orderId)).openItems.filter(({ resolvedAt }) => resolvedAt === null)).toHaveLength(1);
  });

  it('is not released from a later rule by a repeat of a command that a worker has done', async () => {
    const orderId = await held();
    await dieReleasing(orderId);
    await processIntake(shop.deps, await keptRelease());
    await publish('999', 'later');
    await reroute(orderId);
    await releaseOrder(shop.deps, CALLER, input(orderId));
    const { order, part } = await partOf(orderId);
    expect(order.openItems.filter(({ resolvedAt }) => resolvedAt === null)).toMatchObject([
      { evidence: { rules: [{ ruleId: 'later' }] } },
    ]);
    expect(part.nextActionAt).toBeNull();
    await publish('999');
  });

  it('is not there to release where its margin is enough, or no key may see it', async () => {
    await publish('1');
    const orderId = await held();
    expect(await releaseOrder(shop.deps, CALLER, input(orderId))).toMatchObject({
      errors: [{ code: 'NOTHING_TO_RELEASE' }],
    });
    const stranger = { ...CALLER, accountIds: [] };
    expect(await releaseOrder(shop.deps, stranger, input(orderId, 'x'))).toMatchObject({
      errors: [{ code: 'ORDER_NOT_FOUND' }],
    });
  });
});
