import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../store/network.js';
import { addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { command } from './rates.js';
import { type CsvCommand, openCsvCommand } from './testing/csv-command.js';

const RATES = `record,card,series,service,carrier,currency,minimum,valid_from,valid_to,zone,country,postal_prefix,transit_hours,transit_days,up_to,price,code,amount,over_grams,node,vendor
card,ground-2026,ground,ground,swift,USD,5,2026-01-01,2027-01-01,,,,,,,,,,,,
zone,ground-2026,,,,,,,,us,,,,,,,,,,,
area,ground-2026,,,,,,,,us,US,,,2,,,,,,,
bracket,ground-2026,,,,,,,,us,,,,,1000,4.5,,,,,
surcharge,ground-2026,,,,,,2026-01-01,,,,,,,,,island,7,,,
remote,ground-2026,,,,,,,,,US,967,,,,,island,,,,
surcharge,ground-2026,,,,,,2026-11-15,2027-01-10,,,,,,,,peak,0.5,,,
card,ground-2027,ground,ground,swift,USD,,2027-01-01,,,,,,,,,,,,,
zone,ground-2027,,,,,,,,us,,,,,,,,,,,
area,ground-2027,,,,,,,,us,US,,48,,,,,,,,
bracket,ground-2027,,,,,,,,us,,,,,1000,6,,,,,
card,anywhere,,ground,swift,USD,,2026-01-01,,,,,,,,,,,,,
zone,anywhere,,,,,,,,all,,,,,,,,,,,
area,anywhere,,,,,,,,all,ZZ,,240,,,,,,,,
bracket,anywhere,,,,,,,,all,,,,,1000,30,,,,,
use,ground,,,,,,,,,,,,,,,,,,acme-east,
use,anywhere,,,,,,,,,,,,,,,,,,,acme
`;

describe('headgate rates', () => {
  let rates: CsvCommand;
  let network: SmallNetwork;
  let product: number;
  beforeAll(async () => {
    rates = await openCsvCommand(command);
    network = await loadSmallNetwork(rates.pool);
    product = await addProduct(rates.pool, [[network.nodes.east, 10]]);
  });
  afterAll(() => rates?.close());

  async function serviceTo(countryCode: string, now: string, postalCode: string | null = null) {
    const { accountId } = network;
    const to = { countryCode, regionCode: null, postalCode, orderCurrency: 'USD', now: new Date(now) };
    const { services } = await loadNetwork(rates.pool, { accountId, productIds: [product], ...to });
    return services[0];
  }

  it('are checked without a trace, imported, listed and given back as they were', async () => {
    expect((await rates.imports(RATES, '--check')).said).toBe(
      'would import 3 cards, used in 2 places that the file names\n',
    );
    expect((await rates.run('list')).said).toBe('there are no rate cards\n');
    expect((await rates.imports(RATES)).said).toBe('imported 3 cards, used in 2 places that the file names\n');
    const listed = (await rates.run('list', '--json')).said.trim().split('\n');
    expect(listed.map((line) => JSON.parse(line))).toMatchObject([
      { code: 'anywhere', series: null, validTo: null, zones: 1, brackets: 1, nodes: 0 },
      { code: 'ground-2026', series: 'ground', validFrom: '2026-01-01', validTo: '2027-01-01', nodes: 1 },
      { code: 'ground-2027', nodes: 0 },
    ]);
    const exported = (await rates.run('export')).said;
    expect(await rates.imports(exported)).toMatchObject({ exitCode: 0 });
    expect((await rates.run('export')).said).toBe(exported);
    expect((await rates.run('export', '--card', 'anywhere')).said.split('\n')).toHaveLength(7);
    await expect(rates.run('export', '--card', 'nowhere')).rejects.toThrow('there is no rate card nowhere');
  });

  it('take turns by their dates', async () => {
    expect(await serviceTo('US', '2026-06-01T12:00:00Z')).toMatchObject({
      source: 'card',
      businessDays: { days: 2, workingDays: [1, 2, 3, 4, 5], closedDays: null },
      rateCard: { code: 'ground-2026', minimum: 50_000, brackets: [{ upTo: '1000', price: 45_000 }], surcharges: [] },
    });
    expect(await serviceTo('US', '2027-01-01T00:00:00Z')).toMatchObject({
      ...{ transitHours: 48, businessDays: null, rateCard: { code: 'ground-2027', minimum: 0 } },
    });
  });

  it('charge a remote area and a season, where and while they are', async () => {
    const codes = async (now: string, postalCode: string) =>
      (await serviceTo('US', now, postalCode))?.rateCard.surcharges.map(({ code }) => code);
    expect(await codes('2026-06-01T12:00:00Z', '96701')).toEqual(['island']);
    expect(await codes('2026-12-01T12:00:00Z', '10001')).toEqual(['peak']);
  });

  it('leave to the vendor’s default what no card of the node knows', async () => {
    expect(await serviceTo('BR', '2026-06-01T12:00:00Z')).toMatchObject({
      ...{ source: 'default', transitHours: 240, rateCard: { code: 'anywhere' } },
    });
  });

  it('are refused whole, with the line of each fault', async () => {
    const before = await rates.run('export');
    expect(await rates.faults(RATES.replace('1000,4.5', '1000,4;5').replace('US,,,2', 'us,,,2'))).toEqual([
      '4: country: expected a country of ISO 3166-1 alpha-2 in capitals, such as DE, or ZZ for anywhere',
      '5: price: expected an amount from 0 to 10000000 with at most 4 decimals',
    ]);
    expect(await rates.run('export')).toEqual(before);
  });

  it('are refused where they name what is not there, and nothing of them stays', async () => {
    const before = await rates.run('export');
    const text = RATES.replace('acme-east', 'acme-nowhere').replace(
      'ground-2026,ground,ground,swift',
      'ground-2026,ground,ground,other',
    );
    expect(await rates.faults(text)).toEqual([
      'ground-2026: the service ground is of the carrier swift, not other',
      'acme-nowhere: there is no such node',
    ]);
    expect(await rates.run('export')).toEqual(before);
  });

  it('are withdrawn from a day on: what counts then ends, what begins later goes, and the default counts', async () => {
    await rates.imports('record,card,node\nuse,ground-2027,acme-east\n');
    const before = await rates.run('export');
    const withdraw = (...words: string[]) => rates.run('withdraw', 'ground', '--from', '2026-07-01', ...words);
    expect((await withdraw('--check')).said).toBe('ground-2026 would end on 2026-07-01\nground-2027 would go\n');
    expect(await rates.run('export')).toEqual(before);

    expect((await withdraw()).said).toBe('ground-2026 ends on 2026-07-01\nground-2027 is gone\n');
    expect(await serviceTo('US', '2026-06-30T23:59:59Z')).toMatchObject({ rateCard: { code: 'ground-2026' } });
    expect(await serviceTo('US', '2026-07-01T00:00:00Z')).toMatchObject({ rateCard: { code: 'anywhere' } });
    expect(await serviceTo('US', '2027-02-01T00:00:00Z')).toMatchObject({ rateCard: { code: 'anywhere' } });
    expect((await withdraw()).said).toBe('no card of ground counts from 2026-07-01 on\n');

    expect((await rates.run('withdraw', 'anywhere', '--from', '2026-01-01')).said).toBe('anywhere is gone\n');
    expect(await serviceTo('US', '2026-07-01T00:00:00Z')).toBeUndefined();
    await expect(rates.run('withdraw', 'nowhere', '--from', '2026-01-01')).rejects.toThrow('nowhere: there is no such');
  });
});
