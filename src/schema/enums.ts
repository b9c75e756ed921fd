import { registerEnumType } from 'type-graphql';
import { FULFILLMENT_STATUSES, ORDER_STATUSES } from '../model/order.js';

/** An enum whose values are its names, as type-graphql wants one. */
function named<Name extends string>(names: readonly Name[]): Readonly<Record<Name, Name>> {
  return Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;
}

export const OrderStatusEnum = named(ORDER_STATUSES);
registerEnumType(OrderStatusEnum, {
  name: 'OrderStatus',
  description: 'Where an order stands, derived from the quantities of its lines: the status of the part that lags.',
  valuesConfig: {
    RECEIVED: { description: 'Taken in; nothing is routed yet, or a review blocks routing.' },
    ROUTED: { description: 'Decided and held; not confirmed yet.' },
    CONFIRMED: { description: 'Held for good; not yet at every vendor.' },
    DISPATCHED: { description: 'Every vendor of the order has its purchase order.' },
    PARTIALLY_SHIPPED: { description: 'Some units have left, others are to come.' },
    SHIPPED: { description: 'Nothing is left to ship.' },
    DELIVERED: { description: 'Every parcel has arrived.' },
    BACKORDERED: { description: 'All that is left waits for stock.' },
    CANCELED: { description: 'Canceled before anything was shipped.' },
    REJECTED: { description: 'Refused at intake.' },
  },
});

export const FulfillmentStatusEnum = named(FULFILLMENT_STATUSES);
registerEnumType(FulfillmentStatusEnum, {
  name: 'FulfillmentStatus',
  description: 'Where the part of an order that one node ships stands.',
  valuesConfig: {
    PLANNED: { description: 'Decided; its purchase order has not been sent.' },
    SENDING: { description: 'Its purchase order is being sent.' },
    SENT: { description: 'The vendor has the purchase order and has not answered.' },
    UNKNOWN: {
      description: 'Sent, and no answer came: the vendor is asked by its number before anything else happens.',
    },
    ACCEPTED: { description: 'The vendor accepted it.' },
    PARTIALLY_SHIPPED: { description: 'Some of its units have left.' },
    SHIPPED: { description: 'All of its units have left.' },
    DELIVERED: { description: 'All of its parcels have arrived.' },
    REJECTED: { description: 'The vendor refused it; its units are routed again.' },
    CANCELING: { description: 'The vendor was asked to cancel it.' },
    CANCELED: { description: 'Canceled.' },
    SUPERSEDED: { description: 'Replaced by another fulfillment before it was sent.' },
    RETURNED: { description: 'Came back.' },
  },
});

export const WhenShortEnum = named(['BACKORDER', 'REJECT']);
registerEnumType(WhenShortEnum, {
  name: 'WhenShort',
  description: 'What becomes of units for which there is no stock.',
  valuesConfig: {
    BACKORDER: { description: 'They wait for stock.' },
    REJECT: { description: 'The whole order is refused.' },
  },
});

export const NoticeKindEnum = {
  ACKNOWLEDGE: 'acknowledge',
  SHIP: 'ship',
  CANCEL: 'cancel',
  INVOICE: 'invoice',
} as const;
registerEnumType(NoticeKindEnum, {
  name: 'NoticeKind',
  description: 'What a channel is told of its order.',
  valuesConfig: {
    ACKNOWLEDGE: { description: 'What of it is accepted, waits, or is rejected.' },
    SHIP: { description: 'A shipment left.' },
    CANCEL: { description: 'Units are canceled for good.' },
    INVOICE: { description: 'What a shipment costs.' },
  },
});

export const NoticeStateEnum = {
  AWAITED: 'awaited',
  WAITING: 'waiting',
  TOLD: 'told',
  SET_ASIDE: 'set_aside',
  DROPPED: 'dropped',
  VOID: 'void',
} as const;
registerEnumType(NoticeStateEnum, {
  name: 'NoticeState',
  description: 'What became of a notice.',
  valuesConfig: {
    AWAITED: { description: 'It has a deadline, and what it is to say has not come about.' },
    WAITING: { description: 'It is to be told.' },
    TOLD: { description: 'The channel has it.' },
    SET_ASIDE: { description: 'A dead letter is open for it.' },
    DROPPED: { description: 'Its dead letter was discarded.' },
    VOID: { description: 'There was nothing to tell.' },
  },
});

export const OpenItemKindEnum = { HOLD: 'hold', REVIEW: 'review' } as const;
registerEnumType(OpenItemKindEnum, {
  name: 'OpenItemKind',
  description: 'Whether an event or a person ends it.',
  valuesConfig: { HOLD: { description: 'Waits for an event.' }, REVIEW: { description: 'Waits for a person.' } },
});

export const BlockedStepEnum = { ROUTE: 'route', DISPATCH: 'dispatch', SHIP: 'ship' } as const;
registerEnumType(BlockedStepEnum, {
  name: 'BlockedStep',
  description: "A step of an order's way that an open item blocks.",
});

export const DecisionStatusEnum = {
  ROUTED: 'routed',
  PARTIAL: 'partial',
  UNROUTABLE: 'unroutable',
  UNDECIDED: 'undecided',
} as const;
registerEnumType(DecisionStatusEnum, {
  name: 'DecisionStatus',
  description: 'What the engine found.',
  valuesConfig: {
    ROUTED: { description: 'Every unit has a node.' },
    PARTIAL: { description: 'Some units have a node, others have none.' },
    UNROUTABLE: { description: 'Proven: no plan is feasible, or the best ships nothing.' },
    UNDECIDED: { description: 'The search steps allowed ran out before any plan was found.' },
  },
});

export const ProofKindEnum = { OPTIMAL: 'optimal', BOUNDED: 'bounded' } as const;
registerEnumType(ProofKindEnum, {
  name: 'ProofKind',
  description: 'How much of a decision is proven.',
  valuesConfig: {
    OPTIMAL: { description: 'No feasible plan is better.' },
    BOUNDED: { description: 'No feasible plan is better by more than the gap.' },
  },
});

export const WorkStepEnum = {
  INTAKE: 'intake',
  ROUTE: 'route',
  DISPATCH: 'dispatch',
  POLL: 'poll',
  SHORTAGE: 'shortage',
  CHECK: 'check',
  NOTICE: 'notice',
} as const;
registerEnumType(WorkStepEnum, {
  name: 'WorkStep',
  description: 'The step of work that failed.',
  valuesConfig: {
    INTAKE: { description: 'Making an order of a payload.' },
    ROUTE: { description: 'Deciding and holding.' },
    DISPATCH: { description: 'Telling the vendor.' },
    POLL: { description: "Reading a vendor's documents or stock, or a channel's orders." },
    SHORTAGE: { description: 'Moving promises away from a node that has less than is promised there.' },
    CHECK: { description: 'Asking a vendor live whether it has what an order holds there.' },
    NOTICE: { description: 'Telling a channel of its order.' },
  },
});

export const DeadLetterStatusEnum = { OPEN: 'open', REPLAYED: 'replayed', DISCARDED: 'discarded' } as const;
registerEnumType(DeadLetterStatusEnum, { name: 'DeadLetterStatus', description: 'Whether it still waits.' });
