import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { systemViewer, type Viewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, driftedStock, skuOf } from '../store/testing/small-network.js';
import { processIntake } from './intake.js';
import { cancelOrder } from './order-commands.js';
import { receiveWebhook } from './receive.js';
import { submitOrder } from './submit.js';
import { openWorkshop, READER, type Workshop } from './testing/workshop.js';

describe('taking orders in', () => {
  let db: Database;
  let shop: Workshop;
  let sku: string;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    sku = await skuWithStock(100_000);
  });
  afterAll(async () => {
    expect(await driftedStock(db.pool)).toEqual([]);
    await shop.deps.committer.close();
    await db.close();
  });

  async function skuWithStock(onHand: number): Promise<string> {
    const id = await addProduct(db.pool, [[shop.network.nodes.east, onHand]]);
    return skuOf(db.pool, id);
  }
  const order = (part: Partial<CanonicalOrder> = {}, quantity = 2, of = sku): CanonicalOrder => ({
    externalId: randomUUID(),
    currency: 'USD',
    placedAt: '2026-03-01T09:00:00Z',
    shipTo: READER,
    lines: [{ externalLineId: '1', sku: of, quantity, unitPrice: 500_000, requiresShipping: true }],
    ...part,
  });
  const deliver = (body: unknown, headers: Record<string, string> = {}) =>
    receiveWebhook(shop.deps, 'shop', {
      headers: { signature: 'signed', delivery: randomUUID(), authorization: 'secret', ...headers },
      rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
  const count = async (sql: string, values: unknown[] = []) => {
    const { rows } = await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values);
    return rows[0]?.n;
  };
  const partner = (key = randomUUID()): Viewer => ({
    actor: `key:${key}`,
    scopes: ['partner'],
    accountIds: [shop.network.accountId],
    vendorIds: 'all',
  });
  const submit = (made: CanonicalOrder, viewer = partner(), idempotencyKey: string = randomUUID()) =>
    submitOrder(shop.deps, viewer, {
      accountCode: 'shop',
      order: made,
      idempotencyKey,
      fingerprint: createHash('sha256').update(JSON.stringify(made)).digest(),
    });

  describe('from a webhook', () => {
    it('keeps a delivery with its headers, but for credentials, before it answers', async () => {
      const made = order();
      const receipt = await deliver(made);
      if (receipt.kind !== 'kept') throw new Error(`expected it kept, got ${receipt.kind}`);
      const { rows } = await db.pool.query('SELECT headers, body FROM intake_payload WHERE intake_id = $1', [
        receipt.intakeId,
      ]);
      expect(JSON.parse(rows[0].body)).toEqual(made);
      expect(Object.keys(rows[0].headers).sort()).toEqual(['delivery', 'signature']);
    });

    it('refuses a bad signature and keeps nothing of it', async () => {
      const before = await count('intake');
      expect((await deliver(order(), { signature: 'forged' })).kind).toBe('unauthorized');
      expect(await count('intake')).toBe(before);
    });

    it('answers a ping of the channel and keeps nothing of it', async () => {
      const before = await count('intake');
      expect((await deliver('webhook=1', { topic: 'ping' })).kind).toBe('nothing');
      expect(await count('intake')).toBe(before);
    });

    it('refuses an account that there is none of, a topic that it does not take, a body too large', async () => {
      const request = { headers: { signature: 'signed', delivery: '1' }, rawBody: Buffer.from('{}') };
      expect((await receiveWebhook(shop.deps, 'nobody', request)).kind).toBe('unknown_account');
      expect((await deliver(order(), { topic: 'themes/create' })).kind).toBe('unknown_topic');
      expect((await deliver('x'.repeat(2_000_001))).kind).toBe('too_large');
    });

    it('keeps the same delivery once, however often and however concurrently it comes', async () => {
      const made = order();
      const receipts = await Promise.all(Array.from({ length: 8 }, () => deliver(made, { delivery: 'same' })));
      expect(receipts.filter((receipt) => receipt.kind === 'kept')).toHaveLength(1);
      expect(new Set(receipts.map((receipt) => 'intakeId' in receipt && receipt.intakeId)).size).toBe(1);
    });

    it('makes one order of many deliveries of it at once, and routes it', async () => {
      const made = order();
      const receipts = await Promise.all(Array.from({ length: 8 }, () => deliver(made)));
      const ids = receipts.flatMap((receipt) => ('intakeId' in receipt ? [receipt.intakeId] : []));
      await Promise.all([...ids, ...ids].map((id) => processIntake(shop.deps, id)));
      expect(await count('orders WHERE external_id = $1', [made.externalId])).toBe(1);
      const { rows } = await db.pool.query(
        'SELECT i.status, o.status AS order_status FROM intake i JOIN orders o ON o.id = i.order_id WHERE o.external_id = $1 ORDER BY i.status',
        [made.externalId],
      );
      expect(rows.map((row) => row.status)).toEqual(['applied', ...Array(7).fill('ignored')]);
      expect(rows[0].order_status).toBe('CONFIRMED');
      expect(
        await count(
          "reservation r JOIN orders o ON o.id = r.order_id WHERE o.external_id = $1 AND r.state = 'committed'",
          [made.externalId],
        ),
      ).toBe(1);
    });

    it('sets a payload with faults aside with their paths, and takes it in once the cause is mended', async () => {
      const receipt = await deliver(order({}, 2, 'THEIR-NAME'));
      if (receipt.kind !== 'kept') throw new Error(`expected it kept, got ${receipt.kind}`);
      await processIntake(shop.deps, receipt.intakeId);
      const { rows } = await db.pool.query('SELECT status, faults FROM intake WHERE id = $1', [receipt.intakeId]);
      expect(rows[0]).toMatchObject({ status: 'dead', faults: [{ code: 'UNKNOWN_SKU', path: 'lines[0].sku' }] });
      const letters = await listDeadLetters(db.pool, systemViewer('test'), { limit: 50, step: 'intake' });
      expect(letters.map((letter) => letter.subjectId)).toEqual([receipt.intakeId]);

      await db.pool.query(
        "INSERT INTO product_account_alias (account_id, alias, product_id) SELECT $1, 'THEIR-NAME', id FROM product WHERE sku = $2",
        [shop.network.accountId, sku],
      );
      shop.clock.advance(1);
      await replayDeadLetters(db.pool, systemViewer('test'), {}, shop.clock.now());
      await processIntake(shop.deps, receipt.intakeId);
      expect(
        await count("intake WHERE id = $1 AND status = 'applied' AND order_id IS NOT NULL", [receipt.intakeId]),
      ).toBe(1);
    });

    it('ignores what its channel has nothing to do for, and an order without anything to ship', async () => {
      const gift = order();
      const nothing = { ...gift, lines: gift.lines.map((line) => ({ ...line, requiresShipping: false })) };
      for (const receipt of [await deliver(order(), { topic: 'orders/paid' }), await deliver(nothing)]) {
        if (receipt.kind !== 'kept') throw new Error(`expected it kept, got ${receipt.kind}`);
        await processIntake(shop.deps, receipt.intakeId);
        expect(await count("intake WHERE id = $1 AND status = 'ignored'", [receipt.intakeId])).toBe(1);
      }
    });

    it.each([
      ['no JSON', () => '\u0000{not json'],
      ['a SKU that cannot be stored', () => JSON.stringify(order({}, 2, 'A\u0000B'))],
      ['half a character in the address', () => JSON.stringify(order()).replace('Albany', '\\ud800')],
    ])('sets %s aside, like any other fault', async (_, body) => {
      const receipt = await deliver(body());
      if (receipt.kind !== 'kept') throw new Error(`expected it kept, got ${receipt.kind}`);
      expect((await processIntake(shop.deps, receipt.intakeId)).outcome).toBe('done');
      expect(await count("intake WHERE id = $1 AND status = 'dead'", [receipt.intakeId])).toBe(1);
    });
  });

  describe('from a mutation', () => {
    it('answers once the hold is durable', async () => {
      const result = await submit(order());
      if (result.kind !== 'accepted') throw new Error(`expected it accepted, got ${JSON.stringify(result)}`);
      expect(result).toMatchObject({ status: 'CONFIRMED', replayed: false });
      const made = await shop.order(result.orderId);
      expect(made.reservations.map((held) => [held.state, held.quantity])).toEqual([['committed', 2]]);
      expect(await shop.events(result.orderId)).toEqual(['order.received', 'order.routed', 'order.confirmed']);
    });

    it('gives a repeat of its key the first answer, also when both come at once', async () => {
      const [made, viewer, key] = [order(), partner(), randomUUID()];
      const results = await Promise.all(Array.from({ length: 6 }, () => submit(made, viewer, key)));
      const ids = new Set(results.map((result) => result.orderId));
      expect(ids.size).toBe(1);
      expect(await submit(made, viewer, key)).toMatchObject({ kind: 'accepted', orderId: [...ids][0], replayed: true });
      expect(await count('orders WHERE external_id = $1', [made.externalId])).toBe(1);
    });

    it('refuses a key that was used with other input, and knows keys by their owner', async () => {
      const [viewer, key] = [partner(), randomUUID()];
      await submit(order(), viewer, key);
      expect(await submit(order(), viewer, key)).toMatchObject({ errors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
      expect((await submit(order(), partner(), key)).kind).toBe('accepted');
    });

    it('resumes what a crash left unfinished', async () => {
      const [made, viewer, key] = [order(), partner(), randomUUID()];
      const crash = new Error('the process was killed');
      const dying = { ...shop.deps, committer: { commit: () => Promise.reject(crash), close: async () => {} } };
      const input = {
        accountCode: 'shop',
        order: made,
        idempotencyKey: key,
        fingerprint: createHash('sha256').update(JSON.stringify(made)).digest(),
      };
      await expect(submitOrder(dying, viewer, input)).rejects.toBe(crash);
      expect(await submit(made, viewer, key)).toMatchObject({ kind: 'accepted', status: 'CONFIRMED', replayed: false });
      expect(await count('orders WHERE external_id = $1', [made.externalId])).toBe(1);
    });

    it('replays business errors, with what is wrong and where', async () => {
      const [made, viewer, key] = [order({}, 2, 'NO-SUCH-SKU'), partner(), randomUUID()];
      const first = await submit(made, viewer, key);
      expect(first).toMatchObject({
        kind: 'refused',
        orderId: null,
        errors: [{ code: 'UNKNOWN_SKU', path: 'lines[0].sku', sku: 'NO-SUCH-SKU' }],
      });
      expect(await submit(made, viewer, key)).toEqual({ ...first, replayed: true });
    });

    it('says what is missing of an order that may not wait, and holds nothing of it', async () => {
      const scarce = await skuWithStock(3);
      const result = await submit(order({ whenShort: 'REJECT' }, 4, scarce));
      expect(result).toMatchObject({
        kind: 'refused',
        errors: [{ code: 'INSUFFICIENT_STOCK', sku: scarce, requested: 4, available: 3 }],
      });
      if (result.orderId === null) throw new Error('expected the rejected order');
      const made = await shop.order(result.orderId);
      expect([made.status, made.reservations]).toEqual(['REJECTED', []]);
    });

    it('lets an order wait that may', async () => {
      const scarce = await skuWithStock(3);
      const result = await submit(order({ whenShort: 'BACKORDER' }, 4, scarce));
      if (result.kind !== 'accepted') throw new Error('expected it accepted');
      expect((await shop.order(result.orderId)).lines[0]).toMatchObject({ routed: 3, backordered: 1 });
    });

    it('takes an external id once: the same order again is that order, another one is a clash', async () => {
      const made = order();
      const first = await submit(made);
      expect(await submit(made)).toMatchObject({ kind: 'accepted', orderId: first.orderId });
      expect(await submit({ ...made, displayNumber: '#2' })).toMatchObject({
        kind: 'refused',
        errors: [{ code: 'ORDER_ALREADY_EXISTS', orderId: first.orderId }],
      });
    });

    it('takes no order for an account that the key may not act for', async () => {
      const stranger = { ...partner(), accountIds: [shop.network.accountId + 1] };
      expect(await submit(order(), stranger)).toMatchObject({ errors: [{ code: 'ACCOUNT_NOT_FOUND' }] });
    });
  });

  describe('cancelling by mutation', () => {
    const fingerprint = createHash('sha256').update('cancel').digest();

    it('answers the same to a repeat of its key, and again to another key', async () => {
      const viewer = partner();
      const { orderId } = await submit(order(), viewer);
      if (orderId === null) throw new Error('expected an order');
      const first = await cancelOrder(shop.deps, viewer, { orderId, idempotencyKey: 'a', fingerprint });
      expect(first).toMatchObject({ kind: 'accepted', status: 'CANCELED', lines: [{ canceled: 2, pending: 0 }] });
      expect(await cancelOrder(shop.deps, viewer, { orderId, idempotencyKey: 'a', fingerprint })).toEqual({
        ...first,
        replayed: true,
      });
      expect(await cancelOrder(shop.deps, viewer, { orderId, idempotencyKey: 'b', fingerprint })).toEqual(first);
    });

    it('does not find what the key may not see', async () => {
      const { orderId } = await submit(order());
      if (orderId === null) throw new Error('expected an order');
      const stranger = { ...partner(), accountIds: [shop.network.accountId + 1] };
      const input = { orderId, idempotencyKey: 'c', fingerprint };
      expect(await cancelOrder(shop.deps, stranger, input)).toMatchObject({ errors: [{ code: 'ORDER_NOT_FOUND' }] });
    });
  });
});
