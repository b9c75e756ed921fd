import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ConnectorError, type ErrorClass, errorChain } from '../../model/errors.js';
import type { CarrierConnector, RateQuestion } from '../carrier.js';
import { answering, type CallBench, calling, cut, failureOf, silentCall } from './calls.js';
import type { ContractCase } from './cases.js';

/** A carrier, or its double, that works; what goes wrong with it is played in the calls' `fetch`. */
export interface CarrierBench extends CallBench {
  /** One that this carrier has a price for, in each service that it names. */
  readonly question: RateQuestion;
}

type Case = ContractCase<CarrierConnector, CarrierBench>;
const NO_SUCH_SERVICE = 'hg-kit-no-such-service';

/** What may go wrong with a question, and how it must end. */
const TROUBLES: Readonly<Record<string, readonly [ErrorClass, typeof fetch]>> = {
  away: ['transient', async () => Promise.reject(cut('ECONNREFUSED'))],
  dropped: ['transient', async () => Promise.reject(cut('ECONNRESET'))],
  garbage: ['transient', answering(200, '<html>it works</html>')],
  failed: ['transient', answering(500, 'oops')],
  busy: ['transient', answering(429, '', { 'retry-after': '7' })],
  locked: ['unauthorized', answering(401)],
};

const ask = (connector: CarrierConnector, bench: CarrierBench, more: readonly string[] = []) => {
  const { question } = bench;
  return connector.rates({ ...question, serviceCodes: [...question.serviceCodes, ...more] }, calling(bench));
};

async function troubled(connector: CarrierConnector, bench: CarrierBench, name: string): Promise<ConnectorError> {
  const [errorClass, fetchIn] = TROUBLES[name] ?? assert.fail(name);
  const error = await failureOf(connector.rates(bench.question, calling(bench, fetchIn)));
  assert.equal(error.errorClass, errorClass);
  return error;
}
const trouble = (id: string, title: string, name: string): Case => ({
  ...{ id, level: 'MUST', title },
  run: async (connector, bench) => void (await troubled(connector, bench, name)),
});

/** What every carrier connector keeps. */
export const carrierCases: readonly Case[] = [
  {
    ...{ id: 'CARRIER-001', level: 'MUST', title: 'it prices what it is asked about, each service once' },
    async run(connector, bench) {
      const { rates } = await ask(connector, bench);
      assert.deepEqual(rates.map(({ serviceCode }) => serviceCode).sort(), [...bench.question.serviceCodes].sort());
      for (const { price, currency, transitHours } of rates) {
        assert.ok(Number.isSafeInteger(price) && price >= 0, `expected whole ten-thousandths, got ${price}`);
        assert.match(currency, /^[A-Z]{3}$/);
        assert.ok(Number.isInteger(transitHours) && transitHours >= 0, `expected whole hours, got ${transitHours}`);
      }
    },
  },
  {
    ...{ id: 'CARRIER-002', level: 'MUST', title: 'a service without a price is a problem, and the others are priced' },
    async run(connector, bench) {
      const { rates, problems } = await ask(connector, bench, [NO_SUCH_SERVICE]);
      assert.equal(rates.length, bench.question.serviceCodes.length);
      const [problem] = problems.filter(({ serviceCode }) => serviceCode === NO_SUCH_SERVICE);
      assert.match(problem?.code ?? 'none', /^[A-Z][A-Z0-9_]{0,59}$/);
    },
  },
  {
    ...{ id: 'CARRIER-003', level: 'MUST', title: 'asking changes nothing: the same question has the same answer' },
    async run(connector, bench) {
      assert.deepEqual(await ask(connector, bench), await ask(connector, bench));
    },
  },
  {
    ...{ id: 'CARRIER-004', level: 'MUST', title: 'a question without an answer ends with its signal' },
    async run(connector, bench) {
      const { context, signal } = silentCall(bench);
      const error = await failureOf(connector.rates(bench.question, context));
      assert.ok(signal.aborted, 'expected it to wait for its signal');
      assert.equal(error.errorClass, 'transient');
    },
  },
  trouble('CARRIER-005', 'a carrier that cannot be reached may be asked again', 'away'),
  trouble('CARRIER-006', 'an answer that is cut off is asked for again', 'dropped'),
  trouble('CARRIER-007', 'an answer that cannot be read is none', 'garbage'),
  trouble('CARRIER-008', 'a carrier that fails may be asked again', 'failed'),
  {
    ...{ id: 'CARRIER-009', level: 'MUST', title: 'a busy carrier is asked again no sooner than it said' },
    async run(connector, bench) {
      assert.equal((await troubled(connector, bench, 'busy')).options.retryAfterMs, 7_000);
    },
  },
  trouble('CARRIER-010', 'credentials that are not accepted are told as such', 'locked'),
  {
    ...{ id: 'CARRIER-011', level: 'MUST', title: 'no failure shows a secret' },
    async run(connector, bench) {
      const secrets = Object.values(bench.context.account.secrets ?? {}).map(String);
      assert.ok(secrets.length > 0, 'expected secrets in the account of the bench');
      const quoting: typeof fetch = async (_address, init) =>
        new Response(JSON.stringify({ error: `who is ${JSON.stringify(init?.headers)}` }), { status: 400 });
      const errors: ConnectorError[] = [await failureOf(connector.rates(bench.question, calling(bench, quoting)))];
      for (const name of Object.keys(TROUBLES)) errors.push(await troubled(connector, bench, name));
      for (const error of errors)
        for (const secret of secrets)
          assert.ok(!(inspect(error, { depth: 8 }) + JSON.stringify(errorChain(error))).includes(secret), error.code);
    },
  },
];
