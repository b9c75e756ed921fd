import { type ParseError, visit } from 'jsonc-parser';
import {
  HOUR_MS,
  type Problem,
  type ProblemLine,
  type ProblemNode,
  type ProblemOffer,
  type ProblemService,
  UNLIMITED,
} from './problem.js';
import { join, Reader, type RequestFault } from './reader.js';
import type { RoutingRequest } from './request.js';
import { faultsOfSize } from './total-bound.js';

const QUANTITY_MAX = 1_000_000;
const TEN_MILLION = 100_000_000_000;
const LARGEST = 9_000_000_000_000_000;
const UNIT = { low: 0, high: TEN_MILLION };
const SIGNED_UNIT = { low: -TEN_MILLION, high: TEN_MILLION };
const ANY = { low: 0, high: LARGEST };
const SIGNED = { low: -LARGEST, high: LARGEST };
const DEPTH_MAX = 32;

export type ParsedRequest =
  | { readonly ok: true; readonly request: RoutingRequest; readonly problem: Problem }
  | { readonly ok: false; readonly faults: readonly RequestFault[] };

/** Reads JSON text as a request. Repeated keys are refused, which JSON.parse would hide. */
export function parseRequestText(text: string): ParsedRequest {
  const faults: RequestFault[] = [];
  const keys: Set<string>[] = [];
  let depth = 0;
  try {
    visit(
      text,
      {
        onObjectBegin: () => {
          keys.push(new Set());
          depth += 1;
          if (depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX} levels`);
        },
        onArrayBegin: () => {
          depth += 1;
          if (depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX} levels`);
        },
        onArrayEnd: () => {
          depth -= 1;
        },
        onObjectEnd: () => {
          keys.pop();
          depth -= 1;
        },
        onObjectProperty: (name, _offset, _length, _line, _column, pathTo) => {
          const seen = keys.at(-1);
          if (seen?.has(name)) faults.push({ path: join(pathText(pathTo()), name), message: 'repeated key' });
          seen?.add(name);
        },
        onError: (_error: ParseError['error']) => {},
      },
      { disallowComments: true },
    );
    const value: unknown = JSON.parse(text);
    if (faults.length > 0) return { ok: false, faults };
    return parseRequest(value);
  } catch (error) {
    return {
      ok: false,
      faults: [{ path: '', message: `expected JSON: ${error instanceof Error ? error.message : String(error)}` }],
    };
  }
}

function pathText(segments: readonly (string | number)[]): string {
  return segments.reduce<string>(
    (path, segment) => (typeof segment === 'number' ? `${path}[${segment}]` : join(path, segment)),
    '',
  );
}

/** Checks a request against all of ROUTING.md's "Request", naming every fault by its path. */
export function parseRequest(value: unknown): ParsedRequest {
  const read = new Reader();
  const problem = readRequest(read, value);
  if (problem && read.faults.length === 0) {
    for (const { path, message } of faultsOfSize(problem)) read.fault(path, message);
    // Every field was checked above, so the value has the request's shape.
    if (read.faults.length === 0) return { ok: true, request: value as RoutingRequest, problem };
  }
  return { ok: false, faults: read.faults };
}

function readRequest(read: Reader, value: unknown): Problem | null {
  const top = read.object(value, '', ['order', 'nodes', 'policy', 'exclusions']);
  if (!top) return null;
  const order = read.object(top.order, 'order', ['id', 'currency', 'placedAt', 'deliverBy', 'destination', 'lines']);
  if (!order) return null;
  read.string(order.id, 'order.id');
  if (!/^[A-Z]{3}$/.test(read.string(order.currency, 'order.currency')))
    read.fault('order.currency', 'expected an ISO 4217 code such as USD');
  read.moment(order.placedAt, 'order.placedAt');
  const deliverBy = order.deliverBy === undefined ? null : read.moment(order.deliverBy, 'order.deliverBy');
  readPlace(read, order.destination, 'order.destination');
  const skus: string[] = [];
  const skuIndex = new Map<string, number>();
  const lines = read
    .list(order.lines, 'order.lines')
    .map((line, index) => readLine(read, line, `order.lines[${index}]`, skus, skuIndex));
  read.unique(
    lines.map((line) => line.id),
    (index) => `order.lines[${index}].id`,
    'line id',
  );

  const exclusions = read.list(top.exclusions, 'exclusions').map((exclusion, index) => {
    const path = `exclusions[${index}]`;
    const fields = read.object(exclusion, path, ['nodeId', 'sku', 'serviceId', 'reason', 'ruleId']) ?? {};
    read.string(fields.reason, `${path}.reason`);
    for (const name of ['nodeId', 'sku', 'serviceId', 'ruleId'] as const)
      if (fields[name] !== undefined) read.string(fields[name], `${path}.${name}`);
    return fields as { nodeId?: string; sku?: string; serviceId?: string };
  });
  const excluded = (nodeId: string, sku: string, serviceId: string) =>
    exclusions.some(
      (rule) =>
        (rule.nodeId ?? nodeId) === nodeId && (rule.sku ?? sku) === sku && (rule.serviceId ?? serviceId) === serviceId,
    );
  const nodes = read
    .list(top.nodes, 'nodes')
    .map((node, index) => readNode(read, node, index, skus, skuIndex, excluded));
  read.unique(
    nodes.map((node) => node.id),
    (index) => `nodes[${index}].id`,
    'node id',
  );
  return { lines, nodes, skus, deliverBy, ...readPolicy(read, top.policy) };
}

