import type { RuleSet } from '../src/model/rule-set.js';
import { STATES } from './routing-network.js';

/** A hundred rules, ten of each of these kinds, about the network of routing-network.ts: most of them do something to most orders. */
export function hundredRules(): RuleSet {
  const kinds: ((at: number) => Omit<RuleSet['rules'][number], 'id' | 'reason'>)[] = [
    (at) => ({ when: `node.vendor == 'vendor-${at + 2}' && order.value < ${20 + at}.0`, then: { exclude: true } }),
    (at) => ({ when: `node.region == '${STATES[at]}'`, then: { prefer: { perShipment: '0.25', currency: 'USD' } } }),
    (at) => ({ when: `node.leadTimeHours > ${24 + at}`, then: { avoid: { perUnit: '0.1', currency: 'USD' } } }),
    (at) => ({
      when: `destination.region == '${STATES[at]}'`,
      then: { nearestFirst: { bandKm: 500, step: '0.2', currency: 'USD' } },
    }),
    (at) => ({
      when: `'fragile' in line.tags && destination.region == '${STATES[at]}'`,
      then: { carriers: { not: ['mail'] } },
    }),
    (at) => ({ when: `order.units > ${4 + at}`, then: { maxShipments: 6 }, soft: true }),
    (at) => ({
      when: `node.distanceKm > ${3_000 + at * 100}.0 && service.code == 'economy'`,
      then: { exclude: true },
      soft: true,
    }),
    (at) => ({
      when: `order.value > ${50 + at}.0`,
      then: { vendorOrder: { vendors: [`vendor-${at + 1}`, `vendor-${at + 2}`], step: '0.1', currency: 'USD' } },
    }),
    (at) => ({ when: `offer.available < ${at}`, then: { exclude: true }, soft: true }),
    (at) => ({
      when: `destination.region == '${STATES[at]}' && order.value > 30.0`,
      then: { maxLeadTimeHours: 400 },
      soft: true,
    }),
  ];
  return {
    rules: kinds.flatMap((kind, row) =>
      Array.from({ length: 10 }, (_, at) => ({
        id: `rule-${row}-${at}`,
        reason: 'A rule of the benchmark.',
        ...kind(at),
      })),
    ),
  };
}
