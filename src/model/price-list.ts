/** A node's terms for one product, while they are valid. Amounts as decimal text in the vendor's currency. */
export interface OfferPrice {
  readonly node: string;
  readonly sku: string;
  readonly currency: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly unitFee: string;
  readonly minimumQuantity: number;
  readonly quantityMultiple: number;
  /** Ascending, the first from 1; the greatest that a quantity reaches prices every unit. */
  readonly costs: readonly { readonly fromQuantity: number; readonly unitCost: string }[];
}

/** A node's terms for every purchase order, while they are valid. */
export interface NodePrice {
  readonly node: string;
  readonly currency: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly orderFee: string;
  readonly minimumOrderValue: string | null;
  readonly smallOrderFee: string | null;
}

export interface PriceList {
  readonly offers: readonly OfferPrice[];
  readonly nodes: readonly NodePrice[];
}
