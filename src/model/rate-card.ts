/** An area: a country, narrowed by region or postal prefix ('' where it is not). `ZZ` is anywhere. */
export interface RateArea {
  readonly countryCode: string;
  readonly regionCode: string;
  readonly postalPrefix: string;
}

/** One zone of a card. `upTo`, `beyond.every` and `maximum` are whole grams or units, or amounts for basis `goods`; amounts as text. */
export interface RateCardZone {
  readonly zone: string;
  /** From the last bracket on, each started `every` costs `price` more; null: heavier is not carried. */
  readonly beyond: { readonly every: string; readonly price: string } | null;
  readonly maximum: string | null;
  /** Transit in hours on the clock, or in days on which the carrier delivers. */
  readonly areas: readonly (RateArea & {
    readonly transit: { readonly hours: number } | { readonly days: number };
  })[];
  readonly brackets: readonly { readonly upTo: string; readonly price: string }[];
}

/** A surcharge, while it is valid: an amount, or a percentage of the freight price. */
export interface RateCardSurcharge {
  readonly code: string;
  readonly price: { readonly amount: string } | { readonly percent: string };
  readonly residentialOnly: boolean;
  /** Only for shipments with a unit that is heavier or larger; null: for all. */
  readonly over: { readonly grams: number | null; readonly cm3: number | null } | null;
  /** First day, and the first day on which it is not valid any more. */
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** A rate card as files and the database hold it: the prices of one carrier service, from a day on. Amounts as decimal text. */
export interface RateCard {
  readonly code: string;
  /** Cards of one series take turns by their dates; null: this card is its own. */
  readonly series: string | null;
  readonly service: string;
  readonly carrier: string;
  readonly currency: string;
  readonly basis: 'weight' | 'units' | 'goods';
  /** cm3 per kg. */
  readonly dimensionalDivisor: number | null;
  /** Freight is never less. */
  readonly minimum: string;
  /** The greatest unit that it takes; null: any. */
  readonly unitMaximumCm: { readonly length: number; readonly width: number; readonly height: number } | null;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly zones: readonly RateCardZone[];
  readonly surcharges: readonly RateCardSurcharge[];
  /** Surcharge code -> the areas that it is for; all where it has none. */
  readonly remoteAreas: Readonly<Record<string, readonly RateArea[]>>;
}

/** Which card, named by its code or series, prices its service from a node, or where a vendor's nodes have none that reaches. */
export interface RateCardUse {
  readonly card: string;
  readonly of: { readonly node: string } | { readonly vendor: string };
}
