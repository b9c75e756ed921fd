import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CarrierConnector, RateQuestion } from '../../connectors/carrier.js';
import { restCarrier } from '../../connectors/carriers/rest/index.js';
import { openOutbound } from '../../connectors/http/guarded-fetch.js';
import { runCase, type Subject } from '../../connectors/kit/cases.js';
import { type CarrierBench, carrierCases, describeCarrier } from '../../connectors/kit/index.js';
import { systemClock } from '../../model/clock.js';
import { ConnectorError } from '../../model/errors.js';
import { startSimulatedVendor } from './server.js';

const TOKEN = 'kit-token-of-swift';
const QUESTION: RateQuestion = {
  from: { countryCode: 'US', regionCode: 'NV', postalCode: '89501' },
  to: { countryCode: 'US', regionCode: 'NY', postalCode: '10001', residential: true },
  ...{ parcel: { grams: 2_400, cm3: 0 }, serviceCodes: ['swift-ground', 'swift-express'] },
};

/** A simulated carrier of its own, over real HTTP, reached as a running Headgate reaches it. */
async function openBench(): Promise<CarrierBench & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-kit-'));
  const simulated = await startSimulatedVendor({
    ...{ host: '127.0.0.1', port: 0, journalFile: join(folder, 'vendors.jsonl'), clock: systemClock },
    token: () => TOKEN,
  });
  const settings = { baseUrl: `${simulated.url}/carriers/swift` };
  const outbound = openOutbound({ rules: { privateHosts: [], ownOrigins: [simulated.url] } });
  const { fetch } = outbound;
  return {
    context: { account: { code: 'swift', settings, secrets: { token: TOKEN } }, clock: systemClock, fetch },
    question: QUESTION,
    async close() {
      await outbound.close();
      await simulated.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const rest: Subject<CarrierConnector, CarrierBench> = { name: 'rest', connector: restCarrier, make: openBench };
describeCarrier(rest, { describe, it });

describe('the contract kit', () => {
  it.each<[string, Partial<CarrierConnector>, string[]]>([
    [
      'prices what it was not asked about',
      {
        rates: async (question, context) => {
          const { rates, problems } = await restCarrier.rates(question, context);
          return { rates: [...rates, ...rates], problems };
        },
      },
      ['CARRIER-001', 'CARRIER-002'],
    ],
    [
      'fails whole for a service that it does not know',
      {
        rates: async (question, context) => {
          const answer = await restCarrier.rates(question, context);
          if (answer.problems.length > 0) throw new ConnectorError('NO', 'refused', 'no such service');
          return answer;
        },
      },
      ['CARRIER-002'],
    ],
    [
      'answers nothing where it fails',
      { rates: (question, context) => restCarrier.rates(question, context).catch(() => ({ rates: [], problems: [] })) },
      carrierCases.slice(3).map(({ id }) => id),
    ],
  ])('objects to a carrier that %s', async (_what, change, ids) => {
    const failed: string[] = [];
    for (const one of carrierCases)
      await runCase(one, { ...rest, connector: { ...restCarrier, ...change } }).catch(() => failed.push(one.id));
    expect(failed).toEqual(ids);
  });
});

describe('a carrier of the protocol', () => {
  const answering = (status: number, body: unknown) =>
    restCarrier.rates(QUESTION, {
      ...{ account: { code: 'swift', settings: { baseUrl: 'http://swift' }, secrets: { token: TOKEN } } },
      ...{ clock: systemClock, signal: AbortSignal.timeout(1_000) },
      fetch: async () => new Response(JSON.stringify(body), { status }),
    });
  const rate = { serviceCode: 'swift-ground', price: '7.1', currency: 'USD', transitHours: 48 };

  it('has a price for nothing where it refuses the question, and is well', async () => {
    const problems = [{ serviceCode: null, code: 'REFUSED' }];
    expect(await answering(422, { error: 'no such town' })).toEqual({ rates: [], problems });
  });

  it('is not heard about what it was not asked, nor twice about one service', async () => {
    const rates = [rate, { ...rate, price: '1' }, { ...rate, serviceCode: 'other' }];
    const problems = [
      { serviceCode: 'other', code: 'NO' },
      { serviceCode: 'swift-express', code: 'FULL' },
    ];
    expect(await answering(200, { rates, problems })).toEqual({
      rates: [{ ...rate, price: 71_000 }],
      problems: [{ serviceCode: 'swift-express', code: 'FULL' }],
    });
  });

  it.each<[string, object]>([
    ['a price below nothing', { price: '-1' }],
    ['a price that is a number', { price: 7.1 }],
    ['a fifth decimal', { price: '7.12345' }],
    ['part of an hour', { transitHours: 0.5 }],
    ['no currency', { currency: 'dollars' }],
  ])('is not taken at its word where it says %s', async (_what, odd) => {
    const answer = answering(200, { rates: [{ ...rate, ...odd }], problems: [] });
    await expect(answer).rejects.toMatchObject({ code: 'CARRIER_ANSWER_MALFORMED', errorClass: 'transient' });
  });
});
