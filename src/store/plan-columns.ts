import type { Plan } from './plan.js';
import { sqlArrays } from './sql-arrays.js';

const { bigint, integer, json, jsonb, text, timestamptz, uuid } = sqlArrays;

/**
 * Empty columns for the kinds of rows that every routing writes. The arguments of `commit_plans` are
 * named `<kind>_<column>`; `p` is the number of the row's plan, from 1. Amounts are in ten-thousandths.
 */
export const emptyColumns = () => ({
  plans: {
    ...{ order_id: uuid(), expected_version: integer(), event_count: integer(), at: timestamptz(), actor: text() },
    ...{ status: text(), next_action_at: timestamptz(), confirmed_at: timestamptz(), routing_attempts: integer() },
  },
  lines: {
    ...{ p: integer(), line_no: integer(), open: integer(), routed: integer(), backordered: integer() },
    ...{ shipped: integer(), canceled: integer(), returned: integer() },
  },
  decisions: {
    ...{ p: integer(), id: uuid(), cause: text(), request: json(), decision: json(), rate_sources: jsonb() },
    ...{ attempt: integer(), engine_micros: integer() },
  },
  fulfillments: {
    ...{ p: integer(), id: uuid(), node_id: integer(), vendor_id: integer(), service_id: integer() },
    ...{ decision_id: uuid(), po_number: text(), landed_cost: bigint(), currency: text(), ship_by: timestamptz() },
    ...{ arrives_by: timestamptz(), next_action_at: timestamptz(), units: integer() },
  },
  fulfillment_lines: {
    ...{ p: integer(), fulfillment_id: uuid(), line_no: integer(), product_id: integer(), quantity: integer() },
    unit_cost: bigint(),
  },
  holds: {
    ...{ p: integer(), reservation_id: uuid(), line_no: integer(), fulfillment_id: uuid(), node_id: integer() },
    ...{ product_id: integer(), quantity: integer(), state: text(), expires_at: timestamptz() },
  },
  events: { p: integer(), order_version: integer(), type: text(), vendor_id: integer(), payload: jsonb() },
});
export type PlanColumns = ReturnType<typeof emptyColumns>;

/** Adds what routing writes of a plan. Errors: RangeError where a value is not of its column's type. */
export function addToColumns(columns: PlanColumns, plan: Plan, p: number): void {
  addOrder(columns, plan, p);
  if (plan.decision) addDecision(columns.decisions, plan.decision, p);
  for (const made of plan.newFulfillments ?? []) addFulfillment(columns, made, p);
  for (const hold of plan.holds ?? []) addHold(columns.holds, hold, p);
  plan.events.forEach(({ type, vendorId, payload }, n) => {
    const { events } = columns;
    events.p.add(p);
    events.order_version.add(plan.expectedVersion + n + 1);
    events.type.add(type);
    events.vendor_id.add(vendorId);
    events.payload.add(payload);
  });
}

function addOrder(columns: PlanColumns, plan: Plan, p: number) {
  const { plans, lines } = columns;
  plans.order_id.add(plan.orderId);
  plans.expected_version.add(plan.expectedVersion);
  plans.event_count.add(plan.events.length);
  plans.at.add(plan.at);
  plans.actor.add(plan.actor);
  plans.status.add(plan.order.status);
  plans.next_action_at.add(plan.order.nextActionAt);
  plans.confirmed_at.add(plan.order.confirmedAt);
  plans.routing_attempts.add(plan.order.routingAttempts);
  for (const changed of plan.lines ?? []) {
    lines.p.add(p);
    lines.line_no.add(changed.lineNo);
    lines.open.add(changed.open);
    lines.routed.add(changed.routed);
    lines.backordered.add(changed.backordered);
    lines.shipped.add(changed.shipped);
    lines.canceled.add(changed.canceled);
    lines.returned.add(changed.returned);
  }
}

function addDecision(to: PlanColumns['decisions'], record: NonNullable<Plan['decision']>, p: number) {
  to.p.add(p);
  to.id.add(record.id);
  to.cause.add(record.cause);
  to.request.add(record.request);
  to.decision.add(record.decision);
  to.rate_sources.add(record.rateSources);
  to.attempt.add(record.attempt);
  to.engine_micros.add(record.engineMicros);
}

function addFulfillment(
  { fulfillments, fulfillment_lines }: PlanColumns,
  made: NonNullable<Plan['newFulfillments']>[number],
  p: number,
) {
  fulfillments.p.add(p);
  fulfillments.id.add(made.id);
  fulfillments.node_id.add(made.nodeId);
  fulfillments.vendor_id.add(made.vendorId);
  fulfillments.service_id.add(made.serviceId);
  fulfillments.decision_id.add(made.decisionId);
  fulfillments.po_number.add(made.poNumber);
  fulfillments.landed_cost.add(made.landedCost);
  fulfillments.currency.add(made.currency);
  fulfillments.ship_by.add(made.shipBy);
  fulfillments.arrives_by.add(made.arrivesBy);
  fulfillments.next_action_at.add(made.nextActionAt);
  fulfillments.units.add(made.lines.reduce((sum, line) => sum + line.quantity, 0));
  for (const { lineNo, productId, quantity, unitCost } of made.lines) {
    fulfillment_lines.p.add(p);
    fulfillment_lines.fulfillment_id.add(made.id);
    fulfillment_lines.line_no.add(lineNo);
    fulfillment_lines.product_id.add(productId);
    fulfillment_lines.quantity.add(quantity);
    fulfillment_lines.unit_cost.add(unitCost);
  }
}

function addHold(to: PlanColumns['holds'], hold: NonNullable<Plan['holds']>[number], p: number) {
  to.p.add(p);
  to.reservation_id.add(hold.reservationId);
  to.line_no.add(hold.lineNo);
  to.fulfillment_id.add(hold.fulfillmentId);
  to.node_id.add(hold.nodeId);
  to.product_id.add(hold.productId);
  to.quantity.add(hold.quantity);
  to.state.add(hold.state);
  to.expires_at.add(hold.expiresAt);
}
