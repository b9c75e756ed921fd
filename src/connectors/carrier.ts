import type { TenThousandths } from '../model/money.js';
import type { CallContext, ConnectorManifest } from './connector.js';

/** A place, as far as carriers' prices hang on it. */
export interface RatedPlace {
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly postalCode: string | null;
}

/** What a carrier is asked: the price of one parcel from a node to a destination. */
export interface RateQuestion {
  readonly from: RatedPlace;
  readonly to: RatedPlace & { readonly residential: boolean };
  readonly parcel: { readonly grams: number; readonly cm3: number };
  /** Our codes of the services that the node ships by. */
  readonly serviceCodes: readonly string[];
}

/** What a carrier answers: the services that it has a price for, and why others have none. */
export interface CarrierRates {
  readonly rates: readonly {
    readonly serviceCode: string;
    /** All of it, surcharges included. */
    readonly price: TenThousandths;
    readonly currency: string;
    /** From leaving to the door, on the clock. */
    readonly transitHours: number;
  }[];
  /** `code`: upper snake case, such as NOT_TO_THIS_ADDRESS. It is kept, so it never tells of a person or an address. */
  readonly problems: readonly { readonly serviceCode: string | null; readonly code: string }[];
}

/**
 * A carrier whose prices can be asked live. Asking changes nothing there.
 *
 * Errors: ConnectorError only; `transient` where it did not answer. What it cannot price is a problem in the answer, never an error: the
 * others are priced all the same. The signal in the context is aborted at the deadline, after which no answer is awaited.
 */
export interface CarrierConnector {
  readonly kind: 'carrier';
  readonly manifest: ConnectorManifest;
  rates(question: RateQuestion, context: CallContext): Promise<CarrierRates>;
}
