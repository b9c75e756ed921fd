import { z } from 'zod';
import type { CarrierConnector, CarrierRates, RateQuestion } from '../../connectors/carrier.js';
import type { LiveCarrier } from '../live-rates.js';

/** A carrier of one's own making: it answers as it is told, and remembers what it was asked. */
export interface SimulatedCarrier {
  readonly carrier: LiveCarrier;
  readonly asked: RateQuestion[];
}

export function simulatedCarrier(
  answer: (question: RateQuestion, signal: AbortSignal) => CarrierRates | Promise<CarrierRates>,
  deadlineMs = 50,
  name = 'postline',
): SimulatedCarrier {
  const asked: RateQuestion[] = [];
  const connector: CarrierConnector = {
    kind: 'carrier',
    manifest: { name, version: '1', title: 'Simulated', settings: z.object({}), secrets: z.object({}) },
    async rates(question, { signal }) {
      asked.push(question);
      return answer(question, signal);
    },
  };
  return { asked, carrier: { connector, account: { code: name, settings: {}, secrets: {} }, deadlineMs } };
}
