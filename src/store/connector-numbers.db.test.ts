import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueNumber, keyOfNumber } from './connector-numbers.js';
import type { Database } from './database.js';
import { openTestDatabase } from './testing/open-test-database.js';

const AT = new Date('2026-03-02T10:00:00.000Z');

describe('the numbers of what a connector sends', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database?.close());
  const numbers = (owner: string, at = AT) => ({
    of: (series: string, key: string) => issueNumber(database.pool, { owner, series, key, at }),
  });

  it('grow by one, and the same key keeps its number and moment', async () => {
    expect(await numbers('acme').of('x12', 'PO-1')).toEqual({ value: 1, issuedAt: AT.toISOString() });
    expect((await numbers('acme').of('x12', 'PO-2')).value).toBe(2);
    const later = numbers('acme', new Date('2026-03-09T10:00:00.000Z'));
    expect(await later.of('x12', 'PO-1')).toEqual({ value: 1, issuedAt: AT.toISOString() });
  });

  it('tell what has them', async () => {
    expect(await keyOfNumber(database.pool, { owner: 'acme', series: 'x12', value: 2 })).toBe('PO-2');
    expect(await keyOfNumber(database.pool, { owner: 'acme', series: 'x12', value: 99 })).toBe(null);
  });

  it('are each owner’s and series’ own', async () => {
    expect((await numbers('other').of('x12', 'PO-9')).value).toBe(1);
    expect((await numbers('other').of('receipts', 'PO-9')).value).toBe(1);
  });

  it('are given once each, however many ask at once', async () => {
    const keys = Array.from({ length: 12 }, (_, at) => `PO-${at % 6}`);
    const given = await Promise.all(keys.map((key) => numbers('busy').of('x12', key)));
    expect(new Set(given.map(({ value }) => value))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    expect(given.slice(0, 6)).toEqual(given.slice(6));
  });
});
