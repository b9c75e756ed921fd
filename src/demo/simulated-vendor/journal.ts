import { closeSync, existsSync, fsync, openSync, readFileSync, truncateSync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeTo = promisify(write);
const syncFile = promisify(fsync);

/** An append-only file of JSON lines; `append` resolves once its entry is on disk. Entries that arrive meanwhile share the next flush. */
export interface Journal<T> {
  append(entry: T): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal and hands its entries to `replay`, oldest first. A last line that was torn by a crash is cut off: its append
 * never resolved, so nobody was told of it.
 */
export function openJournal<T>(file: string, replay: (entry: T) => void): Journal<T> {
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
    for (const line of whole.split('\n')) if (line !== '') replay(JSON.parse(line) as T);
  }
  const handle = openSync(file, 'a', 0o600);
  let waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeTo(handle, batch.map((entry) => entry.text).join(''));
        await syncFile(handle);
        for (const entry of batch) entry.done();
      } catch (error) {
        for (const entry of batch) entry.failed(error);
      }
    }
    flushing = undefined;
  }

  return {
    append: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ text: `${JSON.stringify(entry)}\n`, done, failed });
        flushing ??= flush();
      }),
    async close() {
      await flushing;
      closeSync(handle);
    },
  };
}
