import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { command } from './stock.js';

describe('headgate stock verify', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let network: SmallNetwork;
  beforeAll(async () => {
    database = await openTestDatabase();
    network = await loadSmallNetwork(database.pool);
  });
  afterAll(() => database?.close());

  async function run(...words: string[]): Promise<{ said: string; exitCode: unknown }> {
    const before = process.exitCode;
    vi.stubEnv('DATABASE_URL', database.url);
    let said = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      process.exitCode = 0;
      await command().parseAsync(['verify', ...words], { from: 'user' });
      return { said, exitCode: process.exitCode };
    } finally {
      write.mockRestore();
      vi.unstubAllEnvs();
      process.exitCode = before;
    }
  }

  it('tells what drifted with an exit status of its own, repairs it when asked, and then is content', async () => {
    const productId = await addProduct(database.pool, [[network.nodes.east, 9]]);
    expect(await run()).toEqual({ said: '1 stock rows checked, 0 adrift\n', exitCode: 0 });
    await database.pool.query('UPDATE stock SET committed = 4 WHERE product_id = $1', [productId]);

    const people = await run();
    expect(people.exitCode).toBe(3);
    expect(people.said).toMatch(/acme-east\W+SKU-\S+\W+committed\W+4\W+0\W+0\W+no/);
    const machines = await run('--json');
    expect(machines.exitCode).toBe(3);
    expect(JSON.parse(machines.said)).toMatchObject({
      kind: 'stock',
      productId,
      counters: { committed: 4 },
      repaired: false,
    });

    const repaired = await run('--repair');
    expect(repaired.exitCode).toBe(0);
    expect(repaired.said).toContain('1 stock rows checked, 1 adrift, all repaired');
    expect(await run('--json')).toEqual({ said: '', exitCode: 0 });
  });
});
