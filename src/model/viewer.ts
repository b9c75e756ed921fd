/** What a caller may do at all; the fields that each scope opens stand in one table (schema/scopes.ts). */
export const SCOPES = ['storefront', 'partner', 'vendor', 'operations', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Who asks. Every read and write of the store takes one and enforces it in its SQL.
 *
 * Shape:  `accountIds` limits orders to those accounts, `vendorIds` fulfillments and stock to those vendors' nodes;
 *         'all' is for operations, admin and Headgate's own work.
 * Source: DESIGN.md section 2.
 */
export interface Viewer {
  /** For the audit trail: `key:<id>`, `system:<step>` or `vendor:<code>`. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  readonly accountIds: readonly number[] | 'all';
  readonly vendorIds: readonly number[] | 'all';
}

/** Headgate acting by itself, in the named step of an order's way. */
export function systemViewer(step: string): Viewer {
  return { actor: `system:${step}`, scopes: ['admin'], accountIds: 'all', vendorIds: 'all' };
}
