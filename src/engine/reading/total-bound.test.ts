import { describe, expect, it } from 'vitest';
import { changed, faultPaths, validRequest } from '../testing/broken-request.js';
import { parseRequest } from './parse.js';

describe('the largest conceivable total', () => {
  /** 90,000 units of 10^7 are 9 x 10^11 exactly, but for the freight of 6 and the goods. */
  function atTheLimit(quantity: number, price: string, freight = '6') {
    const request = validRequest();
    return {
      ...request,
      order: { ...request.order, lines: [{ ...request.order.lines[0], quantity, unitPrice: price }] },
      nodes: request.nodes.map((node) => ({
        ...node,
        services: node.services.map((service) => ({ ...service, rates: [{ upTo: 2000, price: freight }] })),
      })),
    };
  }

  it('is accepted at 9 x 10^11 and refused above it', () => {
    // 90,000 x (9,999,995.9999 + 4) + 6 = 9 x 10^11 - 3; the request's other costs are free.
    expect(faultPaths(atTheLimit(90_000, '9999995.9999'))).toEqual([]);
    expect(faultPaths(atTheLimit(90_000, '9999996'))).toEqual(['']);
  });

  it('says what was counted, to the last digit', () => {
    const parsed = parseRequest(atTheLimit(90_000, '9999995.9999', '12.0001'));
    expect(parsed).toMatchObject({
      faults: [
        {
          path: '',
          message:
            'expected a largest conceivable total of at most 900000000000.0000, got 900000000003.0001: 899999999991.0000 for the lines at the dearest offers, 12.0001 for the fees and the greatest freight of all nodes',
        },
      ],
    });
  });

  it('counts all digits of the cost of unfilled value', () => {
    const request = (costPerValue: string) => ({
      ...(changed('order.lines[0].unitPrice', '12.357') as object),
      policy: { unfilled: { costPerValue } },
    });
    // (9 x 10^11 - 8 - 6) / (2 x 12.357) - 1 lies between the two: the second passes 9 x 10^11 by 0.00002660.
    expect(faultPaths(request('36416605970.7568'))).toEqual([]);
    expect(parseRequest(request('36416605970.7569'))).toMatchObject({
      faults: [{ path: '', message: expect.stringContaining('got 900000000000.0001') }],
    });
  });

  it.each([
    ['without rates', { rates: [], surcharges: [{ id: 'fuel', amount: '900000000000' }] }],
    [
      'beyond the whole order',
      {
        rates: [
          { upTo: 800, price: '6' },
          { upTo: 2000, price: '900000000000' },
        ],
      },
    ],
    [
      'beyond the greatest measure carried',
      {
        maximum: 500,
        rates: [{ upTo: 500, price: '6' }],
        beyond: { every: 1, price: '900000000000' },
      },
    ],
  ])('counts no freight %s, which is never charged', (_what, fields) => {
    const service = { id: 's1', carrier: 'post', transitHours: 48, rates: [{ upTo: 2000, price: '6' }] };
    expect(faultPaths(changed('nodes[0].services[0]', { ...service, ...fields }))).toEqual([]);
  });

  it('counts the cost of unfilled value', () => {
    const request = { ...atTheLimit(45_000, '9999000'), policy: { unfilled: { costPerValue: '1.5' } } };
    expect(faultPaths(request)).toEqual(['']);
  });

  it('is named beside all other faults, and what is wrong counts for nothing in it', () => {
    const dear = { id: 's1', carrier: 'post', transitHours: 48, beyond: { every: 1, price: '9000000' } };
    const broken = (fields: object) => ({
      ...(changed('nodes[0].services[0]', { ...dear, rates: [{ upTo: 100, price: '6' }], ...fields }) as object),
      policy: { effort: -1, lateness: { costPerDay: '900000000000' } },
    });
    expect(faultPaths(changed('nodes[0].services[0]', { ...dear, rates: [{ upTo: 100, price: '6' }] }))).toEqual([]);
    for (const [fields, path] of [
      [{ beyond: { every: 0, price: '90000000000' } }, 'beyond.every'],
      [{ basis: 'volume' }, 'basis'],
      [{ dimensionalDivisor: 0 }, 'dimensionalDivisor'],
      [{ rates: [{ upTo: -1, price: '6' }] }, 'rates[0].upTo'],
    ] as const)
      expect(faultPaths(broken(fields))).toEqual([`nodes[0].services[0].${path}`, 'policy.effort']);
    expect(faultPaths({ ...broken({}), order: { ...atTheLimit(90_000, '9999999').order, deliverBy: 'soon' } })).toEqual(
      ['order.deliverBy', 'policy.effort', ''],
    );
  });

  it.each([
    ['policy.shipmentPenalty', { shipmentPenalty: '900000000000' }],
    ['policy.lateness.costPerDay', { lateness: { costPerDay: '900000000000' } }],
  ])('is refused where %s alone could pass what is counted exactly', (_path, policy) => {
    const request = validRequest();
    const node = request.nodes[0];
    const late = {
      ...request,
      order: { ...request.order, deliverBy: '2026-01-01T00:00:00Z' },
      nodes: [1, 2, 3].map((n) => ({ ...node, id: `n${n}` })),
      policy,
    };
    expect(faultPaths(late)).toEqual(['policy']);
  });

  it('holds for weights and volumes too, which are counted exactly as well', () => {
    const heavy = { ...validRequest().order.lines[0], quantity: 1_000_000, unitPrice: '0' };
    const lines = (field: object) => Array.from({ length: 20 }, (_, n) => ({ ...heavy, id: `l${n}`, ...field }));
    for (const field of [{ unitWeightGrams: 1_000_000_000 }, { unitVolumeCm3: 1_000_000_000 }])
      expect(faultPaths(changed('order.lines', lines(field)))).toEqual(['order.lines']);
  });
});
