import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds that this thread was ready to run and had to wait for a core since it began; 0 where the system does not tell (Linux does). */
export function waitedMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Runs something and says how long it held up the thread: by the clock, less what other work on the machine took of that. */
export function ownTime<T>(run: () => T): { readonly result: T; readonly milliseconds: number } {
  const waited = waitedMs();
  const from = performance.now();
  const result = run();
  const spent = performance.now() - from;
  return { result, milliseconds: Math.max(0, spent - (waitedMs() - waited)) };
}

export interface LoopDelay {
  /** By the clock, as perf_hooks sees it. */
  readonly p99: number;
  readonly max: number;
  /** Of a turn of the loop, less what other work on the machine took of it. */
  readonly ownMax: number;
}

/** How long the event loop was held up, in milliseconds, while something was done. */
export async function loopDelay(work: () => Promise<void>): Promise<LoopDelay> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let [from, waited, ownMax, watching] = [performance.now(), waitedMs(), 0, true];
  const turn = () => {
    const [now, waitedNow] = [performance.now(), waitedMs()];
    ownMax = Math.max(ownMax, now - from - (waitedNow - waited) - 1);
    [from, waited] = [now, waitedNow];
    if (watching) setTimeout(turn, 1);
  };
  delay.enable();
  setTimeout(turn, 1);
  await work();
  delay.disable();
  turn();
  watching = false;
  return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, ownMax };
}
