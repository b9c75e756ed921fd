import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../model/exchange.js';
import { dispatch } from '../orders/dispatch.js';
import { openWorkshop, READER, type Workshop } from '../orders/testing/workshop.js';
import { keepExchanges, listExchanges } from '../store/exchanges.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct } from '../store/testing/small-network.js';
import { command } from './orders.js';
import { runCommand } from './testing/run-command.js';

const NOTHING = { headers: {}, body: null, isCut: false };

describe('headgate orders erase', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let shop: Workshop;
  let sku: string;
  beforeAll(async () => {
    database = await openTestDatabase();
    shop = await openWorkshop(database);
    const productId = await addProduct(database.pool, [[shop.network.nodes.east, 100]]);
    sku = (await database.pool.query('SELECT sku FROM product WHERE id = $1', [productId])).rows[0].sku;
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await database.close();
  });
  const erase = (account: string, order: string) => runCommand(command(), database.url, ['erase', account, order]);
  const ordered = async (externalId: string) => {
    const result = await shop.submit(sku, 1, 'BACKORDER', { externalId, buyer: { name: 'Jo Marsh' } });
    if (result.kind !== 'accepted') throw new Error('expected the order to be taken');
    return shop.order(result.orderId);
  };
  /** Sent, shipped and so done with. */
  const shipped = async (externalId: string) => {
    const order = await ordered(externalId);
    const { id = '', poNumber = '' } = order.fulfillments[0] ?? {};
    await dispatch(shop.deps, id);
    shop.vendor.ship(poNumber);
    await shop.readDocuments(shop.network.nodes.east.vendorId);
    return { id: order.id, poNumber };
  };
  const keep = async (...exchanges: Partial<Exchange>[]) =>
    keepExchanges(
      database.pool,
      exchanges.map((exchange) => ({
        ...{ id: v7(), kind: 'vendor', owner: 'acme', subject: null, method: 'GET', url: 'https://vendor.example/' },
        ...{ askedAt: shop.clock.now(), tookMs: 1, request: NOTHING, response: null, problem: null },
        ...exchange,
      })),
    );
  const keptOf = async (orderId: string) => {
    const { rows } = await database.pool.query(
      `SELECT c.address, c.personal, p.body FROM order_contact c
         JOIN intake i ON i.order_id = c.order_id JOIN intake_payload p ON p.intake_id = i.id
       WHERE c.order_id = $1`,
      [orderId],
    );
    return rows;
  };

  it('leaves nothing of a person: not in the order, its payload, or the calls about it and its purchase order', async () => {
    const { id, poNumber } = await shipped('order-7');
    const other = await shipped('order-8');
    const body = (text: string) => ({ headers: {}, body: text, isCut: false });
    await keep(
      { subject: poNumber, request: body(JSON.stringify(READER)) },
      { request: NOTHING, response: { status: 200, ...body(`{"documents":[{"poNumber":"${poNumber}"}]}`) } },
      { kind: 'channel', owner: 'shop', subject: 'order-7' },
      { kind: 'channel', owner: 'shop', request: body('{"orders":["order-7"]}') },
      { kind: 'channel', owner: 'other-shop', subject: 'order-7' },
      { subject: other.poNumber },
    );
    expect(await keptOf(id)).toMatchObject([{ address: READER, personal: { buyer: { name: 'Jo Marsh' } } }]);
    const { said } = await erase('shop', 'order-7');
    expect(said).toBe('order-7 names nobody any more: 1 payloads and 4 calls erased\n');
    expect(await keptOf(id)).toEqual([{ address: null, personal: null, body: null }]);
    const left = await listExchanges(database.pool, { limit: 10 });
    expect(left.map(({ owner, subject }) => [owner, subject])).toEqual([
      ['acme', other.poNumber],
      ['other-shop', 'order-7'],
    ]);
    expect(await keptOf(other.id)).toMatchObject([{ address: READER }]);
  });

  it('can be asked for again, and then erases what has come since', async () => {
    const { poNumber } = await shipped('order-9');
    await erase('shop', 'order-9');
    expect((await erase('shop', 'order-9')).said).toContain('0 payloads and 0 calls');
    await keep({ subject: poNumber });
    expect((await erase('shop', 'order-9')).said).toContain('0 payloads and 1 calls');
  });

  it('takes no address away from units that are still to be sent, and knows its orders', async () => {
    const { id } = await ordered('order-10');
    await expect(erase('shop', 'order-10')).rejects.toThrow(/still to be sent.*cancel them first/);
    expect(await keptOf(id)).toMatchObject([{ address: READER }]);
    await expect(erase('shop', 'order-11')).rejects.toThrow('there is no order order-11 of account shop');
    await expect(erase('other-shop', 'order-10')).rejects.toThrow('there is no order');
  });
});
