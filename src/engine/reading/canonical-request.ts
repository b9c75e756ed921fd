import type {
  Place,
  RequestExclusion,
  RequestLine,
  RequestNode,
  RequestOffer,
  RequestPolicy,
  RequestService,
  RoutingRequest,
} from '../request.js';
import { ByteWriter, type Literal, literal } from './byte-writer.js';

const BRACE = '}'.charCodeAt(0);
const BRACKET = ']'.charCodeAt(0);
const writer = new ByteWriter();

/**
 * Canonical JSON (RFC 8785) of a request that was found valid, as UTF-8; it lasts until the next call. The fields of every object are written
 * in the order of their names, which is known, so nothing is sorted, and only ids and names are looked at for what needs an escape.
 */
export function canonicalRequest(request: RoutingRequest): Uint8Array {
  const { exclusions, nodes, order, policy } = request;
  writer.begin();
  writer.literal(OPEN);
  if (exclusions !== undefined) {
    writer.literal(EXCLUSIONS);
    for (const exclusion of exclusions) writeExclusion(exclusion);
    writer.end(BRACKET);
  }
  if (nodes !== undefined) {
    writer.literal(NODES);
    for (const node of nodes) writeNode(node);
    writer.end(BRACKET);
  }
  writeOrder(order);
  writePolicy(policy);
  writer.end(BRACE);
  return writer.written();
}

function writeExclusion(exclusion: RequestExclusion): void {
  writer.literal(OPEN);
  text(NODE_ID, exclusion.nodeId);
  text(REASON, exclusion.reason);
  text(RULE_ID, exclusion.ruleId);
  text(SERVICE_ID, exclusion.serviceId);
  text(SKU, exclusion.sku);
  writer.end(BRACE);
}

function writeNode(node: RequestNode): void {
  const { offers, services } = node;
  writer.literal(OPEN);
  plain(ADJUSTMENT, node.adjustment);
  plain(CLEARANCE_FEE, node.clearanceFee);
  plain(DUTY_FREE_UP_TO, node.dutyFreeUpTo);
  plain(FAILURE_COST, node.failureCost);
  text(ID, node.id);
  writePlace(LOCATION, node.location);
  plain(MINIMUM_ORDER_VALUE, node.minimumOrderValue);
  if (offers !== undefined) {
    writer.literal(OFFERS);
    for (const offer of offers) writeOffer(offer);
    writer.end(BRACKET);
  }
  plain(ORDER_FEE, node.orderFee);
  plain(READY_AT, node.readyAt);
  number(REMAINING_UNITS, node.remainingUnits);
  if (services !== undefined) {
    writer.literal(SERVICES);
    for (const service of services) writeService(service);
    writer.end(BRACKET);
  }
  plain(SMALL_ORDER_FEE, node.smallOrderFee);
  text(VENDOR_ID, node.vendorId);
  writer.end(BRACE);
}

function writePlace(name: Literal, place: Place): void {
  writer.literal(name);
  text(COUNTRY_CODE, place.countryCode);
  number(LATITUDE, place.latitude);
  number(LONGITUDE, place.longitude);
  text(POSTAL_CODE, place.postalCode);
  text(REGION_CODE, place.regionCode);
  boolean(RESIDENTIAL, place.residential);
  writer.end(BRACE);
}

function writeOffer(offer: RequestOffer): void {
  writer.literal(OPEN);
  number(AVAILABLE, offer.available);
  number(MINIMUM_QUANTITY, offer.minimumQuantity);
  number(QUANTITY_MULTIPLE, offer.quantityMultiple);
  plain(READY_AT, offer.readyAt);
  text(SKU, offer.sku);
  plain(UNIT_ADJUSTMENT, offer.unitAdjustment);
  writer.literal(UNIT_COSTS);
  for (const { fromQuantity, unitCost } of offer.unitCosts) {
    writer.literal(OPEN_FROM_QUANTITY);
    writer.number(fromQuantity);
    writer.literal(UNIT_COST);
    writer.plain(unitCost);
    writer.end(BRACE);
  }
  writer.end(BRACKET);
  plain(UNIT_DUTY, offer.unitDuty);
  plain(UNIT_FEE, offer.unitFee);
  plain(UNIT_RESERVE, offer.unitReserve);
  writer.end(BRACE);
}

