import type { RateQuestion } from '../connectors/carrier.js';
import type { ChannelCapabilities, ChannelConnector } from '../connectors/channel.js';
import type { ConnectorAccount, FilesAllowed } from '../connectors/connector.js';
import type { Gates } from '../connectors/http/gates.js';
import type { VendorConnector } from '../connectors/vendor.js';
import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { Clock, NewId } from '../model/clock.js';
import type { Log } from '../model/log.js';
import type { NetworkSnapshot } from '../model/network.js';
import type { Database } from '../store/database.js';
import type { ExchangeTrail } from '../store/exchange-trail.js';
import type { PlanCommitter } from '../store/plan.js';
import type { RulesOf } from './rules.js';
import type { OrderSettings } from './settings.js';
import type { Shadow } from './shadow.js';

/** A vendor with its connector and validated settings: ready to be called. */
export interface VendorLink {
  readonly vendorId: number;
  readonly code: string;
  readonly connector: VendorConnector;
  readonly account: ConnectorAccount;
}

/** An account with its channel's connector; null where its orders come by mutation only. */
export interface ChannelLink {
  readonly accountId: number;
  readonly code: string;
  readonly paused: boolean;
  readonly connector: ChannelConnector | null;
  readonly account: ConnectorAccount;
}

/** How accounts and vendors reach their connectors. */
export interface Links {
  /** Errors: HeadgateError VENDOR_NOT_FOUND or VENDOR_MISCONFIGURED, class `permanent`. */
  vendor(vendorId: number): Promise<VendorLink>;
  /** By id or code; null where there is none. */
  channel(account: { readonly id: number } | { readonly code: string }): Promise<ChannelLink | null>;
  /** What the connector of an account can do with its settings; null where there is none. */
  capabilities(account: { readonly channel: string; readonly settings: unknown }): ChannelCapabilities | null;
}

/** Where the goods go, and all of them as one parcel. */
export type LiveQuestion = Pick<RateQuestion, 'to' | 'parcel'> & { readonly orderCurrency: string };

/** A snapshot whose services are priced live where their carriers answered in time, and why others are not. */
export interface LivelyPriced {
  readonly snapshot: NetworkSnapshot;
  /** Bounded; for the decision's record. */
  readonly problems: readonly {
    readonly carrier: string;
    readonly nodeCode: string;
    /** Left out: of all that was asked. */
    readonly serviceCode?: string;
    readonly code: string;
  }[];
}

/** Errors: none; what a carrier does not say, its card does. */
export type LiveRates = (snapshot: NetworkSnapshot, question: LiveQuestion) => Promise<LivelyPriced>;

/** Where a test may stop a worker: a purchase order, question or notice was claimed and not yet sent; it was answered and not yet noted. */
export type Checkpoint = 'claimed' | 'answered';

/** What the order services work with. Everything that differs between two runs comes in here. */
export interface OrderDeps {
  readonly pool: Database['pool'];
  readonly committer: PlanCommitter;
  /** Decides a request; a promise where it is done off the event loop. Errors: InvalidRequest. */
  readonly decide: (request: RoutingRequest) => Decision | Promise<Decision>;
  /** The rules of a version, compiled. */
  readonly rulesOf: RulesOf;
  /** Decides orders also under the rules that did not decide them while some are on trial; left out: nothing is compared. */
  readonly shadow?: Shadow;
  readonly links: Links;
  /** Prices services by asking carriers; left out: by cards alone. */
  readonly liveRates?: LiveRates;
  readonly clock: Clock;
  /** Milliseconds of a clock that only runs forward, also while this process is stopped (performance.now). */
  readonly monotonicMs: () => number;
  readonly newId: NewId;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
  /** Leaves accounts alone that ask for it or fail; left out: each is called whenever there is something to call for. */
  readonly gates?: Gates | undefined;
  /** Keeps what goes by in HTTP calls; left out: nothing is kept. */
  readonly exchanges?: Pick<ExchangeTrail, 'keep'> | undefined;
  /** What accounts that exchange files are allowed. */
  readonly files?: FilesAllowed | undefined;
  readonly log: Log;
  readonly settings: OrderSettings;
  /** Called after a write that does not go through the committer, to wake whoever reads events and looks for due work. */
  readonly onCommitted?: () => void;
  /** Awaited at each checkpoint, with the id of the fulfillment, question or notice; for tests of crashes and stops. */
  readonly checkpoint?: (point: Checkpoint, id: string) => Promise<void>;
}
