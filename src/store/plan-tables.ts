import type { Plan } from './plan.js';
import { addToColumns, emptyColumns, type PlanColumns } from './plan-columns.js';

/** A row of a rare kind; undefined and null both become NULL. */
type Row = Readonly<Record<string, unknown>>;

/**
 * A batch of plans laid out as tables, one for each kind of row: what the SQL function `commit_plans` reads.
 *
 * Shape: `columns` are its arguments from the second on; `rare` holds the kinds that few plans have as arrays of objects (kinds without
 *        rows left out), `p` being the plan's number from 1 and `n` the row's number within its plan.
 */
export interface PlanTables {
  readonly columns: readonly Buffer[];
  readonly rare: Readonly<Record<string, readonly Row[]>>;
}

/** Calls `commit_plans` with a batch's id, its columns, and its rare rows as JSON. */
export const COMMIT_PLANS = (() => {
  const columns = Object.entries(emptyColumns()).flatMap(([kind, of]) =>
    Object.keys(of).map((name) => `${kind}_${name}`),
  );
  const given = ['batch', ...columns, 'rare'].map((name, index) => `${name} => $${index + 1}`);
  return `SELECT commit_plans(${given.join(', ')}) AS refusals`;
})();

/**
 * Lays plans out as tables, in `columns` that are written anew: what was laid out in them before is gone. Throws RangeError where a plan
 * contradicts itself (a mistake of its builder).
 */
export function planTables(plans: readonly Plan[], columns: PlanColumns = emptyColumns()): PlanTables {
  for (const kind of Object.values(columns)) for (const column of Object.values(kind)) column.clear();
  const rare: Record<string, Row[]> = {};
  const add = (kind: string, row: Row) => {
    rare[kind] ??= [];
    rare[kind].push(row);
  };
  plans.forEach((plan, index) => {
    assertPlan(plan);
    addToColumns(columns, plan, index + 1);
    addRareRows(plan, index + 1, add);
  });
  return {
    columns: Object.values(columns).flatMap((kind) => Object.values(kind).map((column) => column.toBuffer())),
    rare,
  };
}

type Add = (kind: string, row: Row) => void;

function addRareRows(plan: Plan, p: number, add: Add): void {
  const { orderId: order_id, at, actor } = plan;
  addFulfillmentChanges(plan, p, add);
  addMoves(plan, p, add);
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
}

function addFulfillmentChanges(plan: Plan, p: number, add: Add): void {
  const { at } = plan;
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

function addMoves(plan: Plan, p: number, add: Add): void {
  plan.reservationMoves?.forEach((move, n) => {
    const { reservationId: reservation_id, quantity, at } = move;
    add('moves', { p, n, reservation_id, move: move.move, quantity, at });
  });
  for (const { nodeId: node_id, day, units } of plan.capacity ?? []) {
    if (units !== 0) add('capacity', { p, node_id, day, units });
  }
  for (const count of plan.counts ?? []) {
    const { ruleId: rule_id, vendorId: vendor_id, nodeId, day, units } = count;
    const taken =
      count.fulfillmentId === undefined
        ? {}
        : { fulfillment_id: count.fulfillmentId, per: count.per, most: count.most };
    add('counts', { p, rule_id, vendor_id, node_id: nodeId ?? 0, day, units, ...taken });
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
