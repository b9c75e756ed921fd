import { formatAmount } from '../../model/money.js';
import { momentText } from '../moment-text.js';
import { HOUR_MS, type Problem, type ProblemNode, UNLIMITED } from '../problem.js';
import type { RoutingRequest } from '../request.js';

/** Where a value stands in a request. */
export type Path = readonly (string | number)[];

/**
 * One value of a request that stands in a node's way and could be eased step by step: `count` steps, each easier on the node than the
 * one before; `to(step)` is the value after step 1 … count. What is asked for is the first step that brings the node in.
 */
export interface Lever {
  readonly path: Path;
  readonly from: unknown;
  readonly count: number;
  readonly to: (step: number) => unknown;
}

/** Moves of a moment are looked for in whole hours, up to this many: 60 days. */
const HOURS_MAX = 1_440;

/**
 * All the levers of one node, money apart: stock, capacity, minimums, pack sizes, time and rules. `isTied`: the best plan with the node costs as much as
 * the best one, so that arriving earlier may help it also where it is not late.
 */
export function leversOf(request: RoutingRequest, problem: Problem, node: ProblemNode, isTied: boolean): Lever[] {
  const wanted = problem.skus.map((_, sku) =>
    problem.lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0),
  );
  return [
    ...offerLevers(request, problem, node, wanted),
    ...nodeLevers(
      node,
      wanted.reduce((sum, units) => sum + units, 0),
    ),
    ...timeLevers(request, problem, node, isTied),
    ...ruleLevers(request, problem, node),
  ];
}

function offerLevers(request: RoutingRequest, problem: Problem, node: ProblemNode, wanted: readonly number[]): Lever[] {
  return (request.nodes?.[node.index]?.offers ?? []).flatMap((offer, at) => {
    const path: Path = ['nodes', node.index, 'offers', at];
    const units = wanted[problem.skus.indexOf(offer.sku)] ?? 0;
    const levers: Lever[] = [];
    if (units === 0) return levers;
    const { available, minimumQuantity = 1, quantityMultiple = 1 } = offer;
    if (available !== undefined && available < units)
      levers.push({
        path: [...path, 'available'],
        from: available,
        count: units - available,
        to: (step) => available + step,
      });
    if (minimumQuantity > 1)
      levers.push({
        path: [...path, 'minimumQuantity'],
        from: minimumQuantity,
        count: minimumQuantity - 1,
        to: (step) => minimumQuantity - step,
      });
    // Single units are the easiest pack there is; sizes between are no steps towards it.
    if (quantityMultiple > 1)
      levers.push({ path: [...path, 'quantityMultiple'], from: quantityMultiple, count: 1, to: () => 1 });
    return levers;
  });
}

function nodeLevers(node: ProblemNode, units: number): Lever[] {
  const levers: Lever[] = [];
  const { remainingUnits, minimumOrderValue } = node;
  if (remainingUnits < Math.min(units, UNLIMITED))
    levers.push({
      path: ['nodes', node.index, 'remainingUnits'],
      from: remainingUnits,
      count: units - remainingUnits,
      to: (step) => remainingUnits + step,
    });
  if (minimumOrderValue !== null && minimumOrderValue > 0)
    levers.push({
      path: ['nodes', node.index, 'minimumOrderValue'],
      from: formatAmount(minimumOrderValue),
      count: minimumOrderValue,
      to: (step) => formatAmount(minimumOrderValue - step),
    });
  return levers;
}

function timeLevers(request: RoutingRequest, problem: Problem, node: ProblemNode, isTied: boolean): Lever[] {
  const deliverBy = isTied ? Number.NEGATIVE_INFINITY : (problem.deliverBy ?? Number.POSITIVE_INFINITY);
  const isLate = (readyAt: number) => node.services.some(({ transitMs }) => readyAt + transitMs > deliverBy);
  const path: Path = ['nodes', node.index];
  const levers: Lever[] = [];
  if (isLate(node.readyAt)) levers.push(earlier([...path, 'readyAt'], node.readyAt, HOURS_MAX));
  let lastReadyAt = node.readyAt;
  for (const [at, { sku }] of (request.nodes?.[node.index]?.offers ?? []).entries()) {
    const readyAt = node.offers[problem.skus.indexOf(sku)]?.readyAt ?? node.readyAt;
    lastReadyAt = Math.max(lastReadyAt, readyAt);
    // What is ready before its node waits for that.
    const hours = Math.min(HOURS_MAX, Math.ceil((readyAt - node.readyAt) / HOUR_MS));
    if (hours > 0 && isLate(readyAt)) levers.push(earlier([...path, 'offers', at, 'readyAt'], readyAt, hours));
  }
  for (const [at, { transitMs }] of node.services.entries()) {
    const hours = transitMs / HOUR_MS;
    if (lastReadyAt + transitMs <= deliverBy || hours < 1) continue;
    levers.push({
      path: [...path, 'services', at, 'transitHours'],
      from: hours,
      count: Math.min(HOURS_MAX, hours),
      to: (step) => hours - step,
    });
  }
  return levers;
}

function earlier(path: Path, moment: number, count: number): Lever {
  return { path, from: momentText(moment), count, to: (step) => momentText(moment - step * HOUR_MS) };
}

/** `to` null: the exclusion is taken away. */
function ruleLevers(request: RoutingRequest, problem: Problem, node: ProblemNode): Lever[] {
  const services = request.nodes?.[node.index]?.services ?? [];
  return (request.exclusions ?? []).flatMap((rule, at) => {
    const binds =
      (rule.nodeId ?? node.id) === node.id &&
      (rule.sku === undefined || problem.skus.includes(rule.sku)) &&
      (rule.serviceId === undefined || services.some(({ id }) => id === rule.serviceId));
    return binds ? [{ path: ['exclusions', at], from: rule, count: 1, to: () => null }] : [];
  });
}

/** The same request with one value changed; null takes an entry of a list away. */
export function withValue(request: RoutingRequest, path: Path, value: unknown): RoutingRequest {
  return changed(request, path, value) as RoutingRequest;
}

function changed(holder: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (Array.isArray(holder)) {
    if (rest.length === 0 && value === null) return holder.filter((_, at) => at !== key);
    return holder.map((entry, at) => (at === key ? (rest.length === 0 ? value : changed(entry, rest, value)) : entry));
  }
  const fields = holder as Readonly<Record<string | number, unknown>>;
  if (key === undefined) return holder;
  return { ...fields, [key]: rest.length === 0 ? value : changed(fields[key], rest, value) };
}
