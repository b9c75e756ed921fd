import type { LiveCheckPolicy, NetworkSnapshot, NodeFacts } from '../model/network.js';
import type { OrderAggregate } from '../store/orders.js';

/** A fulfillment waits for its vendor's word on what it holds: an open item that keeps it from being sent. */
export const LIVE_CHECK = 'LIVE_CHECK';
/** No word came, and the vendor's policy wants a person to look at it: an open item beside the check, which goes on. */
export const LIVE_CHECK_SILENT = 'LIVE_CHECK_SILENT';
/** How a check was settled where the vendor said nothing and another is chosen: it stands aside for a while. */
export const SILENT_REROUTED = 'the vendor did not answer: another is chosen';

/** Why a vendor is asked: it always is, little would be left there, or its figure is old. */
export type AskBecause = 'ALWAYS' | 'LOW' | 'OLD';

/** What would be left of a row, in units, and as of when its figure is (null: never told). */
export interface RowInDoubt {
  readonly left: number;
  readonly asOf: string | null;
}

/** Why the vendor is to be asked before units of these rows are committed to it; null: it is not. Pure. */
export function askBecause(policy: LiveCheckPolicy, rows: readonly RowInDoubt[], now: Date): AskBecause | null {
  if (policy.when === 'never' || rows.length === 0) return null;
  if (policy.when === 'always') return 'ALWAYS';
  if (rows.some((row) => row.left < policy.belowUnits)) return 'LOW';
  const oldest = now.getTime() - policy.olderSeconds * 1_000;
  return rows.some((row) => row.asOf === null || Date.parse(row.asOf) < oldest) ? 'OLD' : null;
}

/**
 * Why a node is to be asked before it gets these units, by product, as the snapshot knows it. Rows of which the vendor just said
 * its figure (`answered`) need not be asked about again. What is made to order has no stock to ask about. Pure.
 */
export function askOfNode(
  snapshot: NetworkSnapshot,
  node: NodeFacts,
  unitsByProduct: ReadonlyMap<number, number>,
  answered: ReadonlySet<string>,
): AskBecause | null {
  if (!node.liveCheck) return null;
  const rows: RowInDoubt[] = [];
  for (const offer of snapshot.offers) {
    const units = offer.nodeId === node.id ? unitsByProduct.get(offer.productId) : undefined;
    if (units === undefined || offer.available === null) continue;
    if (answered.has(answeredKey(node.code, offer.productId))) continue;
    rows.push({ left: offer.available - units, asOf: offer.asOf ?? null });
  }
  return askBecause(node.liveCheck, rows, snapshot.takenAt);
}

/** The name of a row among those that were just answered. */
export function answeredKey(nodeCode: string, productId: number): string {
  return `${nodeCode}/${productId}`;
}

/**
 * Whether the order is to be confirmed as soon as nobody must be asked: it is placed, or was confirmed before, or its confirmation
 * waits for vendors that are, or were, asked (only then does an account that confirms itself have checks). Pure.
 */
export function isToBeConfirmed(order: OrderAggregate): boolean {
  return (
    order.confirmedAt !== null ||
    order.account.confirmation === 'automatic' ||
    order.openItems.some((item) => item.reason === LIVE_CHECK)
  );
}
