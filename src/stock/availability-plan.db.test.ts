import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READ_SUPPLY } from '../../migrations/1790000000041-read-supply.js';
import { systemClock } from '../model/clock.js';
import { systemViewer } from '../model/viewer.js';
import type { Database } from '../store/database.js';
import { openTestDatabase } from '../store/testing/open-test-database.js';
import { createAvailability } from './availability.js';
import { createSupplyReader } from './supply-reader.js';
import { loadWideNetwork } from './testing/wide-network.js';

/** Tables that grow with stock and orders: to read one of them whole for a question would be slow one day. */
const LARGE =
  'stock offer offer_cost product kit_component product_account_alias channel_set_aside reservation orders'.split(' ');
const NODES = 100;
const PRODUCTS = 1_000;
const SKUS = Array.from({ length: 250 }, (_, at) => `W-${at * 4 + 1}`);
const TYPES =
  'integer, text, text[], integer[], integer[], boolean, integer[], boolean, text, text, text[], timestamptz';

interface Step {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Step[];
}
const stepsOf = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(stepsOf)];

describe(`the question for 250 SKUs among ${NODES * PRODUCTS} rows of stock`, () => {
  let database: Database;
  let early: PoolClient;
  let late: PoolClient;
  beforeAll(async () => {
    database = await openTestDatabase();
    await database.pool.query('ANALYZE');
    [early, late] = [await database.pool.connect(), await database.pool.connect()];
    await prepare(early);
    await planOn(early);
    await loadWideNetwork(database.pool, { nodes: NODES, products: PRODUCTS });
    await database.pool.query('ANALYZE');
    await prepare(late);
  });
  afterAll(async () => {
    early?.release(true);
    late?.release(true);
    await database?.close();
  });

  /** The statement as its function has it. */
  async function prepare(client: PoolClient): Promise<void> {
    await client.query('SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off');
    await client.query(`PREPARE asked (${TYPES}) AS ${READ_SUPPLY}`);
  }

  async function planOn(client: PoolClient): Promise<Step[]> {
    const skus = SKUS.map((sku) => `'${sku}'`).join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(
      `EXPLAIN (FORMAT JSON) EXECUTE asked (NULL, 'shop', ARRAY[${skus}], '{}', '{}', true, '{}', true, 'US', '', '{""}', now())`,
    );
    return rows[0] ? stepsOf(rows[0]['QUERY PLAN'][0].Plan) : [];
  }

  it.each([
    ['planned while the tables were empty', () => early],
    ['planned with the statistics of today', () => late],
  ])('finds each row by an index, %s', async (_name, client) => {
    const steps = await planOn(client());
    const large = steps.filter((step) => LARGE.includes(step['Relation Name'] ?? ''));
    expect(new Set(large.map((step) => step['Relation Name']))).toEqual(new Set(LARGE));
    expect(large.filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(steps.map((step) => step['Index Name'])).toEqual(
      expect.arrayContaining(['product_sku_key', 'offer_product', 'offer_cost_product']),
    );
    // An index that is read from end to end would be no better.
    const whole = [...large, ...steps.filter((step) => step['Node Type'] === 'Bitmap Index Scan')].filter(
      (step) => step['Index Name'] !== undefined && step['Index Cond'] === undefined,
    );
    expect(whole).toEqual([]);
  });

  it('is answered whole, without a scan of a large table', async () => {
    await late.query('DEALLOCATE ALL; RESET ALL');
    const scans = async () => {
      await late.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await late.query<{ relname: string; seq_scan: string }>(
        'SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY($1) ORDER BY relname',
        [LARGE],
      );
      return rows;
    };
    const before = await scans();
    const supply = createSupplyReader(late, systemClock);
    const answers = await createAvailability({ supply, rulesOf: async () => [], clock: systemClock }).ask(
      systemViewer('test'),
      {
        ...{ skus: SKUS, accountCode: 'shop' },
        destination: { countryCode: 'US', regionCode: null, postalCode: null },
      },
    );
    expect(answers.map(({ promised }) => promised?.available)).toEqual(SKUS.map(() => NODES * 10));
    expect(await scans()).toEqual(before);
  });
});
