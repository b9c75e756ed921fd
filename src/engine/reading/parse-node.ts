import { LAST_MOMENT, momentText } from '../moment-text.js';
import { HOUR_MS, type ProblemNode, type ProblemOffer, type ProblemService, UNLIMITED } from '../problem.js';
import type { Exclusions } from './exclusions.js';
import { AMOUNT_MAX, QUANTITY_MAX, UNIT_AMOUNT_MAX } from './limits.js';
import { readPlace } from './parse-order.js';
import { NO_FIELDS, type Reader } from './reader.js';

const HOURS_MAX = 1_000_000;
/** 1000 percent, in 1/10000 of a percent. */
const PERCENT_MAX = 10_000_000;
const NODE = [
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
];
const OFFER = [
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
];
const COST = ['fromQuantity', 'unitCost'];
const SERVICE = [
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
];
const RATE = ['upTo', 'price'];
const BEYOND = ['every', 'price'];
const SURCHARGE = ['id', 'amount', 'percent'];
const NO_PERCENTS: readonly number[] = [];
const NO_RATES: ProblemService['rates'] = [];

/** Reads a node. Offers of SKUs that the order does not hold are checked and left out. Source: ROUTING.md, "Request". */
export function readNode(
  read: Reader,
  value: unknown,
  index: number,
  skuIndex: ReadonlyMap<string, number>,
  exclusions: Exclusions,
): ProblemNode {
  const node = read.object(value, NODE) ?? NO_FIELDS;
  const id = read.string(node.id, 'id');
  readPlace(read, node.location, 'location');
  if (node.smallOrderFee !== undefined && node.minimumOrderValue === undefined)
    read.fault('stands only with minimumOrderValue', 'smallOrderFee');
  const readyAt = read.moment(node.readyAt, 'readyAt');
  const offers = readOffers(read, node.offers, skuIndex, readyAt);
  const services = readServices(read, node.services, id, lastReady(readyAt, offers), exclusions);
  return {
    index,
    id,
    vendorId: read.string(node.vendorId, 'vendorId'),
    readyAt,
    orderFee: read.amount(node.orderFee, 'orderFee', 0, AMOUNT_MAX, 0),
    minimumOrderValue:
      node.minimumOrderValue === undefined
        ? null
        : read.amount(node.minimumOrderValue, 'minimumOrderValue', 0, AMOUNT_MAX),
    smallOrderFee:
      node.smallOrderFee === undefined ? null : read.amount(node.smallOrderFee, 'smallOrderFee', 0, AMOUNT_MAX),
    remainingUnits: read.integer(node.remainingUnits, 'remainingUnits', 0, UNLIMITED, UNLIMITED),
    dutyFreeUpTo:
      node.dutyFreeUpTo === undefined ? null : read.amount(node.dutyFreeUpTo, 'dutyFreeUpTo', 0, AMOUNT_MAX),
    clearanceFee: read.amount(node.clearanceFee, 'clearanceFee', 0, AMOUNT_MAX, 0),
    failureCost: read.amount(node.failureCost, 'failureCost', 0, AMOUNT_MAX, 0),
    adjustment: read.amount(node.adjustment, 'adjustment', -AMOUNT_MAX, AMOUNT_MAX, 0),
    offers,
    services,
  };
}

/** When a shipment from a node leaves at the latest. */
export function lastReady(readyAt: number, offers: readonly (ProblemOffer | null)[]): number {
  let last = readyAt;
  for (const offer of offers) if (offer !== null && offer.readyAt > last) last = offer.readyAt;
  return last;
}