function readPolicy(read: Reader, value: unknown) {
  const policy =
    read.object(value, 'policy', ['maxShipments', 'splitLines', 'lateness', 'shipmentPenalty', 'unfilled', 'effort']) ??
    {};
  let latePerDay: number | null = null;
  if (policy.lateness !== undefined && policy.lateness !== 'forbid') {
    const lateness = read.object(policy.lateness, 'policy.lateness', ['costPerDay']);
    latePerDay = lateness ? read.amount(lateness.costPerDay, 'policy.lateness.costPerDay', ANY) : 0;
  }
  let unfilled: Problem['unfilled'] = 'forbid';
  let unfilledWeight = 0;
  if (policy.unfilled === 'allow') unfilled = 'allow';
  else if (policy.unfilled !== undefined && policy.unfilled !== 'forbid') {
    unfilled = 'cost';
    const cost = read.object(policy.unfilled, 'policy.unfilled', ['costPerValue']);
    if (cost) unfilledWeight = read.amount(cost.costPerValue, 'policy.unfilled.costPerValue', ANY);
  }
  return {
    maxShipments: read.integer(policy.maxShipments, 'policy.maxShipments', 1, UNLIMITED, UNLIMITED),
    splitLines: read.boolean(policy.splitLines, 'policy.splitLines', true),
    latePerDay,
    shipmentPenalty: read.amount(policy.shipmentPenalty, 'policy.shipmentPenalty', ANY, 0),
    unfilled,
    unfilledWeight,
    effort: read.integer(policy.effort, 'policy.effort', 0, UNLIMITED, UNLIMITED),
  };
}

function readPlace(read: Reader, value: unknown, path: string): void {
  const place = read.object(value, path, [
    'countryCode',
    'regionCode',
    'postalCode',
    'latitude',
    'longitude',
    'residential',
  ]);
  if (!place) return;
  read.string(place.countryCode, `${path}.countryCode`);
  for (const name of ['regionCode', 'postalCode'] as const)
    if (place[name] !== undefined) read.text(place[name], `${path}.${name}`);
  for (const [name, limit] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    const degrees = place[name];
    if (degrees !== undefined && !(typeof degrees === 'number' && Math.abs(degrees) <= limit)) {
      read.fault(`${path}.${name}`, `expected degrees from -${limit} to ${limit}`);
    }
  }
  read.boolean(place.residential, `${path}.residential`, false);
}

function readLine(
  read: Reader,
  value: unknown,
  path: string,
  skus: string[],
  skuIndex: Map<string, number>,
): ProblemLine {
  const line =
    read.object(value, path, [
      'id',
      'sku',
      'quantity',
      'unitPrice',
      'unitWeightGrams',
      'unitVolumeCm3',
      'tags',
      'group',
      'partial',
    ]) ?? {};
  const sku = read.string(line.sku, `${path}.sku`);
  if (!skuIndex.has(sku)) skuIndex.set(sku, skus.push(sku) - 1);
  return {
    id: read.string(line.id, `${path}.id`),
    sku: skuIndex.get(sku) ?? 0,
    quantity: read.integer(line.quantity, `${path}.quantity`, 1, QUANTITY_MAX),
    unitPrice: read.amount(line.unitPrice, `${path}.unitPrice`, UNIT),
    grams: read.integer(line.unitWeightGrams, `${path}.unitWeightGrams`, 0, 1_000_000_000),
    volume: read.integer(line.unitVolumeCm3, `${path}.unitVolumeCm3`, 0, 1_000_000_000, 0),
    tags: read.strings(line.tags, `${path}.tags`),
    group: line.group === undefined ? null : read.string(line.group, `${path}.group`),
    partial: read.boolean(line.partial, `${path}.partial`, true),
  };
}

