import type { EventType } from '../model/events.js';
import type { TenThousandths } from '../model/money.js';
import type { FulfillmentStatus, OrderStatus } from '../model/order.js';

/**
 * One change of one order, whole or not at all: the version it expects, its stock and capacity, the new state, the
 * decision record and the events. Every change of an existing order is a plan; nothing else writes its rows.
 *
 * `commitPlans` refuses a plan alone, never its neighbours in the batch: see PlanOutcome.
 * Moments are ISO 8601 in UTC; ids are UUIDs given by the caller. Source: DESIGN.md section 3.
 */
export interface Plan {
  readonly orderId: string;
  readonly expectedVersion: number;
  readonly actor: string;
  readonly at: string;
  readonly order: {
    readonly status: OrderStatus;
    /** Null: nothing waits. */
    readonly nextActionAt: string | null;
    readonly confirmedAt?: string;
    readonly routingAttempts?: number;
  };
  /** New absolute quantities of the lines that change. */
  readonly lines?: readonly {
    readonly lineNo: number;
    readonly open: number;
    readonly routed: number;
    readonly backordered: number;
    readonly shipped: number;
    readonly canceled: number;
    readonly returned: number;
  }[];
  readonly decision?: DecisionRecord;
  readonly newFulfillments?: readonly NewFulfillment[];
  readonly fulfillmentChanges?: readonly FulfillmentChange[];
  readonly holds?: readonly Hold[];
  readonly reservationMoves?: readonly ReservationMove[];
  /** Signed units per node and local day; positive takes, negative gives back. Nodes without a daily limit are left out. */
  readonly capacity?: readonly { readonly nodeId: number; readonly day: string; readonly units: number }[];
  /** What it counts for rules with a limit a day, and gives back of that. */
  readonly counts?: readonly PlanCount[];
  readonly newShipments?: readonly NewShipment[];
  readonly deliveredShipments?: readonly { readonly shipmentId: string; readonly deliveredAt: string }[];
  readonly openItems?: readonly NewOpenItem[];
  readonly resolvedItems?: readonly { readonly id: string; readonly resolution: string }[];
  readonly deadLetters?: readonly NewDeadLetter[];
  /** At least one: the order's version rises by one per event. Stock events are written by the store itself. */
  readonly events: readonly {
    readonly type: EventType;
    readonly vendorId?: number;
    readonly payload: Readonly<Record<string, unknown>>;
  }[];
}

export interface DecisionRecord {
  readonly id: string;
  readonly cause: string;
  /** RoutingRequest and Decision of ROUTING.md. */
  readonly request: unknown;
  readonly decision: unknown;
  readonly rateSources: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly engineMicros: number;
}

export interface NewFulfillment {
  readonly id: string;
  readonly nodeId: number;
  readonly vendorId: number;
  readonly serviceId: number;
  readonly decisionId: string;
  readonly poNumber: string;
  readonly landedCost: TenThousandths;
  readonly currency: string;
  readonly shipBy: string;
  readonly arrivesBy: string;
  readonly nextActionAt: string | null;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly productId: number;
    readonly quantity: number;
    readonly unitCost: TenThousandths;
  }[];
}

/** A move of one fulfillment, conditional on its status (and, where given, on the lease) as the caller last saw it. */
export interface FulfillmentChange {
  readonly id: string;
  readonly from: readonly FulfillmentStatus[];
  readonly ifLeaseToken?: string;
  readonly to: FulfillmentStatus;
  /** A field left out stays as it is; null clears it. */
  readonly set: {
    readonly attempt?: number;
    readonly failures?: number;
    readonly lease?: { readonly token: string; readonly until: string } | null;
    readonly nextActionAt?: string | null;
    readonly vendorReference?: string;
    readonly cancelRequested?: boolean;
  };
  readonly lines?: readonly {
    readonly lineNo: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly shipped: number;
    readonly canceled: number;
  }[];
  /** What came of the vendor's promises, merged into vendor_outcome. */
  readonly outcome?: {
    readonly firstSentAt?: string;
    readonly acknowledgedAt?: string;
    readonly unitsAccepted?: number;
    readonly unitsRejected?: number;
    readonly firstShippedAt?: string;
    readonly unitsShipped?: number;
    readonly deliveredAt?: string;
    readonly outcome?: 'accepted' | 'rejected' | 'canceled' | 'shipped' | 'delivered';
  };
}

