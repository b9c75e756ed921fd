import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, eventually, follow } from '../../test/api-client.js';
import type { OrderDeps } from '../orders/deps.js';
import { quote } from '../orders/quote.js';
import { toGlobalId } from '../schema/global-id.js';
import { addProduct, type TestOrder } from '../store/testing/small-network.js';
import { buildApiSchema } from './schema.js';
import { type GatewayFixture, orderGlobalId, startGatewayFixture } from './testing/gateway-fixture.js';
import { noServices } from './testing/no-services.js';

/**
 * Two accounts and two vendors; each asks for what is the other's, by every operation that takes an id or lists anything.
 * `mine` belongs to account shop and vendor acme, `theirs` to account other and vendor zenith.
 */
describe('what belongs to others', () => {
  let fixture: GatewayFixture;
  let mine: TestOrder;
  let theirs: TestOrder;
  const decisionIds = new Map<TestOrder, string>();
  let sku: string;
  const reached: string[] = [];
  beforeAll(async () => {
    fixture = await startGatewayFixture({
      services: () =>
        noServices({
          submitOrder: (_viewer, input) => {
            reached.push(input.accountCode);
            return Promise.reject(new Error('reached the services'));
          },
          cancelOrder: (_viewer, input) => {
            reached.push(input.orderId);
            return Promise.reject(new Error('reached the services'));
          },
          confirmOrder: (_viewer, input) => {
            reached.push(input.orderId);
            return Promise.reject(new Error('reached the services'));
          },
          releaseOrder: (_viewer, input) => {
            reached.push(input.orderId);
            return Promise.reject(new Error('reached the services'));
          },
          // Whose account is quoted is the service's to check.
          quote: (viewer, input) => quote({ pool: fixture.db.pool } as OrderDeps, viewer, input),
        }),
    });
    const { pool } = fixture.db;
    const { east, far } = fixture.network.nodes;
    const product = await addProduct(pool, [
      [east, 100],
      [far, 100],
    ]);
    sku = (await pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product])).rows[0]?.sku ?? '';
    mine = await fixture.routedOrder([[product, 1]], east);
    theirs = await fixture.routedOrder([[product, 1]], far, fixture.otherAccountId);
    for (const order of [mine, theirs]) {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM decision WHERE order_id = $1', [order.id]);
      decisionIds.set(order, toGlobalId('RoutingDecision', rows[0]?.id ?? ''));
    }
    await pool.query(
      `INSERT INTO dead_letter (id, step, subject_id, order_id, account_id, vendor_id, errors, attempts, opened_at)
       VALUES ($1, 'route', $2::text, $2::text::uuid, $3, $4, '[]', 3, now())`,
      [randomUUID(), theirs.id, fixture.otherAccountId, far.vendorId],
    );
  });
  afterAll(() => fixture?.close());

  /** Nothing of the other's shows anywhere in the answer. */
  function expectNothingOf(answer: unknown, order: TestOrder): void {
    const text = JSON.stringify(answer);
    expect(text).not.toContain(order.id);
    expect(text).not.toContain(orderGlobalId(order));
  }

  /** A command about another's order is refused as if there were no such order, before any service hears of it. */
  async function commandIsRefused(command: string, key: string, foreign: TestOrder): Promise<void> {
    const before = reached.length;
    const mutation = `mutation { ${command}(input: { idempotencyKey: "k", orderId: "${orderGlobalId(foreign)}" }) {
      order { id } errors { __typename code } } }`;
    const answer = await ask<Record<string, { errors: { code: string }[] }>, never>(fixture.url, key, mutation);
    const code = answer.data?.[command]?.errors[0]?.code ?? answer.errors?.[0]?.extensions.code;
    expect(['ORDER_NOT_FOUND', 'FORBIDDEN']).toContain(code);
    expect(reached.length).toBe(before);
  }

  const cases: Record<string, (key: string, own: TestOrder, foreign: TestOrder) => Promise<void>> = {
    async 'Query.availability'(key) {
      const { data } = await ask(fixture.url, key, `{ availability(skus: ["${sku}"]) { available } }`);
      expect(data).toBeTruthy();
    },
    async 'Query.order'(key, own, foreign) {
      const read = (id: string) =>
        ask<{ order: unknown }, never>(fixture.url, key, `{ order(id: "${id}") { id externalId } }`);
      expect((await read(orderGlobalId(own))).data?.order).toMatchObject({ externalId: own.id });
      expect((await read(orderGlobalId(foreign))).data).toEqual({ order: null });
    },
    async 'Query.orders'(key, own, foreign) {
      const query = '{ orders { edges { node { id externalId lines { sku } fulfillments { poNumber } } } } }';
      const answer = await ask(fixture.url, key, query);
      expect(JSON.stringify(answer)).toContain(own.id);
      expectNothingOf(answer, foreign);
      for (const filter of [`{ externalId: "${foreign.id}" }`, '{ accountCode: "other" }', '{ accountCode: "shop" }']) {
        expectNothingOf(
          await ask(fixture.url, key, `{ orders(filter: ${filter}) { edges { node { externalId } } } }`),
          foreign,
        );
      }
    },
    async 'Query.routingDecision'(key, _own, foreign) {
      const read = (query: string) => ask<{ routingDecision: unknown }, never>(fixture.url, key, query);
      const byOrder = await read(`{ routingDecision(orderId: "${orderGlobalId(foreign)}") { id } }`);
      const byId = await read(`{ routingDecision(id: "${decisionIds.get(foreign)}") { id order { id } } }`);
      for (const answer of [byOrder, byId]) {
        expect(answer.data?.routingDecision ?? null).toBeNull();
        expectNothingOf(answer, foreign);
      }
    },
    async 'Query.deadLetters'(key, _own, foreign) {
      const answer = await ask(fixture.url, key, '{ deadLetters { edges { node { subjectId } } } }');
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expectNothingOf(answer, foreign);
    },
    async 'Mutation.submitOrder'(key) {
      const before = reached.length;
      const account = key === fixture.keys.otherPartner ? 'shop' : 'other';
      const mutation = `mutation { submitOrder(input: { idempotencyKey: "k", accountCode: "${account}", externalId: "e", lines: [],
        shipTo: { lines: ["1"], countryCode: "US" } }) { order { id } errors { __typename code } } }`;
      const answer = await ask<{ submitOrder: { errors: unknown[] } }, never>(fixture.url, key, mutation);
      const refused = answer.data?.submitOrder.errors[0] ?? answer.errors?.[0]?.extensions;
      expect(['NotFound', undefined]).toContain((refused as { __typename?: string }).__typename);
      expect(['ACCOUNT_NOT_FOUND', 'FORBIDDEN']).toContain((refused as { code: string }).code);
      expect(reached.length).toBe(before);
    },
    async 'Query.quote'(key) {
      const account = key === fixture.keys.otherPartner ? 'shop' : 'other';
      const answer = await ask(
        fixture.url,
        key,
        `{ quote(input: { accountCode: "${account}", lines: [{ sku: "${sku}", quantity: 1, unitPrice: "1" }],
          destination: { countryCode: "US" } }) { asOf options { level } } }`,
      );
      expect(answer.errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|FORBIDDEN)$/);
    },
    'Mutation.cancelOrder': (key, _own, foreign) => commandIsRefused('cancelOrder', key, foreign),
    'Mutation.confirmOrder': (key, _own, foreign) => commandIsRefused('confirmOrder', key, foreign),
    'Mutation.releaseOrder': (key, _own, foreign) => commandIsRefused('releaseOrder', key, foreign),
    async 'Mutation.replayDeadLetters'(key) {
      const answer = await ask(fixture.url, key, 'mutation { replayDeadLetters(input: {}) { replayed } }');
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    },
    async 'Subscription.orderStatusChanged'(key, own, foreign) {
      const ids = `["${orderGlobalId(own)}", "${orderGlobalId(foreign)}"]`;
      const start = Buffer.from('e0').toString('base64url');
      const asked = follow<{ orderStatusChanged: { orderId: string } }, never>(
        fixture.url,
        key,
        `subscription { orderStatusChanged(orderIds: ${ids}, after: "${start}") { orderId event } }`,
      );
      const all = follow<{ orderStatusChanged: { orderId: string } }, never>(
        fixture.url,
        key,
        `subscription { orderStatusChanged(after: "${start}") { orderId event order { id } } }`,
      );
      const vendorId = own === mine ? fixture.network.nodes.east.vendorId : fixture.network.nodes.far.vendorId;
      const foreignVendorId = own === mine ? fixture.network.nodes.far.vendorId : fixture.network.nodes.east.vendorId;
      const event = (id: number) => ({ events: [{ type: 'fulfillment.sent' as const, vendorId: id, payload: {} }] });
      await fixture.change(foreign, foreign.version, event(foreignVendorId));
      foreign = Object.assign(foreign, { version: foreign.version + 1 });
      await fixture.change(own, own.version, event(vendorId));
      own = Object.assign(own, { version: own.version + 1 });
      for (const followed of [asked, all]) {
        await eventually('an event of the own order', () => followed.messages.length > 0);
        expect(followed.errors).toEqual([]);
        expectNothingOf(followed.messages, foreign);
        await followed.stop();
      }
    },
    async 'Subscription.stockChanged'(key) {
      const followed = follow<{ stockChanged: { products: { available: number }[] } }, never>(
        fixture.url,
        key,
        `subscription { stockChanged(skus: ["${sku}"]) { products { sku available } } }`,
      );
      await eventually('the stock now', () => followed.messages.length > 0);
      const expected = key === fixture.keys.acme || key === fixture.keys.zenith ? 99 : 198;
      expect(followed.messages[0]?.stockChanged.products[0]?.available).toBe(expected);
      await followed.stop();
    },
  };

  it('is asked for by every operation of the schema', () => {
    const schema = buildApiSchema();
    const operations = ['Query', 'Mutation', 'Subscription'].flatMap((root) => {
      const type = schema.getType(root);
      return type && 'getFields' in type ? Object.keys(type.getFields()).map((field) => `${root}.${field}`) : [];
    });
    expect(Object.keys(cases).sort()).toEqual(operations.sort());
  });

  it.each(Object.entries(cases))('does not show to a partner of another account: %s', async (_operation, tried) => {
    await tried(fixture.keys.shopPartner, mine, theirs);
    await tried(fixture.keys.otherPartner, theirs, mine);
  });

  it.each(Object.entries(cases))('does not show to another vendor: %s', async (_operation, tried) => {
    await tried(fixture.keys.acme, mine, theirs);
    await tried(fixture.keys.zenith, theirs, mine);
  });
});