type Excluded = (nodeId: string, sku: string, serviceId: string) => boolean;

function readNode(
  read: Reader,
  value: unknown,
  index: number,
  skus: readonly string[],
  skuIndex: ReadonlyMap<string, number>,
  excluded: Excluded,
): ProblemNode {
  const path = `nodes[${index}]`;
  const node =
    read.object(value, path, [
      'id',
      'vendorId',
      'location',
      'readyAt',
      'orderFee',
      'minimumOrderValue',
      'smallOrderFee',
      'remainingUnits',
      'dutyFreeUpTo',
      'clearanceFee',
      'failureCost',
      'adjustment',
      'offers',
      'services',
    ]) ?? {};
  const id = read.string(node.id, `${path}.id`);
  readPlace(read, node.location, `${path}.location`);
  if (node.smallOrderFee !== undefined && node.minimumOrderValue === undefined) {
    read.fault(`${path}.smallOrderFee`, 'stands only with minimumOrderValue');
  }
  const readyAt = read.moment(node.readyAt, `${path}.readyAt`);
  const offers: (ProblemOffer | null)[] = skus.map(() => null);
  const offered = read.list(node.offers, `${path}.offers`).map((entry, at) => {
    const { sku, offer } = readOffer(read, entry, `${path}.offers[${at}]`, readyAt);
    const wanted = skuIndex.get(sku);
    if (wanted !== undefined) offers[wanted] = offer;
    return sku;
  });
  read.unique(offered, (at) => `${path}.offers[${at}].sku`, 'SKU');
  const services = read
    .list(node.services, `${path}.services`)
    .map((entry, at) => readService(read, entry, `${path}.services[${at}]`, id, skus, excluded));
  read.unique(
    services.map((service) => service.id),
    (at) => `${path}.services[${at}].id`,
    'service id',
  );
  return {
    index,
    id,
    vendorId: read.string(node.vendorId, `${path}.vendorId`),
    readyAt,
    orderFee: read.amount(node.orderFee, `${path}.orderFee`, ANY, 0),
    minimumOrderValue:
      node.minimumOrderValue === undefined
        ? null
        : read.amount(node.minimumOrderValue, `${path}.minimumOrderValue`, ANY),
    smallOrderFee:
      node.smallOrderFee === undefined ? null : read.amount(node.smallOrderFee, `${path}.smallOrderFee`, ANY),
    remainingUnits: read.integer(node.remainingUnits, `${path}.remainingUnits`, 0, UNLIMITED, UNLIMITED),
    dutyFreeUpTo: node.dutyFreeUpTo === undefined ? null : read.amount(node.dutyFreeUpTo, `${path}.dutyFreeUpTo`, ANY),
    clearanceFee: read.amount(node.clearanceFee, `${path}.clearanceFee`, ANY, 0),
    failureCost: read.amount(node.failureCost, `${path}.failureCost`, ANY, 0),
    adjustment: read.amount(node.adjustment, `${path}.adjustment`, SIGNED, 0),
    offers,
    services,
  };
}

function readOffer(
  read: Reader,
  value: unknown,
  path: string,
  nodeReadyAt: number,
): { sku: string; offer: ProblemOffer } {
  const offer =
    read.object(value, path, [
      'sku',
      'available',
      'unitCosts',
      'unitFee',
      'unitDuty',
      'unitReserve',
      'unitAdjustment',
      'minimumQuantity',
      'quantityMultiple',
      'readyAt',
    ]) ?? {};
  let previous = 0;
  const costs = read.list(offer.unitCosts, `${path}.unitCosts`).map((step, at) => {
    const here = `${path}.unitCosts[${at}]`;
    const fields = read.object(step, here, ['fromQuantity', 'unitCost']) ?? {};
    const from = read.integer(fields.fromQuantity, `${here}.fromQuantity`, 1, QUANTITY_MAX);
    if (at === 0 ? from !== 1 : from <= previous) {
      read.fault(
        `${here}.fromQuantity`,
        at === 0 ? 'the first price counts from 1' : `expected more than ${previous}: prices ascend by quantity`,
      );
    }
    previous = from;
    return { from, cost: read.amount(fields.unitCost, `${here}.unitCost`, UNIT) };
  });
  if (costs.length === 0) read.fault(`${path}.unitCosts`, 'expected at least one price');
  return {
    sku: read.string(offer.sku, `${path}.sku`),
    offer: {
      available: read.integer(offer.available, `${path}.available`, 0, UNLIMITED, UNLIMITED),
      costs,
      unitFee: read.amount(offer.unitFee, `${path}.unitFee`, UNIT, 0),
      unitDuty: read.amount(offer.unitDuty, `${path}.unitDuty`, UNIT, 0),
      unitReserve: read.amount(offer.unitReserve, `${path}.unitReserve`, UNIT, 0),
      unitAdjustment: read.amount(offer.unitAdjustment, `${path}.unitAdjustment`, SIGNED_UNIT, 0),
      minimum: read.integer(offer.minimumQuantity, `${path}.minimumQuantity`, 1, QUANTITY_MAX, 1),
      multiple: read.integer(offer.quantityMultiple, `${path}.quantityMultiple`, 1, QUANTITY_MAX, 1),
      readyAt: offer.readyAt === undefined ? nodeReadyAt : read.moment(offer.readyAt, `${path}.readyAt`),
    },
  };
}

