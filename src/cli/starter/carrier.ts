import type { StarterNames } from './names.js';

/** A carrier that has no prices yet. */
export function carrierStarter({ name, variable, title }: StarterNames): Readonly<Record<string, string>> {
  return {
    'src/index.ts': `import type { CarrierConnector, ConnectorApi } from 'headgate/connectors';
import { ratesOf } from './map.js';

/** ${title} as a carrier whose prices are asked live. Headgate calls this once and hands in its own zod and ConnectorError. */
export default function ${variable}({ z, ConnectorError }: ConnectorApi): CarrierConnector {
  const settings = z.object({ baseUrl: z.url() });
  const secrets = z.object({ token: z.string().min(6) });
  return {
    kind: 'carrier',
    manifest: { name: '${name}', version: '0.1.0', title: '${title}', settings, secrets },

    async rates(question, context) {
      const { baseUrl } = settings.parse(context.account.settings);
      const { token } = secrets.parse(context.account.secrets);
      let response: Response;
      let answer: unknown;
      try {
        const headers = { authorization: \`Bearer \${token}\` };
        response = await context.fetch(\`\${baseUrl}/rates\`, { headers, signal: context.signal });
        answer = response.ok ? await response.json() : null;
      } catch (cause) {
        throw new ConnectorError('NO_ANSWER', 'transient', 'the carrier did not answer', { cause });
      }
      const { status } = response;
      if (status === 401 || status === 403)
        throw new ConnectorError('UNAUTHORIZED', 'unauthorized', 'the carrier does not accept our credentials');
      if (!response.ok) {
        const retryAfterMs = 1_000 * Number(response.headers.get('retry-after') ?? Number.NaN);
        const options = Number.isFinite(retryAfterMs) ? { retryAfterMs } : {};
        throw new ConnectorError('CARRIER_FAILED', 'transient', \`the carrier answered \${status}\`, options);
      }
      return ratesOf(question, answer);
    },
  };
}
`,
    'src/map.ts': `import type { CarrierRates, RateQuestion } from 'headgate/connectors';

/** Their answer to our question. What they have no price for is a problem in the answer. Pure. */
export function ratesOf(question: RateQuestion, _answer: unknown): CarrierRates {
  return { rates: [], problems: question.serviceCodes.map((serviceCode) => ({ serviceCode, code: 'NOT_MAPPED' })) };
}
`,
    'src/contract.test.ts': `import { type CarrierBench, ConnectorError, describeCarrier } from 'headgate/kit';
import { describe, it } from 'vitest';
import { z } from 'zod';
import connector from './index.js';

/** A double of ${title}: answer its requests in \`fetch\`. */
const makeBench = async (): Promise<CarrierBench> => ({
  context: {
    account: { code: 'bench', settings: { baseUrl: 'https://carrier.example' }, secrets: { token: 'bench-token' } },
    clock: { now: () => new Date() },
    fetch: async () => new Response('{}', { status: 200 }),
  },
  question: {
    from: { countryCode: 'US', regionCode: 'CO', postalCode: '80301' },
    to: { countryCode: 'US', regionCode: 'NY', postalCode: '10001', residential: true },
    parcel: { grams: 500, cm3: 2_000 },
    serviceCodes: ['${name}-ground'],
  },
});

describeCarrier({ name: '${name}', connector: connector({ z, ConnectorError }), make: makeBench }, { describe, it });
`,
  };
}
