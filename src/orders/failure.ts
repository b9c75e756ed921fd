import { isClosed } from '../connectors/http/gates.js';
import { type ErrorClass, errorChain, HeadgateError } from '../model/errors.js';
import { comeBackAt, retryAt } from './backoff.js';
import type { OrderDraft } from './draft.js';
import type { FulfillmentDraft } from './fulfillment-draft.js';
import type { OrderSettings } from './settings.js';

/** A failed call's class; a mistake in a connector may have happened after it sent, so it counts as in doubt. */
export function classOf(error: unknown): ErrorClass {
  return error instanceof HeadgateError ? error.errorClass : 'bug';
}

/** A broken rule of ours, which trying again does not mend; not a database or network that is away. */
export function isOurMistake(error: unknown): boolean {
  if (error instanceof HeadgateError) return error.errorClass === 'bug';
  // Errors of the driver and the network carry a code; mistakes of ours do not.
  return !(error instanceof Error && ('code' in error || /[Cc]onnection|timeout/.test(error.message)));
}

/** Failures by now, and when to try again. A call that was not made, as its account may not be called now, is no failure of the work. */
export function afterFailure(
  now: Date,
  failuresBefore: number,
  error: unknown,
  options: { readonly settings: OrderSettings; readonly random: () => number },
): { readonly failures: number; readonly again: Date } {
  const retryAfterMs = error instanceof HeadgateError ? error.options.retryAfterMs : undefined;
  if (isClosed(error)) return { failures: failuresBefore, again: comeBackAt(now, retryAfterMs ?? 0, options.random) };
  const failures = failuresBefore + 1;
  return { failures, again: retryAt(now, failures, { ...options.settings, random: options.random, retryAfterMs }) };
}

/**
 * Notes a failure of a fulfillment's step: due again later, or, when trying again is no use, set aside as a dead letter
 * (nothing is due until it is replayed). Pure but for the jitter that is passed in. Source: DESIGN.md section 7.
 */
export function noteFailure(
  draft: OrderDraft,
  fulfillment: FulfillmentDraft,
  error: unknown,
  options: {
    readonly settings: OrderSettings;
    readonly random: () => number;
    readonly step: 'send' | 'look_up' | 'cancel';
  },
): void {
  const before = fulfillment.before.failures;
  const { failures, again } = afterFailure(draft.now, before, error, options);
  const errorClass = classOf(error);
  const hopeless = errorClass === 'unauthorized' || errorClass === 'permanent' || errorClass === 'bug';
  const setAside = hopeless || (failures > before && failures >= options.settings.attemptsMax);
  const at = setAside ? null : again;
  fulfillment.assign({ failures, nextActionAt: at?.toISOString() ?? null });
  const { poNumber, nodeId, vendorId } = fulfillment.before;
  if (setAside) {
    draft.deadLetter({
      step: 'dispatch',
      subjectId: fulfillment.id,
      vendorId,
      errors: errorChain(error),
      attempts: failures,
    });
  }
  draft.event(
    'fulfillment.retrying',
    {
      fulfillmentId: fulfillment.id,
      poNumber,
      nodeId,
      step: options.step,
      code: errorChain(error)[0]?.code ?? 'UNKNOWN',
      errorClass,
      failures,
      nextActionAt: at?.toISOString() ?? null,
      deadLetter: setAside,
    },
    vendorId,
  );
}
