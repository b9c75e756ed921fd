import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { eventually, follow } from '../../test/api-client.js';
import { OrderStatusChangedDocument, StockChangedDocument } from '../../test/generated/operations.js';
import { silentLog } from '../model/log.js';
import { systemViewer } from '../model/viewer.js';
import { revokeApiKey } from '../store/api-keys.js';
import { encodeCursor } from '../store/event-cursor.js';
import { pruneEvents } from '../store/event-log.js';
import { addProduct, type TestOrder } from '../store/testing/small-network.js';
import { type GatewayFixture, orderGlobalId, startGatewayFixture } from './testing/gateway-fixture.js';

describe('subscriptions', () => {
  let fixture: GatewayFixture;
  let product: number;
  let sku: string;
  beforeAll(async () => {
    fixture = await startGatewayFixture({
      config: { subscriptionsPerSocketMax: 3, sessionCheckMs: 50, socketInitMs: 300, operationBytesMax: 20_000 },
    });
    const { east } = fixture.network.nodes;
    product = await addProduct(fixture.db.pool, [[east, 10_000]]);
    const { rows } = await fixture.db.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product]);
    sku = rows[0]?.sku ?? '';
  });
  afterAll(() => fixture?.close());
  /** A new order whose own events are in the log already: who subscribes now does not hear them. */
  async function newOrder(): Promise<TestOrder> {
    const order = await fixture.routedOrder([[product, 1]], fixture.network.nodes.east);
    await eventually('its events to be in the log', async () => {
      const { rowCount } = await fixture.db.pool.query('SELECT 1 FROM event WHERE position IS NULL LIMIT 1');
      return rowCount === 0;
    });
    return order;
  }
  /** So many events of the order, one after the other. */
  async function changes(order: TestOrder, from: number, count: number): Promise<void> {
    for (let version = from; version < from + count; version++) {
      await fixture.change(order, version, { events: [{ type: 'order.amended', payload: { status: 'ROUTED' } }] });
    }
  }
  const followOrder = (order: TestOrder, after?: string) =>
    follow(fixture.url, fixture.keys.operations, OrderStatusChangedDocument, {
      orderIds: [orderGlobalId(order)],
      after: after ?? null,
    });
  const versionsOf = (followed: ReturnType<typeof followOrder>) =>
    followed.messages.map((message) => message.orderStatusChanged.orderVersion);
  /** Once it answers to the first change, it is live. */
  async function live(followed: ReturnType<typeof followOrder>, order: TestOrder, version: number): Promise<void> {
    await eventually('the subscription to be taken up', () => fixture.tail.stats().subscribers > 0);
    await changes(order, version, 1);
    await eventually('the first message', () => followed.messages.length > 0);
  }

  it('tell each event of an order once, in order, with the order as it then is', async () => {
    const order = await newOrder();
    const followed = followOrder(order);
    await live(followed, order, 2);
    await changes(order, 3, 5);
    await eventually('six messages', () => followed.messages.length >= 6);
    expect(versionsOf(followed)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(followed.messages.at(-1)?.orderStatusChanged.order).toMatchObject({ id: orderGlobalId(order), version: 8 });
    await followed.stop();
  });

  it('replay what was missed after a cursor, then go on live, with no gap and no double', async () => {
    const order = await newOrder();
    const before = followOrder(order);
    await live(before, order, 2);
    const cursor = before.messages[0]?.orderStatusChanged.cursor;
    await before.stop();
    await changes(order, 3, 4);
    const again = followOrder(order, cursor);
    const writing = changes(order, 7, 8);
    await writing;
    await eventually('all that came after the cursor', () => again.messages.length >= 12);
    expect(versionsOf(again)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    await again.stop();
  });

  it('miss nothing and repeat nothing over many reconnects while events are written', async () => {
    const order = await newOrder();
    const writing = changes(order, 2, 60);
    const seen: number[] = [];
    let cursor = encodeCursor(0n);
    while (seen.length < 61) {
      const followed = followOrder(order, cursor);
      await eventually('some messages', () => followed.messages.length > 0 || followed.errors.length > 0);
      await followed.stop();
      expect(followed.errors).toEqual([]);
      seen.push(...versionsOf(followed));
      cursor = followed.messages.at(-1)?.orderStatusChanged.cursor ?? cursor;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 61 }, (_, i) => i + 2));
  });

  it('refuse a cursor that nobody gave out, or that lies ahead of the log', async () => {
    const order = await newOrder();
    for (const cursor of ['nonsense', encodeCursor(10n ** 15n)]) {
      const followed = followOrder(order, cursor);
      await eventually('an error', () => followed.errors.length > 0);
      expect(followed.errors[0]?.extensions.code).toBe('CURSOR_INVALID');
      await followed.stop();
    }
  });

  it('tell stock as it is now, then each change conflated to the latest, at most ten messages a second', async () => {
    const followed = follow(fixture.url, fixture.keys.operations, StockChangedDocument, { skus: [sku], after: null });
    await eventually('the state now', () => followed.messages.length > 0);
    const order = await newOrder();
    const began = performance.now();
    const { pool } = fixture.db;
    const before = followed.messages.at(-1)?.stockChanged.products[0]?.available ?? 0;
    for (let i = 0; i < 30; i++) await newOrder();
    const { rows } = await pool.query<{ atp: number }>('SELECT atp FROM stock WHERE product_id = $1', [product]);
    await eventually(
      'the latest state',
      () => followed.messages.at(-1)?.stockChanged.products[0]?.available === rows[0]?.atp,
    );
    const tenths = Math.ceil((performance.now() - began) / 100) + 2;
    expect(rows[0]?.atp).toBeLessThanOrEqual(before - 30);
    expect(followed.messages.length).toBeLessThanOrEqual(tenths);
    await followed.stop();
    expect(order.id).toBeTruthy();
  });

  it('tell stock that changed after a cursor, and nothing where nothing did', async () => {
    const followed = follow(fixture.url, fixture.keys.operations, StockChangedDocument, { skus: [sku], after: null });
    await eventually('the state now', () => followed.messages.length > 0);
    const cursor = followed.messages[0]?.stockChanged.cursor ?? null;
    await followed.stop();
    await newOrder();
    const again = follow(fixture.url, fixture.keys.operations, StockChangedDocument, { skus: [sku], after: cursor });
    await eventually('the change', () => again.messages.length > 0);
    const latest = again.messages[0]?.stockChanged;
    expect(latest?.products[0]?.available).toBe((followed.messages[0]?.stockChanged.products[0]?.available ?? 0) - 1);
    await again.stop();
    const idle = follow(fixture.url, fixture.keys.operations, StockChangedDocument, {
      skus: [sku],
      after: latest?.cursor ?? null,
    });
    const marker = followOrder(await newOrder(), cursor ?? undefined);
    await eventually('another subscription to be served', () => marker.messages.length > 0);
    await eventually('the next change', () => idle.messages.length > 0);
    expect(idle.messages).toHaveLength(1);
    await idle.stop();
    await marker.stop();
  });

  it('do not tell a storefront of changes above what it may know', async () => {
    const followed = follow(fixture.url, fixture.keys.storefront, StockChangedDocument, { skus: [sku], after: null });
    await eventually('the state now', () => followed.messages.length > 0);
    const operations = follow(fixture.url, fixture.keys.operations, StockChangedDocument, { skus: [sku], after: null });
    await eventually('the state now', () => operations.messages.length > 0);
    await newOrder();
    await eventually('operations to see the change', () => operations.messages.length > 1);
    expect(followed.messages).toHaveLength(1);
    expect(followed.messages[0]?.stockChanged.products).toEqual(
      [{ __typename: undefined, sku, available: 100, atLeast: true }].map(({ sku: of, available, atLeast }) => ({
        sku: of,
        available,
        atLeast,
      })),
    );
    await followed.stop();
    await operations.stop();
  });

  it('end at once when the client lets go', async () => {
    const order = await newOrder();
    const followed = followOrder(order);
    await live(followed, order, 2);
    const open = fixture.tail.stats().subscribers;
    await followed.stop();
    await eventually('the subscription to be gone', () => fixture.tail.stats().subscribers < open);
  });

  it('of a key that is revoked end within the time that is set', async () => {
    const { key, id } = await fixture.makeKey(['operations']);
    const order = await newOrder();
    const followed = follow(fixture.url, key, OrderStatusChangedDocument, { orderIds: [orderGlobalId(order)] });
    await live(followed as ReturnType<typeof followOrder>, order, 2);
    await revokeApiKey(fixture.db.pool, systemViewer('test'), id, new Date());
    const ended = await eventually('the socket to be closed', () => followed.ended);
    expect(ended).toMatchObject({ code: 4403, reason: 'the API key has ended' });
  });

  it('of a key that expires end within the time that is set', async () => {
    const { key } = await fixture.makeKey(['operations'], { expiresAt: new Date(Date.now() + 700) });
    const followed = follow(fixture.url, key, OrderStatusChangedDocument, {});
    expect(await eventually('the socket to be closed', () => followed.ended)).toMatchObject({ code: 4403 });
  });

  it('are refused to sockets without a valid key', async () => {
    for (const key of [null, `hg_${'A'.repeat(43)}`]) {
      const followed = follow(fixture.url, key, OrderStatusChangedDocument, {});
      expect(await eventually('the socket to be closed', () => followed.ended)).toMatchObject({ code: 4403 });
    }
  });

  it('are judged by the same table of scopes, and validated alike', async () => {
    const asked: [string, string, string][] = [
      [fixture.keys.storefront, print(OrderStatusChangedDocument), 'FORBIDDEN'],
      [fixture.keys.shopPartner, 'subscription { orderStatusChanged { details } }', 'FORBIDDEN'],
      [fixture.keys.admin, 'subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
      [fixture.keys.admin, 'subscription {', 'GRAPHQL_PARSE_FAILED'],
      [fixture.keys.admin, 'subscription { stockChanged(skus: []) { cursor } }', 'BAD_USER_INPUT'],
      [fixture.keys.storefront, '{ orders { edges { cursor } } }', 'FORBIDDEN'],
    ];
    for (const [key, query, code] of asked) {
      const followed = follow(fixture.url, key, query);
      await eventually(`an answer to ${query}`, () => followed.errors.length > 0);
      expect(followed.errors[0]?.extensions.code).toBe(code);
      expect(followed.messages).toEqual([]);
      await followed.stop();
    }
  });

  it('share their socket with queries, which get the same answers as over HTTP', async () => {
    const order = await newOrder();
    const followed = follow<{ order: { version: number } }, never>(
      fixture.url,
      fixture.keys.shopPartner,
      `{ order(id: "${orderGlobalId(order)}") { version } }`,
    );
    await eventually('the answer', () => followed.ended);
    expect(followed.messages).toEqual([{ order: { version: 2 } }]);
  });

  describe('on the wire', () => {
    /** A bare socket that speaks the protocol by hand. */
    function wire(protocol = 'graphql-transport-ws', key?: string) {
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      const socket = new WebSocket(`${fixture.url.replace('http', 'ws')}/graphql`, [protocol], { headers });
      const received: { type: string; id?: string; payload?: unknown }[] = [];
      const state: { closed: { code: number; reason: string } | null } = { closed: null };
      socket.on('message', (data) => received.push(JSON.parse(String(data))));
      socket.on('close', (code, reason) => {
        state.closed = { code, reason: String(reason) };
      });
      socket.on('error', () => undefined);
      const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()));
      const send = (message: object | string) =>
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      return { socket, received, state, opened, send };
    }
    const init = () => ({ type: 'connection_init', payload: { authorization: `Bearer ${fixture.keys.admin}` } });
    const subscribe = (id: string) => ({
      id,
      type: 'subscribe',
      payload: { query: 'subscription { orderStatusChanged { cursor } }' },
    });
    const closedWith = async (state: { closed: { code: number } | null }) =>
      (await eventually('the socket to be closed', () => state.closed)).code;

    it('a key may also come in the header of the upgrade', async () => {
      const { opened, send, received, socket } = wire('graphql-transport-ws', fixture.keys.shopPartner);
      await opened;
      send({ type: 'connection_init' });
      await eventually('the acknowledgement', () => received.length > 0);
      send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
      await eventually('the answer', () => received.some(({ type }) => type === 'next'));
      socket.close();
    });

    it('a socket that never initialises is closed', async () => {
      const { state } = wire();
      expect(await closedWith(state)).toBe(4408);
    });

    it('a message before connection_init, a second one, and nonsense are told apart', async () => {
      const early = wire();
      await early.opened;
      early.send(subscribe('1'));
      expect(await closedWith(early.state)).toBe(4401);
      const twice = wire();
      await twice.opened;
      twice.send(init());
      twice.send(init());
      expect(await closedWith(twice.state)).toBe(4429);
      const nonsense = wire();
      await nonsense.opened;
      nonsense.send('{');
      expect(await closedWith(nonsense.state)).toBe(4400);
    });

    it('another protocol is refused', async () => {
      const other = wire('graphql-ws');
      expect(await closedWith(other.state)).toBeGreaterThan(1000);
    });

    it('a message larger than allowed closes its socket and no other', async () => {
      const large = wire();
      const other = wire();
      await Promise.all([large.opened, other.opened]);
      other.send(init());
      large.send(init());
      await eventually('both to be acknowledged', () => large.received.length > 0 && other.received.length > 0);
      large.send('x'.repeat(30_000));
      expect(await closedWith(large.state)).toBe(1009);
      other.send({ type: 'ping' });
      await eventually('the other to be alive', () => other.received.some(({ type }) => type === 'pong'));
      other.socket.close();
    });

    it('one socket has a bounded number of subscriptions', async () => {
      const { opened, send, received, socket } = wire();
      await opened;
      send(init());
      await eventually('the acknowledgement', () => received.length > 0);
      for (const id of ['1', '2', '3', '4']) send(subscribe(id));
      const refused = await eventually('a refusal', () => received.find(({ type }) => type === 'error'));
      expect(JSON.stringify(refused)).toContain('TOO_MANY_SUBSCRIPTIONS');
      expect(refused.id).toBe('4');
      socket.close();
    });
  });
});

