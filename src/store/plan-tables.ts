import { formatAmount } from '../model/money.js';
import type { Plan } from './plan.js';

/** A value of one column; undefined and null both become NULL. */
type Cell = unknown;
type Row = Readonly<Record<string, Cell>>;

/**
 * A batch of plans laid out as tables, one array per kind of row: what the SQL function `commit_plans` reads.
 *
 * Shape:  `p` is the plan's number from 1, `n` the row's number within its plan, `o` the number of its order in the batch;
 *         kinds without rows are left out, but for those that the function always reads.
 */
export type PlanTables = Readonly<Record<string, readonly Row[] | number>>;

/** Lays plans out as tables. Throws RangeError where a plan contradicts itself (a mistake of its builder). */
export function planTables(plans: readonly Plan[]): PlanTables {
  const tables: Record<string, Row[]> = {};
  const orders = new Map<string, number>();
  const add = (kind: string, row: Row) => {
    tables[kind] ??= [];
    tables[kind].push(row);
  };
  plans.forEach((plan, index) => {
    assertPlan(plan);
    const id = plan.orderId.toLowerCase();
    const o = orders.get(id) ?? orders.size + 1;
    orders.set(id, o);
    addPlan(plan, index + 1, o, add);
  });
  return { ...tables, order_count: orders.size };
}

type Add = (kind: string, row: Row) => void;

function addPlan(plan: Plan, p: number, o: number, add: Add): void {
  const { orderId: order_id, at, actor, expectedVersion } = plan;
  add('plans', {
    p,
    o,
    order_id,
    at,
    expected_version: expectedVersion,
    event_count: plan.events.length,
    status: plan.order.status,
    next_action_at: plan.order.nextActionAt,
    confirmed_at: plan.order.confirmedAt,
    routing_attempts: plan.order.routingAttempts,
  });
  for (const { lineNo, open, routed, backordered, shipped, canceled, returned } of plan.lines ?? []) {
    add('lines', { p, order_id, line_no: lineNo, open, routed, backordered, shipped, canceled, returned });
  }
  const decision = plan.decision;
  if (decision) {
    const { id, cause, request, attempt } = decision;
    add('decisions', {
      ...{ p, order_id, order_version: expectedVersion, at, id, cause, request, decision: decision.decision, attempt },
      ...{ rate_sources: decision.rateSources, engine_micros: decision.engineMicros },
    });
  }
  addFulfillments(plan, p, add);
  addStock(plan, p, add);
  addShipments(plan, p, add);
  plan.openItems?.forEach((item, n) => {
    const { id, fulfillmentId: fulfillment_id, kind, reason, evidence, blocks } = item;
    add('open_items', { p, n, order_id, at, id, fulfillment_id, kind, reason, evidence, blocks });
  });
  plan.resolvedItems?.forEach(({ id, resolution }, n) => {
    add('resolved', { p, n, at, actor, id, resolution });
  });
  for (const { id, step, subjectId: subject_id, vendorId: vendor_id, errors, attempts } of plan.deadLetters ?? []) {
    add('dead_letters', { p, order_id, at, id, step, subject_id, vendor_id, errors, attempts });
  }
  plan.events.forEach(({ type, vendorId: vendor_id, payload }, n) => {
    add('events', { p, n, order_id, order_version: expectedVersion + n + 1, at, actor, type, vendor_id, payload });
  });
}