function readOffers(
  read: Reader,
  value: unknown,
  skuIndex: ReadonlyMap<string, number>,
  nodeReadyAt: number,
): (ProblemOffer | null)[] {
  const entries = read.list(value, 'offers');
  const offers = new Array<ProblemOffer | null>(skuIndex.size).fill(null);
  const offered = new Array<string>(entries.length);
  read.enter('offers');
  for (let at = 0; at < entries.length; at += 1) {
    read.enterEntry(at);
    const fields = read.object(entries[at], OFFER) ?? NO_FIELDS;
    const costs = readCosts(read, fields.unitCosts);
    const sku = read.string(fields.sku, 'sku');
    const offer = {
      available: read.integer(fields.available, 'available', 0, UNLIMITED, UNLIMITED),
      costs,
      unitFee: read.amount(fields.unitFee, 'unitFee', 0, UNIT_AMOUNT_MAX, 0),
      unitDuty: read.amount(fields.unitDuty, 'unitDuty', 0, UNIT_AMOUNT_MAX, 0),
      unitReserve: read.amount(fields.unitReserve, 'unitReserve', 0, UNIT_AMOUNT_MAX, 0),
      unitAdjustment: read.amount(fields.unitAdjustment, 'unitAdjustment', -UNIT_AMOUNT_MAX, UNIT_AMOUNT_MAX, 0),
      minimum: read.integer(fields.minimumQuantity, 'minimumQuantity', 1, QUANTITY_MAX, 1),
      multiple: read.integer(fields.quantityMultiple, 'quantityMultiple', 1, QUANTITY_MAX, 1),
      readyAt: fields.readyAt === undefined ? nodeReadyAt : read.moment(fields.readyAt, 'readyAt'),
    };
    const wanted = skuIndex.get(sku);
    if (wanted !== undefined) offers[wanted] = offer;
    offered[at] = sku;
    read.leave();
  }
  read.unique(offered, 'sku', 'SKU');
  read.leave();
  return offers;
}

function readCosts(read: Reader, value: unknown): { from: number; cost: number }[] {
  const entries = read.list(value, 'unitCosts');
  const costs = new Array<{ from: number; cost: number }>(entries.length);
  read.enter('unitCosts');
  let previous = 0;
  for (let at = 0; at < entries.length; at += 1) {
    read.enterEntry(at);
    const fields = read.object(entries[at], COST) ?? NO_FIELDS;
    const from = read.integer(fields.fromQuantity, 'fromQuantity', 1, QUANTITY_MAX);
    if (at === 0 ? from !== 1 : from <= previous) {
      read.fault(
        at === 0 ? 'the first price counts from 1' : `expected more than ${previous}: prices ascend by quantity`,
        'fromQuantity',
      );
    }
    previous = Math.max(previous, from);
    costs[at] = { from, cost: read.amount(fields.unitCost, 'unitCost', 0, UNIT_AMOUNT_MAX) };
    read.leave();
  }
  if (costs.length === 0) read.fault('expected at least one price');
  read.leave();
  return costs;
}

function readServices(
  read: Reader,
  value: unknown,
  nodeId: string,
  readyAt: number,
  exclusions: Exclusions,
): ProblemService[] {
  const entries = read.list(value, 'services');
  const services = new Array<ProblemService>(entries.length);
  const ids = new Array<string>(entries.length);
  read.enter('services');
  for (let at = 0; at < entries.length; at += 1) {
    read.enterEntry(at);
    const service = readService(read, entries[at], nodeId, readyAt, exclusions);
    services[at] = service;
    ids[at] = service.id;
    read.leave();
  }
  read.unique(ids, 'id', 'service id');
  read.leave();
  return services;
}