describe('a pruned cursor', () => {
  it('is told, with the oldest that still works', async () => {
    const fixture = await startGatewayFixture();
    try {
      const product = await addProduct(fixture.db.pool, [[fixture.network.nodes.east, 10]]);
      await fixture.routedOrder([[product, 1]], fixture.network.nodes.east);
      await eventually('the events to have positions', () => fixture.tail.head() > 1n);
      await fixture.db.pool.query('DELETE FROM event_reader');
      await pruneEvents(fixture.db.pool, { olderThan: new Date(Date.now() + 60_000) });
      const after = encodeCursor(0n);
      const followed = follow(fixture.url, fixture.keys.operations, OrderStatusChangedDocument, { after });
      await eventually('an error', () => followed.errors.length > 0);
      expect(followed.errors[0]?.extensions).toMatchObject({ code: 'CURSOR_PRUNED', oldestCursor: expect.any(String) });
      await followed.stop();
    } finally {
      await fixture.close();
    }
  });
});

describe('a subscriber that does not read', () => {
  it.each([
    ['hears why, when it reads again', true],
    ['is cut off, where it never reads again', false],
  ])('%s, and keeps nothing growing', async (_name, readsAgain) => {
    const spoken = vi.spyOn(console, 'error');
    const warned: string[] = [];
    const failed: string[] = [];
    const log = {
      ...silentLog,
      warn: (_facts: object, message: string) => warned.push(message),
      error: (facts: object, message: string) => failed.push(`${message} ${JSON.stringify(facts)}`),
    };
    const fixture = await startGatewayFixture({ config: { slowSocketMs: 300 }, log });
    try {
      const product = await addProduct(fixture.db.pool, [[fixture.network.nodes.east, 10_000]]);
      const order = await fixture.routedOrder([[product, 1]], fixture.network.nodes.east);
      const socket = new WebSocket(`${fixture.url.replace('http', 'ws')}/graphql`, ['graphql-transport-ws']);
      let closed: string | null = null;
      socket.on('close', (code, reason) => {
        closed = `${code} ${reason}`;
      });
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.once('open', () => resolve()));
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${fixture.keys.admin}` } }),
      );
      await new Promise<void>((resolve) => socket.once('message', () => resolve()));
      // Each message is large, so that the kernel's buffers fill soon.
      const fields = Array.from({ length: 25 }, (_, i) => `d${i}: details`).join(' ');
      const query = `subscription { orderStatusChanged(after: "${encodeCursor(0n)}") { ${fields} } }`;
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      await eventually('the subscription', () => fixture.tail.stats().subscribers === 1);
      socket.pause();
      const large = { status: 'ROUTED', note: 'x'.repeat(20_000) };
      for (let version = 2; version < 40; version++) {
        await fixture.change(order, version, { events: [{ type: 'order.amended', payload: large }] });
      }
      await eventually('the gateway to lose its patience', () => warned.length > 0);
      expect(warned[0]).toContain('reads too slowly');
      if (readsAgain) {
        socket.resume();
        expect(await eventually('the socket to be closed', () => closed)).toBe(
          '1013 too slow: subscribe again after your last cursor',
        );
      }
      await eventually('nothing to be left of it', () => fixture.tail.stats().subscribers === 0);
      expect({ warned: warned.length, failed, spoken: spoken.mock.calls }).toEqual({
        warned: 1,
        failed: [],
        spoken: [],
      });
    } finally {
      spoken.mockRestore();
      await fixture.close();
    }
  });
});
