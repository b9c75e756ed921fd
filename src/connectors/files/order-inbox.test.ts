import { expect, it } from 'vitest';
import { readOrderInbox } from './order-inbox.js';
import { MemoryFiles } from './testing/memory-files.js';

const linesOf = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
const read = (files: MemoryFiles, cursor: string | null) =>
  readOrderInbox(files, 'in', cursor, {
    topic: 'line',
    payloadsOf: async ({ bytes }) =>
      Buffer.from(bytes)
        .toString()
        .split('\n')
        .map((line) => () => ({ topic: 'line', deliveryId: line, rawBody: Buffer.from(line) })),
  });

it('gives out all orders of a file that is replaced between two pages', async () => {
  const files = new MemoryFiles();
  files.put('in', 'a', linesOf('A', 700).join('\n'));
  files.put('in', 'b', linesOf('B', 700).join('\n'));
  const given: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 10; page += 1) {
    const got = await read(files, cursor);
    given.push(...got.payloads.map(({ deliveryId }) => deliveryId));
    ({ cursor } = got);
    if (page === 0) files.put('in', 'b', linesOf('C', 700).join('\n'));
    if (!got.more) break;
  }
  expect(given.filter((line) => line.startsWith('C-'))).toHaveLength(700);
});

it('gives out none twice where another file comes between two pages', async () => {
  const files = new MemoryFiles();
  files.put('in', 'a', linesOf('A', 1_500).join('\n'));
  const first = await read(files, null);
  files.put('in', 'b', linesOf('B', 3).join('\n'));
  const second = await read(files, first.cursor);
  const given = [...first.payloads, ...second.payloads].map(({ deliveryId }) => deliveryId);
  expect(given).toEqual([...linesOf('A', 1_500), ...linesOf('B', 3)]);
});
