import type { CanonicalOrder } from '../model/canonical-order.js';
import type { Fault } from '../model/order.js';
import type { Intake } from '../store/intake.js';
import type { ChannelLink } from './deps.js';

/** Topic of the mutation that brings an order: its payload is our own shape already. */
export const SUBMIT_TOPIC = 'submitOrder';

export type NormalisedIntake =
  | { readonly kind: 'orders'; readonly orders: readonly CanonicalOrder[] }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** A kept payload in the canonical shape: by its channel's connector, or as the mutation gave it. Pure. */
export function normalise(intake: Intake, channel: ChannelLink): NormalisedIntake {
  if (intake.body === null) {
    return fault('INVALID_PAYLOAD', 'the payload was erased before it was taken in: ask the channel to send it again');
  }
  if (intake.source === 'api') {
    return { kind: 'orders', orders: [JSON.parse(Buffer.from(intake.body).toString('utf8')) as CanonicalOrder] };
  }
  if (channel.connector === null) {
    return fault('INVALID_PAYLOAD', `account ${channel.code} has no channel connector: set the account's channel`);
  }
  const normalized = channel.connector.normalize(intake.topic, intake.body, channel.account);
  if (!normalized.ok) return { kind: 'faults', faults: normalized.faults };
  if ('ignored' in normalized) return { kind: 'ignored', why: normalized.ignored };
  if (normalized.orders.length === 0) return { kind: 'ignored', why: 'no orders in it' };
  return { kind: 'orders', orders: normalized.orders };
}

function fault(code: string, message: string): NormalisedIntake {
  return { kind: 'faults', faults: [{ code, message, path: '' }] };
}
