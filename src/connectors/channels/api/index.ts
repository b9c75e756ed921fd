import { z } from 'zod';
import type { ChannelConnector } from '../../channel.js';

/** Partner systems that submit orders by mutation: the canonical model is what they speak, and no webhook comes from them. */
export const apiChannel: ChannelConnector = {
  kind: 'channel',
  manifest: {
    name: 'api',
    version: '1.0.0',
    title: 'Partner API (GraphQL)',
    settings: z.object({}),
    secrets: z.object({}),
  },
  capabilities: { webhooks: [], poll: false, duties: [] },
  verifyWebhook: () => ({ ok: false, reason: 'this account takes orders by the submitOrder mutation, not by webhook' }),
  normalize: () => ({
    ok: false,
    faults: [{ code: 'TOPIC_UNKNOWN', message: 'orders of this account come by the submitOrder mutation', path: '' }],
  }),
};
