import type { CanonicalLine, CanonicalOrder, DeliveryWish } from './canonical-order.js';

/** A line as it was given, beside what the order's own line holds; nothing that a customer wrote. */
export type SourceLine = Omit<CanonicalLine, PersonalOfLine>;

/** What an order says beyond what is routed, and names nobody. */
export type OrderDocument = Pick<CanonicalOrder, 'customerPoNumber' | 'revision' | 'source' | 'money' | 'totals'> &
  Pick<CanonicalOrder, 'unmappedLeft' | 'provenance'> & {
    readonly delivery?: Omit<DeliveryWish, PersonalWish> | undefined;
    readonly lines?: readonly SourceLine[] | undefined;
  };

/** What a customer may have written on a line: an engraving is an option, too. */
type PersonalOfLine = 'properties' | 'options';
type PersonalWish = 'instructions' | 'thirdPartyFreight' | 'packingSlip';

/**
 * What an order says that may name someone: kept with its contact, and erased with it. What was not mapped, the texts that values were read
 * from, and warnings that quote either may hold names, so they count.
 */
export type OrderPersonal = Pick<
  CanonicalOrder,
  'buyer' | 'billTo' | 'soldBy' | 'endCustomer' | 'warnings' | 'originals' | 'unmapped'
> & {
  readonly delivery?: Pick<DeliveryWish, PersonalWish> | undefined;
  readonly lines?: readonly Pick<CanonicalLine, 'externalLineId' | PersonalOfLine>[] | undefined;
};

/** The two halves of what is kept beside an order; each null where there is nothing of it. */
export interface OrderSource {
  readonly document: OrderDocument | null;
  readonly personal: OrderPersonal | null;
}

/** What the routing minimum knows of a line: an order whose lines say no more keeps none of them twice. */
const ROUTED_OF_A_LINE = new Set(['externalLineId', 'sku', 'quantity', 'unitPrice', 'requiresShipping']);

/** Takes apart what an order says beyond what is routed. Pure. */
export function sourceOf(order: CanonicalOrder): OrderSource {
  const { customerPoNumber, revision, source, money, totals, unmappedLeft, provenance, delivery, lines } = order;
  const { buyer, billTo, soldBy, endCustomer, warnings, originals, unmapped } = order;
  const { instructions, thirdPartyFreight, packingSlip, ...wish } = delivery ?? {};
  const written = lines.flatMap(({ externalLineId, properties, options }) =>
    properties?.length || options?.length
      ? [{ externalLineId, ...(properties?.length ? { properties } : {}), ...(options?.length ? { options } : {}) }]
      : [],
  );
  const plain = lines.map(({ properties, options, ...line }) => line);
  const saysMore = plain.some(
    (line) =>
      !line.requiresShipping ||
      Object.entries(line).some(([key, value]) => value !== undefined && !ROUTED_OF_A_LINE.has(key)),
  );
  return {
    document: filled({
      ...{ customerPoNumber, revision, source, money, totals, unmappedLeft, provenance },
      delivery: filled(wish) ?? undefined,
      lines: saysMore ? plain : undefined,
    }),
    personal: filled({
      ...{ buyer, billTo, soldBy, endCustomer, originals, unmapped },
      warnings: warnings?.length ? warnings : undefined,
      delivery: filled({ instructions, thirdPartyFreight, packingSlip }) ?? undefined,
      lines: written.length > 0 ? written : undefined,
    }),
  };
}

/** The object without fields that are not there; null where none is. */
function filled<T extends object>(given: T): T | null {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? null : (Object.fromEntries(entries) as T);
}
