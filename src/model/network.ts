import type { TenThousandths } from './money.js';

/** Whether a vendor is asked live before units are committed to it, and what counts where no answer comes. */
export interface LiveCheckPolicy {
  /** `doubtful`: where less than `belowUnits` would be left of a SKU, or its figure is older than `olderSeconds`. */
  readonly when: 'never' | 'doubtful' | 'always';
  readonly belowUnits: number;
  readonly olderSeconds: number;
  readonly deadlineSeconds: number;
  /** Without an answer: committed where every figure is at most so old, ... */
  readonly silentSeconds: number;
  /** ... else another vendor is chosen, or a person looks at it. */
  readonly silentElse: 'reroute' | 'review';
}

/** One product as routing needs it. Weights in grams, volumes in cm3, per unit. */
export interface ProductFacts {
  readonly id: number;
  readonly sku: string;
  readonly unitWeightGrams: number;
  readonly unitVolumeCm3: number;
  readonly tags: readonly string[];
  readonly hsCode: string | null;
  readonly originCountry: string | null;
}

export interface NodeFacts {
  readonly id: number;
  readonly code: string;
  readonly vendorId: number;
  readonly vendorCode: string;
  /** Amounts of this node and its offers are in this currency. */
  readonly currency: string;
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly postalCode: string | null;
  readonly latitude: number;
  readonly longitude: number;
  /** IANA name; cut-off ("HH:MM") and working days (1 = Monday) are local to it. */
  readonly timeZone: string;
  readonly cutOff: string;
  readonly workingDays: readonly number[];
  /** Local days without work, `YYYY-MM-DD`, for a year ahead; null or left out: none. */
  readonly closedDays?: readonly string[] | null;
  readonly leadTimeHours: number;
  readonly orderFee: TenThousandths;
  /** Null also for a vendor whose minimum is declared per PO batch. */
  readonly minimumOrderValue: TenThousandths | null;
  readonly smallOrderFee: TenThousandths | null;
  readonly clearanceFee: TenThousandths;
  readonly failureCost: TenThousandths;
  /** Units that the node can still handle on `capacityDay`; null means without limit. */
  readonly remainingUnits: number | null;
  /** From 0 to 1, and the purchase orders that it is judged by, as `judgeReliability` says; left out: 1, by none. */
  readonly reliability?: number;
  readonly judgedOrders?: number;
  /** Of its vendor; null or left out: it is never asked. */
  readonly liveCheck?: LiveCheckPolicy | null;
}

export interface OfferFacts {
  readonly nodeId: number;
  readonly productId: number;
  /** Available to promise; null means made to order, without limit. */
  readonly available: number | null;
  /** Units that are set aside for other accounts there, not used yet: `available` is without them. Left out: none. */
  readonly keptForOthers?: number;
  readonly unitFee: TenThousandths;
  readonly unitCosts: readonly { readonly fromQuantity: number; readonly unitCost: TenThousandths }[];
  readonly minimumQuantity: number;
  readonly quantityMultiple: number;
  readonly leadTimeHours: number | null;
  /** With less than this left, it only serves what no other can; 0: never so. */
  readonly lowStockUnits: number;
  /** As of when the vendor last told of it, ISO 8601; null or left out where it never did. */
  readonly asOf?: string | null;
}

/** One carrier service of one node, with the zone of its rate card that the destination falls in. */
export interface NodeServiceFacts {
  readonly nodeId: number;
  readonly serviceId: number;
  readonly serviceCode: string;
  readonly carrier: string;
  readonly excludedTags: readonly string[];
  readonly rateCard: RateCardFacts;
  readonly zone: string;
  /** Whose price it is; left out: the node's card. */
  readonly source?: 'live' | 'card' | 'default';
  /** On the clock, from leaving to the door; with `businessDays` only until those are counted. */
  readonly transitHours: number;
  readonly businessDays?: BusinessDays | null;
}

/** Transit that is counted in days on which the carrier delivers. */
export interface BusinessDays {
  readonly days: number;
  /** ISO weekdays, 1 = Monday. */
  readonly workingDays: readonly number[];
  /** `YYYY-MM-DD`; null: none. */
  readonly closedDays: readonly string[] | null;
}

/** The part of a rate card that one zone needs. `upTo`, `beyond.every` and `maximum` are whole grams or units, or amounts for basis `goods`. */
export interface RateCardFacts {
  readonly code: string;
  readonly currency: string;
  readonly basis: 'weight' | 'units' | 'goods';
  readonly dimensionalDivisor: number | null;
  readonly brackets: readonly { readonly upTo: string; readonly price: TenThousandths }[];
  readonly beyond: { readonly every: string; readonly price: TenThousandths } | null;
  readonly maximum: string | null;
  /** Freight is never less; left out: nothing. */
  readonly minimum?: TenThousandths;
  /** A unit of greater volume is not carried; null or left out: every unit is. */
  readonly unitMaximumCm3?: number | null;
  /**
   * Those valid today at the destination; percent as a decimal string. With `overGrams` or `overCm3` a surcharge is only for shipments
   * with a unit that is heavier or larger.
   */
  readonly surcharges: readonly {
    readonly code: string;
    readonly amount: TenThousandths | null;
    readonly percent: string | null;
    readonly residentialOnly: boolean;
    readonly overGrams?: number | null;
    readonly overCm3?: number | null;
  }[];
}

/** How old exchange rates may be, and what there is besides. */
export interface ExchangeLimit {
  readonly daysMax: number;
  /** Currency -> day of the newest rate between it and the order's, however old. */
  readonly newest: Readonly<Record<string, string>>;
}

/** Everything that one order's routing request is built from, read in one go. Pure data: `matrix` turns it into a request. */
export interface NetworkSnapshot {
  readonly takenAt: Date;
  readonly products: readonly ProductFacts[];
  readonly nodes: readonly NodeFacts[];
  readonly offers: readonly OfferFacts[];
  readonly services: readonly NodeServiceFacts[];
  /** One unit of `base` is `rate` units of the order's currency; decimal string. */
  readonly exchangeRates: readonly {
    readonly base: string;
    readonly rate: string;
    readonly validFrom: string;
    readonly source: string;
  }[];
  /** Older rates are not among them. Left out: there is no limit. */
  readonly exchangeLimit?: ExchangeLimit;
  /** Those of the destination country, any origin and HS prefix. */
  readonly dutyRates: readonly {
    readonly originCountry: string | null;
    readonly hsPrefix: string;
    readonly percent: string;
    /** Import tax, of the customs value with duty; left out: none. */
    readonly taxPercent?: string;
  }[];
  /** `taxAlways`: import tax is due whatever the value. */
  readonly dutyThreshold: {
    readonly dutyFreeUpTo: TenThousandths;
    readonly currency: string;
    readonly taxAlways?: boolean;
  } | null;
  /** Who pays duty and import tax: the merchant (DDP, where it is left out), or the customer at the door (DAP). */
  readonly dutyTerms?: 'DDP' | 'DAP';
}
