import { ConnectorError } from '../../../model/errors.js';
import { parseAmount } from '../../../model/money.js';
import type { CarrierConnector, CarrierRates, RateQuestion } from '../../carrier.js';
import { failure } from '../../http/exchange.js';
import { callJson, jsonAddress, jsonSecrets, jsonSettings } from '../../json-call.js';
import { SERVICES_MAX, type WireRateAnswer, type WireRateQuestion, wireRateAnswer } from './protocol.js';

/**
 * Carriers, or adapters before them, that speak Headgate's own protocol: one question, `POST /v1/rates`, which changes nothing there.
 * Source: docs/connectors/rest-carrier.md.
 */
export const restCarrier: CarrierConnector = {
  kind: 'carrier',
  manifest: {
    ...{ name: 'rest', version: '1.0.0', title: 'REST carrier (Headgate protocol)' },
    ...{ settings: jsonSettings, secrets: jsonSecrets },
  },

  async rates(question, context) {
    const call = {
      ...({ of: 'carrier', method: 'POST', path: '/v1/rates', body: toWire(question), changes: false } as const),
      answer: wireRateAnswer,
    };
    try {
      const answer = await callJson(call, jsonAddress('carrier', context), context, () => {
        const message = 'the carrier does not know this address (404): check baseUrl';
        throw failure('carrier', 'ADDRESS_UNKNOWN', 'permanent', message);
      });
      return fromWire(answer, question.serviceCodes);
    } catch (error) {
      // It is well, and has no price for this: not a reason to ask it nothing else.
      if (error instanceof ConnectorError && error.errorClass === 'refused')
        return { rates: [], problems: [{ serviceCode: null, code: 'REFUSED' }] };
      throw error;
    }
  },
};

/** The question as it travels. Pure. */
function toWire({ from, to, parcel, serviceCodes }: RateQuestion): WireRateQuestion {
  const { countryCode, regionCode, postalCode, residential } = to;
  return {
    from: { countryCode: from.countryCode, regionCode: from.regionCode, postalCode: from.postalCode },
    to: { countryCode, regionCode, postalCode, residential },
    parcel: { grams: parcel.grams, cm3: parcel.cm3 },
    serviceCodes: serviceCodes.slice(0, SERVICES_MAX),
  };
}

/** What was answered about what was asked; of two rates for one service the first. Pure. */
function fromWire({ rates, problems }: WireRateAnswer, asked: readonly string[]): CarrierRates {
  const priced = new Map<string, CarrierRates['rates'][number]>();
  for (const { price, ...rate } of rates)
    if (asked.includes(rate.serviceCode) && !priced.has(rate.serviceCode))
      priced.set(rate.serviceCode, { ...rate, price: parseAmount(price) });
  return {
    rates: [...priced.values()],
    problems: problems.filter(({ serviceCode }) => serviceCode === null || asked.includes(serviceCode)),
  };
}
