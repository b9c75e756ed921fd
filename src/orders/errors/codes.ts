/**
 * Every answer that is no success, with cause and remedy. These are values, never thrown: the caller did or asked something
 * that cannot be done, and is told what and where. Codes are stable. Source: STYLE.md section 5.
 */
export const ORDER_ERROR_CODES = {
  ACCOUNT_NOT_FOUND:
    'No such account, or the key may not act for it. Use the code of an account that the key was made for.',
  ACCOUNT_PAUSED: 'The account takes no orders now. Ask operations to resume it.',
  IDEMPOTENCY_KEY_REUSED: 'The key was used before with other input. Use a new key for a new intent.',
  ORDER_ALREADY_EXISTS:
    'The account already has an order with this external id and other content. Use a new external id.',
  ORDER_NOT_FOUND: 'No such order, or the key may not see it.',
  INSUFFICIENT_STOCK:
    'Less is available than was ordered, and the order may not wait. Order less, or allow backorders.',
  UNROUTABLE: 'No vendor can serve this order as it is: see the decision for the reasons per line.',
  UNKNOWN_SKU: 'The SKU is neither a product nor an alias of the account. Correct it or add the alias.',
  INVALID_QUANTITY: 'A quantity is a whole number from 1 to 1000000.',
  INVALID_PRICE: 'A unit price is from 0 to 10000000, with at most 4 fraction digits.',
  INVALID_ADDRESS: 'The address lacks a part that parcels to its country need.',
  ADDRESS_REDACTED:
    'The channel has the address and does not show it. Grant its app access to customer data, then replay the payload.',
  INVALID_SOURCE: 'Something beside what is routed is too long, not of its form, or cannot be stored.',
  INVALID_COUNTRY: 'A country is an ISO 3166-1 alpha-2 code, such as US.',
  INVALID_CURRENCY: 'A currency is the ISO 4217 code of money in use, in capitals, such as USD.',
  INVALID_MOMENT: 'A moment is RFC 3339 with its offset, such as 2026-01-31T09:00:00Z.',
  INVALID_TEXT: 'A text is missing, too long, or holds control characters.',
  DUPLICATE_LINE: 'Two lines of one order have the same id.',
  ORDER_TOO_LARGE: 'The lines of an order are worth at most 100000000000 in all, in its currency.',
  TOO_MANY_LINES: 'An order has at most 500 lines after kits are taken apart.',
  NOTHING_TO_SHIP: 'No line of the order needs shipping.',
  INVALID_PAYLOAD: 'The payload is not what its channel declares.',
  NOTHING_TO_RELEASE:
    'No rule held the order when it was asked, or the order has ended. Its open items say what it waits for.',
  NOTHING_TO_CONFIRM: 'The order has ended or was rejected. Submit another.',
  NOTHING_TO_CANCEL: 'Every unit of the order has been shipped or was canceled before.',
} as const;
export type OrderErrorCode = keyof typeof ORDER_ERROR_CODES;

interface Told {
  /** What was expected and what was got. */
  readonly message: string;
  /** Where in the input, such as `lines[2].sku`; empty: the input as a whole. */
  readonly path: string;
}

/** One business error: the code and its facts. Replayed as it was to a repeat of its idempotency key. */
export type OrderError =
  | (Told & {
      readonly code: 'INSUFFICIENT_STOCK';
      readonly sku: string;
      readonly requested: number;
      readonly available: number;
    })
  /** `suggestions`: SKUs that it may mean, the likeliest first, at most 5. */
  | (Told & { readonly code: 'UNKNOWN_SKU'; readonly sku: string; readonly suggestions?: readonly string[] })
  | (Told & { readonly code: 'ORDER_ALREADY_EXISTS'; readonly orderId: string })
  | (Told & { readonly code: 'UNROUTABLE'; readonly reasons: readonly string[] })
  | (Told & {
      readonly code: Exclude<
        OrderErrorCode,
        'INSUFFICIENT_STOCK' | 'UNKNOWN_SKU' | 'ORDER_ALREADY_EXISTS' | 'UNROUTABLE'
      >;
    });
