import type { z } from 'zod';
import type { CallContext } from '../../connector.js';
import { failure } from '../../http/exchange.js';
import { callJson, type JsonAddress, type JsonCall } from '../../json-call.js';
import { wireNotFound } from './protocol.js';

/** What is asked of the vendor. */
export type RestCall<T extends z.ZodType> = Omit<JsonCall<T>, 'of'>;

/**
 * One HTTP call. Resolves with the validated answer.
 * Errors: ConnectorError only, classed as VendorConnector says; its message never holds the token or the body.
 */
export function callVendor<T extends z.ZodType>(
  call: RestCall<T>,
  address: JsonAddress,
  context: CallContext,
): Promise<z.infer<T>> {
  return callJson({ ...call, of: 'vendor' }, address, context, () => {
    const message = 'the vendor does not know this address (404): check baseUrl';
    throw failure('vendor', 'ADDRESS_UNKNOWN', 'permanent', message);
  });
}

/**
 * One HTTP call about a purchase order. Resolves with the validated answer, or null where the vendor says that it has no such
 * purchase order. A proxy or a wrong baseUrl answers 404 as well, and "not found" lets a purchase order go elsewhere: only a
 * 404 that names the PO counts.
 * Errors: as `callVendor`.
 */
export function callAboutPurchaseOrder<T extends z.ZodType>(
  poNumber: string,
  call: RestCall<T>,
  address: JsonAddress,
  context: CallContext,
): Promise<z.infer<T> | null> {
  return callJson({ ...call, of: 'vendor' }, address, context, (answer) => {
    const parsed = wireNotFound.safeParse(answer);
    if (parsed.success && parsed.data.poNumber === poNumber) return null;
    const message = `the vendor answered 404 and does not say that it means ${poNumber}: check baseUrl`;
    throw failure('vendor', 'ADDRESS_UNKNOWN', call.changes ? 'unknown' : 'transient', message);
  });
}
