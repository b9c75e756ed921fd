/** What a node has of a product, as far as it does not depend on any order. */
export interface StockedProduct {
  readonly nodeId: number;
  readonly productId: number;
  /** Units that the vendor last reported. */
  readonly onHand: number;
  readonly node: {
    readonly code: string;
    readonly vendor: string;
    readonly country: string;
    readonly region: string | null;
    readonly leadTimeHours: number;
  };
  readonly product: {
    readonly sku: string;
    readonly weightGrams: number;
    readonly tags: readonly string[];
    readonly hsCode: string | null;
    readonly originCountry: string | null;
  };
}

/** Whom something may be set aside for. */
export interface SellingAccount {
  readonly id: number;
  readonly code: string;
  readonly channel: string;
}

/** Units of a product at a node that others leave to an account. */
export interface SetAside {
  readonly nodeId: number;
  readonly productId: number;
  readonly accountId: number;
  readonly units: number;
}
