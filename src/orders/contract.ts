import type { WebhookRequest } from '../connectors/channel.js';
import type { CanonicalOrder } from '../model/canonical-order.js';
import type { OrderStatus } from '../model/order.js';
import type { Viewer } from '../model/viewer.js';
import type { OrderError } from './errors/codes.js';
import type { QuoteInput, QuoteResult } from './quote.js';

/** What came of one step of work. Work that remains stands in the row's own nextActionAt, never in this answer. */
export interface StepResult {
  /**
   * `done`: the step took place (also where it ended in a dead letter: the row tells); `nothing`: there was nothing to do,
   * or another worker is at it; `retry`: it will be due again at `retryAt`.
   */
  readonly outcome: 'done' | 'nothing' | 'retry';
  readonly retryAt?: Date;
  /** For logs: a few words, ids only. */
  readonly note?: string;
}

export type WebhookReceipt =
  | { readonly kind: 'kept' | 'duplicate'; readonly intakeId: string }
  /** Taken, and there was nothing to keep. */
  | { readonly kind: 'nothing'; readonly reason: string }
  | {
      readonly kind: 'unauthorized' | 'unknown_account' | 'unknown_topic' | 'paused' | 'too_large';
      readonly reason: string;
    };

/** What is asked of submitOrder. */
export interface SubmitInput {
  readonly accountCode: string;
  readonly order: CanonicalOrder;
  /** 1 to 200 characters; one key is one intent of its owner. */
  readonly idempotencyKey: string;
  /** SHA-256 of the input's canonical form without the key; the same input gives the same 32 bytes. */
  readonly fingerprint: Uint8Array;
}

export type SubmitResult =
  | {
      readonly kind: 'accepted';
      readonly orderId: string;
      /** ROUTED or CONFIRMED once the hold is durable; BACKORDERED where all waits; RECEIVED only under review. */
      readonly status: OrderStatus;
      /** The first answer to this key, given again. */
      readonly replayed: boolean;
    }
  | {
      readonly kind: 'refused';
      /** Where an order was made and rejected; null where none was made. */
      readonly orderId: string | null;
      readonly errors: readonly OrderError[];
      readonly replayed: boolean;
    };

/** What is asked of a mutation of one order. */
export interface CommandInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}

/** Units of one line by what cancelling did to them. */
export interface CanceledLine {
  readonly lineNo: number;
  readonly externalLineId: string;
  /** Canceled for good. */
  readonly canceled: number;
  /** The vendor was asked; its answer decides. */
  readonly pending: number;
  /** Left already, or refused before. */
  readonly tooLate: number;
}

export type CommandResult<Facts extends object = object> =
  | ({
      readonly kind: 'accepted';
      readonly orderId: string;
      readonly status: OrderStatus;
      readonly replayed: boolean;
    } & Facts)
  | { readonly kind: 'refused'; readonly errors: readonly OrderError[]; readonly replayed: boolean };

/** Which dead letters to replay; an empty filter means all that the viewer may see. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly step?: 'intake' | 'route' | 'dispatch' | 'poll' | 'shortage' | 'check' | 'notice';
  readonly vendorId?: number;
  readonly accountId?: number;
}

export type { DeliveryOption, Quote, QuoteInput, QuoteResult } from './quote.js';

/**
 * The life of an order, one method per step. Each may run twice, anywhere, at once: the second run changes nothing.
 *
 * Errors: HeadgateError of class `transient` where the database cannot be reached, anything else is a mistake of ours.
 *         What the world outside answers never throws: it ends as state.
 * Source: DESIGN.md sections 3, 6 and 7.
 */
export interface OrderServices {
  /** Checks and keeps a delivery; answers once it is durable. Nothing is made of it yet: processIntake does. */
  receiveWebhook(accountCode: string, request: WebhookRequest): Promise<WebhookReceipt>;
  /** Takes an order in through the same intake, routes it, and answers once its hold is durable. */
  submitOrder(viewer: Viewer, input: SubmitInput): Promise<SubmitResult>;
  /** The ways to deliver a basket, on what is there now; nothing is reserved. */
  quote(viewer: Viewer, input: QuoteInput): Promise<QuoteResult>;
  /** Normalises, validates, makes the order, routes it. */
  processIntake(intakeId: string): Promise<StepResult>;
  /** Decides open and backordered units, holds the stock, releases holds that expired. */
  routeOrder(orderId: string, cause: string): Promise<StepResult>;
  /** Sends, looks up, retries or cancels, whatever the fulfillment's state asks for. */
  dispatch(fulfillmentId: string): Promise<StepResult>;
  /** Reads a vendor's documents or stock and applies what is new. */
  pollVendor(vendorId: number, kind: 'documents' | 'stock'): Promise<StepResult>;
  /** Keeps the orders that a channel has for an account, or publishes to it what may be sold. */
  pollAccount(accountId: number, kind: 'orders' | 'levels'): Promise<StepResult>;
  /** Begins the polls of vendors and accounts that have none yet; says how many. */
  ensurePolls(): Promise<number>;
  cancelOrder(viewer: Viewer, input: CommandInput): Promise<CommandResult<{ readonly lines: readonly CanceledLine[] }>>;
  /** Lets an order that rules hold for a person be sent. */
  releaseOrder(viewer: Viewer, input: CommandInput): Promise<CommandResult>;
  /** Confirms a two-step order. */
  confirmOrder(viewer: Viewer, input: CommandInput): Promise<CommandResult>;
  /** Makes what was set aside due again; running it twice replays nothing twice. */
  replayDeadLetters(viewer: Viewer, filter: DeadLetterFilter): Promise<{ readonly replayed: number }>;
  /** Moves promises away from a node whose vendor reports less than is promised there. */
  relieveShortage(nodeId: number, productId: number): Promise<StepResult>;
  /** Asks the vendor of a live check about all that waits for its word, and lets each order go on by the answer. */
  checkLive(checkId: string): Promise<StepResult>;
  /** Makes what channels are to be told of what happened; a bounded part of the log. */
  makeNotices(): Promise<'more' | 'idle'>;
  /** Tells the channel of a notice's account what is due, and has a person look at deadlines. */
  tellChannel(noticeId: string): Promise<StepResult>;
  /** Moves what is planned to where it costs less by now, of orders that a change of prices or stock touches; a bounded part of them. */
  recostOrders(): Promise<StepResult>;
  /** Asks what each rule cost on the orders of the day before, and keeps the sums; a bounded part of them. */
  regretByNight(): Promise<StepResult>;
  /** Routes orders that wait, as far as rules, offers, nodes or capacity may let them go on by now; a bounded part of them. */
  reopenBackorders(): Promise<StepResult>;
  /** Routes the oldest orders that wait for these products. */
  reconsiderBackorders(productIds: readonly number[]): Promise<void>;
}
