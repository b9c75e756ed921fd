import type { TenThousandths } from '../model/money.js';

/** Bounds and patience of the order services. Durations in milliseconds. */
export interface OrderSettings {
  /** How long one worker may be at a purchase order; its call ends before. */
  readonly leaseMs: number;
  /** How long after a lease's end nobody takes over: what clocks of two machines may differ by. */
  readonly leaseMarginMs: number;
  /** The part of a lease that is kept for writing the answer down. */
  readonly leaseReserveMs: number;
  /** A call is not begun with less time than this left in its lease. */
  readonly callMsMin: number;
  /** Failures of one step before it becomes a dead letter. */
  readonly attemptsMax: number;
  readonly backoffMsMin: number;
  readonly backoffMsMax: number;
  /** How often an order is decided again at once when its stock moved meanwhile. */
  readonly decisionsMax: number;
  /** Steps that the engine's search may take for one order. */
  readonly effort: number;
  /** The same for each option of a quote, of which nothing is kept. */
  readonly quoteEffort: number;
  /** What a day of lateness and a shipment beyond the first weigh, in the order's currency. */
  readonly latenessCostPerDay: TenThousandths;
  readonly shipmentPenalty: TenThousandths;
  /**
   * An order moves to where it costs less only where that saves both: so much in the order's currency, and so many ten-thousandths of what
   * its plan costs by now.
   */
  readonly recostSavingMin: TenThousandths;
  readonly recostSavingShare: number;
  /** How long a plan stands at least before it may move. */
  readonly recostRestMs: number;
  /** Orders that one run looks at. */
  readonly recostOrdersMax: number;
  /** Orders that wait, of which one run looks at so many when something besides stock changed. */
  readonly reopenOrdersMax: number;
  /** Orders of a day that are asked about at night, what each rule cost on them. */
  readonly regretOrdersMax: number;
  /** How often a vendor's documents and stock are read. */
  readonly pollDocumentsEveryMs: number;
  readonly pollStockEveryMs: number;
  /** How often a channel is asked for orders, where its account does not say. */
  readonly pollOrdersEveryMs: number;
  /** Pages of documents or orders that one poll reads at most, and bytes of orders after which it ends. */
  readonly pollPagesMax: number;
  readonly pollBytesMax: number;
  /** Live questions to one vendor that are under way at once, whoever asks. */
  readonly checkQuestionsMax: number;
  /** Changes of stock are published to a channel no more often, and everything so often. */
  readonly publishStockEveryMs: number;
  readonly publishAllEveryMs: number;
  /** Notices to one account's channel that are under way at once, whoever tells. */
  readonly noticesAtOnceMax: number;
  /** A webhook's body is refused beyond. */
  readonly payloadBytesMax: number;
}

/** What a small installation runs with. */
export const DEFAULT_ORDER_SETTINGS: OrderSettings = {
  leaseMs: 30_000,
  leaseMarginMs: 5_000,
  leaseReserveMs: 5_000,
  callMsMin: 2_000,
  attemptsMax: 8,
  backoffMsMin: 1_000,
  backoffMsMax: 300_000,
  decisionsMax: 5,
  effort: 10_000,
  quoteEffort: 2_000,
  latenessCostPerDay: 50_000,
  shipmentPenalty: 0,
  recostSavingMin: 10_000,
  recostSavingShare: 200,
  recostRestMs: 3_600_000,
  recostOrdersMax: 1_000,
  reopenOrdersMax: 500,
  regretOrdersMax: 2_000,
  pollDocumentsEveryMs: 2_000,
  pollStockEveryMs: 30_000,
  pollOrdersEveryMs: 60_000,
  pollPagesMax: 20,
  pollBytesMax: 20_000_000,
  checkQuestionsMax: 2,
  publishStockEveryMs: 15_000,
  publishAllEveryMs: 21_600_000,
  noticesAtOnceMax: 4,
  payloadBytesMax: 2_000_000,
};
