import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlArrays } from './sql-arrays.js';
import { openTestDatabase } from './testing/open-test-database.js';

describe('a column of values', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const long = 'a line of a decision, with ümlauts and 漢字 in it. '.repeat(2_000);
  it.each<[type: keyof typeof sqlArrays, values: readonly unknown[], read?: readonly unknown[]]>([
    ['integer', [0, 1, -1, 2_147_483_647, -2_147_483_648, null]],
    ['bigint', [0, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null]],
    ['text', ['', 'plain', `"quoted", {braces} \\ and 'more'`, '漢字 😀', long, null]],
    ['uuid', ['0190aaaa-0000-7000-8000-00000000000f', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null]],
    ['timestamptz', ['2026-03-01T10:00:00.123Z', '1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', null]],
    ['json', [{ a: [1, null, 'ü"\\'] }, 'text', 1.5, [], { long }, null]],
    ['jsonb', [{ a: [1, null, 'ü"\\'] }, 'text', 1.5, [], { long }, null]],
    ['uuid', ['0190AAAA-0000-7000-8000-00000000000F'], ['0190aaaa-0000-7000-8000-00000000000f']],
    ['timestamptz', ['2026-03-01T12:00:00+02:00'], ['2026-03-01T10:00:00.000Z']],
    ['text', [undefined], [null]],
    ['integer', []],
  ])('arrives as it was: %s', async (type, values, read = values) => {
    const column = sqlArrays[type]();
    for (const value of values) column.add(value as never);
    const { rows } = await database.pool.query<{ value: unknown }>(
      `SELECT value FROM unnest($1::${type}[]) WITH ORDINALITY AS v(value, place) ORDER BY place`,
      [column.toBuffer()],
    );
    const found = rows.map(({ value }) => (value instanceof Date ? value.toISOString() : value));
    expect(found).toEqual(type === 'bigint' ? read.map((each) => (each === null ? null : String(each))) : read);
  });

  it.each<[type: keyof typeof sqlArrays, value: unknown]>([
    ['integer', 1.5],
    ['integer', 2_147_483_648],
    ['integer', Number.NaN],
    ['bigint', 2 ** 53],
    ['uuid', ''],
    ['uuid', '0190aaaa-0000-7000-8000-00000000000'],
    ['uuid', '0190aaaa-0000-7000-8000-00000000000g'],
    ['uuid', '0190aaaa000070008000-00000000000f---'],
    ['timestamptz', 'tomorrow'],
  ])('refuses what is not of its type: %s %s', (type, value) => {
    expect(() => sqlArrays[type]().add(value as never)).toThrow(RangeError);
  });
});
