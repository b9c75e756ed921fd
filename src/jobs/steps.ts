import type { OrderServices, StepResult } from '../orders/contract.js';
import { parsePollId } from '../store/polls.js';
import { parseShortageId } from '../store/shortages.js';

export const QUEUES = ['intake', 'route', 'dispatch', 'poll', 'notice', 'maintenance'] as const;
export type QueueName = (typeof QUEUES)[number];

export const MAINTENANCE_TASKS = [
  'prune-events',
  'prune-batches',
  'ensure-polls',
  'verify-stock',
  'stock-feeds',
  'stock-buffers',
  'set-asides',
  'reliability',
] as const;
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number];

/** What one run of a job may use. */
export interface StepServices {
  readonly orders: OrderServices;
  maintain(task: MaintenanceTask): Promise<void>;
}

/** A step of work: its queue, and what it does with one id. Running it twice changes nothing the second time. */
export interface Step {
  readonly queue: QueueName;
  run(id: string, services: StepServices): Promise<StepResult>;
}

/** Normalises, validates and routes one payload. Id: of the intake. */
export function intakeStep(id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.processIntake(id);
}

/** Decides what is open of one order, and releases its holds that expired. Id: of the order. */
export function routeStep(id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.routeOrder(id, 'due');
}

/** Gives the orders that wait for a product another try. Id: of the product. */
export async function backordersStep(id: string, { orders }: StepServices): Promise<StepResult> {
  await orders.reconsiderBackorders([Number(id)]);
  return { outcome: 'done' };
}

/** Sends, looks up, retries or cancels one purchase order. Id: of the fulfillment. */
export function dispatchStep(id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.dispatch(id);
}

/** Reads a vendor's documents or stock, or an account's orders. Id: `<vendorId>-<kind>` or `<accountId>-<kind>`. */
export function pollStep(id: string, { orders }: StepServices): Promise<StepResult> {
  const key = parsePollId(id);
  if (key === null)
    throw new Error(`a poll is named by a vendor or account and what is read, such as 1-stock, got ${id}`);
  return 'vendorId' in key ? orders.pollVendor(key.vendorId, key.kind) : orders.pollAccount(key.accountId, key.kind);
}

/** Moves promises away from a node that has less than is promised there. Id: `<nodeId>-<productId>`. */
export function shortageStep(id: string, { orders }: StepServices): Promise<StepResult> {
  const key = parseShortageId(id);
  if (key === null) throw new Error(`a shortage is named <nodeId>-<productId>, got ${id}`);
  return orders.relieveShortage(key.nodeId, key.productId);
}

/** Asks a vendor about all that waits for its word. Id: of one of its live checks. */
export function checkStep(id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.checkLive(id);
}

/** Tells a channel what is due. Id: of one of its account's notices. */
export function noticeStep(id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.tellChannel(id);
}

/** Looks at orders that could be served at less cost since prices or stock changed. Id: any. */
export function recostStep(_id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.recostOrders();
}

/** Looks at orders that wait and may go on since rules, offers, nodes or capacity changed. Id: any. */
export function reopenStep(_id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.reopenBackorders();
}

/** Keeps what each rule cost on the orders of the day before. Id: any. */
export function regretStep(_id: string, { orders }: StepServices): Promise<StepResult> {
  return orders.regretByNight();
}

/** Housekeeping. Id: the task's name. */
export async function maintenanceStep(id: string, { maintain }: StepServices): Promise<StepResult> {
  const task = MAINTENANCE_TASKS.find((known) => known === id);
  if (task === undefined) throw new Error(`expected one of ${MAINTENANCE_TASKS.join(', ')}, got ${id}`);
  await maintain(task);
  return { outcome: 'done' };
}

/** Every step by its name, which is the job's name. */
export const STEPS = {
  intake: { queue: 'intake', run: intakeStep },
  route: { queue: 'route', run: routeStep },
  backorders: { queue: 'route', run: backordersStep },
  dispatch: { queue: 'dispatch', run: dispatchStep },
  poll: { queue: 'poll', run: pollStep },
  shortage: { queue: 'route', run: shortageStep },
  check: { queue: 'dispatch', run: checkStep },
  notice: { queue: 'notice', run: noticeStep },
  reopen: { queue: 'maintenance', run: reopenStep },
  recost: { queue: 'maintenance', run: recostStep },
  regret: { queue: 'maintenance', run: regretStep },
  maintenance: { queue: 'maintenance', run: maintenanceStep },
} as const satisfies Record<string, Step>;
export type StepName = keyof typeof STEPS;