function readService(
  read: Reader,
  value: unknown,
  path: string,
  nodeId: string,
  skus: readonly string[],
  excluded: Excluded,
): ProblemService {
  const service =
    read.object(value, path, [
      'id',
      'carrier',
      'transitHours',
      'basis',
      'dimensionalDivisor',
      'rates',
      'beyond',
      'maximum',
      'surcharges',
      'excludedTags',
    ]) ?? {};
  const id = read.string(service.id, `${path}.id`);
  read.string(service.carrier, `${path}.carrier`);
  const basis = service.basis ?? 'weight';
  if (basis !== 'weight' && basis !== 'units' && basis !== 'goods')
    read.fault(`${path}.basis`, 'expected weight, units or goods');
  if (service.dimensionalDivisor !== undefined && basis !== 'weight')
    read.fault(`${path}.dimensionalDivisor`, 'stands only with basis weight');
  const measure = (field: unknown, at: string, low: number) =>
    basis === 'goods' ? read.amount(field, at, { low, high: LARGEST }) : read.integer(field, at, low, UNLIMITED);
  let previous = -1;
  const rates = read.list(service.rates, `${path}.rates`).map((rate, at) => {
    const here = `${path}.rates[${at}]`;
    const fields = read.object(rate, here, ['upTo', 'price']) ?? {};
    const upTo = measure(fields.upTo, `${here}.upTo`, 0);
    if (upTo <= previous) read.fault(`${here}.upTo`, 'expected brackets that ascend');
    previous = upTo;
    return { upTo, price: read.amount(fields.price, `${here}.price`, ANY) };
  });
  let beyond: ProblemService['beyond'] = null;
  if (service.beyond !== undefined) {
    const fields = read.object(service.beyond, `${path}.beyond`, ['every', 'price']) ?? {};
    beyond = {
      every: measure(fields.every, `${path}.beyond.every`, 1),
      price: read.amount(fields.price, `${path}.beyond.price`, ANY),
    };
  }
  let fixedSurcharges = 0;
  const percents: number[] = [];
  const surchargeIds = read.list(service.surcharges, `${path}.surcharges`).map((surcharge, at) => {
    const here = `${path}.surcharges[${at}]`;
    const fields = read.object(surcharge, here, ['id', 'amount', 'percent']) ?? {};
    if ((fields.amount === undefined) === (fields.percent === undefined))
      read.fault(here, 'expected either amount or percent');
    else if (fields.amount !== undefined) fixedSurcharges += read.amount(fields.amount, `${here}.amount`, ANY);
    else percents.push(read.amount(fields.percent, `${here}.percent`, { low: 0, high: 10_000_000 }));
    return read.string(fields.id, `${here}.id`);
  });
  read.unique(surchargeIds, (at) => `${path}.surcharges[${at}].id`, 'surcharge id');
  return {
    id,
    transitMs: read.integer(service.transitHours, `${path}.transitHours`, 0, 1_000_000) * HOUR_MS,
    basis: basis === 'units' || basis === 'goods' ? basis : 'weight',
    divisor:
      service.dimensionalDivisor === undefined
        ? null
        : read.integer(service.dimensionalDivisor, `${path}.dimensionalDivisor`, 1, UNLIMITED),
    rates,
    beyond,
    maximum: service.maximum === undefined ? UNLIMITED : measure(service.maximum, `${path}.maximum`, 0),
    fixedSurcharges,
    percents,
    excludedTags: read.strings(service.excludedTags, `${path}.excludedTags`),
    excludedSkus: skus.map((sku) => excluded(nodeId, sku, id)),
  };
}
