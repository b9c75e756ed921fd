import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConnectorError, describeChannel } from 'headgate/kit';
import { describe, it } from 'vitest';
import { z } from 'zod';
import marketStall from './index.js';

const SALE = readFileSync(new URL('fixtures/sale.json', import.meta.url));
const KEY = 'a key of the bench';

describeChannel(
  {
    name: 'market-stall',
    connector: marketStall({ z, ConnectorError }),
    make: async () => ({
      account: { code: 'bench', settings: {}, secrets: { signingKey: KEY } },
      topic: 'stall.sold',
      payloads: [SALE],
      sign: (rawBody) => ({
        rawBody,
        headers: {
          'stall-delivery': 'd-1',
          'stall-signature': createHmac('sha256', KEY).update(rawBody).digest('hex'),
        },
      }),
    }),
    skip: [{ case: 'CHANNEL-013', reason: 'the market states no sums' }],
  },
  { describe, it },
);
