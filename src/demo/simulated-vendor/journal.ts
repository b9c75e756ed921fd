import { closeSync, existsSync, fsync, ftruncateSync, openSync, readFileSync, truncateSync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeTo = promisify(write);
const syncFile = promisify(fsync);

/** An append-only file of JSON lines; `append` resolves once its entry is on disk. Entries that arrive meanwhile share the next flush. */
export interface Journal<T> {
  /** Rejects where the disk does not take the entry, and after `close`. */
  append(entry: T): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal and hands its entries to `replay`, oldest first. A last line that was torn by a crash is cut off: its append
 * never resolved, so nobody was told of it.
 *
 * Errors: Error that names the file and the line where an earlier one is no JSON.
 */
export function openJournal<T>(file: string, replay: (entry: T) => void): Journal<T> {
  let length = 0;
  if (existsSync(file)) {
    const bytes = readFileSync(file);
    length = bytes.lastIndexOf('\n') + 1;
    if (length < bytes.length) truncateSync(file, length);
    const lines = bytes.toString('utf8', 0, length).split('\n');
    for (const [index, line] of lines.entries()) if (line !== '') replay(parse(line, file, index + 1) as T);
  }
  const handle = openSync(file, 'a', 0o600);
  let waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let flushing: Promise<void> | undefined;
  let closed = false;

  async function writeWhole(bytes: Buffer): Promise<void> {
    // One write may take less than it is given, and a batch that is not whole must not stay before the next.
    try {
      for (let sent = 0; sent < bytes.length; ) sent += (await writeTo(handle, bytes, sent)).bytesWritten;
      await syncFile(handle);
      length += bytes.length;
    } catch (error) {
      ftruncateSync(handle, length);
      throw error;
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeWhole(Buffer.from(batch.map((entry) => entry.text).join('')));
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
        // By then the handle may be another file's.
        if (closed) return failed(new Error(`the journal ${file} is closed`));
        waiting.push({ text: `${JSON.stringify(entry)}\n`, done, failed });
        flushing ??= flush();
      }),
    async close() {
      closed = true;
      await flushing;
      closeSync(handle);
    },
  };
}

function parse(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`line ${number} of ${file} is no JSON: mend it, or remove the file to begin anew`, { cause });
  }
}
