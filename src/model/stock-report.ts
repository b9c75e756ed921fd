import type { Fault } from './order.js';

/**
 * A stock report of a vendor: figures (a snapshot) or changes since the one before (a delta).
 *
 * `complete` says that the whole report was read, not that it lists every SKU; whether an absent SKU means zero is the vendor's
 * declaration. How reports are put in order, and what becomes of each: docs/stock.md.
 */
export interface StockReport {
  /** Default `snapshot`. */
  readonly kind?: 'snapshot' | 'delta';
  /** In the vendor's clock; null where the vendor gives none: then it counts as of the moment our request began. */
  readonly asOf: string | null;
  /** The vendor's own number of this report, each one more than the one before; left out where it does not number them. */
  readonly position?: number;
  readonly complete: boolean;
  /** A snapshot of some SKUs only, such as those that changed: whatever the vendor declares, what it leaves out is not gone. */
  readonly partial?: boolean;
  /** Rows that a trailer or count promised; fewer came: the report is truncated, whatever `complete` says. */
  readonly expectedRows?: number;
  /** `onHand` in the vendor's packs; of a delta the signed change. */
  readonly rows: readonly StockReportRow[];
  /** Rows that could not be read, with where and why (bounded). */
  readonly faults: readonly Fault[];
}

/** One SKU at one of the vendor's nodes, both by the vendor's names. */
export interface StockReportRow {
  readonly nodeCode: string;
  readonly vendorSku: string;
  readonly onHand: number;
}

/** What is asked of a vendor's feed: everything, or, of a vendor that tells changes, what came after this number. */
export interface StockQuestion {
  readonly after: number | null;
}

/** Rows of one question at most; who has more asks again. */
export const AVAILABILITY_ROWS_MAX = 1_000;

/** A live question to a vendor: whether it has so many packs of some SKUs at its nodes. Each row once, at most AVAILABILITY_ROWS_MAX. */
export interface AvailabilityQuestion {
  readonly rows: readonly { readonly nodeCode: string; readonly vendorSku: string; readonly packs: number }[];
}

/** A vendor's answer to a live question. A row that was asked about and is missing here was not answered. */
export interface AvailabilityAnswer {
  /** In the vendor's clock; null where the vendor gives none: then it counts as of the moment our question began. */
  readonly asOf: string | null;
  /** Of rows that were asked about, each at most once. */
  readonly rows: readonly AvailabilityAnswerRow[];
}

/** A figure in the vendor's packs, or a bare yes or no to the packs that were asked about. */
export type AvailabilityAnswerRow = { readonly nodeCode: string; readonly vendorSku: string } & (
  | { readonly kind: 'figure'; readonly onHand: number }
  | { readonly kind: 'yes' | 'no' }
);

/** A row that promises more than it has. Whole units. */
export interface StockShortage {
  readonly nodeId: number;
  readonly productId: number;
  /** Held and committed. */
  readonly promised: number;
  readonly onHand: number;
  /** This report made it, or made it worse: a `stock.short` event says so. False: it was known before. */
  readonly grew: boolean;
}
