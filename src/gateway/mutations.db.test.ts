import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askFor, eventually, follow } from '../../test/api-client.js';
import {
  CancelOrderDocument,
  ConfirmOrderDocument,
  DeadLettersDocument,
  OrderDocument,
  OrderStatusChangedDocument,
  ReleaseOrderDocument,
  ReplayDeadLettersDocument,
  RoutingDecisionDocument,
  SubmitOrderDocument,
  type SubmitOrderInput,
} from '../../test/generated/operations.js';
import { decide } from '../engine/decide.js';
import { systemClock } from '../model/clock.js';
import { silentLog } from '../model/log.js';
import type { OrderDeps } from '../orders/deps.js';
import { createRulesOf } from '../orders/rules.js';
import { createOrderServices } from '../orders/services.js';
import { DEFAULT_ORDER_SETTINGS } from '../orders/settings.js';
import { createPlanCommitter } from '../store/plan-committer.js';
import { publishRuleSet } from '../store/rule-sets.js';
import { addProduct, driftedStock } from '../store/testing/small-network.js';
import { type GatewayFixture, orderGlobalId, startGatewayFixture } from './testing/gateway-fixture.js';
import { addShipping } from './testing/shipping.js';

describe('orders submitted over the API', () => {
  let fixture: GatewayFixture;
  beforeAll(async () => {
    fixture = await startGatewayFixture({
      services({ db, wake }) {
        const codes = async (by: { id: number } | { code: string }) => {
          const [column, value] = 'id' in by ? ['id', by.id] : ['code', by.code];
          const { rows } = await db.pool.query<{ id: number; code: string; status: string }>(
            `SELECT id, code, status FROM account WHERE ${column} = $1`,
            [value],
          );
          return rows[0] ?? null;
        };
        const deps: OrderDeps = {
          pool: db.pool,
          committer: createPlanCommitter(db.pool, { onCommitted: () => wake.committed() }),
          decide,
          rulesOf: createRulesOf(),
          links: {
            vendor: () => Promise.reject(new Error('these tests tell no vendor')),
            async channel(by) {
              const row = await codes(by);
              if (row === null) return null;
              const account = { code: row.code, settings: {}, secrets: {} };
              return { accountId: row.id, code: row.code, paused: row.status === 'paused', connector: null, account };
            },
            capabilities: () => null,
          },
          clock: systemClock,
          monotonicMs: () => performance.now(),
          newId: randomUUID,
          random: () => 0.5,
          fetch: () => Promise.reject(new Error('there is no network here')),
          log: silentLog,
          settings: DEFAULT_ORDER_SETTINGS,
        };
        return createOrderServices(deps);
      },
    });
    await addShipping(fixture.db.pool, fixture.network);
  });
  afterAll(() => fixture?.close());

  /** A new product with so much at acme's east node. */
  async function product(onHand: number): Promise<{ sku: string; id: number }> {
    const id = await addProduct(fixture.db.pool, [[fixture.network.nodes.east, onHand]]);
    const { rows } = await fixture.db.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [id]);
    return { id, sku: rows[0]?.sku ?? '' };
  }
  function input(sku: string, quantity: number, more: Partial<SubmitOrderInput> = {}): SubmitOrderInput {
    return {
      idempotencyKey: randomUUID(),
      externalId: randomUUID(),
      lines: [{ sku, quantity, unitPrice: '19.90' }],
      shipTo: {
        name: 'A. Reader',
        lines: ['1 Main St'],
        city: 'Albany',
        regionCode: 'NY',
        postalCode: '12207',
        countryCode: 'US',
      },
      ...more,
    };
  }
  const submit = async (order: SubmitOrderInput, key = fixture.keys.shopPartner) =>
    (await askFor(fixture.url, key, SubmitOrderDocument, { input: order })).submitOrder;

  it('are answered once they are decided and held, and read back the same', async () => {
    const { sku, id } = await product(10);
    const order = input(sku, 3);
    const answer = await submit(order);
    expect(answer).toMatchObject({
      replayed: false,
      errors: [],
      order: { externalId: order.externalId, status: 'CONFIRMED', lines: [{ sku, ordered: 3, open: 0, routed: 3 }] },
    });
    const { rows } = await fixture.db.pool.query(
      'SELECT held + committed AS promised, atp FROM stock WHERE product_id = $1',
      [id],
    );
    expect(rows).toEqual([{ promised: 3, atp: 7 }]);
    const orderId = answer.order?.id ?? '';
    const read = await askFor(fixture.url, fixture.keys.shopPartner, OrderDocument, { id: orderId });
    expect(read.order).toMatchObject({ status: 'CONFIRMED', shipTo: { city: 'Albany' }, account: { code: 'shop' } });
    const { routingDecision } = await askFor(fixture.url, fixture.keys.shopPartner, RoutingDecisionDocument, {
      orderId,
    });
    expect(routingDecision).toMatchObject({
      status: 'ROUTED',
      proof: { kind: 'OPTIMAL' },
      landedCost: { amount: '18.50', currencyCode: 'USD' },
      shipments: [{ items: [{ quantity: 3 }], costs: { goods: { amount: '13.50' }, landed: { amount: '18.50' } } }],
    });
  });

  it('keep what they say beyond what is routed, and show it to no vendor', async () => {
    const { sku } = await product(10);
    const delivery = { instructions: 'Ring twice', packingSlip: { giftMessage: 'Enjoy' } };
    const { order } = await submit(input(sku, 1, { customerPoNumber: 'PO-7', delivery }));
    const read = (key: string, fields: string) =>
      ask<{ order: unknown }, never>(fixture.url, key, `{ order(id: "${order?.id}") { ${fields} } }`);
    expect((await read(fixture.keys.shopPartner, 'source personal')).data?.order).toEqual({
      source: { customerPoNumber: 'PO-7' },
      personal: { delivery },
    });
    for (const field of ['source', 'personal']) {
      const refused = await read(fixture.keys.acme, field);
      expect([field, refused.errors?.[0]?.extensions.code]).toEqual([field, 'FORBIDDEN']);
    }
  });

  it('arrive on a subscription from the first event on', async () => {
    const { sku } = await product(10);
    const followed = follow(fixture.url, fixture.keys.shopPartner, OrderStatusChangedDocument, {});
    await eventually('the subscription', () => fixture.tail.stats().subscribers > 0);
    const { order } = await submit(input(sku, 1));
    const mine = () =>
      followed.messages.map((m) => m.orderStatusChanged).filter((change) => change.orderId === order?.id);
    await eventually('the order to be confirmed', () => mine().some(({ status }) => status === 'CONFIRMED'));
    expect(mine()[0]?.event).toBe('order.received');
    expect(mine().map(({ orderVersion }) => orderVersion)).toEqual(mine().map((_, index) => index + 1));
    await followed.stop();
  });

  it('have one effect and one answer per idempotency key, however often and however concurrently it comes', async () => {
    const { sku, id } = await product(100);
    const order = input(sku, 2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(order)));
    expect(new Set(answers.map((answer) => answer.order?.id)).size).toBe(1);
    expect(answers.every((answer) => answer.errors.length === 0)).toBe(true);
    const later = await submit(order);
    expect(later).toMatchObject({ replayed: true, order: { id: answers[0]?.order?.id } });
    const { rows } = await fixture.db.pool.query('SELECT atp FROM stock WHERE product_id = $1', [id]);
    expect(rows).toEqual([{ atp: 98 }]);
  });

  it('tell a key that was used for something else, and an external id that was', async () => {
    const { sku } = await product(10);
    const order = input(sku, 1);
    const first = await submit(order);
    const reused = await submit({ ...order, lines: [{ sku, quantity: 2, unitPrice: '19.90' }] });
    expect(reused.errors).toMatchObject([{ __typename: 'IdempotencyKeyReused', path: 'idempotencyKey' }]);
    const other = await submit({ ...input(sku, 2), externalId: order.externalId });
    expect(other.errors).toMatchObject([{ __typename: 'OrderAlreadyExists', orderId: first.order?.id }]);
    const same = await submit({ ...order, idempotencyKey: randomUUID() });
    expect(same).toMatchObject({ errors: [], order: { id: first.order?.id } });
  });

  it('keep the keys of two callers apart', async () => {
    const { sku } = await product(10);
    const order = input(sku, 1);
    const one = await submit(order);
    const two = await submit({ ...order, externalId: randomUUID() }, fixture.keys.otherPartner);
    expect(two.errors).toEqual([]);
    expect(two.order?.id).not.toBe(one.order?.id);
  });

  it('are refused with each fault, where it stands and its facts', async () => {
    const { sku } = await product(10);
    const unknown = await submit(input('no-such-sku', 1));
    expect(unknown).toMatchObject({ order: null, errors: [{ __typename: 'UnknownSku', sku: 'no-such-sku' }] });
    expect(unknown.errors[0]?.path).toContain('lines[0]');
    const none = await submit(input(sku, 0));
    expect(none.errors).toMatchObject([{ __typename: 'InvalidInput', code: 'INVALID_QUANTITY' }]);
    for (const idempotencyKey of ['', 'k'.repeat(201)]) {
      const { errors } = await submit({ ...input(sku, 1), idempotencyKey });
      expect(errors).toMatchObject([{ __typename: 'InvalidInput', path: 'idempotencyKey' }]);
    }
  });

  it('without stock are refused where they may not wait, and wait where they may', async () => {
    const { sku } = await product(2);
    const refused = await submit(input(sku, 3, { whenShort: 'REJECT' }));
    expect(refused.errors).toMatchObject([{ __typename: 'InsufficientStock', sku, requested: 3, available: 2 }]);
    const waiting = await submit(input(sku, 3, { whenShort: 'BACKORDER' }));
    expect(waiting.errors).toEqual([]);
    expect(waiting.order?.lines[0]).toMatchObject({ ordered: 3, routed: 2, backordered: 1 });
  });

  it('two hundred at once for little stock sell exactly what is there', async () => {
    const { sku, id } = await product(30);
    const answers: Awaited<ReturnType<typeof submit>>[] = [];
    const orders = Array.from({ length: 200 }, () => input(sku, 1, { whenShort: 'REJECT' }));
    const caller = async () => {
      for (let order = orders.pop(); order; order = orders.pop()) answers.push(await submit(order));
    };
    await Promise.all(Array.from({ length: 16 }, caller));
    const sold = answers.filter((answer) => answer.errors.length === 0);
    const short = answers.filter((answer) => answer.errors[0]?.__typename === 'InsufficientStock');
    expect([sold.length, short.length]).toEqual([30, 170]);
    const { rows } = await fixture.db.pool.query('SELECT atp FROM stock WHERE product_id = $1', [id]);
    expect(rows).toEqual([{ atp: 0 }]);
    expect(await driftedStock(fixture.db.pool)).toEqual([]);
  });

  it('can be canceled while nothing was sent, once per key', async () => {
    const { sku, id } = await product(5);
    const { order } = await submit(input(sku, 4));
    const cancel = { idempotencyKey: randomUUID(), orderId: order?.id ?? '' };
    const ask = async () =>
      (await askFor(fixture.url, fixture.keys.shopPartner, CancelOrderDocument, { input: cancel })).cancelOrder;
    expect(await ask()).toMatchObject({
      replayed: false,
      errors: [],
      order: { status: 'CANCELED' },
      lines: [{ canceled: 4 }],
    });
    expect(await ask()).toMatchObject({ replayed: true, errors: [], lines: [{ canceled: 4 }] });
    const { rows } = await fixture.db.pool.query('SELECT atp FROM stock WHERE product_id = $1', [id]);
    expect(rows).toEqual([{ atp: 5 }]);
  });

  it('can be released by operations alone, where a rule holds them', async () => {
    const { sku } = await product(5);
    const hold = JSON.parse('{"id":"look","reason":"look at it","then":{"hold":true}}');
    const by = { actor: 'test', at: new Date(), note: null };
    await publishRuleSet(fixture.db.pool, { rules: [hold] }, by);
    const { order } = await submit(input(sku, 4));
    await publishRuleSet(fixture.db.pool, { rules: [] }, by);
    const release = { input: { idempotencyKey: randomUUID(), orderId: order?.id ?? '' } };
    await expect(askFor(fixture.url, fixture.keys.shopPartner, ReleaseOrderDocument, release)).rejects.toThrow();
    const { releaseOrder } = await askFor(fixture.url, fixture.keys.operations, ReleaseOrderDocument, release);
    expect(releaseOrder).toMatchObject({
      ...{ replayed: false, errors: [] },
      order: {
        status: 'CONFIRMED',
        openItems: [
          { reason: 'HELD_BY_RULE', evidence: { rules: [{ ruleId: 'look' }] }, resolution: expect.any(String) },
        ],
      },
    });
    const again = await askFor(fixture.url, fixture.keys.shopPartner, ConfirmOrderDocument, release);
    expect(again.confirmOrder).toMatchObject({ replayed: false, errors: [], order: { status: 'CONFIRMED' } });
  });

  it('that came to a dead letter are listed by what they cost and replayed once', async () => {
    const { sku } = await product(5);
    const orders = [await submit(input(sku, 1)), await submit(input(sku, 1))];
    for (const [index, { order }] of orders.entries()) {
      const { rows } = await fixture.db.pool.query<{ id: string }>('SELECT id FROM orders');
      const stored = rows.find((row) => orderGlobalId(row) === order?.id)?.id;
      await fixture.db.pool.query(
        `INSERT INTO dead_letter (id, step, subject_id, order_id, account_id, errors, attempts, impact, opened_at)
         VALUES ($1, 'route', $2::text, $2::text::uuid, $3, '[{"code":"X","class":"bug","message":"broken"}]', 3, $4, now())`,
        [randomUUID(), stored, fixture.network.accountId, index + 1],
      );
    }
    const list = async () =>
      (await askFor(fixture.url, fixture.keys.operations, DeadLettersDocument, {})).deadLetters.edges;
    const listed = await list();
    expect(listed.map(({ node }) => node.impact)).toEqual(['2.00', '1.00']);
    expect(listed[0]?.node).toMatchObject({
      step: 'ROUTE',
      errors: [{ code: 'X', class: 'bug' }],
      order: { id: orders[1]?.order?.id },
    });
    const replay = async (ids: string[]) =>
      (await askFor(fixture.url, fixture.keys.operations, ReplayDeadLettersDocument, { input: { ids } }))
        .replayDeadLetters;
    const id = listed[0]?.node.id ?? '';
    expect(await replay([id])).toEqual({ replayed: 1, errors: [] });
    expect(await replay([id])).toEqual({ replayed: 0, errors: [] });
    expect(await list()).toHaveLength(1);
    expect(await replay([])).toEqual({ replayed: 0, errors: [] });
    expect(await list()).toHaveLength(1);
    await fixture.db.pool.query("UPDATE dead_letter SET impact = 99999999999999 WHERE status = 'open'");
    expect((await list()).map(({ node }) => node.impact)).toEqual(['900000000000.00']);
  });
});
