import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ConnectorError } from '../model/errors.js';
import { unknownLevels } from '../store/account-stock.js';
import type { Database } from '../store/database.js';
import { sequenceEvents } from '../store/event-log.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct } from '../store/testing/small-network.js';
import { ensureAllPolls } from './ensure-polls.js';
import { publishStock } from './publish-stock.js';
import { MemoryRetailer } from './testing/memory-channel.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let db: Database;
let shop: Workshop;
let lamp: string;
let chair: string;
const retailer = new MemoryRetailer();
const skuOf = async (productId: number): Promise<string> =>
  (await db.pool.query('SELECT sku FROM product WHERE id = $1', [productId])).rows[0].sku;
beforeAll(async () => {
  db = await openTestDatabase();
  shop = await openWorkshop(db, retailer);
  const { east } = shop.network.nodes;
  lamp = await skuOf(await addProduct(db.pool, [[east, 40]]));
  chair = await skuOf(await addProduct(db.pool, [[east, 8]]));
});
afterAll(async () => {
  await shop?.deps.committer.close();
  await db?.close();
});
beforeEach(async () => {
  await sequenceEvents(db.pool);
  await db.pool.query('DELETE FROM account_poll');
  await db.pool.query('DELETE FROM account_stock');
  await db.pool.query('DELETE FROM product_account_alias');
  await db.pool.query('UPDATE account SET stock_cap = NULL');
  retailer.shown.clear();
  retailer.strangers.clear();
  retailer.failure = null;
  await ensureAllPolls(shop.deps);
  await sequenceEvents(db.pool);
});
const publish = async (deps = shop.deps) => {
  await sequenceEvents(db.pool);
  retailer.publishes.length = 0;
  return publishStock(deps, shop.network.accountId);
};
const nextTurn = () => shop.clock.advance(15_000);
/** The shelf has so much by now, as its vendor reports. */
const counted = (sku: string, onHand: number) =>
  db.pool.query('UPDATE stock SET on_hand = $2 FROM product p WHERE p.id = stock.product_id AND p.sku = $1', [
    sku,
    onHand,
  ]);

it('publishes all that an account sells at first, then what changed alone', async () => {
  await publish();
  expect([retailer.shown.get(lamp), retailer.shown.get(chair)]).toEqual([40, 8]);
  nextTurn();
  expect(await publish()).toMatchObject({ note: '0 SKUs published' });
  await shop.submit(lamp, 3);
  expect((await publish()).outcome).toBe('nothing');
  nextTurn();
  await publish();
  expect([retailer.publishes, retailer.shown.get(lamp)]).toEqual([[[lamp]], 37]);
});

it('tells several changes of a SKU as one, and none that was undone meanwhile', async () => {
  await publish();
  const before = retailer.shown.get(lamp) ?? 0;
  await shop.submit(lamp, 1);
  await shop.submit(lamp, 1);
  nextTurn();
  await publish();
  expect([retailer.publishes, retailer.shown.get(lamp)]).toEqual([[[lamp]], before - 2]);
  await counted(chair, 3);
  await counted(chair, 8);
  nextTurn();
  await publish();
  expect(retailer.publishes).toEqual([]);
});

it('publishes all again every so often, whatever was told', async () => {
  await publish();
  retailer.shown.clear();
  shop.clock.advance(21_600_000);
  await publish();
  expect(retailer.shown.get(chair)).toBe(8);
});

it("speaks of an account's aliases where it has any, and of no more than its cap", async () => {
  const { accountId } = shop.network;
  await db.pool.query('INSERT INTO product_account_alias SELECT $1, $2, id FROM product WHERE sku = $3', [
    ...[accountId, 'their-lamp', lamp],
  ]);
  await db.pool.query("UPDATE account SET stock_cap = 5 WHERE code = 'shop'");
  await publish();
  expect([...retailer.shown]).toEqual([['their-lamp', 5]]);
});

it('keeps SKUs that the channel does not have for a person, and asks again only with all others', async () => {
  retailer.strangers.add(lamp);
  await publish();
  expect(await unknownLevels(db.pool, 'shop', 10)).toMatchObject([{ account: 'shop', sku: lamp }]);
  await shop.submit(lamp, 1);
  nextTurn();
  await publish();
  expect(retailer.publishes).toEqual([]);
  retailer.strangers.clear();
  shop.clock.advance(21_600_000);
  await publish();
  expect(retailer.shown.has(lamp)).toBe(true);
  expect(await unknownLevels(db.pool, 'shop', 10)).toEqual([]);
});

it('goes on where it was after the channel was away, and after a turn that had to end', async () => {
  retailer.failure = new ConnectorError('CHANNEL_UNREACHABLE', 'transient', 'no route to it');
  expect((await publish()).outcome).toBe('retry');
  retailer.failure = null;
  shop.clock.advance(1_000);
  await db.pool.query(
    "INSERT INTO product (sku, title, unit_weight_grams, list_price) SELECT 'many-' || n, 'M', 1, 1 FROM generate_series(1, 300) n",
  );
  // The call of the first batch takes the turn's time.
  const slow = { ...shop.deps, settings: { ...shop.deps.settings, callMsMin: 20_000 } };
  const first = retailer.publishStock.bind(retailer);
  retailer.publishStock = async (...given) => {
    shop.clock.advance(10_000);
    return first(...given);
  };
  expect(await publish(slow)).toMatchObject({ note: '250 SKUs published' });
  const rest = await publish(slow);
  expect(Number(/^\d+/.exec(rest.note ?? '')?.[0])).toBeGreaterThanOrEqual(50);
  expect(retailer.publishes.every((skus) => skus.length <= 250)).toBe(true);
  expect(retailer.shown.get('many-300')).toBe(0);
  await db.pool.query('DELETE FROM account_stock');
  await db.pool.query("DELETE FROM product WHERE sku LIKE 'many-%'");
});
