import { systemViewer, type Viewer } from '../model/viewer.js';
import type { OrderAggregate } from '../store/orders.js';
import { agreeOnService } from './agree-on-service.js';
import { canceledLines, cancelWhatCanBe } from './cancel.js';
import { changeOrder } from './change.js';
import type { CanceledLine, CommandInput, CommandResult } from './contract.js';
import type { OrderDeps } from './deps.js';
import { releaseHeld, wasReleased } from './held-by-rule.js';
import { confirmOrder } from './holds.js';
import { LIVE_CHECK } from './live-check.js';
import { type OrderCommand, runOrderCommand } from './order-command.js';

const CANCEL: OrderCommand<{ readonly lines: readonly CanceledLine[] }> = {
  topic: 'cancelOrder',
  async act(deps, orderId, { actor }) {
    await cancelOrderNow(deps, orderId, actor);
  },
  tell(order) {
    const lines = canceledLines(order);
    if (lines.some((line) => line.canceled + line.pending > 0)) return { lines };
    return { code: 'NOTHING_TO_CANCEL', path: 'orderId', message: 'every unit of the order has been shipped' };
  },
};

const RELEASE: OrderCommand<object> = {
  topic: 'releaseOrder',
  async act(deps, orderId, { actor, at }) {
    await agreeOnService(deps, orderId);
    await changeOrder(deps, orderId, { actor }, (draft) => releaseHeld(draft, at));
  },
  tell(order) {
    const nothing = { code: 'NOTHING_TO_RELEASE', path: 'orderId' } as const;
    if (hasEnded(order)) return { ...nothing, message: `the order is ${order.status.toLowerCase()}` };
    return wasReleased(order) ? {} : { ...nothing, message: 'neither a rule nor its shipping service holds the order' };
  },
};

const CONFIRM: OrderCommand<object> = {
  topic: 'confirmOrder',
  async act(deps, orderId, { actor, at }) {
    await confirmOrder(deps, { ...systemViewer('orders'), actor }, orderId, at);
  },
  tell(order) {
    const asks = order.openItems.some(({ reason, resolvedAt }) => reason === LIVE_CHECK && resolvedAt === null);
    if (!hasEnded(order) && (order.confirmedAt !== null || asks)) return {};
    return { code: 'NOTHING_TO_CONFIRM', path: 'orderId', message: `the order is ${order.status.toLowerCase()}` };
  },
};

function hasEnded({ status }: OrderAggregate): boolean {
  return status === 'REJECTED' || status === 'CANCELED';
}

/** Cancels an order for a caller, once per idempotency key. */
export function cancelOrder(deps: OrderDeps, viewer: Viewer, input: CommandInput) {
  return runOrderCommand(deps, viewer, input, CANCEL);
}

/** Lets an order that rules hold be sent, on a person's word; once per idempotency key. */
export function releaseOrder(deps: OrderDeps, viewer: Viewer, input: CommandInput): Promise<CommandResult<object>> {
  return runOrderCommand(deps, viewer, input, RELEASE);
}

/** Confirms a two-step order, as `confirmOrder` of holds.ts says; once per idempotency key. */
export function confirmForCaller(deps: OrderDeps, viewer: Viewer, input: CommandInput): Promise<CommandResult<object>> {
  return runOrderCommand(deps, viewer, input, CONFIRM);
}

/** Cancels what can be canceled, whoever asks. */
export async function cancelOrderNow(deps: OrderDeps, orderId: string, actor: string): Promise<void> {
  await changeOrder(deps, orderId, { actor }, cancelWhatCanBe);
}

/** The command that a kept mutation of this topic asks for; null where it is of another kind. */
export function commandOf(topic: string): OrderCommand<object> | null {
  return [CANCEL, RELEASE, CONFIRM].find((command) => command.topic === topic) ?? null;
}
