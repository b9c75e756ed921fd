import { createHmac } from 'node:crypto';
import { describe, it } from 'vitest';
import type { ChannelNotice } from '../../channel.js';
import { describeChannel } from '../../kit/index.js';
import { wooCommerceChannel } from './index.js';
import { accountOf, anOrder, WEBHOOK_SECRET } from './testing/bench.js';
import { startWooShop } from './testing/woo-shop.js';
import { referenceOf } from './told.js';

const about = { externalId: '8812', displayNumber: null, customerPoNumber: null, at: '2026-03-02T12:00:00.000Z' };
const line = { externalLineId: '504', sku: 'LAMP' };
const NOTICES: readonly ChannelNotice[] = [
  {
    ...{ kind: 'acknowledge', noticeId: 'n1', ...about },
    lines: [{ ...line, accepted: 2, backordered: 0, rejected: 1, reason: 'sold out' }],
  },
  {
    ...{ kind: 'ship', noticeId: 'n2', ...about, shipmentId: 's1', carrier: 'ups', serviceCode: null },
    ...{ trackingNumbers: ['1Z1'], shippedAt: '2026-03-02T11:00:00.000Z', lines: [{ ...line, quantity: 1 }] },
  },
  { kind: 'cancel', noticeId: 'n3', ...about, reason: 'sold out', lines: [{ ...line, quantity: 1 }] },
];

describeChannel(
  {
    ...{ name: 'woocommerce', connector: wooCommerceChannel },
    make: async () => {
      const shop = await startWooShop();
      shop.orders.push(anOrder(), anOrder({ id: 8813 }));
      const account = accountOf(shop);
      return {
        ...{ account, topic: 'order.updated', payloads: [Buffer.from(JSON.stringify(anOrder()))], notices: NOTICES },
        sign: (rawBody) => ({
          rawBody,
          headers: {
            'x-wc-webhook-topic': 'order.updated',
            'x-wc-webhook-signature': createHmac('sha256', WEBHOOK_SECRET).update(rawBody).digest('base64'),
          },
        }),
        context: { account, clock: { now: () => new Date(shop.nowMs) }, fetch },
        told: async (notice) =>
          (shop.notes.get(8812) ?? []).filter(({ note }) => note.includes(`HG-${referenceOf(notice)}`)).length,
        close: () => shop.close(),
      };
    },
  },
  { describe, it },
);
