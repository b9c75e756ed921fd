import { createHash } from 'node:crypto';
import type { CanonicalOrder } from '../../../model/canonical-order.js';
import type { Fault } from '../../../model/order.js';
import type { Normalized } from '../../channel.js';
import { rejectionsOf } from '../../x12/acknowledgements.js';
import { readSets } from '../../x12/sets.js';
import type { SetHead } from '../../x12/structure.js';
import { orderOf850 } from './map.js';
import type { OrderReading } from './reading.js';

const FAULTS_MAX = 100;
/** Orders of one document at most; a partner's day has some hundreds. */
const ORDERS_MAX = 5_000;

/** What the document must be of: who sends it; left out: anyone. */
export interface Sender {
  readonly id: string;
}

/**
 * The orders of X12 documents: every 850 of every group, or every fault with its segment path. A 997 by which the partner took what we
 * sent says nothing of orders; one by which it did not is a fault, so that a person sees it.
 */
export function normalizeX12(rawBody: Uint8Array, settings: OrderReading, sender?: Sender): Normalized {
  const contentHash = createHash('sha256').update(rawBody).digest('hex');
  const orders: { order: CanonicalOrder; head: SetHead }[] = [];
  const faults: Fault[] = [];
  const problems: Fault[] = [];
  let ignored: string | null = null;
  for (const part of readSets([rawBody])) {
    if (part.kind === 'interchange') {
      const { path, senderId } = part.interchange;
      if (sender && senderId !== sender.id)
        faults.push(fault('SENDER_UNKNOWN', path, `expected ${sender.id} as sender, got ${senderId.slice(0, 30)}`));
    } else if (part.kind === 'set') {
      const { head } = part.set;
      if (head.type === '850') {
        const read = orderOf850(part.set, settings, contentHash);
        if (read.ok) orders.push({ order: read.order, head });
        else faults.push(...read.faults);
        if (orders.length > ORDERS_MAX)
          faults.push(fault('TOO_MANY_ORDERS', head.path, `expected at most ${ORDERS_MAX}`));
      } else if (head.type === '997') {
        ignored = 'the partner tells that it got what we sent';
        faults.push(...rejectionsOf(part.set));
      } else
        faults.push(fault('SET_UNSUPPORTED', head.path, `expected sets 850 and 997, got ${head.type.slice(0, 10)}`));
    } else if (part.kind === 'group_end') problems.push(...part.problems);
    else problems.push(part.problem);
    // Orders of a document with faults are not taken either, so that it need not be read further.
    if (faults.length > FAULTS_MAX || problems.length > FAULTS_MAX) break;
  }
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, FAULTS_MAX) };
  if (orders.length > 0) return { ok: true, orders: orders.map(({ order, head }) => warned(order, head, problems)) };
  if (ignored !== null) return { ok: true, orders: [], ignored };
  return {
    ok: false,
    faults: [...problems, fault('NO_ORDER', '', 'expected X12 documents with a set 850')].slice(0, FAULTS_MAX),
  };
}

const fault = (code: string, path: string, message: string): Fault => ({ code, message, path });

/** With what is wrong with the group and interchange around it. */
function warned(order: CanonicalOrder, head: SetHead, problems: readonly Fault[]): CanonicalOrder {
  const around = problems.filter(
    ({ path }) => path === '' || path === head.group.path || path === head.group.interchange.path,
  );
  return { ...order, warnings: [...(order.warnings ?? []), ...around].slice(0, FAULTS_MAX) };
}
