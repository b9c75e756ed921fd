import { LRUCache } from 'lru-cache';
import type { CarrierConnector, CarrierRates, RateQuestion } from '../connectors/carrier.js';
import type { ConnectorAccount } from '../connectors/connector.js';
import { Circuit } from '../model/circuit.js';
import type { Clock } from '../model/clock.js';
import { ConnectorError, errorChain } from '../model/errors.js';
import type { NetworkSnapshot, NodeFacts, NodeServiceFacts } from '../model/network.js';
import type { ExchangeTrail } from '../store/exchange-trail.js';
import type { LiveQuestion, LiveRates } from './deps.js';
import { callVendor } from './vendor-call.js';

/** A carrier that is asked live. */
export interface LiveCarrier {
  readonly connector: CarrierConnector;
  /** Its code is that by which services name their carrier. */
  readonly account: ConnectorAccount;
  /** An answer is awaited no longer: then the card counts. */
  readonly deadlineMs: number;
}

/** Nodes that carriers are asked about for one order, in the snapshot's order; the others go by their cards. */
const NODES_MAX = 20;
/** Answers that are kept, and for how long. */
const KEPT_MAX = 10_000;
const KEPT_MS = 600_000;
/** A carrier that failed is left in peace, so that not every order waits for its deadline: longer while it goes on failing. */
const REST = { firstMs: 10_000, mostMs: 300_000 };
/** Calls of one carrier that are under way at once; what is asked beyond goes by the card. */
const CALLS_MAX = 100;
const PROBLEMS_MAX = 20;
/** A carrier's own word could tell of its customer; codes do not. */
const CODE = /^[A-Z][A-Z0-9_]{0,59}$/;
/** Rates of one answer that are read. */
const RATES_MAX = 100;

/**
 * Prices services by asking their carriers, all at once, each with its deadline; no database transaction is open meanwhile.
 *
 * The parcel is the whole order. An answer prices what weighs up to that: exact for an order that a node ships whole, never too little for a
 * part of it. A service without an answer keeps its card. Answers are kept for ten minutes of the same day, by settings, way and parcel.
 */
