import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../store/network.js';
import { addProduct, loadSmallNetwork, type SmallNetwork } from '../store/testing/small-network.js';
import { command as currencies } from './currencies.js';
import { command as duties } from './duties.js';
import { type CsvCommand, openCsvCommand } from './testing/csv-command.js';

const RATES = `base,quote,valid_from,rate,source
EUR,USD,2026-03-02,1.09,ecb
EUR,USD,2026-03-01,1.08123456,ecb
`;

describe('headgate currencies', () => {
  let command: CsvCommand;
  let network: SmallNetwork;
  let product: number;
  beforeAll(async () => {
    command = await openCsvCommand(currencies);
    network = await loadSmallNetwork(command.pool);
    product = await addProduct(command.pool, [[network.nodes.far, 1]]);
    await command.pool.query("UPDATE vendor SET currency = 'EUR' WHERE id = $1", [network.nodes.far.vendorId]);
  });
  afterAll(() => command?.close());

  async function ratesAt(now: string) {
    const { exchangeRates, exchangeLimit } = await loadNetwork(command.pool, {
      ...{ accountId: network.accountId, productIds: [product], countryCode: 'US', regionCode: null, postalCode: null },
      ...{ orderCurrency: 'USD', now: new Date(now) },
    });
    return { rates: exchangeRates.map(({ rate }) => rate), limit: exchangeLimit };
  }

  it('take the newest of the day, exact', async () => {
    expect((await command.imports(RATES)).said).toBe('imported 2 exchange rates\n');
    expect((await ratesAt('2026-03-01T23:59:59Z')).rates).toEqual(['1.08123456']);
    expect((await ratesAt('2026-03-02T00:00:00Z')).rates).toEqual(['1.09']);
    expect((await command.run('export', '--all')).said).toBe(RATES);
    expect((await command.run('export')).said.split('\n')).toHaveLength(3);
  });

  it('convert nothing when the newest is older than the policy says, and tell of when it is', async () => {
    expect((await command.run('max-age')).said).toBe('exchange rates may be 7 days old\n');
    expect((await ratesAt('2026-03-09T12:00:00Z')).rates).toEqual(['1.09']);
    expect(await ratesAt('2026-03-10T00:00:00Z')).toEqual({
      rates: [],
      limit: { daysMax: 7, newest: { EUR: '2026-03-02' } },
    });
    expect((await command.run('max-age', '30')).said).toBe('exchange rates may be 30 days old\n');
    expect((await ratesAt('2026-03-10T00:00:00Z')).rates).toEqual(['1.09']);
    expect((await ratesAt('2026-04-02T00:00:00Z')).rates).toEqual([]);
  });

  it('are refused line by line', async () => {
    expect(
      await command.faults(
        `${RATES}EUR,EUR,2026-03-01,1,ecb\nEUR,USD,2026-03-02,1.1,ecb\nEUR,USD,2026-03-03,0,ecb\nEUR,USD,2026-03-03,1.123456789,ecb\n`,
      ),
    ).toEqual([
      '6: rate: expected more than 0',
      '7: rate: expected a rate with at most 8 decimals',
      '4: quote: expected another currency than base',
      '5: valid_from: this pair has a rate of this day already',
    ]);
  });
});

describe('headgate duties', () => {
  let command: CsvCommand;
  let network: SmallNetwork;
  beforeAll(async () => {
    command = await openCsvCommand(duties);
    network = await loadSmallNetwork(command.pool);
  });
  afterAll(() => command?.close());

  const DUTIES = `record,destination,origin,hs_prefix,duty_percent,tax_percent,valid_from,free_up_to,currency,tax_always
threshold,DE,,,,,,150,EUR,yes
rate,DE,,,4,19,2026-01-01,,,
rate,DE,,61,12,19,2026-01-01,,,
rate,DE,CN,8711,48.5,19,2026-01-01,,,
`;

  it('come out as they went in, and may be put again', async () => {
    expect((await command.imports(DUTIES)).said).toBe('imported 3 duty rates and 1 thresholds\n');
    expect((await command.imports(DUTIES.replace('48.5', '50'))).exitCode).toBe(0);
    expect((await command.run('export')).said).toBe(DUTIES.replace('48.5', '50'));
  });

  it('are refused line by line', async () => {
    const twice = `${DUTIES}threshold,DE,,,,,,99,EUR,\nrate,DE,,6a,1,1,2026-01-01,,,\nrate,DE,,61,12,19,2026-01-01,,,\nrate,DE,,62,,,2026-01-01,5,,\n`;
    expect((await command.faults(twice)).sort()).toEqual([
      '6: this threshold stands twice',
      '7: hs_prefix: expected the first digits of an HS code, at most 10',
      '8: this rate stands twice',
      '9: duty_percent: expected a value, got a blank cell',
      '9: free_up_to: this record has no such cell: leave it blank',
    ]);
  });

  it('are paid by whom the account says', async () => {
    expect((await command.run('terms', 'shop', 'DAP')).said).toBe('shop sells DAP\n');
    await expect(command.run('terms', 'nobody', 'DAP')).rejects.toThrow('there is no account nobody');
    expect((await command.run('terms', 'shop')).said).toBe('shop sells DAP\n');
  });

  it('are paid by whom the account says of the destination, where it says so', async () => {
    const termsTo = async (countryCode: string) => {
      const to = { countryCode, regionCode: null, postalCode: null, orderCurrency: 'USD', now: new Date() };
      return (await loadNetwork(command.pool, { accountId: network.accountId, productIds: [], ...to })).dutyTerms;
    };
    await command.run('terms', 'shop', 'DDP');
    expect((await command.run('terms', 'shop', 'DAP', '--to', 'NO,CH')).said).toBe(
      'shop sells DDP, DAP to CH, DAP to NO\n',
    );
    expect(await Promise.all(['CH', 'NO', 'DE'].map(termsTo))).toEqual(['DAP', 'DAP', 'DDP']);
    expect((await command.run('terms', 'shop', 'own', '--to', 'CH')).said).toBe('shop sells DDP, DAP to NO\n');
    expect(await Promise.all(['CH', 'NO'].map(termsTo))).toEqual(['DDP', 'DAP']);
    await expect(command.run('terms', 'nobody', 'DAP', '--to', 'CH')).rejects.toThrow('there is no account nobody');
    await expect(command.run('terms', 'shop', 'DAP', '--to', 'Norway')).rejects.toThrow(
      'expected a country such as DE',
    );
    await expect(command.run('terms', 'shop', 'own')).rejects.toThrow('expected --to with countries');
  });
});
