import { type ParseError, visit } from 'jsonc-parser';
import { type Problem, UNLIMITED } from '../problem.js';
import type { RoutingRequest } from '../request.js';
import { AMOUNT_MAX } from './limits.js';
import { type Exclusion, readNode } from './parse-node.js';
import { readOrder } from './parse-order.js';
import { NO_FIELDS, pathText, Reader, type RequestFault } from './reader.js';
import { faultsOfSize } from './total-bound.js';

const DEPTH_MAX = 32;
const REQUEST = ['order', 'nodes', 'policy', 'exclusions'];
const EXCLUSION = ['nodeId', 'sku', 'serviceId', 'reason', 'ruleId'];
const POLICY = ['maxShipments', 'splitLines', 'lateness', 'shipmentPenalty', 'unfilled', 'effort'];
const LATENESS = ['costPerDay'];
const UNFILLED = ['costPerValue'];

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
          if (seen?.has(name)) faults.push({ path: pathText([...pathTo(), name]), message: 'repeated key' });
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

/** Checks a request against all of ROUTING.md's "Request", naming every fault by its path. */
export function parseRequest(value: unknown): ParsedRequest {
  const read = new Reader(false);
  const problem = readRequest(read, value);
  if (problem === null || read.isFaulty) {
    const again = new Reader(true);
    readRequest(again, value);
    return { ok: false, faults: again.faults };
  }
  const faults = faultsOfSize(problem);
  if (faults.length > 0) return { ok: false, faults };
  // Every field was checked above, so the value has the request's shape.
  return { ok: true, request: value as RoutingRequest, problem };
}

function readRequest(read: Reader, value: unknown): Problem | null {
  const top = read.object(value, REQUEST);
  if (!top) return null;
  const order = readOrder(read, top.order);
  if (!order) return null;
  const { lines, skus, skuIndex, deliverBy } = order;
  const exclusions = readExclusions(read, top.exclusions);
  const noneExcluded = skus.map(() => false);
  const entries = read.list(top.nodes, 'nodes');
  const nodes = new Array<Problem['nodes'][number]>(entries.length);
  const ids = new Array<string>(entries.length);
  read.enter('nodes');
  for (let index = 0; index < entries.length; index += 1) {
    read.enterEntry(index);
    const node = readNode(read, entries[index], index, skus, skuIndex, exclusions, noneExcluded);
    nodes[index] = node;
    ids[index] = node.id;
    read.leave();
  }
  read.unique(ids, 'id', 'node id');
  read.leave();
  return { lines, nodes, skus, deliverBy, ...readPolicy(read, top.policy) };
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
  const policy = read.object(value, POLICY) ?? NO_FIELDS;
  let latePerDay: number | null = null;
  if (policy.lateness !== undefined && policy.lateness !== 'forbid') {
    read.enter('lateness');
    const lateness = read.object(policy.lateness, LATENESS);
    latePerDay = lateness ? read.amount(lateness.costPerDay, 'costPerDay', 0, AMOUNT_MAX) : 0;
    read.leave();
  }
  let unfilled: Problem['unfilled'] = 'forbid';
  let unfilledWeight = 0;
  if (policy.unfilled === 'allow') unfilled = 'allow';
  else if (policy.unfilled !== undefined && policy.unfilled !== 'forbid') {
    unfilled = 'cost';
    read.enter('unfilled');
    const cost = read.object(policy.unfilled, UNFILLED);
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