/** Units set aside. `committed` at once where the order is confirmed in the same plan. */
export interface Hold {
  readonly reservationId: string;
  readonly lineNo: number;
  readonly fulfillmentId: string;
  readonly nodeId: number;
  readonly productId: number;
  readonly quantity: number;
  readonly state: 'held' | 'committed';
  /** Only for `held`. */
  readonly expiresAt: string | null;
}

/**
 * `release` and `expire` give the units back; `commit` moves held to committed; `subtracted` only notes from when the vendor's
 * feed subtracts them, so that a later report may turn them `reflected`. `quantity` below the whole splits the reservation:
 * the rest stays as it was under a new id that the store gives.
 */
export interface ReservationMove {
  readonly reservationId: string;
  readonly move: 'commit' | 'release' | 'expire' | 'subtracted';
  readonly quantity: number;
  readonly at: string;
}

/** What a new fulfillment counts in a counter of a day, or (negative) what is given back of it. */
export type PlanCount = {
  readonly ruleId: string;
  readonly vendorId: number;
  /** Null: of the vendor as a whole. */
  readonly nodeId: number | null;
  readonly day: string;
  readonly units: number;
} & (
  | { readonly fulfillmentId?: undefined }
  | {
      readonly fulfillmentId: string;
      readonly per: 'unit' | 'order';
      /** Refused as `capacity_moved` where more than this would be counted; null: whatever is counted. */
      readonly most: number | null;
    }
);

export interface NewShipment {
  readonly id: string;
  readonly fulfillmentId: string;
  readonly vendorShipmentId: string;
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  readonly shippedAt: string;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[];
}

export interface NewOpenItem {
  readonly id: string;
  readonly fulfillmentId?: string;
  readonly kind: 'hold' | 'review';
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly blocks: readonly ('route' | 'dispatch' | 'ship')[];
}

export interface NewDeadLetter {
  readonly id: string;
  readonly step: 'intake' | 'route' | 'dispatch' | 'poll';
  readonly subjectId: string;
  readonly vendorId?: number;
  readonly errors: readonly unknown[];
  readonly attempts: number;
}

/**
 * What became of a plan.
 *
 * `version_moved`: someone else changed the order first; `state_moved`: a fulfillment, reservation, open item or shipment (its
 * id) was not in the state that the plan needs, such as a reservation that a stock report turned `reflected` meanwhile;
 * `stock_moved` / `capacity_moved`: what it wanted to take is no longer there, with the facts; also where it holds nothing of goods that are
 * not made to order (any more). Nothing of a refused plan is written.
 */
export type PlanOutcome =
  | { readonly outcome: 'committed'; readonly orderVersion: number }
  | { readonly outcome: 'version_moved'; readonly orderVersion: number | null }
  | { readonly outcome: 'state_moved'; readonly id: string }
  | {
      readonly outcome: 'stock_moved';
      readonly shortages: readonly {
        readonly nodeId: number;
        readonly productId: number;
        readonly requested: number;
        readonly available: number;
      }[];
    }
  /** Of the node's own capacity, or of what a rule counts; node 0: of a vendor as a whole. */
  | { readonly outcome: 'capacity_moved'; readonly nodeId: number; readonly day: string; readonly ruleId?: string };

/** Commits plans, gathering those that arrive while a batch is under way into the next one. */
export interface PlanCommitter {
  /**
   * Resolves once the plan is durable or refused. Rejects with HeadgateError: DATABASE_UNAVAILABLE (nothing was committed),
   * COMMIT_UNKNOWN (read the order again), PLAN_INVALID (a mistake of the plan's builder: malformed, or against a constraint).
   */
  commit(plan: Plan): Promise<PlanOutcome>;
  /** Waits for what is under way; nothing more is taken. */
  close(): Promise<void>;
}
