/** Reasons with a rule behind them, in the order in which the rules are asked. */
const OF_RULES = {
  NO_OFFER: { cause: 'The SKUs asked for are not offered.', remedy: 'Add an offer for the SKU at a node.' },
  NO_STOCK: {
    cause: 'Fewer units are available to promise than would have to go.',
    remedy: 'Wait for the next stock report, or restock.',
  },
  BELOW_MINIMUM_QUANTITY: {
    cause: 'The quantity is below the minimum of the offer.',
    remedy: 'Order more, or agree on a smaller minimum.',
  },
  NOT_A_MULTIPLE: {
    cause: 'The quantity cannot be made of whole packs.',
    remedy: 'Order whole packs, or agree on single units.',
  },
  BELOW_MINIMUM_VALUE: {
    cause: 'The goods are worth less than the minimum order value.',
    remedy: 'Order more, or agree on a small-order fee.',
  },
  NO_CAPACITY: { cause: 'No more units can be handled today.', remedy: 'Wait a day, or raise the capacity.' },
  NO_SERVICE: {
    cause: 'No carrier service leads to the destination.',
    remedy: 'Add a service or a rate card zone.',
  },
  TOO_HEAVY: { cause: 'No service carries the measure.', remedy: 'Add a bracket, or a service for heavier shipments.' },
  TAG_NOT_CARRIED: {
    cause: 'No service that is left carries goods with these tags.',
    remedy: 'Add a service that carries them.',
  },
  TOO_LATE: {
    cause: 'Nothing arrives by the promised moment.',
    remedy: 'Allow lateness at a cost, or promise later.',
  },
  EXCLUDED_BY_RULE: { cause: 'A rule excludes it.', remedy: 'Change the rule that is named.' },
  SHIPMENT_LIMIT: { cause: 'More shipments would be needed than are allowed.', remedy: 'Raise maxShipments.' },
} as const;

/** Why a node is not used or units stay unrouted. Source: ROUTING.md, "Decision". */
export const REASONS = {
  ...OF_RULES,
  ORDER_INCOMPLETE: {
    cause: 'The line could ship, but others of the order could not, and none may stay unfilled.',
    remedy: 'Look at the reasons of the other lines, or let units stay unfilled.',
  },
  UNDECIDED: {
    cause: 'The search ended before it was known whether these units could ship.',
    remedy: 'Allow more effort.',
  },
  COSTLIER: { cause: 'It could ship, but the best plan does without it.', remedy: 'None is needed.' },
} as const;

export type RuleReason = keyof typeof OF_RULES;
export type ReasonCode = keyof typeof REASONS;
export const RULE_REASONS = Object.keys(OF_RULES) as readonly RuleReason[];
export const REASON_ORDER = Object.keys(REASONS) as readonly ReasonCode[];