function addFulfillments(plan: Plan, p: number, add: Add): void {
  const { orderId: order_id, at } = plan;
  for (const made of plan.newFulfillments ?? []) {
    const { id, currency } = made;
    add('fulfillments', {
      ...{ p, order_id, at, id, currency, node_id: made.nodeId, vendor_id: made.vendorId, service_id: made.serviceId },
      ...{ decision_id: made.decisionId, po_number: made.poNumber, landed_cost: formatAmount(made.landedCost) },
      ...{ ship_by: made.shipBy, arrives_by: made.arrivesBy, next_action_at: made.nextActionAt },
      units: made.lines.reduce((sum, line) => sum + line.quantity, 0),
    });
    for (const { lineNo: line_no, productId: product_id, quantity, unitCost } of made.lines) {
      const unit_cost = formatAmount(unitCost);
      add('fulfillment_lines', { p, order_id, fulfillment_id: id, line_no, product_id, quantity, unit_cost });
    }
  }
  plan.fulfillmentChanges?.forEach((change, n) => {
    const { set, outcome } = change;
    add('changes', {
      ...{ p, n, at, id: change.id, from_statuses: change.from, if_lease_token: change.ifLeaseToken },
      ...{ to_status: change.to, attempt: set.attempt, failures: set.failures, vendor_reference: set.vendorReference },
      cancel_requested: set.cancelRequested,
      ...{ sets_lease: set.lease !== undefined, lease_token: set.lease?.token, lease_until: set.lease?.until },
      ...{ sets_next_action: set.nextActionAt !== undefined, next_action_at: set.nextActionAt },
    });
    for (const { lineNo: line_no, accepted, rejected, shipped, canceled } of change.lines ?? []) {
      add('change_lines', { p, fulfillment_id: change.id, line_no, accepted, rejected, shipped, canceled });
    }
    if (outcome) {
      add('outcomes', {
        ...{ p, fulfillment_id: change.id, outcome: outcome.outcome, delivered_at: outcome.deliveredAt },
        ...{ first_sent_at: outcome.firstSentAt, acknowledged_at: outcome.acknowledgedAt },
        ...{ units_accepted: outcome.unitsAccepted, units_rejected: outcome.unitsRejected },
        ...{ first_shipped_at: outcome.firstShippedAt, units_shipped: outcome.unitsShipped },
      });
    }
  });
}

function addStock(plan: Plan, p: number, add: Add): void {
  const { orderId: order_id, at } = plan;
  plan.holds?.forEach((hold, n) => {
    const { quantity, state, expiresAt: expires_at } = hold;
    add('holds', {
      ...{ p, n, order_id, at, reservation_id: hold.reservationId, line_no: hold.lineNo, quantity, state, expires_at },
      ...{ fulfillment_id: hold.fulfillmentId, node_id: hold.nodeId, product_id: hold.productId },
    });
  });
  plan.reservationMoves?.forEach((move, n) => {
    add('moves', {
      p,
      n,
      reservation_id: move.reservationId,
      move: move.move,
      quantity: move.quantity,
      at: move.at,
    });
  });
  for (const { nodeId: node_id, day, units } of plan.capacity ?? []) {
    if (units !== 0) add('capacity', { p, node_id, day, units });
  }
}

function addShipments(plan: Plan, p: number, add: Add): void {
  for (const made of plan.newShipments ?? []) {
    const { id, carrier } = made;
    add('shipments', {
      ...{ p, id, carrier, fulfillment_id: made.fulfillmentId, vendor_shipment_id: made.vendorShipmentId },
      ...{ tracking_numbers: made.trackingNumbers, shipped_at: made.shippedAt },
    });
    for (const { lineNo: line_no, quantity } of made.lines)
      add('shipment_lines', { p, shipment_id: id, line_no, quantity });
  }
  plan.deliveredShipments?.forEach(({ shipmentId: shipment_id, deliveredAt: delivered_at }, n) => {
    add('delivered', { p, n, shipment_id, delivered_at });
  });
}

/** What the database could not tell apart from a lawful plan. */
function assertPlan(plan: Plan): void {
  const wrong = (message: string) => new RangeError(`malformed plan for order ${plan.orderId}: ${message}`);
  if (plan.events.length === 0) throw wrong('expected at least one event, since the version rises by one per event');
  const doubled =
    repeated((plan.reservationMoves ?? []).map((move) => move.reservationId)) ??
    repeated((plan.fulfillmentChanges ?? []).map((change) => change.id)) ??
    repeated((plan.lines ?? []).map((line) => String(line.lineNo))) ??
    repeated((plan.deadLetters ?? []).map((letter) => `${letter.step} ${letter.subjectId}`));
  if (doubled !== undefined) throw wrong(`expected each row to be changed once, got ${doubled} twice`);
  for (const { reservationId, quantity } of [...(plan.holds ?? []), ...(plan.reservationMoves ?? [])]) {
    if (!Number.isSafeInteger(quantity) || quantity <= 0) {
      throw wrong(`expected whole units above zero for reservation ${reservationId}, got ${quantity}`);
    }
  }
}

function repeated(keys: readonly string[]): string | undefined {
  return keys.find((key, index) => keys.indexOf(key) !== index);
}
