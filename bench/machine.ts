import { closeSync, existsSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from './measure.js';

/** Jiffies of /proc are hundredths of a second on every Linux of today. */
const JIFFY_MS = 10;
const FLUSHES = 200;
const PAGE_BYTES = 8192;

/** Processor time in milliseconds that this process and all that it started took so far, ended ones included; 0 where the system does not tell (Linux does). */
export function processorMs(): number {
  const all = new Map(
    (existsSync('/proc') ? readdirSync('/proc') : []).flatMap((name) => {
      const stat = /^\d+$/.test(name) ? statOf(name) : null;
      return stat === null ? [] : [[name, stat] as const];
    }),
  );
  const isOurs = (pid: string): boolean =>
    pid === String(process.pid) || (all.has(pid) && isOurs(all.get(pid)?.parent ?? ''));
  let sum = 0;
  for (const [pid, stat] of all) if (isOurs(pid)) sum += stat.ms;
  return sum;
}

/** Milliseconds that writing a page to the disk of this folder and flushing it takes: the middle of 200. */
export function flushMs(folder: string): number {
  const file = join(folder, 'flush-probe');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const handle = openSync(file, 'w');
  try {
    // Written once before, as the server's log is: flushing then need not wait for the file's length.
    for (let at = 0; at < FLUSHES; at += 1) writeSync(handle, page, 0, PAGE_BYTES, at * PAGE_BYTES);
    fdatasyncSync(handle);
    const took = Array.from({ length: FLUSHES }, (_, at) => {
      writeSync(handle, page, 0, PAGE_BYTES, at * PAGE_BYTES);
      const from = performance.now();
      fdatasyncSync(handle);
      return performance.now() - from;
    });
    return quantile(took, 0.5);
  } finally {
    closeSync(handle);
    rmSync(file);
  }
}

/** Of a process: its parent, and the milliseconds that it and its ended children took; null where it just ended. */
function statOf(pid: string): { readonly parent: string; readonly ms: number } | null {
  try {
    // The name in brackets may hold anything; fields are counted from behind it: state, parent, ...
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [own, ended] = [fields.slice(11, 13), fields.slice(13, 15)].map((jiffies) =>
      jiffies.reduce((sum, each) => sum + Number(each), 0),
    );
    return { parent: fields[1] ?? '', ms: ((own ?? 0) + (ended ?? 0)) * JIFFY_MS };
  } catch {
    return null;
  }
}
