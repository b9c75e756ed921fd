import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../model/viewer.js';
import { setAlias } from '../store/aliases.js';
import type { Database } from '../store/database.js';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.js';
import { similarSkus } from '../store/similar-skus.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct } from '../store/testing/small-network.js';
import { processIntake } from './intake.js';
import { receiveWebhook } from './receive.js';
import { openWorkshop, READER, type Workshop } from './testing/workshop.js';

describe('a SKU that nobody knows', () => {
  let db: Database;
  let shop: Workshop;
  beforeAll(async () => {
    db = await openTestDatabase();
    shop = await openWorkshop(db);
    for (const sku of ['LAMP-100-RED', 'LAMP-100-BLUE', 'LAMP-200', '4006381333931', 'TABLE-1']) {
      const id = await addProduct(db.pool, [[shop.network.nodes.east, 100]]);
      await db.pool.query('UPDATE product SET sku = $2 WHERE id = $1', [id, sku]);
    }
  });
  afterAll(async () => {
    await shop.deps.committer.close();
    await db.close();
  });
  const mayMean = (sku: string, more: { gtin?: string; vendorSku?: string } = {}) =>
    similarSkus(db.pool, shop.network.accountId, { sku, ...more });

  it('may mean the one that it is but for case and punctuation, and its nearest after that', async () => {
    expect((await mayMean('lamp_100 red')).slice(0, 2)).toEqual(['LAMP-100-RED', 'LAMP-100-BLUE']);
  });

  it('may mean one that only has something before it', async () => {
    expect(await mayMean('SHOP-TABLE-1')).toEqual(['TABLE-1']);
  });

  it('may mean the product of its GTIN, however many zeros stand before that', async () => {
    expect(await mayMean('?', { gtin: '04006381333931' })).toEqual(['4006381333931']);
  });

  it('means nothing where nothing is like it', async () => {
    expect(await mayMean('XYZZY')).toEqual([]);
    expect(await mayMean('\u0000')).toEqual([]);
  });

  it('is told with its suggestions, and its order is taken in once the account has said what it means', async () => {
    const rawBody = Buffer.from(
      JSON.stringify({
        ...{ externalId: randomUUID(), currency: 'USD', placedAt: '2026-03-01T09:00:00Z', shipTo: READER },
        lines: [{ externalLineId: '1', sku: 'TABLE.1', quantity: 1, unitPrice: 500_000, requiresShipping: true }],
      }),
    );
    const headers = { signature: 'signed', delivery: randomUUID() };
    const kept = await receiveWebhook(shop.deps, 'shop', { headers, rawBody });
    if (kept.kind !== 'kept') throw new Error(`expected it to be kept, got ${kept.kind}`);
    await processIntake(shop.deps, kept.intakeId);
    const viewer = systemViewer('clerk');
    const [letter] = await listDeadLetters(db.pool, viewer, { limit: 1 });
    expect(letter?.errors).toMatchObject([{ code: 'UNKNOWN_SKU', path: 'lines[0].sku', suggestions: ['TABLE-1'] }]);

    expect(await setAlias(db.pool, { account: 'nowhere', alias: 'TABLE.1', sku: 'TABLE-1' })).toEqual({
      missing: 'account',
    });
    expect(await setAlias(db.pool, { account: 'shop', alias: 'TABLE.1', sku: 'NO' })).toEqual({ missing: 'sku' });
    expect(await setAlias(db.pool, { account: 'shop', alias: 'TABLE.1', sku: 'TABLE-1' })).toBeNull();
    await replayDeadLetters(db.pool, viewer, { ids: [letter?.id ?? ''] }, shop.clock.now());
    expect(await processIntake(shop.deps, kept.intakeId)).toEqual({ outcome: 'done', note: '1 orders' });
  });
});
