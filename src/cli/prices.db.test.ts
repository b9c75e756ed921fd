import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../store/network.js';
import { addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { command } from './prices.js';
import { type CsvCommand, openCsvCommand } from './testing/csv-command.js';

const HEAD =
  'node,sku,currency,valid_from,valid_to,from_quantity,unit_cost,unit_fee,minimum_quantity,quantity_multiple,order_fee,minimum_order_value,small_order_fee';

describe('headgate prices', () => {
  let prices: CsvCommand;
  let network: SmallNetwork;
  let product: number;
  let sku: string;
  beforeAll(async () => {
    prices = await openCsvCommand(command);
    network = await loadSmallNetwork(prices.pool);
    product = await addProduct(prices.pool, [[network.nodes.east, 10]]);
    const { rows } = await prices.pool.query<{ sku: string }>('SELECT sku FROM product WHERE id = $1', [product]);
    sku = rows[0]?.sku ?? '';
  });
  afterAll(() => prices?.close());

  async function termsAt(now: string) {
    const snapshot = await loadNetwork(prices.pool, {
      ...{ accountId: network.accountId, productIds: [product], countryCode: 'US', regionCode: null, postalCode: null },
      ...{ orderCurrency: 'USD', now: new Date(now) },
    });
    const [offer] = snapshot.offers;
    return {
      costs: offer?.unitCosts.map(({ fromQuantity, unitCost }) => [fromQuantity, unitCost]),
      terms: [offer?.unitFee, offer?.minimumQuantity, offer?.quantityMultiple],
      node: [snapshot.nodes[0]?.orderFee, snapshot.nodes[0]?.minimumOrderValue, snapshot.nodes[0]?.smallOrderFee],
    };
  }

  it('count from their day on to their last, and at the moment of the decision alone', async () => {
    const before = await termsAt('2026-06-30T23:59:59Z');
    const text = [
      HEAD,
      `acme-east,,USD,2026-07-01,,,,,,,2.5,50,4`,
      `acme-east,${sku},USD,2026-07-01,2026-08-01,10,3.5,0.1,5,5,,,`,
      `acme-east,${sku},USD,2026-07-01,2026-08-01,1,4.25,0.1,5,5,,,`,
      `acme-east,${sku},USD,2026-07-15,2026-07-16,1,1,0,1,1,,,`,
      '',
    ].join('\n');
    expect((await prices.imports(text, '--check')).said).toBe(
      'would import terms of 2 SKUs at a node and of 1 nodes\n',
    );
    expect(await termsAt('2026-07-01T00:00:00Z')).toEqual(before);
    expect((await prices.imports(text)).exitCode).toBe(0);

    expect(await termsAt('2026-06-30T23:59:59Z')).toEqual(before);
    expect(await termsAt('2026-07-01T00:00:00Z')).toEqual({
      costs: [
        [1, 42_500],
        [10, 35_000],
      ],
      ...{ terms: [1_000, 5, 5], node: [25_000, 500_000, 40_000] },
    });
    expect((await termsAt('2026-07-15T12:00:00Z')).costs).toEqual([[1, 10_000]]);
    const after = await termsAt('2026-08-01T00:00:00Z');
    expect([after.costs, after.terms, after.node]).toEqual([before.costs, before.terms, [25_000, 500_000, 40_000]]);
  });

  it('come out as they went in', async () => {
    const exported = (await prices.run('export')).said;
    expect(exported.split('\n')).toHaveLength(6);
    expect((await prices.imports(exported)).exitCode).toBe(0);
    expect((await prices.run('export')).said).toBe(exported);
  });

  it('are refused line by line', async () => {
    const at = `acme-east,${sku},USD,2027-01-01,`;
    expect(
      await prices.faults(
        [
          HEAD,
          `acme-east,,USD,2027-01-01,,,,,,,1,,3`,
          `${at},10,3.5,,,,,,`,
          `${at},10,3.4,,2,,,,`,
          `acme-east,${sku},USD,2027-02-01,2027-01-01,1,x,,,,,,`,
          `acme-east,,USD,2027-01-01,,,,,,,1,,`,
          `acme-east,,USD,2027-03-01,,1,,,,,1,,`,
        ].join('\n'),
      ),
    ).toEqual([
      '2: small_order_fee: expected a minimum_order_value, below which the fee is due',
      '3: from_quantity: expected a price from 1 on, too',
      '4: from_quantity: there is a price from 10 on already',
      '4: minimum_quantity: expected the same as in line 3: it is of the SKU, not of a price break',
      '5: unit_cost: expected an amount from 0 to 10000000 with at most 4 decimals',
      '6: valid_from: these terms stand twice for this day',
      '7: from_quantity: this record has no such cell: leave it blank',
    ]);
  });

  it('are refused for what does not exist, and for another currency than the vendor’s', async () => {
    const rows = [
      'acme-nowhere,,USD,2027-01-01,,,,,,,1,,',
      'acme-east,,EUR,2027-01-01,,,,,,,1,,',
      `acme-west,${sku},USD,2027-01-01,,1,2,,,,,,`,
      `acme-east,NOTHING,USD,2027-01-01,,1,2,,,,,,`,
    ];
    const before = await prices.run('export');
    expect((await prices.faults([HEAD, ...rows].join('\n'))).sort()).toEqual([
      'NOTHING: there is no such SKU',
      "acme-east: its vendor's prices are in USD, not in EUR",
      'acme-nowhere: there is no such node',
      `acme-west ${sku}: the node does not offer this SKU`,
    ]);
    expect(await prices.run('export')).toEqual(before);
  });

  it('are taken back by their first day: what began before counts on', async () => {
    const before = (await prices.run('export')).said;
    const text = `${HEAD}\nacme-east,,USD,2026-07-20,,,,,,,9,,\nacme-east,${sku},USD,2026-07-20,,1,2,,,,,,\n`;
    await prices.imports(text);
    expect((await termsAt('2026-07-21T00:00:00Z')).costs).toEqual([[1, 20_000]]);
    const told = 'terms of 1 SKUs at a node and of 1 nodes\n';
    expect((await prices.run('withdraw', '2026-07-20', '--vendor', 'acme', '--check')).said).toBe(
      `would take back ${told}`,
    );
    expect((await prices.run('withdraw', '2026-07-20', '--vendor', 'acme')).said).toBe(`took back ${told}`);
    expect((await prices.run('export')).said).toBe(before);
    expect((await prices.run('withdraw', '2026-07-20', '--node', 'acme-west')).said).toMatch(/of 0 SKUs .* of 0 nodes/);
    await expect(prices.run('withdraw', '2026-07-20', '--node', 'nowhere')).rejects.toThrow(
      'nowhere: there is no such node',
    );
    await expect(prices.run('withdraw', '2026-07-20')).rejects.toThrow('expected either --vendor or --node');
  });
});
