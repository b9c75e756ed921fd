/** The types that have global ids. */
export type GlobalIdType =
  | 'Account'
  | 'Vendor'
  | 'VendorNode'
  | 'Order'
  | 'OrderLine'
  | 'Fulfillment'
  | 'Shipment'
  | 'RoutingDecision'
  | 'OpenItem'
  | 'DeadLetter';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id of a thing as the API shows it: opaque to clients, unique over all types. */
export function toGlobalId(type: GlobalIdType, id: string | number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The stored id behind a global id of the given type; null where it is none, so that a wrong id is simply not found. */
export function fromGlobalId(type: GlobalIdType, globalId: string): string | null {
  if (globalId.length > 200) return null;
  const plain = Buffer.from(globalId, 'base64url').toString('utf8');
  const id = plain.startsWith(`${type}:`) ? plain.slice(type.length + 1) : '';
  return id !== '' && toGlobalId(type, id) === globalId ? id : null;
}

/** As fromGlobalId, for types whose stored ids are UUIDs. */
export function uuidFromGlobalId(type: GlobalIdType, globalId: string): string | null {
  const id = fromGlobalId(type, globalId);
  return id !== null && UUID.test(id) ? id : null;
}