function writeService(service: RequestService): void {
  const { rates, surcharges, beyond, maximum } = service;
  writer.literal(OPEN);
  plain(BASIS, service.basis);
  if (beyond !== undefined) {
    writer.literal(BEYOND_EVERY);
    measure(beyond.every);
    writer.literal(PRICE);
    writer.plain(beyond.price);
    writer.end(BRACE);
  }
  text(CARRIER, service.carrier);
  number(DIMENSIONAL_DIVISOR, service.dimensionalDivisor);
  texts(EXCLUDED_TAGS, service.excludedTags);
  text(ID, service.id);
  if (maximum !== undefined) {
    writer.literal(MAXIMUM);
    measure(maximum);
  }
  if (rates !== undefined) {
    writer.literal(RATES);
    for (const { price, upTo } of rates) {
      writer.literal(OPEN_PRICE);
      writer.plain(price);
      writer.literal(UP_TO);
      measure(upTo);
      writer.end(BRACE);
    }
    writer.end(BRACKET);
  }
  if (surcharges !== undefined) {
    writer.literal(SURCHARGES);
    for (const surcharge of surcharges) {
      writer.literal(OPEN);
      if ('amount' in surcharge) plain(AMOUNT, surcharge.amount);
      text(ID, surcharge.id);
      if ('percent' in surcharge) plain(PERCENT, surcharge.percent);
      writer.end(BRACE);
    }
    writer.end(BRACKET);
  }
  number(TRANSIT_HOURS, service.transitHours);
  writer.end(BRACE);
}

function writeOrder(order: RoutingRequest['order']): void {
  const { lines } = order;
  writer.literal(ORDER);
  text(CURRENCY, order.currency);
  plain(DELIVER_BY, order.deliverBy);
  writePlace(DESTINATION, order.destination);
  text(ID, order.id);
  if (lines !== undefined) {
    writer.literal(LINES);
    for (const line of lines) writeLine(line);
    writer.end(BRACKET);
  }
  plain(PLACED_AT, order.placedAt);
  writer.end(BRACE);
}

function writeLine(line: RequestLine): void {
  writer.literal(OPEN);
  text(GROUP, line.group);
  text(ID, line.id);
  boolean(PARTIAL, line.partial);
  number(QUANTITY, line.quantity);
  text(SKU, line.sku);
  texts(TAGS, line.tags);
  plain(UNIT_PRICE, line.unitPrice);
  number(UNIT_VOLUME, line.unitVolumeCm3);
  number(UNIT_WEIGHT, line.unitWeightGrams);
  writer.end(BRACE);
}

function writePolicy(policy: RequestPolicy): void {
  const { lateness, unfilled } = policy;
  writer.literal(POLICY);
  number(EFFORT, policy.effort);
  if (typeof lateness === 'object') {
    writer.literal(LATENESS_COST_PER_DAY);
    writer.plain(lateness.costPerDay);
    writer.end(BRACE);
  } else plain(LATENESS, lateness);
  number(MAX_SHIPMENTS, policy.maxShipments);
  plain(SHIPMENT_PENALTY, policy.shipmentPenalty);
  boolean(SPLIT_LINES, policy.splitLines);
  if (typeof unfilled === 'object') {
    writer.literal(UNFILLED_COST_PER_VALUE);
    writer.plain(unfilled.costPerValue);
    writer.end(BRACE);
  } else plain(UNFILLED, unfilled);
  writer.end(BRACE);
}

/** An amount, a moment or a word, none of which needs an escape. */
function plain(name: Literal, value: string | undefined): void {
  if (value === undefined) return;
  writer.literal(name);
  writer.plain(value);
}

function text(name: Literal, value: string | undefined): void {
  if (value === undefined) return;
  writer.literal(name);
  writer.text(value);
}

function texts(name: Literal, values: readonly string[] | undefined): void {
  if (values === undefined) return;
  writer.literal(name);
  for (const value of values) writer.text(value);
  writer.end(BRACKET);
}

function number(name: Literal, value: number | undefined): void {
  if (value === undefined) return;
  writer.literal(name);
  writer.number(value);
}

function measure(value: number | string): void {
  if (typeof value === 'number') writer.number(value);
  else writer.plain(value);
}

