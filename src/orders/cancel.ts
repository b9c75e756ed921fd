import type { OrderAggregate } from '../store/orders.js';
import { cancelPlanned } from './cancel-planned.js';
import type { CanceledLine } from './contract.js';
import type { OrderDraft } from './draft.js';
import { HELD_BY_RULE } from './held-by-rule.js';

/**
 * Cancels what can still be canceled of an order: what is not routed and what is planned at once, in one plan; of what may be
 * at a vendor, the vendor is asked. Against a worker that is about to send a planned part, exactly one of the two wins, by
 * the order's version. Running it again changes nothing. Pure. Source: DESIGN.md sections 3 and 6.
 */
export function cancelWhatCanBe(draft: OrderDraft): void {
  let units = 0;
  for (const [lineNo, line] of draft.lines) {
    for (const bucket of ['open', 'backordered'] as const) {
      const waiting = line[bucket];
      units += waiting;
      draft.moveUnits(lineNo, bucket, 'canceled', waiting);
    }
  }
  if (units > 0) draft.event('order.canceled', { units });
  let asked = 0;
  for (const fulfillment of draft.fulfillments) {
    const live = fulfillment.total('live');
    if (live === 0 || fulfillment.cancelRequested) continue;
    const { poNumber, nodeId, vendorId } = fulfillment.before;
    switch (fulfillment.status) {
      case 'PLANNED':
        cancelPlanned(draft, fulfillment);
        continue;
      case 'SENDING':
        // Whoever is sending finds the wish when the answer comes.
        fulfillment.assign({ cancelRequested: true });
        break;
      case 'UNKNOWN':
        fulfillment.assign({ cancelRequested: true, failures: 0, nextActionAt: draft.now.toISOString() });
        break;
      case 'CANCELING':
        // It was asked for want of stock: what the vendor gives up now goes back to the customer, not elsewhere.
        fulfillment.assign({ cancelRequested: true });
        break;
      case 'SENT':
      case 'ACCEPTED':
      case 'PARTIALLY_SHIPPED':
        fulfillment.to('CANCELING');
        fulfillment.assign({ cancelRequested: true, failures: 0, nextActionAt: draft.now.toISOString() });
        draft.event(
          'fulfillment.canceling',
          { fulfillmentId: fulfillment.id, poNumber, nodeId, units: live },
          vendorId,
        );
        break;
      default:
        continue;
    }
    asked += live;
  }
  if (asked > 0) draft.event('order.cancel_requested', { units: asked });
  if (draft.hasEvents) draft.resolveItems([HELD_BY_RULE], 'the order was canceled');
}

/** What cancelling has done to each line by now. Pure. */
export function canceledLines(order: OrderAggregate): CanceledLine[] {
  return order.lines.map((line) => {
    let pending = 0;
    for (const fulfillment of order.fulfillments) {
      if (!fulfillment.cancelRequested) continue;
      for (const part of fulfillment.lines) {
        if (part.lineNo === line.lineNo) pending += part.quantity - part.shipped - part.rejected - part.canceled;
      }
    }
    return {
      lineNo: line.lineNo,
      externalLineId: line.externalLineId,
      canceled: line.canceled,
      pending,
      tooLate: line.ordered - line.canceled - pending,
    };
  });
}
