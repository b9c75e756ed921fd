import type { Acknowledgement } from '../connectors/vendor-documents.js';
import { formatAmount, type TenThousandths } from '../model/money.js';
import type { FulfillmentAggregate, OrderAggregate } from '../store/orders.js';

/** What a vendor says of one line. */
export type Word = Acknowledgement['lines'][number];

const HOUR_MS = 3_600_000;
/** Half a cent: prices of more digits than a document has are rounded. */
const ROUNDING: TenThousandths = 50;

/** Lines for which the vendor would send something else. Texts cut to 200 characters. */
export function substitutes(words: readonly Word[]) {
  return words.flatMap(({ lineNo, accepted, changed }) => {
    const { substitute } = changed ?? {};
    if (!substitute) return [];
    const { vendorSku, title } = substitute;
    return [{ lineNo, units: accepted, vendorSku: vendorSku.slice(0, 200), title: title?.slice(0, 200) ?? null }];
  });
}

/** Whether a unit may cost so much where another figure was agreed: cheaper always, dearer within the tolerance or by rounding. */
export function isWithin(agreed: TenThousandths, said: TenThousandths, tolerancePercent: number): boolean {
  return said - agreed <= Math.max(ROUNDING, Math.floor((agreed * tolerancePercent) / 100));
}

/** Lines that the vendor would bill dearer than is agreed and tolerated, with both figures. */
export function changedPrices(fulfillment: FulfillmentAggregate, words: readonly Word[], tolerancePercent: number) {
  return words.flatMap(({ lineNo, changed }) => {
    const line = fulfillment.lines.find((each) => each.lineNo === lineNo);
    const said = changed?.unitCost;
    if (!line || said === undefined || isWithin(line.unitCost, said, tolerancePercent)) return [];
    return [{ lineNo, sku: line.sku, agreed: formatAmount(line.unitCost), said: formatAmount(said) }];
  });
}

/**
 * Units that would leave so late that they break what the customer was promised, or that nobody knows when. The promise is the order's own;
 * without one, the arrival that was reckoned when it was routed. A later day of leaving moves the arrival by as much.
 */
export function lateness(
  order: Pick<OrderAggregate, 'deliverBy'>,
  fulfillment: FulfillmentAggregate,
  words: readonly Word[],
  graceHours: number,
) {
  const promised = order.deliverBy ?? fulfillment.arrivesBy;
  const keeps = (leaves: number) =>
    fulfillment.arrivesBy.getTime() + Math.max(0, leaves - fulfillment.shipBy.getTime()) <=
    promised.getTime() + graceHours * HOUR_MS;
  const backordered = words.flatMap(({ lineNo, backordered: later }) => {
    if (!later || later.quantity <= 0) return [];
    return [{ lineNo, units: later.quantity, until: momentOf(later.until) }];
  });
  const dated = words.flatMap(({ lineNo, accepted, changed }) => {
    const until = momentOf(changed?.shipBy);
    return until !== null && !keeps(Date.parse(until)) ? [{ lineNo, units: accepted, until }] : [];
  });
  const known = backordered.flatMap(({ until }) => until ?? []).sort();
  return {
    ...{ backordered, dated, promised: promised.toISOString() },
    backorderedUntil: known.length === backordered.length ? (known.at(-1) ?? null) : null,
    backordersKeepPromise: backordered.every(({ until }) => until !== null && keeps(Date.parse(until))),
  };
}

/** The moment that a vendor's text says, a day counting to its end; null where it says none. */
function momentOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
