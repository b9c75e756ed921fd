import type { TenThousandths } from '../model/money.js';

/** The part of an order that is to be routed now. */
export interface OrderToRoute {
  readonly id: string;
  readonly currency: string;
  readonly placedAt: Date;
  readonly deliverBy: Date | null;
  readonly destination: {
    readonly countryCode: string;
    readonly regionCode: string | null;
    readonly residential: boolean;
  };
  readonly whenShort: 'BACKORDER' | 'REJECT';
  readonly lines: readonly {
    readonly lineNo: number;
    readonly productId: number;
    /** Open and backordered units. */
    readonly quantity: number;
    readonly unitPrice: TenThousandths;
    /** Lines of one kit go together. */
    readonly group?: string;
  }[];
}
