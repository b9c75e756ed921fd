import { formatAmount, type TenThousandths } from '../model/money.js';
import type { NetworkSnapshot, NodeFacts, ProductFacts } from '../model/network.js';
import { type Converter, NoExchangeRate } from '../pricing/currency.js';
import { customsUnionOf } from '../pricing/customs-unions.js';
import { type UnitDuty, unitDuty } from '../pricing/duty.js';
import type { OrderToRoute } from './order-to-route.js';

/** Of a decided shipment, what its duty hangs on. */
export interface ShippedLines {
  readonly nodeId: string;
  readonly items: readonly { readonly lineId: string; readonly sku: string; readonly quantity: number }[];
}

const NOTHING: UnitDuty = { aboveThreshold: 0, always: 0 };

/**
 * Duty and import tax of one order, and who pays them.
 *
 * Paid by the merchant (DDP) they are terms of the request: what has a threshold as `unitDuty`, what has none as a part of `unitFee`. Paid by
 * the customer (DAP) the request knows nothing of them, so that they steer nothing; they are reckoned for what was decided.
 */
export class Border {
  private readonly union: readonly string[];
  private readonly units = new Map<string, UnitDuty>();

  constructor(
    private readonly order: OrderToRoute,
    private readonly snapshot: NetworkSnapshot,
    private readonly money: Converter,
  ) {
    this.union = customsUnionOf(order.destination.countryCode);
  }

  get isPaidAtDoor(): boolean {
    return this.snapshot.dutyTerms === 'DAP';
  }

  /** What a unit from the node costs the merchant at the border. */
  dutyOf(node: NodeFacts, product: ProductFacts): UnitDuty {
    // Two lines may sell one SKU at different prices; the request has one duty per SKU, so the dearest counts.
    const prices = this.order.lines.filter((line) => line.productId === product.id).map((line) => line.unitPrice);
    const duty = unitDuty(
      { ...product, unitPrice: Math.max(0, ...prices) },
      { from: node.countryCode, to: this.order.destination.countryCode, customsUnion: this.union },
      this.snapshot.dutyRates,
      this.snapshot.dutyThreshold?.taxAlways,
    );
    this.units.set(`${node.code} ${product.sku}`, duty);
    return this.isPaidAtDoor ? NOTHING : duty;
  }

  /** Errors: NoExchangeRate. */
  thresholdTerms(): { readonly dutyFreeUpTo?: string } {
    const threshold = this.isPaidAtDoor ? null : this.threshold();
    return threshold === null ? {} : { dutyFreeUpTo: formatAmount(threshold) };
  }

  /** What the customer pays for a shipment, fees of the carrier for it apart; null where the merchant pays. */
  atDoor(): ((shipment: ShippedLines) => TenThousandths) | null {
    if (!this.isPaidAtDoor) return null;
    const threshold = this.knownThreshold();
    return ({ nodeId, items }) => {
      const priceOf = (lineId: string) =>
        this.order.lines.find(({ lineNo }) => String(lineNo) === lineId)?.unitPrice ?? 0;
      const value = items.reduce((sum, { lineId, quantity }) => sum + priceOf(lineId) * quantity, 0);
      const isAbove = threshold === null || value > threshold;
      return items.reduce((sum, { sku, quantity }) => {
        const { always, aboveThreshold } = this.units.get(`${nodeId} ${sku}`) ?? NOTHING;
        return sum + quantity * (always + (isAbove ? aboveThreshold : 0));
      }, 0);
    };
  }

  /** Where it cannot be told in the order's currency, none: the customer is never told too little. */
  private knownThreshold(): TenThousandths | null {
    try {
      return this.threshold();
    } catch (error) {
      if (error instanceof NoExchangeRate) return null;
      throw error;
    }
  }

  private threshold(): TenThousandths | null {
    const { dutyThreshold } = this.snapshot;
    return dutyThreshold && this.money.convert(dutyThreshold.dutyFreeUpTo, dutyThreshold.currency);
  }
}
