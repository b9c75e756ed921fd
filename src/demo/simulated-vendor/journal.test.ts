import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-journal-'));
  file = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function reopen() {
  const entries: unknown[] = [];
  return { entries, journal: openJournal<unknown>(file, (entry) => entries.push(entry)) };
}

describe('a journal', () => {
  it('hands back what it was given, in its order', async () => {
    const first = reopen();
    expect(first.entries).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, (_, at) => first.journal.append({ at })));
    await first.journal.close();
    const second = reopen();
    await second.journal.append('last');
    await second.journal.close();
    const third = reopen();
    await third.journal.close();
    expect(third.entries).toEqual([...Array.from({ length: 50 }, (_, at) => ({ at })), 'last']);
  });

  it.each([
    ['half an entry', Buffer.from('{"at":')],
    ['half a letter', Buffer.from('"ł').subarray(0, 2)],
    ['a whole entry without its end', Buffer.from('{"at":3}')],
    ['zeros', Buffer.alloc(512)],
  ])('cuts off a last line that was torn: %s; and goes on behind the line before', async (_what, torn) => {
    writeFileSync(file, '{"at":1}\n{"name":"Łódź"}\n');
    appendFileSync(file, torn);
    const { entries, journal } = reopen();
    expect(entries).toEqual([{ at: 1 }, { name: 'Łódź' }]);
    await journal.append({ at: 2 });
    await journal.close();
    expect(readFileSync(file, 'utf8')).toBe('{"at":1}\n{"name":"Łódź"}\n{"at":2}\n');
  });

  it('says which line is broken where it is not the last', () => {
    writeFileSync(file, '{"at":1}\n{"at":\n{"at":3}\n');
    expect(reopen).toThrow(/^line 2 of .*journal\.jsonl is no JSON: mend it, or remove the file/);
  });

  it('takes nothing more once it is closed', async () => {
    const { journal } = reopen();
    const before = journal.append('kept');
    await journal.close();
    await before;
    await expect(journal.append('late')).rejects.toThrow('is closed');
    expect(readFileSync(file, 'utf8')).toBe('"kept"\n');
  });
});
