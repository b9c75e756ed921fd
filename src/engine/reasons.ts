/**
 * Why a node is not used or units stay unrouted, in the order in which a node is judged: the first that rules it out is named.
 * Source: ROUTING.md, "Decision".
 */
export const REASONS = {
  NO_OFFER: { cause: 'The node offers none of the SKUs asked for.', remedy: 'Add an offer for the SKU at this node.' },
  NO_STOCK: {
    cause: 'Nothing of what it offers is available to promise.',
    remedy: 'Wait for its next stock report, or restock.',
  },
  BELOW_MINIMUM_QUANTITY: {
    cause: 'The quantity is below the minimum of the offer.',
    remedy: 'Order more, or agree on a smaller minimum.',
  },
  NOT_A_MULTIPLE: {
    cause: 'No pack size fits into the quantity.',
    remedy: 'Order whole packs, or agree on single units.',
  },
  BELOW_MINIMUM_VALUE: {
    cause: 'The goods are worth less than the minimum order value.',
    remedy: 'Order more, or agree on a small-order fee.',
  },
  NO_CAPACITY: { cause: 'The node can handle no more units today.', remedy: 'Wait a day, or raise its capacity.' },
  NO_SERVICE: {
    cause: 'No carrier service leads from this node to the destination.',
    remedy: 'Add a service or a rate card zone.',
  },
  TOO_HEAVY: { cause: 'No service carries the measure.', remedy: 'Add a bracket, or a service for heavier shipments.' },
  TAG_NOT_CARRIED: {
    cause: 'No service that is left carries goods with these tags.',
    remedy: 'Add a service that carries them.',
  },
  TOO_LATE: {
    cause: 'Nothing from here arrives by the promised moment.',
    remedy: 'Allow lateness at a cost, or promise later.',
  },
  EXCLUDED_BY_RULE: { cause: 'A rule excludes it.', remedy: 'Change the rule that is named.' },
  SHIPMENT_LIMIT: { cause: 'More shipments would be needed than are allowed.', remedy: 'Raise maxShipments.' },
  COSTLIER: { cause: 'It could serve, but another plan costs less.', remedy: 'None is needed.' },
} as const;

export type ReasonCode = keyof typeof REASONS;
export const REASON_ORDER = Object.keys(REASONS) as readonly ReasonCode[];
