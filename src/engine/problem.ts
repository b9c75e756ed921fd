/**
 * A parsed request as the search sees it: indexes for ids, integers of 1/10000 for amounts, milliseconds for moments. Made by
 * `parseRequest` only, so everything in it is within ROUTING.md's bounds.
 */
export interface Problem {
  readonly lines: readonly ProblemLine[];
  readonly nodes: readonly ProblemNode[];
  readonly skus: readonly string[];
  readonly deliverBy: number | null;
  readonly maxShipments: number;
  readonly splitLines: boolean;
  /** Null: lateness is forbidden. */
  readonly latePerDay: number | null;
  readonly shipmentPenalty: number;
  /** `weight` of one ten-thousandth of unfilled value, itself in 1/10000; only for 'cost'. */
  readonly unfilled: 'forbid' | 'allow' | 'cost';
  readonly unfilledWeight: number;
  readonly effort: number;
}

export interface ProblemLine {
  readonly id: string;
  readonly sku: number;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly grams: number;
  readonly volume: number;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly partial: boolean;
}

export interface ProblemNode {
  readonly index: number;
  readonly id: string;
  readonly vendorId: string;
  readonly readyAt: number;
  readonly orderFee: number;
  readonly minimumOrderValue: number | null;
  readonly smallOrderFee: number | null;
  readonly remainingUnits: number;
  readonly dutyFreeUpTo: number | null;
  readonly clearanceFee: number;
  readonly failureCost: number;
  readonly adjustment: number;
  /** By SKU index; null where it is not offered. What rules exclude is said by the services. */
  readonly offers: readonly (ProblemOffer | null)[];
  readonly services: readonly ProblemService[];
}

export interface ProblemOffer {
  readonly available: number;
  readonly costs: readonly { readonly from: number; readonly cost: number }[];
  readonly unitFee: number;
  readonly unitDuty: number;
  readonly unitReserve: number;
  readonly unitAdjustment: number;
  readonly minimum: number;
  readonly multiple: number;
  readonly readyAt: number;
}

export interface ProblemService {
  readonly id: string;
  readonly transitMs: number;
  readonly basis: 'weight' | 'units' | 'goods';
  readonly divisor: number | null;
  readonly rates: readonly { readonly upTo: number; readonly price: number }[];
  readonly beyond: { readonly every: number; readonly price: number } | null;
  readonly maximum: number;
  readonly fixedSurcharges: number;
  /** In 1/10000 of a percent. */
  readonly percents: readonly number[];
  readonly excludedTags: readonly string[];
  /** By SKU index: excluded from travelling by this service (also by rules on the whole service or node). */
  readonly excludedSkus: readonly boolean[];
}

/** Quantities per line of one shipment from one node. */
export type Load = readonly number[];

export const UNLIMITED = Number.MAX_SAFE_INTEGER;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
