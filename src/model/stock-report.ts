import type { Fault } from './order.js';

/** A stock report of a vendor. `complete` says that the whole report was read, not that it lists every SKU. */
export interface StockReport {
  /** In the vendor's clock; the moment that our request began where the vendor gives none. */
  readonly asOf: string;
  readonly complete: boolean;
  /** `onHand` in the vendor's packs. */
  readonly rows: readonly { readonly nodeCode: string; readonly vendorSku: string; readonly onHand: number }[];
  /** Rows that could not be read, with where and why (bounded). */
  readonly faults: readonly Fault[];
}