export function createLiveRates(options: {
  readonly carriers: () => readonly LiveCarrier[] | Promise<readonly LiveCarrier[]>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly exchanges?: Pick<ExchangeTrail, 'keep'>;
}): LiveRates {
  const kept = new LRUCache<string, CarrierRates>({ max: KEPT_MAX, ttl: KEPT_MS });
  const ways = new Map<string, { readonly circuit: Circuit; calls: number }>();
  const wayTo = (name: string) => {
    const way = ways.get(name) ?? { circuit: new Circuit(REST), calls: 0 };
    ways.set(name, way);
    return way;
  };

  async function ask(name: string, carrier: LiveCarrier, question: RateQuestion): Promise<CarrierRates> {
    const now = options.clock.now();
    // What was set up otherwise may be answered otherwise.
    const key = JSON.stringify([name, carrier.account.settings, question, now.toISOString().slice(0, 10)]);
    const known = kept.get(key);
    if (known) return known;
    const way = wayTo(name);
    if (way.calls >= CALLS_MAX) return failed('TOO_MANY_CALLS');
    const admission = way.circuit.admit(now.getTime());
    if (admission === null) return failed('LEFT_IN_PEACE');
    const { account, connector, deadlineMs } = carrier;
    const ended = (isFailed: boolean, restMs = 0) =>
      way.circuit.end(admission, options.clock.now().getTime(), isFailed, restMs);
    way.calls += 1;
    try {
      const link = { code: name, account, connector };
      const answer = await callVendor(options, link, deadlineMs, (context) => connector.rates(question, context));
      kept.set(key, answer);
      ended(false);
      return answer;
    } catch (error) {
      ended(true, error instanceof ConnectorError ? error.options.retryAfterMs : undefined);
      return failed(errorChain(error)[0]?.code ?? 'FAILED');
    } finally {
      way.calls -= 1;
    }
  }

  return async (snapshot, { to, parcel, orderCurrency }) => {
    const carriers = new Map((await options.carriers()).map((carrier) => [carrier.account.code, carrier]));
    if (carriers.size === 0) return { snapshot, problems: [] };
    const asked = snapshot.nodes.slice(0, NODES_MAX).flatMap((node) => {
      const services = snapshot.services.filter(({ nodeId }) => nodeId === node.id);
      return [...new Set(services.map(({ carrier }) => carrier))].flatMap((name) => {
        const carrier = carriers.get(name);
        const serviceCodes = services.flatMap((each) => (each.carrier === name ? [each.serviceCode] : []));
        return carrier ? [{ node, name, carrier, question: { to, parcel, from: placeOf(node), serviceCodes } }] : [];
      });
    });
    const answers = await Promise.all(
      asked.map(async ({ node, name, carrier, question: one }) => ({
        ...{ node, name, serviceCodes: one.serviceCodes },
        ...(await ask(name, carrier, one)),
      })),
    );
    const problems = answers.flatMap(({ node, name, serviceCodes, problems: each }) =>
      each.slice(0, PROBLEMS_MAX).map(({ serviceCode, code }) => ({
        ...{ carrier: name, nodeCode: node.code, code: CODE.test(code) ? code : 'UNREADABLE' },
        ...(serviceCode !== null && serviceCodes.includes(serviceCode) ? { serviceCode } : {}),
      })),
    );
    const priced = new Map(
      answers.flatMap(({ node, name, rates }) =>
        rates
          .slice(0, RATES_MAX)
          .flatMap((rate) => (isRead(rate) ? [[`${node.id} ${name} ${rate.serviceCode}`, rate] as const] : [])),
      ),
    );
    return {
      problems: problems.slice(0, PROBLEMS_MAX),
      snapshot: {
        ...snapshot,
        services: snapshot.services.map((service) => {
          const rate = priced.get(`${service.nodeId} ${service.carrier} ${service.serviceCode}`);
          return rate && isConvertible(rate.currency, orderCurrency, service, snapshot)
            ? pricedLive(service, rate, parcel)
            : service;
        }),
      },
    };
  };
}

type Rate = CarrierRates['rates'][number];

function failed(code: string): CarrierRates {
  return { rates: [], problems: [{ serviceCode: null, code }] };
}

function placeOf({ countryCode, regionCode, postalCode }: NodeFacts): RateQuestion['from'] {
  return { countryCode, regionCode, postalCode };
}

/** What comes from outside is taken only where it can be meant. */
function isRead({ price, transitHours }: Rate): boolean {
  return (
    Number.isSafeInteger(price) &&
    price >= 0 &&
    price <= PRICE_MAX &&
    Number.isInteger(transitHours) &&
    transitHours >= 0 &&
    transitHours <= 8_760
  );
}
const PRICE_MAX = 10_000_000 * 10_000;

/** The order's own currency is, and the card's; others only where the snapshot has a rate. */
function isConvertible(
  currency: string,
  orderCurrency: string,
  { rateCard }: NodeServiceFacts,
  { exchangeRates }: NetworkSnapshot,
): boolean {
  return [orderCurrency, rateCard.currency].includes(currency) || exchangeRates.some(({ base }) => base === currency);
}

function pricedLive(service: NodeServiceFacts, rate: Rate, parcel: LiveQuestion['parcel']): NodeServiceFacts {
  return {
    ...service,
    ...{ source: 'live', transitHours: rate.transitHours, businessDays: null },
    rateCard: {
      ...{ code: `live:${service.serviceCode}`, currency: rate.currency, basis: 'weight', dimensionalDivisor: null },
      ...{ brackets: [{ upTo: String(parcel.grams), price: rate.price }], beyond: null, maximum: null, surcharges: [] },
    },
  };
}
