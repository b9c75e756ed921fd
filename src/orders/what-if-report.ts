import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import { shippedValue } from '../matrix/rules/held.js';
import { formatAmount, parseAmount } from '../model/money.js';

/** What became of one order under one rule set. */
export interface Outcome {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  readonly dropped: readonly string[];
  /** Ids of the rules that hold it for a person. */
  readonly held: readonly string[];
}

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

const DAY_MS = 86_400_000;

/** Sums what two rule sets make of the same orders. Money is summed by currency: landed cost and margin (value of what ships less it). Pure. */
export function compareOutcomes(
  pairs: readonly {
    readonly orderId: string;
    readonly currency: string;
    readonly live: Outcome;
    readonly draft: Outcome;
  }[],
): Omit<WhatIf, 'passedOver'> {
  const sums = new Map<string, { live: number; draft: number; orders: string[] }>();
  const changed: string[] = [];
  for (const { orderId, currency, live, draft } of pairs) {
    const [before, after] = [figuresOf(live, currency), figuresOf(draft, currency)];
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const sum = sums.get(name) ?? { live: 0, draft: 0, orders: [] };
      sums.set(name, sum);
      const [was, is] = [before.get(name) ?? 0, after.get(name) ?? 0];
      sum.live += was;
      sum.draft += is;
      if (was !== is) sum.orders.push(orderId);
    }
    if (!isDeepStrictEqual(whatHappens(live), whatHappens(draft))) changed.push(orderId);
  }
  const money = (name: string) => name.startsWith('landedCost ') || name.startsWith('margin ');
  const figures = [...sums].map(([name, { live, draft, orders }]) => ({
    ...{ name, orders },
    live: money(name) ? formatAmount(live) : live,
    draft: money(name) ? formatAmount(draft) : draft,
  }));
  return { orders: pairs.length, changed, figures };
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
