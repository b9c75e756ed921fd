import type { ChannelConnector } from '../../channel.js';
import { openFiles } from '../../files/open.js';
import type { OpenFiles } from '../../files/transport.js';
import { pollFiles, publishByFile, tellByFile } from './exchange.js';
import { normalizeX12 } from './normalize.js';
import { channelSecrets, channelSettings } from './settings.js';
import { TOPIC, verifyX12Webhook } from './webhook.js';

const HOUR_MS = 3_600_000;

/**
 * A retailer that sends purchase orders as X12 850, by HTTP or in files, and is told by files: 855, 856, 810, 846, and a 997 for each group.
 * Source: docs/connectors/x12-channel.md.
 */
export function createX12Channel(open: OpenFiles): ChannelConnector {
  return {
    kind: 'channel',
    manifest: {
      ...{ name: 'x12', version: '1.0.0', title: 'X12 purchase orders (850)' },
      ...{ settings: channelSettings, secrets: channelSecrets },
    },
    capabilities: {
      webhooks: [TOPIC],
      poll: true,
      duties: [
        { kind: 'acknowledge', withinMs: 2 * HOUR_MS },
        { kind: 'ship', withinMs: 2 * HOUR_MS },
        { kind: 'cancel' },
        { kind: 'invoice' },
        { kind: 'report_stock', withinMs: HOUR_MS },
      ],
    },

    verifyWebhook(request, account) {
      const { webhookUser } = channelSettings.parse(account.settings);
      return verifyX12Webhook(request, { ...channelSecrets.parse(account.secrets), webhookUser });
    },

    normalize(topic, rawBody, account) {
      if (topic !== TOPIC)
        return { ok: false, faults: [{ code: 'TOPIC_UNKNOWN', message: `expected ${TOPIC}`, path: '' }] };
      const settings = channelSettings.parse(account.settings);
      return normalizeX12(rawBody, settings, settings.partner);
    },

    pollOrders: (cursor, context) => pollFiles(open, cursor, context),
    tell: (notice, context) => tellByFile(open, notice, context),
    publishStock: (levels, context) => publishByFile(open, levels, context),
  };
}

export const x12Channel = createX12Channel(openFiles);
