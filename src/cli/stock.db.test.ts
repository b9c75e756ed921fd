import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshBuffers } from '../store/stock-buffers.js';
import { applyStockReport } from '../store/stock-reports.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { addProduct, loadSmallNetwork, type SmallNetwork, skuOf, stockOf } from '../store/testing/small-network.js';
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

  it('reports lists what waits for a person, who applies it or discards it; unknown lists what nobody knows', async () => {
    const products = await Promise.all([1, 2, 3, 4].map(() => addProduct(database.pool, [[network.nodes.far, 9]])));
    const [kept, gone] = await Promise.all(products.map((id) => skuOf(database.pool, id)));
    await database.pool.query(
      "UPDATE vendor SET feed_absent_is_zero = true, feed_review_percent = 1 WHERE code = 'zenith'",
    );
    const report = (asOf: string, vendorSku: string) =>
      applyStockReport(database.pool, {
        vendorId: network.nodes.far.vendorId,
        report: { asOf, complete: true, faults: [], rows: [{ nodeCode: 'zenith-far', vendorSku, onHand: 7 }] },
        ...{ now: new Date(asOf), newId: randomUUID },
      });
    expect((await run('reports', 'list')).said).toBe('no report waits\n');
    await report('2026-03-01T11:00:00Z', kept ?? '');
    const waits = JSON.parse((await run('reports', 'list', '--json')).said);
    expect(waits).toMatchObject({ vendorCode: 'zenith', state: 'review', kind: 'snapshot' });
    expect((await run('reports', 'list')).said).toContain(waits.id);
    expect((await run('reports', 'apply', waits.id)).said).toBe(`report ${waits.id} is applied\n`);
    const onHand = await Promise.all(products.map((id) => stockOf(database.pool, network.nodes.far, id)));
    expect(onHand.map((row) => row.onHand)).toEqual([7, 0, 0, 0]);
    await expect(run('reports', 'apply', waits.id)).rejects.toThrow(
      'is applied: headgate stock reports list tells those that wait',
    );
    await expect(run('reports', 'discard', randomUUID())).rejects.toThrow(
      'found none: headgate stock reports list tells those that wait',
    );
    await expect(run('reports', 'discard', '7')).rejects.toThrow('expected the id of a report');

    await database.pool.query('UPDATE stock SET on_hand = 9 WHERE product_id = ANY($1)', [products]);
    await report('2026-03-01T12:00:00Z', gone ?? '');
    const next = JSON.parse((await run('reports', 'list', '--json')).said);
    expect((await run('reports', 'discard', next.id)).said).toBe(`report ${next.id} is discarded\n`);
    expect((await run('unknown')).said).toBe('every SKU that was reported is known\n');
    await report('2026-03-01T13:00:00Z', 'NOBODY-KNOWS');
    expect((await run('unknown')).said).toMatch(/zenith\W+zenith-far\W+NOBODY-KNOWS\W+7/);
  });

  it('reports list names vendors whose numbers fell back, and restart lets them begin again', async () => {
    const sku = await skuOf(database.pool, await addProduct(database.pool, [[network.nodes.east, 9]]));
    for (const [minute, position] of [70, 1, 2].entries()) {
      const asOf = `2026-03-01T11:0${minute}:00Z`;
      await applyStockReport(database.pool, {
        vendorId: network.nodes.east.vendorId,
        report: {
          asOf,
          position,
          complete: true,
          faults: [],
          rows: [{ nodeCode: 'acme-east', vendorSku: sku, onHand: 7 }],
        },
        ...{ now: new Date(asOf), newId: randomUUID },
      });
    }
    const listed = (await run('reports', 'list')).said;
    expect(listed).toMatch(/acme\W+70\W+2\W+2026-03-01/);
    expect(listed).toContain('headgate stock reports restart');
    const machines = (await run('reports', 'list', '--json')).said.trim().split('\n');
    expect(JSON.parse(machines.at(-1) ?? '')).toMatchObject({
      kind: 'numbering',
      vendorCode: 'acme',
      newestPosition: 70,
    });
    expect((await run('reports', 'restart', 'acme')).said).toBe(
      'the numbers of acme begin again; a snapshot is wanted\n',
    );
    expect((await run('reports', 'list')).said).not.toContain('numbers fell');
    await expect(run('reports', 'restart', 'nobody')).rejects.toThrow(
      'expected a vendor with code nobody, found none: headgate vendors list tells them',
    );
  });

  it('show tells what may be promised of a SKU at each node, with the terms that its buffer follows from', async () => {
    const { east, west } = network.nodes;
    const productId = await addProduct(database.pool, [
      [east, 9],
      [west, 4],
    ]);
    const sku = await skuOf(database.pool, productId);
    await database.pool.query("UPDATE vendor SET reserve_units = 2, feed_lag_seconds = 7200 WHERE code = 'acme'");
    await refreshBuffers(database.pool, { now: new Date(), after: null, batchesMax: 1 });
    await database.pool.query('UPDATE stock SET safety_stock = 1 WHERE product_id = $1', [productId]);

    const people = (await run('show', sku)).said;
    expect(people).toMatch(/acme-east\W+9\W+1\W+2\W+0\W+0\W+6\W+2026-01-01/);
    expect(people).toMatch(/acme-west\W+2\W+50\W+\d+\.\d\W+0\.000\W+0\.000\W+1\.64\W+2\W/);
    const [row, ...others] = (await run('show', sku, '--node', 'acme-west', '--json')).said.trim().split('\n');
    expect(others).toEqual([]);
    const { bufferInputs, ...told } = JSON.parse(row ?? '');
    expect(told).toMatchObject({ sku, nodeCode: 'acme-west', vendorCode: 'acme', atp: 1, onHand: 4, buffer: 2 });
    const ageHours = (Date.now() - Date.parse(told.asOf)) / 3_600_000 + 2;
    expect(bufferInputs).toMatchObject({ driftPerHour: 0, z: 1.64, capPercent: 50, reserveUnits: 2, target: 2 });
    expect(bufferInputs.ageHours).toBeCloseTo(ageHours, 1);
    await expect(run('show', 'NOT-OURS')).rejects.toThrow('no stock of NOT-OURS is known at any node');
    await database.pool.query("UPDATE vendor SET reserve_units = 0, feed_lag_seconds = 0 WHERE code = 'acme'");
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
      await expect(run('policy', 'export', '--vendor', 'acne')).rejects.toThrow(
        'there is no vendor acne: headgate vendors list tells them',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
