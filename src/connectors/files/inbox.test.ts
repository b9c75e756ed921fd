import { describe, expect, it } from 'vitest';
import { readInbox } from './inbox.js';
import { readOrderInbox } from './order-inbox.js';
import { MemoryFiles } from './testing/memory-files.js';

/** What polls of an account keep of a cursor. */
const CURSOR_KEPT = 4_000;
const ours = { isOurs: () => true, settled: async () => {}, refused: () => {} };

describe('a folder of files', () => {
  it('is read to its end, whatever the names and however many lie there: no page needs a cursor that cannot be kept', async () => {
    const files = new MemoryFiles();
    for (let file = 0; file < 120; file += 1)
      files.put('in', `${'ü'.repeat(80)} order of today "${file}".edi`, `file ${file}`);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let poll = 0; poll < 40; poll += 1) {
      const page = await readInbox(files, 'in', cursor, ours);
      seen.push(...page.files.map(({ bytes }) => new TextDecoder().decode(bytes)));
      expect(page.cursor?.length ?? 0).toBeLessThan(CURSOR_KEPT - 500);
      if (page.cursor === cursor && !page.more) break;
      ({ cursor } = page);
    }
    expect([seen.length, new Set(seen).size, files.names('in').length]).toEqual([120, 120, 0]);
  });

  it('shows ours also behind a thousand older ones that are not', async () => {
    const files = new MemoryFiles();
    for (let file = 0; file < 1_000; file += 1) files.put('in', `holiday-${file}.jpg`, 'a picture');
    files.put('in', 'stock-1.csv', 'ours');
    const page = await readInbox(files, 'in', null, { ...ours, isNamed: (name) => name.endsWith('.csv') });
    expect(page.files.map(({ name }) => name)).toEqual(['stock-1.csv']);
  });

  it('keeps what an older version left of its cursor, whose hashes were whole', async () => {
    const files = new MemoryFiles();
    files.put('in', 'a.edi', 'one');
    const [file] = (await readInbox(files, 'in', null, ours)).files;
    await readInbox(files, 'in', JSON.stringify([['a.edi', file?.hash]]), ours);
    expect(files.names('in/archive')).toEqual(['a.edi']);
  });
});

describe('orders in files', () => {
  it('are given out at most a thousand at a time, however many one file holds, and the file is archived after the last', async () => {
    const files = new MemoryFiles();
    files.put('in', 'a.edi', 'many');
    const text = (order: number) => new TextEncoder().encode(`order ${order}`);
    const payloadsOf = async () =>
      Array.from({ length: 2_300 }, (_, order) => () => ({
        topic: 'x12',
        deliveryId: `${order}`,
        rawBody: text(order),
      }));
    const sizes: number[] = [];
    let cursor: string | null = null;
    for (let poll = 0; poll < 6; poll += 1) {
      const page = await readOrderInbox(files, 'in', cursor, { topic: 'x12', payloadsOf });
      sizes.push(page.payloads.length);
      expect(files.names('in')).toHaveLength(poll < 3 ? 1 : 0);
      ({ cursor } = page);
    }
    expect(sizes).toEqual([1_000, 1_000, 300, 0, 0, 0]);
  });
});
