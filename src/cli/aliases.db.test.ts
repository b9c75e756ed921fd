import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDeadLetter } from '../store/dead-letters.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { command as aliases } from './aliases.js';
import { command as deadLetters } from './dead-letters.js';
import { runCommand } from './testing/run-command.js';

const LETTER = '00000000-0000-7000-8000-000000000001';

describe('what an account calls a product', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase();
    await database.pool.query(`
      INSERT INTO account (code, name, channel, currency) VALUES ('shop', 'Shop', 'api', 'USD');
      INSERT INTO product (sku, title, unit_weight_grams, list_price) VALUES ('LAMP', 'Lamp', 1, 1), ('DESK', 'Desk', 1, 1)`);
  });
  afterAll(() => database?.close());
  const alias = (...words: string[]) => runCommand(aliases(), database.url, words);

  it('is added, changed, listed and taken away', async () => {
    expect((await alias('add', 'shop', 'lamp.1', 'DESK')).said).toBe('lamp.1 of shop means DESK\n');
    await alias('add', 'shop', 'lamp.1', 'LAMP');
    expect(JSON.parse((await alias('list', 'shop', '--json')).said)).toEqual({
      ...{ account: 'shop', alias: 'lamp.1', sku: 'LAMP' },
    });
    await alias('remove', 'shop', 'lamp.1');
    expect((await alias('list')).said).toContain('no aliases');
    await expect(alias('remove', 'shop', 'lamp.1')).rejects.toThrow('shop has no alias lamp.1');
    await expect(alias('add', 'shop', 'lamp.1', 'NO')).rejects.toThrow('there is no product NO');
  });

  it('that nobody knows is shown with what it may mean', async () => {
    const fault = { code: 'UNKNOWN_SKU', message: 'got "lamp.1"', path: 'lines[0].sku', suggestions: ['LAMP', 'DESK'] };
    await openDeadLetter(database.pool, {
      ...{ id: LETTER, step: 'intake', subjectId: LETTER, errors: [fault], attempts: 1, at: new Date() },
    });
    const { said } = await runCommand(deadLetters(), database.url, ['show', LETTER]);
    expect(said).toContain('UNKNOWN_SKU at lines[0].sku: got "lamp.1"');
    expect(said).toContain('may mean LAMP, DESK');
  });
});
