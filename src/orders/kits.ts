import type { TenThousandths } from '../model/money.js';
import type { ResolvedSku } from '../store/skus.js';

/** A component of a kit: units per kit, and its share of the kit's price (a decimal string; all shares add up to 1). */
export type KitComponent = ResolvedSku['components'][number];

/** One line of an order as it is stored: a product that a node can ship. */
export interface ProductLine {
  readonly externalLineId: string;
  readonly productId: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: TenThousandths;
}

/**
 * A line of a kit as lines of its components, whose values add up to the kit's to the last 1/10000.
 *
 * The kit's price is divided by the shares, the largest remainders rounded up. A component's part may not divide by its
 * units (10.00 for 3 screws): then it becomes two lines one ten-thousandth apart, `<line>/<sku>` and `<line>/<sku>/2`.
 * Pure. Source: DESIGN.md section 9: no share of money is lost in rounding.
 */
export function explodeKit(
  line: { readonly externalLineId: string; readonly quantity: number; readonly unitPrice: TenThousandths },
  components: readonly KitComponent[],
): ProductLine[] {
  const parts = divideByShares(
    line.unitPrice,
    components.map((component) => component.priceShare),
  );
  return components.flatMap((component, index) => {
    const part = parts[index] ?? 0;
    const low = Math.floor(part / component.quantity);
    const dearer = part - low * component.quantity;
    const id = `${line.externalLineId}/${component.sku}`;
    const of = (externalLineId: string, unitsPerKit: number, unitPrice: TenThousandths): ProductLine[] =>
      unitsPerKit === 0
        ? []
        : [
            {
              externalLineId,
              productId: component.productId,
              sku: component.sku,
              quantity: unitsPerKit * line.quantity,
              unitPrice,
            },
          ];
    return [...of(id, component.quantity - dearer, low), ...of(`${id}/2`, dearer, low + 1)];
  });
}

/** An amount divided by decimal shares that add up to 1; the parts add up to the amount. Ties go to the earlier share. */
export function divideByShares(amount: TenThousandths, shares: readonly string[]): TenThousandths[] {
  const scaled = shares.map(shareToInteger);
  const whole = scaled.reduce((sum, share) => sum + share, 0n);
  if (whole !== SHARE_UNIT) throw new RangeError(`price shares add up to ${whole} of ${SHARE_UNIT}`);
  const exact = scaled.map((share) => BigInt(amount) * share);
  const parts = exact.map((product) => Number(product / SHARE_UNIT));
  let left = amount - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((product, index) => ({ index, remainder: product % SHARE_UNIT }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

/** price_share is numeric(9,8). */
const SHARE_UNIT = 100_000_000n;

function shareToInteger(share: string): bigint {
  const match = /^(\d)(?:\.(\d{1,8}))?$/.exec(share);
  if (!match) throw new RangeError(`expected a share from 0 to 1 with at most 8 fraction digits, got "${share}"`);
  return BigInt((match[1] ?? '0') + (match[2] ?? '').padEnd(8, '0'));
}
