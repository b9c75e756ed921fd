import { randomUUID } from 'node:crypto';
import type { Pool } from '../../src/store/database.js';
import { applyLiveAnswer } from '../../src/store/stock-live.js';
import { applyStockReport } from '../../src/store/stock-reports.js';
import { applyKnownStock } from '../../src/store/stock-unknown.js';
import { whileHeld } from '../../src/store/testing/held-row.js';
import { addProduct, type SmallNetwork, stockOf } from '../../src/store/testing/small-network.js';

const NOW = new Date('2026-03-02T12:00:00Z');
const at = (time: string) => `2026-03-02T${time}:00Z`;

/** How a figure may come beside the order of a vendor's feed. */
export type Beside = 'an answer to a question' | 'a SKU that became known';
export const BESIDE: readonly Beside[] = ['an answer to a question', 'a SKU that became known'];

/**
 * A figure of 11:00, 12 units, is being applied beside the feed when a whole feed of 11:30 confirms the 10 that were known at 10:30. Returns what
 * is on hand then: 10, unless the older figure outlasts the newer.
 */
export async function afterWholeFeed(pool: Pool, network: SmallNetwork, beside: Beside): Promise<number> {
  const { far } = network.nodes;
  const productId = await addProduct(pool, [[far, 10]]);
  const vendorSku = `VENDORS-${randomUUID()}`;
  const say = (asOf: string, onHand: number) =>
    applyStockReport(pool, {
      ...{ vendorId: far.vendorId, newId: randomUUID, now: NOW },
      report: { asOf, complete: true, faults: [], rows: [{ nodeCode: far.code, vendorSku, onHand }] },
    });
  await pool.query('DELETE FROM vendor_feed');
  await pool.query('UPDATE vendor SET feed_absent_is_zero = false WHERE id = $1', [far.vendorId]);
  await say(at('11:00'), 12);
  await pool.query('INSERT INTO product_vendor_alias (vendor_id, product_id, vendor_sku) VALUES ($1, $2, $3)', [
    ...[far.vendorId, productId, vendorSku],
  ]);
  await say(at('10:30'), 10);
  await pool.query('UPDATE vendor SET feed_absent_is_zero = true, feed_review_percent = 100 WHERE id = $1', [
    far.vendorId,
  ]);
  const rows = [{ nodeId: far.id, productId, onHand: 12 }];
  const apply = {
    'an answer to a question': () =>
      applyLiveAnswer(pool, {
        ...{
          vendorId: far.vendorId,
          rows,
          asOf: at('11:00'),
          askedAt: new Date(at('11:00')),
          now: NOW,
          newId: randomUUID,
        },
      }),
    'a SKU that became known': () => applyKnownStock(pool, NOW),
  }[beside];
  await whileHeld(pool, { nodeId: far.id, productId }, apply, () => say(at('11:30'), 10));
  return (await stockOf(pool, far, productId)).onHand;
}
