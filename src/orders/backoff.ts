/**
 * When to try again after so many failures (1 or more): doubling from the least to the most, half of it jitter, so that a
 * vendor that comes back is not met by everyone at once. What the vendor asked for counts where it is longer.
 */
export function retryAt(
  now: Date,
  failures: number,
  options: {
    readonly backoffMsMin: number;
    readonly backoffMsMax: number;
    /** From 0 to below 1. */
    readonly random: () => number;
    readonly retryAfterMs?: number | undefined;
  },
): Date {
  const doubled = Math.min(options.backoffMsMax, options.backoffMsMin * 2 ** Math.min(failures - 1, 30));
  const wait = Math.max(
    doubled * (0.5 + options.random() / 2),
    Math.min(options.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX),
  );
  return new Date(now.getTime() + Math.round(wait));
}

/**
 * When to come back to an account that could not be called and told for how long: not all at once, so up to as much later again, 10 s at
 * most. More need not be, as what comes then has its room in its gate.
 */
export function comeBackAt(now: Date, retryAfterMs: number, random: () => number): Date {
  return new Date(now.getTime() + Math.round(retryAfterMs + random() * Math.min(retryAfterMs, SPREAD_MS_MAX)));
}

const SPREAD_MS_MAX = 10_000;

/** A vendor may ask us to stay away for a day, not for a year. */
const RETRY_AFTER_MS_MAX = 86_400_000;
