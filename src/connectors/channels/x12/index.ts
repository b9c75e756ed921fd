import type { ChannelConnector, Duty } from '../../channel.js';
import { openFiles } from '../../files/open.js';
import type { OpenFiles } from '../../files/transport.js';
import { verifyDocument } from '../../payload/document-webhook.js';
import { pollFiles, publishByFile, tellByFile } from './exchange.js';
import { normalizeX12 } from './normalize.js';
import { channelSecrets, channelSettings, TOPIC } from './settings.js';

const MINUTE_MS = 60_000;
const KINDS = ['acknowledge', 'ship', 'cancel', 'invoice', 'report_stock'] as const satisfies readonly Duty['kind'][];

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
    capabilities: { webhooks: [TOPIC], poll: true, duties: KINDS.map((kind) => ({ kind })) },

    // Without folders everything comes by HTTP and nothing is told.
    capabilitiesOf(settings) {
      const { folders, deadlines } = channelSettings.parse(settings);
      if (folders === undefined) return { webhooks: [TOPIC], poll: false, duties: [] };
      const { acknowledge, ship, cancel, invoice, stock: report_stock } = deadlines;
      const minutes = { acknowledge, ship, cancel, invoice, report_stock };
      const duties = KINDS.map((kind) => {
        const within = minutes[kind];
        return within === null ? { kind } : { kind, withinMs: within * MINUTE_MS };
      });
      return { webhooks: [TOPIC], poll: true, duties };
    },

    verifyWebhook(request, account) {
      const { webhookUser } = channelSettings.parse(account.settings);
      return verifyDocument(request, { ...channelSecrets.parse(account.secrets), webhookUser }, TOPIC);
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
