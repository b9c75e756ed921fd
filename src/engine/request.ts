/** A place, for explanation only: everything that depends on it is resolved already. */
export interface Place {
  readonly countryCode: string;
  readonly regionCode?: string;
  readonly postalCode?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly residential?: boolean;
}

/** A decimal string in the order's currency, at most 4 fraction digits. */
export type AmountText = string;
/** RFC 3339. */
type Moment = string;

export interface RequestLine {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: AmountText;
  readonly unitWeightGrams: number;
  readonly unitVolumeCm3?: number;
  readonly tags?: readonly string[];
  /** Lines of one group go in one shipment, whole, or none of them goes. */
  readonly group?: string;
  readonly partial?: boolean;
}

export interface RequestOffer {
  readonly sku: string;
  /** Missing: made to order, without limit. */
  readonly available?: number;
  readonly unitCosts: readonly { readonly fromQuantity: number; readonly unitCost: AmountText }[];
  readonly unitFee?: AmountText;
  readonly unitDuty?: AmountText;
  readonly unitReserve?: AmountText;
  readonly unitAdjustment?: AmountText;
  readonly minimumQuantity?: number;
  readonly quantityMultiple?: number;
  readonly readyAt?: Moment;
}

export interface RequestService {
  readonly id: string;
  readonly carrier: string;
  readonly transitHours: number;
  readonly basis?: 'weight' | 'units' | 'goods';
  readonly dimensionalDivisor?: number;
  /** `upTo`, `beyond.every` and `maximum` are integers, or amounts for basis `goods`. */
  readonly rates: readonly { readonly upTo: number | AmountText; readonly price: AmountText }[];
  readonly beyond?: { readonly every: number | AmountText; readonly price: AmountText };
  readonly maximum?: number | AmountText;
  readonly surcharges?: readonly ({ readonly id: string } & (
    | { readonly amount: AmountText }
    | { readonly percent: string }
  ))[];
  readonly excludedTags?: readonly string[];
}

export interface RequestNode {
  readonly id: string;
  readonly vendorId: string;
  readonly location: Place;
  readonly readyAt: Moment;
  readonly orderFee?: AmountText;
  readonly minimumOrderValue?: AmountText;
  readonly smallOrderFee?: AmountText;
  readonly remainingUnits?: number;
  readonly dutyFreeUpTo?: AmountText;
  readonly clearanceFee?: AmountText;
  readonly failureCost?: AmountText;
  readonly adjustment?: AmountText;
  readonly offers?: readonly RequestOffer[];
  readonly services?: readonly RequestService[];
}

export interface RequestPolicy {
  readonly maxShipments?: number;
  readonly splitLines?: boolean;
  readonly lateness?: 'forbid' | { readonly costPerDay: AmountText };
  readonly shipmentPenalty?: AmountText;
  readonly unfilled?: 'forbid' | 'allow' | { readonly costPerValue: string };
  /** Search steps allowed; missing means no limit. */
  readonly effort?: number;
}

export interface RequestExclusion {
  readonly nodeId?: string;
  readonly sku?: string;
  readonly serviceId?: string;
  readonly reason: string;
  readonly ruleId?: string;
}

/** One order, the nodes that might serve it, and a policy: all that a decision depends on. Source: ROUTING.md, "Request". */
export interface RoutingRequest {
  readonly order: {
    readonly id: string;
    readonly currency: string;
    readonly placedAt: Moment;
    readonly deliverBy?: Moment;
    readonly destination: Place;
    readonly lines?: readonly RequestLine[];
  };
  readonly nodes?: readonly RequestNode[];
  readonly policy: RequestPolicy;
  readonly exclusions?: readonly RequestExclusion[];
}
