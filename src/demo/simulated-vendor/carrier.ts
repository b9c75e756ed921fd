import type { WireRateAnswer, WireRateQuestion } from '../../connectors/carriers/rest/protocol.js';
import { formatAmount } from '../../model/money.js';
import { SERVICES } from '../carriers.js';

/** In ten-thousandths of a dollar: a parcel, each started kilogram, the way over a border, and a home. */
const PARCEL = 42_000;
const PER_KG = 8_700;
const ABROAD = 60_000;
const HOME = 12_500;
const CM3_PER_KG = 5_000;

/** What a demo carrier asks for a parcel by its services; the same question always has the same answer. Pure. */
export function carrierRates(carrier: string, { from, to, parcel, serviceCodes }: WireRateQuestion): WireRateAnswer {
  const own = SERVICES.filter((service) => service.carrier === carrier).map(({ code }) => code);
  const kilograms = Math.ceil(Math.max(parcel.grams / 1_000, parcel.cm3 / CM3_PER_KG));
  const abroad = from.countryCode !== to.countryCode;
  const price = PARCEL + PER_KG * kilograms + (abroad ? ABROAD : 0) + (to.residential ? HOME : 0);
  return {
    rates: serviceCodes
      .filter((code) => own.includes(code))
      .map((serviceCode) => {
        const fast = /express|priority/.test(serviceCode);
        return {
          ...{ serviceCode, currency: 'USD', price: formatAmount(fast ? price * 3 : price) },
          transitHours: (abroad ? 96 : 48) / (fast ? 2 : 1),
        };
      }),
    problems: serviceCodes
      .filter((code) => !own.includes(code))
      .map((serviceCode) => ({ serviceCode, code: 'NO_SUCH_SERVICE' })),
  };
}
