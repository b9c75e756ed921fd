import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { command } from './stock.js';
import { runCommand } from './testing/run-command.js';

describe('headgate stock', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let network: SmallNetwork;
  beforeAll(async () => {
    database = await openTestDatabase();
    network = await loadSmallNetwork(database.pool);
  });
  afterAll(() => database?.close());

  const run = (...words: string[]) => runCommand(command(), database.url, words);

  it('verify tells what drifted with an exit status of its own, repairs it when asked, and then is content', async () => {
    const productId = await addProduct(database.pool, [[network.nodes.east, 9]]);
    expect(await run('verify')).toEqual({ said: '1 stock rows checked, 0 adrift\n', complained: '', exitCode: 0 });
    await database.pool.query('UPDATE stock SET committed = 4 WHERE product_id = $1', [productId]);

    const people = await run('verify');
    expect(people.exitCode).toBe(3);
    expect(people.said).toMatch(/acme-east\W+SKU-\S+\W+committed\W+4\W+0\W+0\W+no/);
    const machines = await run('verify', '--json');
    expect(machines.exitCode).toBe(3);
    expect(JSON.parse(machines.said)).toMatchObject({
      kind: 'stock',
      productId,
      counters: { committed: 4 },
      repaired: false,
    });

    const repaired = await run('verify', '--repair');
    expect(repaired.exitCode).toBe(0);
    expect(repaired.said).toContain('1 stock rows checked, 1 adrift, all repaired');
    expect(await run('verify', '--json')).toEqual({ said: '', complained: '', exitCode: 0 });
  });

  it('policy takes a file, or says where it is wrong and does nothing; what is exported may be applied again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-policy-'));
    const file = join(folder, 'policy.json');
    try {
      await writeFile(
        file,
        '{"vendors":{"acme":{"lowStockUnits":5},"zenith":{"bufferZ":"much"}},"products":{"NONE":1}}',
      );
      const misshapen = await run('policy', 'apply', file);
      expect(misshapen).toMatchObject({ said: '', exitCode: 2 });
      expect(misshapen.complained).toBe(
        `${file}: vendors.zenith.bufferZ: Invalid input: expected number, received string\n`,
      );
      await writeFile(file, '{"vendors":{"acme":{"lowStockUnits":5}},"products":{"NONE":1}}');
      expect((await run('policy', 'apply', file)).complained).toBe(`${file}: products.NONE: there is no such SKU\n`);

      await writeFile(file, '{"vendors":{"acme":{"lowStockUnits":5}}}');
      expect((await run('policy', 'apply', file)).said).toBe(
        'changed: 1 vendors, 0 tags, 0 products, 0 SKUs at a node\n',
      );
      const exported = await run('policy', 'export', '--vendor', 'acme');
      expect(JSON.parse(exported.said).vendors.acme.lowStockUnits).toBe(5);
      await writeFile(file, exported.said);
      const again = await run('policy', 'apply', file, '--json');
      expect(JSON.parse(again.said)).toEqual({ changed: { vendors: 0, tags: 0, products: 0, rows: 0 } });
      await expect(run('policy', 'export', '--vendor', 'acne')).rejects.toThrow('there is no vendor acne');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
