import type { FulfillmentStatus } from '../../model/order.js';
import { deriveOrderStatus } from '../../model/order-status.js';
import type { FulfillmentAggregate, OrderAggregate } from '../../store/orders.js';
import { OrderDraft } from '../draft.js';

export const NOW = new Date('2026-03-02T10:00:00Z');

let lastId = 0;
/** Ids in order, never the same twice. */
function countingId(): string {
  lastId += 1;
  return `00000000-0000-7000-8000-${String(lastId).padStart(12, '0')}`;
}

/** An order of one line, wholly routed to one fulfillment in the given state, its units committed there. */
export function orderAtVendor(facts: {
  readonly status: FulfillmentStatus;
  readonly quantity?: number;
  readonly feedSubtracts?: 'received' | 'accepted' | 'shipped';
  readonly fulfillment?: Partial<FulfillmentAggregate>;
  readonly order?: Partial<OrderAggregate>;
}): OrderAggregate {
  const quantity = facts.quantity ?? 10;
  const line = {
    orderId: 'order',
    lineNo: 1,
    externalLineId: 'a',
    productId: 5,
    sku: 'LAMP',
    title: 'Lamp',
    unitPrice: 100_000,
    ordered: quantity,
    open: 0,
    routed: quantity,
    backordered: 0,
    shipped: 0,
    canceled: 0,
    returned: 0,
  };
  const sent = facts.status !== 'PLANNED';
  const fulfillment: FulfillmentAggregate = {
    id: 'fulfillment',
    orderId: 'order',
    nodeId: 3,
    nodeCode: 'acme-east',
    nodeDailyCapacityUnits: null,
    counts: [],
    nodeTimeZone: 'America/New_York',
    vendorId: 2,
    vendorCode: 'acme',
    vendorCurrency: 'USD',
    vendorFeedSubtracts: facts.feedSubtracts ?? 'shipped',
    vendorIsAsked: false,
    vendorTerms: {},
    serviceId: 1,
    serviceCode: 'ground',
    carrier: 'ups',
    decisionId: 'decision',
    poNumber: 'HG-TEST',
    status: facts.status,
    landedCost: 500_000,
    currency: 'USD',
    shipBy: NOW,
    arrivesBy: NOW,
    vendorReference: null,
    attempt: sent ? 1 : 0,
    failures: 0,
    cancelRequested: false,
    lease: facts.status === 'SENDING' ? { token: 'lease', until: new Date(NOW.getTime() + 30_000) } : null,
    nextActionAt: null,
    createdAt: NOW,
    updatedAt: NOW,
    lines: [
      {
        fulfillmentId: 'fulfillment',
        orderId: 'order',
        lineNo: 1,
        productId: 5,
        sku: 'LAMP',
        quantity,
        accepted: 0,
        rejected: 0,
        shipped: 0,
        canceled: 0,
        unitCost: 60_000,
      },
    ],
    ...facts.fulfillment,
  };
  return {
    id: 'order',
    accountId: 1,
    externalId: 'x',
    displayNumber: null,
    version: 4,
    status: deriveOrderStatus([line], [facts.status], { confirmed: true, rejected: false }),
    currency: 'USD',
    placedAt: NOW,
    deliverBy: null,
    whenShort: 'BACKORDER',
    destinationCountry: 'US',
    destinationRegion: 'NY',
    customerTier: null,
    serviceCodes: null,
    shipComplete: false,
    tags: [],
    confirmedAt: NOW,
    routingAttempts: 1,
    nextActionAt: null,
    createdAt: NOW,
    updatedAt: NOW,
    account: { code: 'shop', confirmation: 'automatic', holdMinutes: 15 },
    lines: [line],
    fulfillments: [fulfillment],
    reservations: [
      {
        id: 'reservation',
        orderId: 'order',
        lineNo: 1,
        fulfillmentId: 'fulfillment',
        nodeId: 3,
        productId: 5,
        quantity,
        state: 'committed',
        expiresAt: null,
        takenAt: NOW,
        subtractedAt: null,
      },
    ],
    shipments: [],
    openItems: [],
    ...facts.order,
  };
}

export function draftOf(order: OrderAggregate): OrderDraft {
  return new OrderDraft(order, { now: NOW, newId: countingId, actor: 'test' });
}

/** The aggregate as it stands once the draft was committed: enough of the store's work to apply one change after another. */
export function after(draft: OrderDraft): OrderAggregate {
  const plan = draft.toPlan();
  const { order } = draft;
  const reservations = order.reservations.flatMap((reservation) => {
    const move = plan.reservationMoves?.find((each) => each.reservationId === reservation.id);
    if (!move) return [reservation];
    const rest = {
      ...reservation,
      id: countingId(),
      quantity: reservation.quantity - move.quantity,
    };
    const moved = {
      ...reservation,
      quantity: move.quantity,
      state: { commit: 'committed', release: 'released', expire: 'expired', subtracted: reservation.state }[
        move.move
      ] as typeof reservation.state,
      subtractedAt: move.move === 'subtracted' ? new Date(move.at) : reservation.subtractedAt,
    };
    return rest.quantity > 0 ? [moved, rest] : [moved];
  });
  return {
    ...order,
    version: order.version + plan.events.length,
    status: plan.order.status,
    nextActionAt: plan.order.nextActionAt === null ? null : new Date(plan.order.nextActionAt),
    lines: order.lines.map((line) => ({ ...line, ...plan.lines?.find((each) => each.lineNo === line.lineNo) })),
    fulfillments: order.fulfillments.map((fulfillment) => {
      const change = plan.fulfillmentChanges?.find((each) => each.id === fulfillment.id);
      if (!change) return fulfillment;
      const { lease, nextActionAt, ...set } = change.set;
      return {
        ...fulfillment,
        ...set,
        status: change.to,
        ...(lease === undefined ? {} : { lease: lease && { token: lease.token, until: new Date(lease.until) } }),
        ...(nextActionAt === undefined ? {} : { nextActionAt: nextActionAt === null ? null : new Date(nextActionAt) }),
        lines: fulfillment.lines.map((line) => ({
          ...line,
          ...change.lines?.find((each) => each.lineNo === line.lineNo),
        })),
      };
    }),
    reservations,
    shipments: [
      ...order.shipments.map((shipment) => {
        const delivered = plan.deliveredShipments?.find((each) => each.shipmentId === shipment.id);
        return delivered ? { ...shipment, deliveredAt: new Date(delivered.deliveredAt) } : shipment;
      }),
      ...(plan.newShipments ?? []).map((made) => ({
        ...made,
        orderId: order.id,
        shippedAt: new Date(made.shippedAt),
        deliveredAt: null,
      })),
    ],
    openItems: [
      ...order.openItems.map((item) => {
        const ended = plan.resolvedItems?.find(({ id }) => id === item.id);
        return ended ? { ...item, resolvedAt: draft.now, resolution: ended.resolution } : item;
      }),
      ...(plan.openItems ?? []).map((item) => ({
        ...item,
        orderId: order.id,
        fulfillmentId: item.fulfillmentId ?? null,
        openedAt: draft.now,
        resolvedAt: null,
        resolution: null,
      })),
    ],
  };
}
