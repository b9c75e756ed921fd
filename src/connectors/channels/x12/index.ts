import type { ChannelConnector } from '../../channel.js';
import { normalizeX12 } from './normalize.js';
import { channelSecrets, channelSettings } from './settings.js';
import { TOPIC, verifyX12Webhook } from './webhook.js';

/** A retailer that sends purchase orders as X12 850. Source: docs/connectors/x12-channel.md. */
export const x12Channel: ChannelConnector = {
  kind: 'channel',
  manifest: {
    ...{ name: 'x12', version: '1.0.0', title: 'X12 purchase orders (850)' },
    ...{ settings: channelSettings, secrets: channelSecrets },
  },
  capabilities: { webhooks: [TOPIC], poll: false, duties: [] },

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
};
