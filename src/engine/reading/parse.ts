import { type Problem, UNLIMITED } from '../problem.js';
import type { RoutingRequest } from '../request.js';
import { type Exclusion, Exclusions } from './exclusions.js';
import { AMOUNT_MAX, PLACES_MAX } from './limits.js';
import { readNode } from './parse-node.js';
import { readOrder } from './parse-order.js';
import { attempt, Faults, type Fields, NO_FIELDS, Reader, type RequestFault } from './reader.js';
import { faultsOfSize } from './total-bound.js';

/** What a missing order says of a request that stands inside something else, as examples with what is expected of them do. */
const WRAPPED = 'an object (the request seems to be under "request")';
const REQUEST = ['order', 'nodes', 'policy', 'exclusions'];
const EXCLUSION = ['nodeId', 'sku', 'serviceId', 'reason', 'ruleId'];
const POLICY = ['maxShipments', 'splitLines', 'lateness', 'shipmentPenalty', 'unfilled', 'effort'];
const LATENESS = ['costPerDay'];
const UNFILLED = ['costPerValue'];
const NO_SKUS: ReadonlyMap<string, number> = new Map();

export type ParsedRequest =
  | { readonly ok: true; readonly request: RoutingRequest; readonly problem: Problem }
  | { readonly ok: false; readonly faults: readonly RequestFault[] };

/** Checks a request against all of ROUTING.md's "Request", naming every fault by its path. */
export function parseRequest(value: unknown): ParsedRequest {
  const problem = attempt(() => readRequest(new Reader(null), value));
  if (problem === null || faultsOfSize(problem).length > 0) return refuse(value, new Faults());
  // Every field was checked above, so the value has the request's shape.
  return { ok: true, request: value as RoutingRequest, problem };
}

/** Adds the faults of a request to those that were found already. */
export function refuse(value: unknown, faults: Faults): Extract<ParsedRequest, { readonly ok: false }> {
  faults.during(() => {
    const problem = readRequest(new Reader(faults), value);
    for (const { path, message } of faultsOfSize(problem)) faults.add(path, message);
  });
  return { ok: false, faults: faults.list() };
}

/** What is wrong counts for nothing in the problem, so that what is too large without it is too large with it. */
function readRequest(read: Reader, value: unknown): Problem {
  const top = read.object(value, REQUEST) ?? NO_FIELDS;
  const { lines, skus, skuIndex, deliverBy } = readOrder(read, top.order, isWrapped(top) ? WRAPPED : undefined);
  const rules = readExclusions(read, top.exclusions);
  const entries = read.list(top.nodes, 'nodes');
  // Nothing is made, or counted, for every line at every node where there are too many of both.
  const isHeld = areHeld(read, lines.length, entries);
  const wanted = isHeld ? skuIndex : NO_SKUS;
  const exclusions = new Exclusions(rules, wanted);
  const nodes = new Array<Problem['nodes'][number]>(entries.length);
  const ids = new Array<string>(entries.length);
  read.enter('nodes');
  for (let index = 0; index < entries.length; index += 1) {
    read.enterEntry(index);
    const node = readNode(read, entries[index], index, wanted, exclusions);
    nodes[index] = node;
    ids[index] = node.id;
    read.leave();
  }
  read.unique(ids, 'id', 'node id');
  read.leave();
  return { lines, nodes: isHeld ? nodes : [], skus, deliverBy, ...readPolicy(read, top.policy) };
}

/** Whether the request seems to be one level further down. */
function isWrapped({ order, request }: Fields): boolean {
  return order === undefined && typeof request === 'object' && request !== null && 'order' in request;
}

/** Whether all lines at all nodes, by all services, are few enough to be held. */
function areHeld(read: Reader, lines: number, nodes: readonly unknown[]): boolean {
  let ways = nodes.length;
  for (const node of nodes) {
    const services = (node as Fields | null)?.services;
    if (Array.isArray(services)) ways += services.length;
  }
  if (lines * ways <= PLACES_MAX) return true;
  read.fault(
    `expected at most ${PLACES_MAX} for the number of lines, ${lines}, times that of nodes and services, ${ways}`,
    'nodes',
  );
  return false;
}

function readExclusions(read: Reader, value: unknown): readonly Exclusion[] {
  const rules: Exclusion[] = [];
  const entries = read.list(value, 'exclusions');
  read.enter('exclusions');
  for (let index = 0; index < entries.length; index += 1) {
    read.enterEntry(index);
    const fields = read.object(entries[index], EXCLUSION) ?? NO_FIELDS;
    read.string(fields.reason, 'reason');
    if (fields.nodeId !== undefined) read.string(fields.nodeId, 'nodeId');
    if (fields.sku !== undefined) read.string(fields.sku, 'sku');
    if (fields.serviceId !== undefined) read.string(fields.serviceId, 'serviceId');
    if (fields.ruleId !== undefined) read.string(fields.ruleId, 'ruleId');
    rules.push(fields as Exclusion);
    read.leave();
  }
  read.leave();
  return rules;
}

function readPolicy(read: Reader, value: unknown) {
  read.enter('policy');
  const policy = read.object(value, POLICY, 'an object, {} for all defaults') ?? NO_FIELDS;
  let latePerDay: number | null = null;
  if (policy.lateness !== undefined && policy.lateness !== 'forbid') {
    read.enter('lateness');
    const lateness = read.object(policy.lateness, LATENESS, '"forbid" or an object with costPerDay');
    latePerDay = lateness ? read.amount(lateness.costPerDay, 'costPerDay', 0, AMOUNT_MAX) : 0;
    read.leave();
  }
  let unfilled: Problem['unfilled'] = 'forbid';
  let unfilledWeight = 0;
  if (policy.unfilled === 'allow') unfilled = 'allow';
  else if (policy.unfilled !== undefined && policy.unfilled !== 'forbid') {
    unfilled = 'cost';
    read.enter('unfilled');
    const cost = read.object(policy.unfilled, UNFILLED, '"forbid", "allow" or an object with costPerValue');
    if (cost) unfilledWeight = read.amount(cost.costPerValue, 'costPerValue', 0, AMOUNT_MAX);
    read.leave();
  }
  const maxShipments = read.integer(policy.maxShipments, 'maxShipments', 1, UNLIMITED, UNLIMITED);
  const splitLines = read.boolean(policy.splitLines, 'splitLines', true);
  const shipmentPenalty = read.amount(policy.shipmentPenalty, 'shipmentPenalty', 0, AMOUNT_MAX, 0);
  const effort = read.integer(policy.effort, 'effort', 0, UNLIMITED, UNLIMITED);
  read.leave();
  return { maxShipments, splitLines, latePerDay, shipmentPenalty, unfilled, unfilledWeight, effort };
}
