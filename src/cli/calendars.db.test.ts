import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNetwork } from '../store/network.js';
import { addProduct, loadSmallNetwork } from '../store/testing/small-network.js';
import { command } from './calendars.js';
import { type CsvCommand, openCsvCommand } from './testing/csv-command.js';

const DAYS = `vendor,node,carrier,day,name
,,swift,2026-12-25,Christmas
,acme-west,,2026-12-24,"Christmas Eve, half of us"
acme,,,2026-12-25,Christmas
`;

describe('headgate calendars', () => {
  let calendars: CsvCommand;
  beforeAll(async () => {
    calendars = await openCsvCommand(command);
  });
  afterAll(() => calendars?.close());

  it('are what the file says for those that it names, and reach the nodes', async () => {
    const { accountId, nodes } = await loadSmallNetwork(calendars.pool);
    const product = await addProduct(calendars.pool, [
      [nodes.east, 1],
      [nodes.west, 1],
      [nodes.far, 1],
    ]);
    expect((await calendars.imports(DAYS, '--check')).said).toBe('would import 3 days of 3 calendars\n');
    expect((await calendars.run('export')).said).toBe('vendor,node,carrier,day,name\n');
    expect((await calendars.imports(DAYS)).said).toBe('imported 3 days of 3 calendars\n');
    expect((await calendars.run('export')).said).toBe(DAYS);
    const { nodes: found } = await loadNetwork(calendars.pool, {
      ...{
        accountId,
        productIds: [product],
        countryCode: 'US',
        regionCode: null,
        postalCode: null,
        orderCurrency: 'USD',
      },
      now: new Date('2026-12-01T00:00:00Z'),
    });
    expect(found.map(({ closedDays }) => closedDays)).toEqual([['2026-12-25'], ['2026-12-24', '2026-12-25'], null]);

    await calendars.imports('node,day,name\nacme-west,2027-01-01,New Year\n');
    expect((await calendars.run('export')).said).toBe(
      DAYS.replace('2026-12-24,"Christmas Eve, half of us"', '2027-01-01,New Year'),
    );
  });

  it('are refused with every fault', async () => {
    const before = await calendars.run('export');
    expect(
      await calendars.faults(
        `${DAYS}acme,acme-west,,2026-13-01,x\nacme,,,2026-12-25,again\nacme,acme-east,,2026-12-27,both\n`,
      ),
    ).toEqual([
      '5: day: expected a day, such as 2026-12-31',
      '6: day: this day stands twice',
      '7: expected either a vendor, a node or a carrier',
    ]);
    expect(await calendars.faults(`${DAYS}nobody,,,2026-12-25,x\n,,nobody,2026-12-25,x\n`)).toEqual([
      'nobody: there is no such vendor',
      'nobody: there is no such carrier',
    ]);
    expect(await calendars.run('export')).toEqual(before);
  });

  it('say on which days of the week a service delivers', async () => {
    expect((await calendars.run('deliveries', 'ground')).said).toBe('ground delivers mon,tue,wed,thu,fri\n');
    expect((await calendars.run('deliveries', 'ground', 'sat,mon')).said).toBe('ground delivers mon,sat\n');
    expect((await calendars.run('deliveries', 'ground')).said).toBe('ground delivers mon,sat\n');
    await expect(calendars.run('deliveries', 'ground', 'mon,noon')).rejects.toThrow('got noon');
    await expect(calendars.run('deliveries', 'nowhere')).rejects.toThrow('there is no service nowhere');
  });
});
