import type { ChannelConnector, Duty } from '../../channel.js';
import { openFiles } from '../../files/open.js';
import type { OpenFiles } from '../../files/transport.js';
import { verifyDocument } from '../../payload/document-webhook.js';
import { pollFiles, publishByFile, tellByFile } from './exchange.js';
import { normalizeCsv } from './normalize.js';
import { channelSecrets, channelSettings, FILE_TOPIC } from './settings.js';
import { TOLD_KINDS } from './told-fields.js';

const MINUTE_MS = 60_000;

/** A channel that sends orders as delimited text, by HTTP or in files, and is told by files. Source: docs/connectors/csv.md. */
export function createCsvChannel(open: OpenFiles): ChannelConnector {
  return {
    kind: 'channel',
    manifest: {
      ...{ name: 'csv', version: '1.0.0', title: 'Orders as delimited text (CSV, TSV)' },
      ...{ settings: channelSettings, secrets: channelSecrets },
    },
    capabilities: {
      ...{ webhooks: [FILE_TOPIC], poll: true },
      duties: [...TOLD_KINDS.map((kind) => ({ kind })), { kind: 'report_stock' }],
    },

    capabilitiesOf(settings) {
      const { orders, tells } = channelSettings.parse(settings);
      const dutyOf = (
        kind: Duty['kind'],
        told: { readonly withinMinutes?: number | undefined } | undefined,
      ): Duty[] => {
        if (told === undefined) return [];
        const { withinMinutes } = told;
        return [withinMinutes === undefined ? { kind } : { kind, withinMs: withinMinutes * MINUTE_MS }];
      };
      return {
        ...{ webhooks: [FILE_TOPIC], poll: orders !== undefined },
        duties: [...TOLD_KINDS.flatMap((kind) => dutyOf(kind, tells?.[kind])), ...dutyOf('report_stock', tells?.stock)],
      };
    },

    verifyWebhook(request, account) {
      const { webhookUser } = channelSettings.parse(account.settings);
      return verifyDocument(request, { ...channelSecrets.parse(account.secrets), webhookUser }, FILE_TOPIC);
    },

    normalize: (topic, rawBody, account) => normalizeCsv(topic, rawBody, channelSettings.parse(account.settings)),
    pollOrders: (cursor, context) => pollFiles(open, cursor, context),
    tell: (notice, context) => tellByFile(open, notice, context),
    publishStock: (levels, context) => publishByFile(open, levels, context),
  };
}

export const csvChannel = createCsvChannel(openFiles);
