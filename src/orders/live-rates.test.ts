import { describe, expect, it } from 'vitest';
import type { CarrierRates } from '../connectors/carrier.js';
import { decide } from '../engine/decide.js';
import { NODES, NOW, requestUnder, SNAPSHOT } from '../matrix/rules/testing/small-order.js';
import { ConnectorError } from '../model/errors.js';
import { createLiveRates } from './live-rates.js';
import { simulatedCarrier } from './testing/simulated-carrier.js';

/** The small order ships ground by postline, whose card says 10.00 and 72 hours, and air by skyway, whom nobody can ask. */
const QUESTION = {
  orderCurrency: 'USD',
  to: { countryCode: 'US', regionCode: 'NY', postalCode: '10001', residential: true },
  parcel: { grams: 22_000, cm3: 0 },
};
const ground = (price: number, more: Partial<CarrierRates['rates'][number]> = {}): CarrierRates => ({
  rates: [{ serviceCode: 'ground', price, currency: 'USD', transitHours: 48, ...more }],
  problems: [],
});
function world(...args: Parameters<typeof simulatedCarrier>) {
  const simulated = simulatedCarrier(...args);
  const { asked } = simulated;
  let { carrier } = simulated;
  let now = NOW;
  const clock = { now: () => now };
  const rates = createLiveRates({ carriers: () => [carrier], clock, fetch });
  return {
    asked,
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    ask: () => rates(SNAPSHOT, QUESTION),
    set: (settings: unknown) => {
      carrier = { ...carrier, account: { ...carrier.account, settings } };
    },
  };
}
const pricesOf = (snapshot: typeof SNAPSHOT) =>
  snapshot.services
    .filter(({ nodeId }) => nodeId === 1)
    .map(({ serviceCode, source, rateCard, transitHours }) => [
      serviceCode,
      source ?? 'card',
      rateCard.brackets[0]?.price,
      transitHours,
    ]);
const BY_CARD = [
  ['ground', 'card', 100_000, 72],
  ['air', 'card', 300_000, 24],
];

describe('live rates', () => {
  it('come before the card, for the services that the carrier prices', async () => {
    const { ask, asked } = world(() => ground(71_500));
    const { snapshot, problems } = await ask();
    expect(pricesOf(snapshot)).toEqual([['ground', 'live', 71_500, 48], BY_CARD[1]]);
    expect(problems).toEqual([]);
    expect(asked).toHaveLength(NODES.length);
    expect(asked[0]).toEqual({
      from: { countryCode: 'US', regionCode: null, postalCode: null },
      ...{ to: QUESTION.to, parcel: QUESTION.parcel, serviceCodes: ['ground'] },
    });
  });

  it('are asked for anew once the carrier is set up otherwise', async () => {
    const { ask, set, asked } = world(() => ground(71_500));
    await ask();
    await ask();
    expect(asked).toHaveLength(NODES.length);
    set({ baseUrl: 'https://other.example' });
    await ask();
    expect(asked).toHaveLength(2 * NODES.length);
  });

  it('are what the order is decided by, and the record says so', async () => {
    const { snapshot } = await world(() => ground(71_500)).ask();
    const built = requestUnder([], { snapshot });
    expect(built.rateSources).toMatchObject({ liveRates: ['live:ground'], rateCards: ['skyway-card'] });
    expect(decide(built.request).shipments[0]).toMatchObject({ serviceId: 'ground', costs: { freight: '7.1500' } });
  });

  it.each<[string, Parameters<typeof simulatedCarrier>[0], string]>([
    ['does not answer in time', () => new Promise(() => {}), 'CALL_TIMED_OUT'],
    ['fails', () => Promise.reject(new ConnectorError('DOWN', 'transient', 'down for the night')), 'DOWN'],
  ])('leave the card where the carrier %s, and say why', async (_name, answer, code) => {
    const { snapshot, problems } = await world(answer).ask();
    expect(pricesOf(snapshot)).toEqual(BY_CARD);
    expect(problems).toHaveLength(NODES.length);
    expect(problems[0]).toEqual({ carrier: 'postline', nodeCode: 'acme-east', code });
  });

  it('leave the card for a service that the carrier cannot price, and price the others', async () => {
    const problem = { serviceCode: 'ground', code: 'NOT_TO_THIS_ADDRESS' };
    const { snapshot, problems } = await world(({ from }) =>
      from.countryCode === 'DE' ? { rates: [], problems: [problem] } : ground(50_000),
    ).ask();
    expect(pricesOf(snapshot)[0]).toEqual(['ground', 'live', 50_000, 48]);
    expect(problems).toEqual([{ carrier: 'postline', nodeCode: 'zenith-berlin', ...problem }]);
  });

  it('keep no word of the carrier’s own that could tell of its customer', async () => {
    const problems = [{ serviceCode: 'to Mrs Smith', code: 'not to Mrs Smith' }];
    const told = await world(() => ({ rates: [], problems })).ask();
    expect(told.problems[0]).toEqual({ carrier: 'postline', nodeCode: 'acme-east', code: 'UNREADABLE' });
  });

  it.each<[string, Partial<CarrierRates['rates'][number]>]>([
    ['a price below nothing', { price: -1 }],
    ['part of a ten-thousandth', { price: 0.5 }],
    ['an arrival before it leaves', { transitHours: -1 }],
    ['a currency that cannot be converted', { currency: 'CHF' }],
    ['a service of others', { serviceCode: 'air' }],
  ])('are not taken where they say %s', async (_name, more) => {
    expect(pricesOf((await world(() => ground(1, more)).ask()).snapshot)).toEqual(BY_CARD);
  });

  it('are asked once for the same parcel and way', async () => {
    const { ask, asked } = world(() => ground(71_500));
    await ask();
    await ask();
    expect(asked).toHaveLength(NODES.length);
  });

  it('leave a carrier that failed in peace for a while, then try it with one call, and ask on where that is answered', async () => {
    let isDown = true;
    const down = () => Promise.reject(new ConnectorError('DOWN', 'transient', 'down'));
    const { ask, asked, pass } = world(() => (isDown ? down() : ground(71_500)));
    await ask();
    expect((await ask()).problems[0]).toMatchObject({ code: 'LEFT_IN_PEACE' });
    expect(asked).toHaveLength(NODES.length);
    pass(10_000);
    await ask();
    expect(asked).toHaveLength(NODES.length + 1);
    pass(10_000);
    await ask();
    expect(asked).toHaveLength(NODES.length + 1);
    pass(10_000);
    isDown = false;
    await ask();
    const { snapshot, problems } = await ask();
    expect([pricesOf(snapshot)[0], problems]).toEqual([['ground', 'live', 71_500, 48], []]);
  });

  it('come back to a busy carrier no sooner than it said', async () => {
    const busy = new ConnectorError('BUSY', 'transient', 'busy', { retryAfterMs: 60_000 });
    const { ask, asked, pass } = world(() => Promise.reject(busy));
    await ask();
    pass(59_999);
    await ask();
    expect(asked).toHaveLength(NODES.length);
    pass(1);
    await ask();
    expect(asked).toHaveLength(NODES.length + 1);
  });

  it('ask a carrier so much at once and no more: the rest goes by the card', async () => {
    const { ask, asked } = world(({ to }) => (to.postalCode === '10001' ? new Promise(() => {}) : ground(1)));
    const answers = await Promise.all(Array.from({ length: Math.ceil(100 / NODES.length) + 1 }, ask));
    expect(asked).toHaveLength(100);
    expect(answers.at(-1)?.problems[0]).toMatchObject({ code: 'TOO_MANY_CALLS' });
  });
});
