import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenThousandths } from './check/check-shipment.js';
import { decide } from './decide.js';
import type { RequestNode, RequestOffer, RequestService, RoutingRequest } from './request.js';
import { isWorse, mapNodes, mapOffers, mapServices, worth } from './testing/change.js';
import { randomRequest } from './testing/random-request.js';

const SIZE = { lines: 4, nodes: 6, services: 2, quantity: 3 };
/** Which request, and which of its places is changed. */
const drawn = fc.record({ seed: fc.nat(1_000_000), at: fc.nat(1_000), by: fc.integer({ min: 1, max: 50_000 }) });
/** The same ones in every run of the tests. */
const RUNS = { numRuns: 150, seed: 20_260_302 };

/** An amount, raised by so many 1/10000. */
function raised(amount: string | undefined, by: number): string {
  const sum = (amount === undefined ? 0n : tenThousandths(amount)) + BigInt(by);
  const digits = String(sum).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

function worthOf(request: RoutingRequest) {
  return worth(request, decide(request));
}

type Change = (request: RoutingRequest, at: number, by: number) => RoutingRequest;

/** Changes one of the nodes, offers or services: the `at`th, counted round. */
function oneNode(change: (node: RequestNode, by: number) => RequestNode): Change {
  return (request, at, by) => {
    const count = request.nodes?.length ?? 0;
    let seen = 0;
    return mapNodes(request, (node) => (seen++ === at % count ? change(node, by) : node));
  };
}
function oneOffer(change: (offer: RequestOffer, by: number) => RequestOffer): Change {
  return (request, at, by) => {
    const count = (request.nodes ?? []).reduce((sum, { offers }) => sum + (offers?.length ?? 0), 0);
    let seen = 0;
    return mapOffers(request, (offer) => (seen++ === at % count ? change(offer, by) : offer));
  };
}
function oneService(change: (service: RequestService, by: number) => RequestService): Change {
  return (request, at, by) => {
    const count = (request.nodes ?? []).reduce((sum, { services }) => sum + (services?.length ?? 0), 0);
    let seen = 0;
    return mapServices(request, (service) => (seen++ === at % count ? change(service, by) : service));
  };
}

/** Changes that make plans dearer and forbid or allow none. */
const DEARER: readonly (readonly [what: string, change: Change])[] = [
  ['order fee', oneNode((node, by) => ({ ...node, orderFee: raised(node.orderFee, by) }))],
  [
    'small-order fee',
    oneNode((node, by) =>
      node.smallOrderFee === undefined ? node : { ...node, smallOrderFee: raised(node.smallOrderFee, by) },
    ),
  ],
  ['clearance fee', oneNode((node, by) => ({ ...node, clearanceFee: raised(node.clearanceFee, by) }))],
  ['cost of failure', oneNode((node, by) => ({ ...node, failureCost: raised(node.failureCost, by) }))],
  ['handling fee', oneOffer((offer, by) => ({ ...offer, unitFee: raised(offer.unitFee, by) }))],
  ['duty', oneOffer((offer, by) => ({ ...offer, unitDuty: raised(offer.unitDuty, by) }))],
  ['reserve', oneOffer((offer, by) => ({ ...offer, unitReserve: raised(offer.unitReserve, by) }))],
  [
    'freight price',
    oneService((service, by) => ({
      ...service,
      rates: service.rates.map((rate, at) =>
        at === by % service.rates.length ? { ...rate, price: raised(rate.price, by) } : rate,
      ),
    })),
  ],
  [
    'price beyond the last bracket',
    oneService((service, by) =>
      service.beyond === undefined
        ? service
        : { ...service, beyond: { ...service.beyond, price: raised(service.beyond.price, by) } },
    ),
  ],
  [
    'surcharge',
    oneService((service, by) => ({
      ...service,
      surcharges: [...(service.surcharges ?? []), { id: 'more', percent: raised('0', by) }],
    })),
  ],
  [
    'penalty for shipments',
    (request, _at, by) => ({
      ...request,
      policy: { ...request.policy, shipmentPenalty: raised(request.policy.shipmentPenalty, by) },
    }),
  ],
];

describe('the best plan', () => {
  it.each([...DEARER])('is never cheaper after the %s of one place went up', (_what, change) => {
    let dearer = 0;
    fc.assert(
      fc.property(drawn, ({ seed, at, by }) => {
        const request = randomRequest(seed, SIZE);
        const after = change(request, at, by);
        const [before, now] = [worthOf(request), worthOf(after)];
        expect(isWorse(before, now)).toBe(false);
        if (isWorse(now, before)) dearer += 1;
      }),
      RUNS,
    );
    expect(dearer).toBeGreaterThan(0);
  });

  it('is never worse with one more node to choose from', () => {
    let better = 0;
    fc.assert(
      fc.property(drawn, ({ seed, at }) => {
        const request = randomRequest(seed, SIZE);
        const nodes = request.nodes ?? [];
        const fewer = { ...request, nodes: nodes.filter((_, index) => index !== at % nodes.length) };
        const [without, withIt] = [worthOf(fewer), worthOf(request)];
        expect(isWorse(withIt, without)).toBe(false);
        if (isWorse(without, withIt)) better += 1;
      }),
      { ...RUNS, numRuns: 400 },
    );
    expect(better).toBeGreaterThan(40);
  });

  it.each(['offers', 'services'] as const)('is never worse with more %s to choose from', (list) => {
    let better = 0;
    fc.assert(
      fc.property(drawn, ({ seed, at }) => {
        const request = randomRequest(seed, SIZE);
        const fewer = oneNode((node, by) => ({
          ...node,
          [list]: (node[list] ?? []).filter((_, index) => index !== by % (node[list] ?? []).length),
        }))(request, at, at);
        const [without, withIt] = [worthOf(fewer), worthOf(request)];
        expect(isWorse(withIt, without)).toBe(false);
        if (isWorse(without, withIt)) better += 1;
      }),
      { ...RUNS, numRuns: 300 },
    );
    expect(better).toBeGreaterThan(5);
  });
});
