/** What ROUTING.md allows at most: a quantity, a price per unit in 1/10000, and any other amount in 1/10000. */
export const QUANTITY_MAX = 1_000_000;
export const UNIT_AMOUNT_MAX = 100_000_000_000;
export const AMOUNT_MAX = 9_000_000_000_000_000;
