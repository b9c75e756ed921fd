import { isDeepStrictEqual } from 'node:util';
import { shippedValue } from '../matrix/rules/held.js';
import { formatAmount, parseAmount } from '../model/money.js';
import type { Outcome } from './outcome.js';

/** One figure over all orders, under the rules in force and under the draft. */
export interface Figure {
  /** Such as `landedCost USD`, `units acme`. Amounts are decimal strings, all else numbers. */
  readonly name: string;
  readonly live: string | number;
  readonly draft: string | number;
  /** The orders in which it differs. */
  readonly orders: readonly string[];
}

/** How two rule sets differ over some orders. */
export interface WhatIf {
  readonly orders: number;
  /** Orders that would ship otherwise, leave other units, wait for a person or not: the ids. */
  readonly changed: readonly string[];
  readonly figures: readonly Figure[];
  /** Orders that could not be asked about again. */
  readonly passedOver: number;
}

/** What became of one order under two rule sets. */
export interface Comparison {
  readonly orderId: string;
  readonly changed: boolean;
  /** By name; amounts in 1/10000. */
  readonly live: Readonly<Record<string, number>>;
  readonly draft: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;

/** Compares what two rule sets make of one order. Pure. */
export function compareOutcomes(orderId: string, currency: string, live: Outcome, draft: Outcome): Comparison {
  return {
    orderId,
    changed: !isDeepStrictEqual(whatHappens(live), whatHappens(draft)),
    live: Object.fromEntries(figuresOf(live, currency)),
    draft: Object.fromEntries(figuresOf(draft, currency)),
  };
}

/** Sums comparisons over orders. Money is summed by currency: landed cost and margin (value of what ships less it). Pure. */
export function sumComparisons(comparisons: readonly Comparison[]): Omit<WhatIf, 'passedOver'> {
  const sums = new Map<string, { live: number; draft: number; orders: string[] }>();
  for (const { orderId, live, draft } of comparisons)
    for (const name of new Set([...Object.keys(live), ...Object.keys(draft)])) {
      const sum = sums.get(name) ?? { live: 0, draft: 0, orders: [] };
      sums.set(name, sum);
      const [was, is] = [live[name] ?? 0, draft[name] ?? 0];
      sum.live += was;
      sum.draft += is;
      if (was !== is) sum.orders.push(orderId);
    }
  const money = (name: string) => name.startsWith('landedCost ') || name.startsWith('margin ');
  const figures = [...sums].map(([name, { live, draft, orders }]) => ({
    ...{ name, orders },
    live: money(name) ? formatAmount(live) : live,
    draft: money(name) ? formatAmount(draft) : draft,
  }));
  const changed = comparisons.flatMap(({ orderId, changed }) => (changed ? [orderId] : []));
  return { orders: comparisons.length, changed, figures };
}

/** Of one order; amounts in 1/10000. */
function figuresOf({ request, decision, held }: Outcome, currency: string): Map<string, number> {
  const { shipments, unfilled, status } = decision;
  const landed = parseAmount(decision.landedCost ?? '0');
  const due = request.order.deliverBy === undefined ? Number.POSITIVE_INFINITY : Date.parse(request.order.deliverBy);
  const late = shipments.map(({ arrivesAt }) => Math.max(0, Math.ceil((Date.parse(arrivesAt) - due) / DAY_MS)));
  const figures = new Map([
    [`landedCost ${currency}`, landed],
    [`margin ${currency}`, shippedValue(request, decision) - landed],
    ['shipments', shipments.length],
    ['late orders', late.some((days) => days > 0) ? 1 : 0],
    ['days late', late.reduce((sum, days) => sum + days, 0)],
    ['unroutable orders', status === 'unroutable' || status === 'undecided' ? 1 : 0],
    ['units left', unfilled.reduce((sum, { quantity }) => sum + quantity, 0)],
    ['held orders', held.length > 0 ? 1 : 0],
  ]);
  for (const { vendorId, items } of shipments) {
    const name = `units ${vendorId}`;
    figures.set(name, (figures.get(name) ?? 0) + items.reduce((sum, { quantity }) => sum + quantity, 0));
  }
  return figures;
}

function whatHappens({ decision: { status, shipments, unfilled }, dropped, held }: Outcome) {
  return { status, shipments, unfilled, dropped, held };
}