function readService(
  read: Reader,
  value: unknown,
  nodeId: string,
  readyAt: number,
  exclusions: Exclusions,
): ProblemService {
  const service = read.object(value, SERVICE) ?? NO_FIELDS;
  const id = read.string(service.id, 'id');
  read.string(service.carrier, 'carrier');
  const transitMs = readTransit(read, service.transitHours, readyAt);
  const found = read.found;
  const basis = readBasis(read, service.basis);
  if (service.dimensionalDivisor !== undefined && basis !== 'weight' && basis !== null)
    read.fault('stands only with basis weight', 'dimensionalDivisor');
  const divisor =
    service.dimensionalDivisor === undefined
      ? null
      : read.integer(service.dimensionalDivisor, 'dimensionalDivisor', 1, UNLIMITED);
  const rates = readRates(read, service.rates, basis);
  let beyond: ProblemService['beyond'] = null;
  if (service.beyond !== undefined) {
    read.enter('beyond');
    const fields = read.object(service.beyond, BEYOND) ?? NO_FIELDS;
    beyond = {
      every: readMeasure(read, fields.every, 'every', 1, basis),
      price: read.amount(fields.price, 'price', 0, AMOUNT_MAX),
    };
    read.leave();
  }
  const maximum = service.maximum === undefined ? UNLIMITED : readMeasure(read, service.maximum, 'maximum', 0, basis);
  // A faulty tariff is none, so that nothing is counted by what it does not say.
  const isSound = read.found === found;
  const { fixedSurcharges, percents } = readSurcharges(read, service.surcharges);
  return {
    id,
    transitMs,
    basis: basis ?? 'weight',
    divisor,
    rates: isSound ? rates : NO_RATES,
    beyond,
    maximum,
    fixedSurcharges,
    percents,
    excludedTags: read.strings(service.excludedTags, 'excludedTags'),
    excludedSkus: exclusions.skusOf(nodeId, id),
  };
}

function readTransit(read: Reader, value: unknown, readyAt: number): number {
  const hours = read.integer(value, 'transitHours', 0, HOURS_MAX);
  const transitMs = hours * HOUR_MS;
  if (readyAt + transitMs > LAST_MOMENT)
    read.fault(
      `expected arrival by the end of the year 9999, got ${hours} hours from ${momentText(readyAt)}`,
      'transitHours',
    );
  return transitMs;
}

/** Null: a basis that there is not, whose brackets may count anything. */
function readBasis(read: Reader, value: unknown): ProblemService['basis'] | null {
  if (value === undefined) return 'weight';
  if (value === 'weight' || value === 'units' || value === 'goods') return value;
  read.fault('expected weight, units or goods', 'basis');
  return null;
}

function readMeasure(
  read: Reader,
  value: unknown,
  name: string,
  low: number,
  basis: ProblemService['basis'] | null,
): number {
  const isAmount = basis === null ? typeof value === 'string' : basis === 'goods';
  return isAmount ? read.amount(value, name, low, AMOUNT_MAX) : read.integer(value, name, low, UNLIMITED);
}

function readRates(
  read: Reader,
  value: unknown,
  basis: ProblemService['basis'] | null,
): { upTo: number; price: number }[] {
  const entries = read.list(value, 'rates');
  const rates = new Array<{ upTo: number; price: number }>(entries.length);
  read.enter('rates');
  let previous = -1;
  for (let at = 0; at < entries.length; at += 1) {
    read.enterEntry(at);
    const fields = read.object(entries[at], RATE) ?? NO_FIELDS;
    const upTo = readMeasure(read, fields.upTo, 'upTo', 0, basis);
    if (upTo <= previous) read.fault('expected brackets that ascend', 'upTo');
    previous = Math.max(previous, upTo);
    rates[at] = { upTo, price: read.amount(fields.price, 'price', 0, AMOUNT_MAX) };
    read.leave();
  }
  read.leave();
  return rates;
}

function readSurcharges(read: Reader, value: unknown): { fixedSurcharges: number; percents: readonly number[] } {
  const entries = read.list(value, 'surcharges');
  if (entries.length === 0) return { fixedSurcharges: 0, percents: NO_PERCENTS };
  let fixedSurcharges = 0;
  const percents: number[] = [];
  const ids = new Array<string>(entries.length);
  read.enter('surcharges');
  for (let at = 0; at < entries.length; at += 1) {
    read.enterEntry(at);
    const fields = read.object(entries[at], SURCHARGE) ?? NO_FIELDS;
    if ((fields.amount === undefined) === (fields.percent === undefined))
      read.fault('expected either amount or percent');
    else if (fields.amount !== undefined) fixedSurcharges += read.amount(fields.amount, 'amount', 0, AMOUNT_MAX);
    else percents.push(read.amount(fields.percent, 'percent', 0, PERCENT_MAX));
    ids[at] = read.string(fields.id, 'id');
    read.leave();
  }
  read.unique(ids, 'id', 'surcharge id');
  read.leave();
  return { fixedSurcharges, percents };
}
