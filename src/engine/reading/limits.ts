/** What ROUTING.md allows at most: a quantity, a price per unit in 1/10000, and any other amount in 1/10000. */
export const QUANTITY_MAX = 1_000_000;
export const UNIT_AMOUNT_MAX = 100_000_000_000;
export const AMOUNT_MAX = 9_000_000_000_000_000;
/** Lines x (nodes + services) of a request at most: what is held for every line at every node takes less than 100 MB. */
export const PLACES_MAX = 10_000_000;
