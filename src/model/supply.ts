import type { TenThousandths } from './money.js';
import type { BusinessDays } from './network.js';

/** What a node offers of one product. Whole units; amounts in the vendor's currency. */
export interface SupplyOffer {
  readonly nodeId: number;
  /** Available to promise; null: made to order, without limit. */
  readonly available: number | null;
  readonly minimumQuantity: number;
  readonly quantityMultiple: number;
  /** Null: as the node's. */
  readonly leadTimeHours: number | null;
  /** Of its price breaks. */
  readonly leastUnitCost: TenThousandths;
  readonly greatestUnitCost: TenThousandths;
}

/** Units of a product at a node that other accounts leave to this one, as far as it has not used them. */
export interface UnusedSetAside {
  readonly nodeId: number;
  readonly accountId: number;
  readonly units: number;
}

/** One product and who offers it, wherever it is to go and whoever asks. Grams and cm3 per unit. */
export interface ProductSupply {
  readonly productId: number;
  readonly sku: string;
  readonly active: boolean;
  readonly tags: readonly string[];
  readonly unitWeightGrams: number;
  readonly unitVolumeCm3: number;
  readonly hsCode: string | null;
  readonly originCountry: string | null;
  /** Of a kit, units per kit; empty for what is none. */
  readonly components: readonly { readonly productId: number; readonly quantity: number }[];
  readonly offers: readonly SupplyOffer[];
  readonly setAsides: readonly UnusedSetAside[];
}

/** An active node of an active vendor, and the carrier services that it ships by. */
export interface SupplyNode {
  readonly id: number;
  readonly code: string;
  readonly vendorId: number;
  readonly vendorCode: string;
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly currency: string;
  /** IANA name; cut-off ("HH:MM") and working days (1 = Monday) are local to it. */
  readonly timeZone: string;
  readonly cutOff: string;
  readonly workingDays: readonly number[];
  /** Local days without work, `YYYY-MM-DD`; null or left out: none. */
  readonly closedDays?: readonly string[] | null;
  readonly leadTimeHours: number;
  /** Units that it handles a day; null: without limit. */
  readonly dailyCapacityUnits: number | null;
  /** Below it the vendor takes no order; null: it does, for a fee or without. */
  readonly minimumOrderValue: TenThousandths | null;
  readonly services: readonly {
    readonly serviceCode: string;
    readonly carrier: string;
    readonly rateCardId: number | null;
    /** Counts where the first does not reach; null or left out: none. */
    readonly defaultCardId?: number | null;
    readonly excludedTags: readonly string[];
  }[];
}

/** How a rate card carries to one destination. */
export interface CardReach {
  readonly rateCardId: number;
  readonly currency: string;
  readonly basis: 'weight' | 'units' | 'goods';
  /** cm3 per kg; null: volume does not count. */
  readonly dimensionalDivisor: number | null;
  /** Most that one shipment may measure: grams or units, whole, or ten-thousandths for basis `goods`; null: without limit. */
  readonly limit: number | null;
  /** A unit of greater volume is not carried; null or left out: every unit is. */
  readonly unitMaximumCm3?: number | null;
  readonly transitHours: number;
  /** Where there are any, transit is counted in these. */
  readonly businessDays?: BusinessDays | null;
}

/** What reaches one destination today, and which currencies can be converted to the order's. */
export interface Reach {
  readonly cards: ReadonlyMap<number, CardReach>;
  /** The order's; null: not known, and no node is left out for want of a rate. */
  readonly currency: string | null;
  /** What one unit of a currency is in the order's, for those that can be converted; good for comparing, not for prices. */
  readonly rates: ReadonlyMap<string, number>;
  /** Of the destination's duty threshold; null: it has none. */
  readonly thresholdCurrency: string | null;
}

/** Units that nodes with a daily limit can still handle today, by node. */
export type Capacities = ReadonlyMap<number, number>;
