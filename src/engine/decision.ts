import type { ReasonCode } from './reasons.js';
import type { AmountText } from './request.js';

export interface DecidedItem {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
}

export interface DecidedCosts {
  readonly goods: AmountText;
  readonly fees: AmountText;
  readonly duty: AmountText;
  readonly freight: AmountText;
  readonly surcharges: AmountText;
  readonly landed: AmountText;
  readonly steering: AmountText;
}

export interface DecidedShipment {
  readonly nodeId: string;
  readonly vendorId: string;
  readonly serviceId: string;
  readonly items: readonly DecidedItem[];
  readonly costs: DecidedCosts;
  readonly weightGrams: number;
  /** What the brackets counted; an amount for basis `goods`. */
  readonly measure: number | AmountText;
  readonly shipsAt: string;
  readonly arrivesAt: string;
}

export type Proof =
  | { readonly kind: 'optimal' }
  | {
      readonly kind: 'bounded';
      readonly lowerBound: AmountText;
      readonly gap: AmountText;
      readonly unfilledLowerBound?: AmountText;
    };

export interface Candidate {
  readonly nodeId: string;
  readonly used: boolean;
  readonly code?: ReasonCode;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly ruleId?: string;
}

/**
 * The best plan without a node. Without an objective there is no plan: proven where there is a proof; else the effort ran out before one was found.
 */
export interface Alternative {
  readonly withoutNodeId: string;
  readonly shipments: readonly DecidedShipment[];
  /** What it leaves; where units may stay it may be cheaper than the decided plan, because it ships less. */
  readonly unfilled?: readonly DecidedItem[];
  readonly landedCost?: AmountText;
  readonly objective?: AmountText;
  readonly unfilledValue?: AmountText;
  readonly proof?: Proof;
  /** Its objective less that of the decided plan. */
  readonly difference?: AmountText;
}

export interface Counterfactual {
  readonly nodeId: string;
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly objective: AmountText;
}

/** The engine's whole answer to one request. Source: ROUTING.md, "Decision". */
export interface Decision {
  readonly status: 'routed' | 'partial' | 'unroutable' | 'undecided';
  readonly shipments: readonly DecidedShipment[];
  readonly unfilled: readonly (DecidedItem & { readonly reason: ReasonCode })[];
  readonly landedCost?: AmountText;
  readonly objective?: AmountText;
  readonly unfilledValue?: AmountText;
  readonly proof?: Proof;
  readonly candidates: readonly Candidate[];
  readonly alternatives?: readonly Alternative[];
  readonly counterfactuals?: readonly Counterfactual[];
  readonly requestDigest: string;
  readonly engineVersion: string;
}