function boolean(name: Literal, value: boolean | undefined): void {
  if (value === undefined) return;
  writer.literal(name);
  writer.literal(value ? TRUE : FALSE);
}

const OPEN = literal('{');
const TRUE = literal('true,');
const FALSE = literal('false,');
const EXCLUSIONS = literal('"exclusions":[');
const NODES = literal('"nodes":[');
const ORDER = literal('"order":{');
const POLICY = literal('"policy":{');
const NODE_ID = literal('"nodeId":');
const REASON = literal('"reason":');
const RULE_ID = literal('"ruleId":');
const SERVICE_ID = literal('"serviceId":');
const SKU = literal('"sku":');
const ID = literal('"id":');
const ADJUSTMENT = literal('"adjustment":');
const CLEARANCE_FEE = literal('"clearanceFee":');
const DUTY_FREE_UP_TO = literal('"dutyFreeUpTo":');
const FAILURE_COST = literal('"failureCost":');
const LOCATION = literal('"location":{');
const MINIMUM_ORDER_VALUE = literal('"minimumOrderValue":');
const OFFERS = literal('"offers":[');
const ORDER_FEE = literal('"orderFee":');
const READY_AT = literal('"readyAt":');
const REMAINING_UNITS = literal('"remainingUnits":');
const SERVICES = literal('"services":[');
const SMALL_ORDER_FEE = literal('"smallOrderFee":');
const VENDOR_ID = literal('"vendorId":');
const COUNTRY_CODE = literal('"countryCode":');
const LATITUDE = literal('"latitude":');
const LONGITUDE = literal('"longitude":');
const POSTAL_CODE = literal('"postalCode":');
const REGION_CODE = literal('"regionCode":');
const RESIDENTIAL = literal('"residential":');
const AVAILABLE = literal('"available":');
const MINIMUM_QUANTITY = literal('"minimumQuantity":');
const QUANTITY_MULTIPLE = literal('"quantityMultiple":');
const UNIT_ADJUSTMENT = literal('"unitAdjustment":');
const UNIT_COSTS = literal('"unitCosts":[');
const OPEN_FROM_QUANTITY = literal('{"fromQuantity":');
const UNIT_COST = literal('"unitCost":');
const UNIT_DUTY = literal('"unitDuty":');
const UNIT_FEE = literal('"unitFee":');
const UNIT_RESERVE = literal('"unitReserve":');
const BASIS = literal('"basis":');
const BEYOND_EVERY = literal('"beyond":{"every":');
const PRICE = literal('"price":');
const CARRIER = literal('"carrier":');
const DIMENSIONAL_DIVISOR = literal('"dimensionalDivisor":');
const EXCLUDED_TAGS = literal('"excludedTags":[');
const MAXIMUM = literal('"maximum":');
const RATES = literal('"rates":[');
const OPEN_PRICE = literal('{"price":');
const UP_TO = literal('"upTo":');
const SURCHARGES = literal('"surcharges":[');
const AMOUNT = literal('"amount":');
const PERCENT = literal('"percent":');
const TRANSIT_HOURS = literal('"transitHours":');
const CURRENCY = literal('"currency":');
const DELIVER_BY = literal('"deliverBy":');
const DESTINATION = literal('"destination":{');
const LINES = literal('"lines":[');
const PLACED_AT = literal('"placedAt":');
const GROUP = literal('"group":');
const PARTIAL = literal('"partial":');
const QUANTITY = literal('"quantity":');
const TAGS = literal('"tags":[');
const UNIT_PRICE = literal('"unitPrice":');
const UNIT_VOLUME = literal('"unitVolumeCm3":');
const UNIT_WEIGHT = literal('"unitWeightGrams":');
const EFFORT = literal('"effort":');
const LATENESS = literal('"lateness":');
const LATENESS_COST_PER_DAY = literal('"lateness":{"costPerDay":');
const MAX_SHIPMENTS = literal('"maxShipments":');
const SHIPMENT_PENALTY = literal('"shipmentPenalty":');
const SPLIT_LINES = literal('"splitLines":');
const UNFILLED = literal('"unfilled":');
const UNFILLED_COST_PER_VALUE = literal('"unfilled":{"costPerValue":');
