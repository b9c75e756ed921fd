import type {
  RequestExclusion,
  RequestLine,
  RequestNode,
  RequestOffer,
  RequestPolicy,
  RequestService,
  RoutingRequest,
} from '../request.js';

/** Numbers from a seed, the same in every process (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The most of each; lines and nodes also have a least (1). */
export interface Size {
  readonly lines: number;
  readonly linesLeast?: number;
  readonly nodes: number;
  readonly nodesLeast?: number;
  readonly services: number;
  readonly quantity: number;
}

const TINY: Size = { lines: 3, nodes: 4, services: 2, quantity: 3 };
const SKUS = ['mug', 'pan', 'knife', 'bowl', 'fork', 'jar', 'cup', 'lid'];
const TAGS = ['liquid', 'battery', 'fragile'];
const DAY = 24;

/**
 * A random valid request that may use any feature of ROUTING.md. Numbers are few and small, so that ties, thresholds that are just
 * met and limits that just bind are common.
 */
export function randomRequest(seed: number, size: Size = TINY): RoutingRequest {
  const random = randomFrom(seed);
  const chance = (share: number) => random() < share;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length - 1)] as T;
  const money = (most: number) => (chance(0.5) ? String(upTo(most)) : (upTo(most * 4) / 4).toFixed(2));
  const signed = (most: number) => (chance(0.4) ? '-' : '') + (1 + upTo(most - 1));
  const when = (hours: number) => new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000).toISOString();
  const shuffled = <T>(list: readonly T[]): T[] => {
    const rest = [...list];
    return list.map(() => rest.splice(upTo(rest.length - 1), 1)[0] as T);
  };
  const maybe = <K extends string, V>(share: number, name: K, value: () => V) =>
    chance(share) ? ({ [name]: value() } as { [key in K]: V }) : {};

  const skus = SKUS.slice(0, Math.max(2, size.lines + 1));
  const { linesLeast = 1, nodesLeast = 1 } = size;
  const lineCount = linesLeast + upTo(size.lines - linesLeast);
  const grouped = chance(0.2);
  const ids = shuffled(['L1', 'L2', 'L3', 'L10', 'l1', 'L-', 'M', 'N1', 'N2', 'N3', 'N4', 'N5']);
  const lines: RequestLine[] = Array.from({ length: lineCount }, (_, at) => ({
    id: ids[at] ?? `X${at}`,
    sku: pick(skus),
    quantity: 1 + upTo(size.quantity - 1),
    unitPrice: chance(0.1) ? '0' : money(20),
    unitWeightGrams: 100 * upTo(5),
    ...maybe(0.4, 'unitVolumeCm3', () => 500 * upTo(4)),
    ...maybe(0.3, 'tags', () => [pick(TAGS)]),
    ...(grouped && chance(0.7) ? { group: 'kit' } : {}),
    ...maybe(0.2, 'partial', () => chance(0.2)),
  }));

  const offer = (sku: string): RequestOffer => ({
    sku,
    ...maybe(0.75, 'available', () => 1 + upTo(size.quantity)),
    unitCosts: [
      { fromQuantity: 1, unitCost: money(8) },
      ...(chance(0.3) ? [{ fromQuantity: 2 + upTo(1), unitCost: money(6) }] : []),
    ],
    ...maybe(0.2, 'unitFee', () => money(2)),
    ...maybe(0.25, 'unitDuty', () => money(3)),
    ...maybe(0.15, 'unitReserve', () => money(2)),
    ...maybe(0.2, 'unitAdjustment', () => signed(3)),
    ...maybe(0.15, 'minimumQuantity', () => 1 + upTo(2)),
    ...maybe(0.15, 'quantityMultiple', () => 1 + upTo(2)),
    ...maybe(0.2, 'readyAt', () => when(upTo(4) * 12)),
  });

  const service = (id: string): RequestService => {
    const basis = pick(['weight', 'weight', 'units', 'goods'] as const);
    const at = (steps: number) => (basis === 'weight' ? 300 * steps : basis === 'units' ? steps : money(4 * steps));
    const ascending = (list: readonly (number | string)[]) =>
      list.filter((each, index) => list.slice(0, index).every((earlier) => Number(each) > Number(earlier)));
    const ends = ascending([at(1 + upTo(2)), at(3 + upTo(2)), at(6 + upTo(3))].slice(0, 1 + upTo(2)));
    return {
      id,
      carrier: 'post',
      transitHours: 12 * upTo(6),
      ...(basis === 'weight' && chance(0.5) ? {} : { basis }),
      ...(basis === 'weight' && chance(0.4) ? { dimensionalDivisor: pick([4000, 5000, 6000]) } : {}),
      rates: (chance(0.04) ? [] : ends).map((end) => ({ upTo: end, price: money(9) })),
      ...maybe(0.6, 'beyond', () => ({
        every: basis === 'goods' ? String(1 + upTo(4)) : basis === 'units' ? 1 + upTo(1) : 200 + 100 * upTo(2),
        price: money(3),
      })),
      ...maybe(0.2, 'maximum', () => at(3 + upTo(4))),
      ...maybe(0.3, 'surcharges', () => [
        { id: 'fuel', percent: pick(['12.5', '7', '0.3333', '33.3333']) },
        ...(chance(0.4) ? [{ id: 'remote', amount: money(2) }] : []),
      ]),
      ...maybe(0.25, 'excludedTags', () => [pick(TAGS)]),
    };
  };

  const nodeIds = shuffled(['a', 'b', 'B', 'a1', 'a10', 'a2', 'é', 'z', 'zz', 'c', 'd', 'e']);
  const nodeCount = upTo(30) === 0 ? 0 : nodesLeast + upTo(size.nodes - nodesLeast);
  const nodes: RequestNode[] = Array.from({ length: nodeCount }, (_, at) => ({
    id: nodeIds[at] ?? `n${at}`,
    vendorId: pick(['v1', 'v2', 'v3']),
    location: { countryCode: 'US' },
    readyAt: when(upTo(4) * 6),
    ...maybe(0.5, 'orderFee', () => money(3)),
    ...maybe(0.25, 'minimumOrderValue', () => money(12)),
    ...maybe(0.1, 'remainingUnits', () => upTo(size.quantity + 2)),
    ...maybe(0.3, 'dutyFreeUpTo', () => money(30)),
    ...maybe(0.3, 'clearanceFee', () => money(4)),
    ...maybe(0.2, 'failureCost', () => money(2)),
    ...maybe(0.2, 'adjustment', () => signed(6)),
    offers: skus.filter(() => chance(0.85)).map(offer),
    services: shuffled(['eco', 'Fast', 'air', 'sea'])
      .slice(0, chance(0.04) ? 0 : 1 + upTo(size.services - 1))
      .map(service),
  }));
  const withFees = nodes.map((node) =>
    node.minimumOrderValue !== undefined && chance(0.5) ? { ...node, smallOrderFee: money(4) } : node,
  );

  const unfilled: RequestPolicy['unfilled'] = pick([
    'forbid',
    undefined,
    'allow',
    'allow',
    { costPerValue: pick(['0.5', '1', '0.3333', '2', '0']) },
  ]);
  const policy: RequestPolicy = {
    ...maybe(0.3, 'maxShipments', () => 1 + upTo(2)),
    ...maybe(0.3, 'splitLines', () => chance(0.2)),
    ...maybe(0.4, 'lateness', () => (chance(0.3) ? ('forbid' as const) : { costPerDay: money(3) })),
    ...maybe(0.4, 'shipmentPenalty', () => money(3)),
    ...(unfilled === undefined ? {} : { unfilled }),
  };
  const exclusion = (): RequestExclusion => ({
    ...maybe(0.6, 'nodeId', () => pick([...nodeIds.slice(0, nodeCount), 'nowhere'])),
    ...maybe(0.6, 'sku', () => pick([...skus, 'nothing'])),
    ...maybe(0.4, 'serviceId', () => pick(['eco', 'Fast', 'air', 'none'])),
    reason: 'contract',
    ...maybe(0.5, 'ruleId', () => 'rule-7'),
  });
  return {
    order: {
      id: `random-${seed}`,
      currency: 'USD',
      placedAt: when(0),
      ...maybe(0.5, 'deliverBy', () => when(DAY + upTo(6) * 12)),
      destination: { countryCode: 'US' },
      lines,
    },
    nodes: withFees,
    policy,
    ...maybe(0.3, 'exclusions', () => (chance(0.5) ? [exclusion()] : [exclusion(), exclusion()])),
  };
}
