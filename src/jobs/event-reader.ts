import type { Log } from '../model/log.js';
import type { EventTail } from '../store/event-tail.js';

/** How often a process looks whether another one that read has vanished. */
const TAKEOVER_MS = 1_000;

/** Something that reads on in the log whenever it grows. */
export interface Reader {
  close(): Promise<void>;
}

/**
 * Starts reading: whenever the tail's head moves, `readOn` is called until it is idle. Any number of processes may run it; one at
 * a time reads, another takes over when it ends.
 */
export function startReader(options: {
  readonly tail: EventTail;
  readonly log: Log;
  /** For the log: what cannot be done while it fails. */
  readonly what: string;
  readonly readOn: () => Promise<'more' | 'idle'>;
}): Reader {
  const { tail, log, what, readOn } = options;
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;
  let failing = false;

  const run = async () => {
    do {
      again = false;
      try {
        while (!closed && (await readOn()) === 'more');
        failing = false;
      } catch (error) {
        if (!failing) log.error({ error: String(error) }, `cannot ${what}; trying again`);
        failing = true;
      }
    } while (again && !failing && !closed);
    running = undefined;
  };
  const kick = () => {
    if (closed) return;
    again = true;
    running ??= run();
  };
  const stop = tail.onAdvance(kick);
  const timer = setInterval(kick, TAKEOVER_MS);
  kick();
  return {
    async close() {
      closed = true;
      stop();
      clearInterval(timer);
      await running;
    },
  };
}
