import { type DutyAlarm, dutyAlarms, noteAlarm } from '../store/duty-alarms.js';
import { changeOrder } from './change.js';
import type { OrderDeps } from './deps.js';

/** A channel wants to hear of the order by a moment that is near or past: a review. */
export const DUTY_OVERDUE = 'DUTY_OVERDUE';
const ALARMS_MAX = 100;

/** Opens a review of each order of an account that a channel should have heard of, and settles those of which it has; how many. */
export async function raiseAlarms(deps: OrderDeps, accountId: number): Promise<number> {
  const alarms = await dutyAlarms(deps.pool, accountId, deps.clock.now(), ALARMS_MAX);
  for (const alarm of alarms) {
    await raise(deps, alarm);
    await noteAlarm(deps.pool, alarm);
  }
  return alarms.length;
}

async function raise(deps: OrderDeps, { orderId, kind, dueAt, overdue, last }: DutyAlarm): Promise<void> {
  await changeOrder(deps, orderId, { actor: 'system:notices' }, (draft) => {
    if (overdue) {
      const evidence = { kind, dueAt: dueAt?.toISOString() ?? null };
      draft.openItem({ kind: 'review', reason: DUTY_OVERDUE, evidence, blocks: [] });
    } else if (last) draft.resolveItems([DUTY_OVERDUE], 'the channel was told');
  });
}
