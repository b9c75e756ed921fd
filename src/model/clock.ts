/** The moment now. Passed in wherever time matters, so that everything can be tested without waiting. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock; used only by the composition root. */
export const systemClock: Clock = { now: () => new Date() };

/** New identifiers (UUID version 7, so that they sort by time). Passed in for the same reason. */
export type NewId = () => string;
