import { describe, expect, it } from 'vitest';
import { addressesOf, addressOf, isPublicAddress } from './public-address.js';

const named =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const failing = (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('an address of the open internet', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['100.100.100.200', '168.63.129.16', '192.0.0.192', '198.18.0.1', '203.0.113.4', '224.0.0.1', '255.255.255.255'],
    ...[
      '::1',
      '::',
      'fd00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
      '4000::1',
      '2001:db8::1',
    ],
    ...[
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '64:ff9b::a00:1',
      '2002:7f00:1::',
      '2001::1',
      'example.com',
      '',
    ],
  ])('is not %j', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a host that a user configured', () => {
  it('is connected to at its public addresses alone', async () => {
    const found = await addressesOf('partner.example', 'public', named('10.0.0.1', '93.184.216.34', '::1'));
    expect(found).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await addressOf('93.184.216.34', { privateHosts: [] })).toBe('93.184.216.34');
  });

  it('is refused where all its addresses are private, and the remedy is told', async () => {
    const error = await failing(addressesOf('partner.example', 'public', named('10.0.0.1', '::ffff:127.0.0.1')));
    expect(error).toMatchObject({ code: 'HOST_PRIVATE', errorClass: 'permanent' });
    expect(String(error)).toContain('HEADGATE_PRIVATE_HOSTS');
    expect(await failing(addressOf('127.0.0.1', { privateHosts: [] }))).toMatchObject({ code: 'HOST_PRIVATE' });
  });

  it('may be private where the operator says so, and never where clouds keep their secrets', async () => {
    expect(await addressOf('127.0.0.1', { privateHosts: ['127.0.0.1'] })).toBe('127.0.0.1');
    expect(await addressesOf('erp.internal', 'private', named('10.0.0.1', '169.254.169.254'))).toEqual([
      { address: '10.0.0.1', family: 4 },
    ]);
    const stolen = addressesOf('erp.internal', 'private', named('169.254.169.254', 'fd00:ec2::254'));
    expect(await failing(stolen)).toMatchObject({ code: 'HOST_PRIVATE' });
  });

  it('that is not known may be known later', async () => {
    const unknown = addressesOf('partner.example', 'public', async () => Promise.reject(new Error('ENOTFOUND')));
    expect(await failing(unknown)).toMatchObject({ code: 'HOST_UNKNOWN', errorClass: 'transient' });
  });
});
