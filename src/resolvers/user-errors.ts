import type { OrderError, OrderErrorCode } from '../orders/errors/codes.js';
import type { UserError, UserErrorTypeName } from '../schema/errors.js';
import { toGlobalId } from '../schema/global-id.js';

/** Which GraphQL type carries which code; every other code is about a value of the input. */
const TYPE_OF_CODE: Partial<Record<OrderErrorCode, UserErrorTypeName>> = {
  INSUFFICIENT_STOCK: 'InsufficientStock',
  UNKNOWN_SKU: 'UnknownSku',
  IDEMPOTENCY_KEY_REUSED: 'IdempotencyKeyReused',
  ACCOUNT_NOT_FOUND: 'NotFound',
  ORDER_NOT_FOUND: 'NotFound',
  ORDER_ALREADY_EXISTS: 'OrderAlreadyExists',
  UNROUTABLE: 'Unroutable',
  ACCOUNT_PAUSED: 'NotPossible',
  NOTHING_TO_CANCEL: 'NotPossible',
  NOTHING_TO_RELEASE: 'NotPossible',
  NOTHING_TO_CONFIRM: 'NotPossible',
  NOTHING_TO_SHIP: 'NotPossible',
};

/** A business error as the API shows it, with its facts. */
export function userError(error: OrderError): UserError {
  const typeName = TYPE_OF_CODE[error.code] ?? 'InvalidInput';
  return error.code === 'ORDER_ALREADY_EXISTS'
    ? ({ ...error, typeName, orderId: toGlobalId('Order', error.orderId) } as UserError)
    : { ...error, typeName };
}

/** There is no such thing, or the viewer may not see it: the two are never told apart. */
export function notFound(code: OrderErrorCode, path: string, message: string): UserError {
  return { typeName: 'NotFound', code, path, message };
}

const KEY_MAX = 200;

/** Why this cannot be an idempotency key, or nothing. */
export function keyErrors(idempotencyKey: string): UserError[] {
  const { length } = idempotencyKey;
  if (length >= 1 && length <= KEY_MAX) return [];
  const message = `expected 1 to ${KEY_MAX} characters, got ${length}`;
  return [{ typeName: 'InvalidInput', code: 'INVALID_TEXT', path: 'idempotencyKey', message }];
}
