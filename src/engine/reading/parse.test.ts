import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import { parseRequest, parseRequestText } from './parse.js';

/** One line, one node, one service: valid, and small enough to break in one place at a time. */
function valid() {
  return {
    order: {
      id: 'order-1',
      currency: 'USD',
      placedAt: '2026-03-02T09:00:00Z',
      deliverBy: '2026-03-09T18:00:00-05:00',
      destination: { countryCode: 'US', postalCode: '10001', latitude: 40.7, longitude: -74 },
      lines: [{ id: 'l1', sku: 'mug', quantity: 2, unitPrice: '12.50', unitWeightGrams: 400 }],
    },
    nodes: [
      {
        id: 'n1',
        vendorId: 'v1',
        location: { countryCode: 'US' },
        readyAt: '2026-03-03T09:00:00Z',
        offers: [{ sku: 'mug', available: 5, unitCosts: [{ fromQuantity: 1, unitCost: '4' }] }],
        services: [{ id: 's1', carrier: 'post', transitHours: 48, rates: [{ upTo: 2000, price: '6' }] as unknown[] }],
      },
    ],
    policy: {},
    exclusions: [{ nodeId: 'nowhere', reason: 'contract' }],
  };
}

/** The valid request with the value at `path` replaced; `undefined` takes the field away. */
function changed(path: string, value: unknown): unknown {
  const request: unknown = valid();
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let at = request as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return request;
}

function faultPaths(value: unknown): string[] {
  const parsed = parseRequest(value);
  return parsed.ok ? [] : parsed.faults.map((fault) => fault.path);
}

const LINE = 'order.lines[0]';
const NODE = 'nodes[0]';
const OFFER = 'nodes[0].offers[0]';
const SERVICE = 'nodes[0].services[0]';

/** What is put where, and where the fault is named when not there. */
const REFUSED: readonly (readonly [where: string, value: unknown, faultAt?: string])[] = [
  ['order', []],
  ['order', undefined],
  ['order.id', 7],
  ['order.id', ''],
  ['order.id', 'lone \ud800 surrogate'],
  ['order.currency', 'usd'],
  ['order.currency', undefined],
  ['order.note', 'x'],
  ['order.placedAt', undefined],
  ['order.placedAt', '2026-02-30T09:00:00Z'],
  ['order.placedAt', '2026-02-29T09:00:00Z'],
  ['order.placedAt', '2026-03-02'],
  ['order.placedAt', '2026-03-02T09:00:00'],
  ['order.placedAt', '2026-03-02T24:00:00Z'],
  ['order.placedAt', '2026-03-02T09:60:00Z'],
  ['order.placedAt', '2026-13-02T09:00:00Z'],
  ['order.placedAt', '2026-03-02T09:00:00+25:00'],
  ['order.placedAt', '2026-03-02 09:00:00Z'],
  ['order.placedAt', 1_772_442_000_000],
  ['order.deliverBy', null],
  ['order.destination', undefined],
  ['order.destination.countryCode', undefined],
  ['order.destination.latitude', 91],
  ['order.destination.longitude', '-74'],
  ['order.destination.residential', 'yes'],
  ['order.destination.street', 'Main'],
  ['order.lines', {}],
  [`${LINE}.id`, undefined],
  [`${LINE}.sku`, 5],
  [`${LINE}.quantity`, 0],
  [`${LINE}.quantity`, 1.5],
  [`${LINE}.quantity`, '2'],
  [`${LINE}.quantity`, 1_000_001],
  [`${LINE}.unitPrice`, 12.5],
  [`${LINE}.unitPrice`, '-1'],
  [`${LINE}.unitPrice`, '1.23456'],
  [`${LINE}.unitPrice`, '1,5'],
  [`${LINE}.unitPrice`, '1e3'],
  [`${LINE}.unitPrice`, ' 1'],
  [`${LINE}.unitPrice`, '1.'],
  [`${LINE}.unitPrice`, '.5'],
  [`${LINE}.unitPrice`, '01'],
  [`${LINE}.unitPrice`, '+1'],
  [`${LINE}.unitPrice`, ''],
  [`${LINE}.unitPrice`, '10000000.0001'],
  [`${LINE}.unitPrice`, undefined],
  [`${LINE}.unitWeightGrams`, -1],
  [`${LINE}.unitWeightGrams`, undefined],
  [`${LINE}.unitVolumeCm3`, 0.5],
  [`${LINE}.tags`, 'liquid'],
  [`${LINE}.tags`, ['liquid', 3], `${LINE}.tags[1]`],
  [`${LINE}.group`, null],
  [`${LINE}.partial`, 0],
  [`${LINE}.weight`, 3],
  ['nodes', {}],
  ['nodes[0]', null],
  [`${NODE}.id`, undefined],
  [`${NODE}.vendorId`, undefined],
  [`${NODE}.location`, undefined],
  [`${NODE}.readyAt`, undefined],
  [`${NODE}.orderFee`, '-0.01'],
  [`${NODE}.minimumOrderValue`, 20],
  [`${NODE}.smallOrderFee`, '2'],
  [`${NODE}.remainingUnits`, -1],
  [`${NODE}.dutyFreeUpTo`, null],
  [`${NODE}.clearanceFee`, '-5'],
  [`${NODE}.failureCost`, '-5'],
  [`${NODE}.adjustment`, '--5'],
  [`${NODE}.priority`, 1],
  [`${OFFER}.sku`, undefined],
  [`${OFFER}.available`, -1],
  [`${OFFER}.available`, 1.5],
  [`${OFFER}.unitCosts`, undefined],
  [`${OFFER}.unitCosts`, []],
  [`${OFFER}.unitCosts[0].fromQuantity`, 2],
  [`${OFFER}.unitCosts[0].fromQuantity`, 0],
  [`${OFFER}.unitCosts[0].unitCost`, '-4'],
  [`${OFFER}.unitCosts[0].unitCost`, '10000001'],
  [
    `${OFFER}.unitCosts`,
    [
      { fromQuantity: 1, unitCost: '4' },
      { fromQuantity: 5, unitCost: '3' },
      { fromQuantity: 5, unitCost: '2' },
    ],
    `${OFFER}.unitCosts[2].fromQuantity`,
  ],
  [`${OFFER}.unitFee`, '-1'],
  [`${OFFER}.unitDuty`, '-1'],
  [`${OFFER}.unitReserve`, '-1'],
  [`${OFFER}.unitAdjustment`, '-10000000.0001'],
  [`${OFFER}.minimumQuantity`, 0],
  [`${OFFER}.quantityMultiple`, 0],
  [`${OFFER}.readyAt`, 'soon'],
  [`${OFFER}.price`, '4'],
  [`${SERVICE}.id`, undefined],
  [`${SERVICE}.carrier`, undefined],
  [`${SERVICE}.transitHours`, -1],
  [`${SERVICE}.transitHours`, '48'],
  [`${SERVICE}.transitHours`, undefined],
  [`${SERVICE}.basis`, 'volume'],
  [`${SERVICE}.basis`, null],
  [`${SERVICE}.dimensionalDivisor`, 0],
  [`${SERVICE}.rates[0].upTo`, '2000'],
  [`${SERVICE}.rates[0].upTo`, 1.5],
  [`${SERVICE}.rates[0].price`, '-6'],
  [`${SERVICE}.rates[0].price`, undefined],
  [
    `${SERVICE}.rates`,
    [
      { upTo: 2000, price: '6' },
      { upTo: 1000, price: '4' },
    ],
    `${SERVICE}.rates[1].upTo`,
  ],
  [`${SERVICE}.beyond`, { every: 0, price: '1' }, `${SERVICE}.beyond.every`],
  [`${SERVICE}.beyond`, { every: 100 }, `${SERVICE}.beyond.price`],
  [`${SERVICE}.maximum`, -1],
  [`${SERVICE}.surcharges`, [{ id: 'fuel' }], `${SERVICE}.surcharges[0]`],
  [`${SERVICE}.surcharges`, [{ id: 'fuel', amount: '1', percent: '5' }], `${SERVICE}.surcharges[0]`],
  [`${SERVICE}.surcharges`, [{ id: 'fuel', percent: '1000.0001' }], `${SERVICE}.surcharges[0].percent`],
  [`${SERVICE}.surcharges`, [{ id: 'fuel', percent: '-1' }], `${SERVICE}.surcharges[0].percent`],
  [`${SERVICE}.surcharges`, [{ amount: '1' }], `${SERVICE}.surcharges[0].id`],
  [
    `${SERVICE}.surcharges`,
    [
      { id: 'fuel', percent: '1' },
      { id: 'fuel', amount: '1' },
    ],
    `${SERVICE}.surcharges[1].id`,
  ],
  [`${SERVICE}.excludedTags`, [7], `${SERVICE}.excludedTags[0]`],
  [`${SERVICE}.cutoff`, '12:00'],
  ['policy', undefined],
  ['policy.maxShipments', 0],
  ['policy.maxShipments', 1.5],
  ['policy.splitLines', 'no'],
  ['policy.lateness', 'allow'],
  ['policy.lateness', {}, 'policy.lateness.costPerDay'],
  ['policy.lateness', { costPerDay: '-1' }, 'policy.lateness.costPerDay'],
  ['policy.lateness', { costPerDay: '1', days: 2 }, 'policy.lateness.days'],
  ['policy.shipmentPenalty', '-1'],
  ['policy.unfilled', 'permit'],
  ['policy.unfilled', { costPerValue: '0.12345' }, 'policy.unfilled.costPerValue'],
  ['policy.unfilled', { costPerValue: 1 }, 'policy.unfilled.costPerValue'],
  ['policy.effort', -1],
  ['policy.effort', 0.5],
  ['policy.seed', 1],
  ['exclusions[0].reason', undefined],
  ['exclusions[0].nodeId', null],
  ['exclusions[0].ruleId', 7],
  ['exclusions[0].vendorId', 'v1'],
  ['version', 1],
];

/** Fields that a request may have, or do without. */
const ACCEPTED: readonly (readonly [where: string, value: unknown])[] = [
  ['order.deliverBy', undefined],
  ['order.lines', []],
  ['order.lines', undefined],
  ['order.placedAt', '2024-02-29T09:00:00.123456+05:30'],
  ['order.placedAt', '2026-03-02t09:00:00z'],
  ['order.destination.regionCode', ''],
  [`${LINE}.unitPrice`, '10000000'],
  [`${LINE}.unitPrice`, '0'],
  [`${LINE}.tags`, ['liquid', 'liquid']],
  ['nodes', []],
  ['nodes', undefined],
  [`${NODE}.offers`, undefined],
  [`${NODE}.services`, []],
  [`${NODE}.adjustment`, '-5.25'],
  [`${OFFER}.available`, undefined],
  [`${OFFER}.available`, 0],
  [`${OFFER}.unitAdjustment`, '-10000000'],
  [`${SERVICE}.rates`, undefined],
  [`${SERVICE}.maximum`, 0],
  [`${SERVICE}.surcharges`, [{ id: 'fuel', percent: '1000' }]],
  ['policy.effort', 0],
  ['policy.lateness', 'forbid'],
  ['policy.unfilled', { costPerValue: '0' }],
  ['exclusions', undefined],
  ['exclusions[0].nodeId', undefined],
];

describe('a request', () => {
  it('is accepted as it stands', () => {
    expect(parseRequest(valid())).toMatchObject({ ok: true });
  });

  it.each(REFUSED.map(([where, value, faultAt = where]) => ({ where, value, faultAt })))(
    'is refused for $where = $value',
    ({ where, value, faultAt }) => {
      expect(faultPaths(changed(where, value))).toEqual([faultAt]);
    },
  );

  it.each([...ACCEPTED])('may have %s = %j', (where, value) => {
    const request = changed(where, value);
    expect(faultPaths(request)).toEqual([]);
    expect(() => decide(request as Parameters<typeof decide>[0])).not.toThrow();
  });

  it.each([3, 'text', null, [], true])('is not %j', (value) => {
    expect(faultPaths(value)).toEqual(['']);
  });

  it('names repeated ids of lines, nodes, services and offers where they come again', () => {
    const request = valid();
    const [line, node] = [request.order.lines[0], request.nodes[0]];
    const [offer, service] = [node?.offers[0], node?.services[0]];
    const twice = {
      ...request,
      order: { ...request.order, lines: [line, line] },
      nodes: [{ ...node, offers: [offer, offer], services: [service, service] }, node],
    };
    expect(faultPaths(twice)).toEqual(
      expect.arrayContaining(['order.lines[1].id', 'nodes[0].offers[1].sku', 'nodes[0].services[1].id', 'nodes[1].id']),
    );
  });

  it('names every fault, not only the first', () => {
    const request = changed(`${LINE}.quantity`, 0) as ReturnType<typeof valid>;
    Object.assign(request.policy, { effort: -1 });
    expect(faultPaths(request)).toEqual([`${LINE}.quantity`, 'policy.effort']);
  });

  it('counts brackets of basis goods in amounts, and only there', () => {
    const goods = { ...valid().nodes[0]?.services[0], basis: 'goods' };
    expect(faultPaths(changed(SERVICE, { ...goods, rates: [{ upTo: '20.50', price: '6' }], maximum: '30' }))).toEqual(
      [],
    );
    expect(faultPaths(changed(SERVICE, { ...goods, rates: [{ upTo: 20, price: '6' }] }))).toEqual([
      `${SERVICE}.rates[0].upTo`,
    ]);
    const beyond = { every: '0', price: '1' };
    expect(faultPaths(changed(SERVICE, { ...goods, rates: [], beyond }))).toEqual([`${SERVICE}.beyond.every`]);
  });

  it.each(['units', 'goods'])('has no dimensional divisor with basis %s', (basis) => {
    const service = { ...valid().nodes[0]?.services[0], basis, dimensionalDivisor: 5000, rates: [] };
    expect(faultPaths(changed(SERVICE, service))).toEqual([`${SERVICE}.dimensionalDivisor`]);
  });
});

describe('the largest conceivable total', () => {
  /** 90,000 units of 10^7 are 9 x 10^11 exactly, but for the freight of 6 and the goods. */
  function atTheLimit(quantity: number, price: string) {
    const request = valid();
    return {
      ...request,
      order: { ...request.order, lines: [{ ...request.order.lines[0], quantity, unitPrice: price }] },
    };
  }

  it('is accepted at 9 x 10^11 and refused above it', () => {
    // 90,000 x (9,999,995.9999 + 4) + 6 = 9 x 10^11 - 3; the request's other costs are free.
    expect(faultPaths(atTheLimit(90_000, '9999995.9999'))).toEqual([]);
    expect(faultPaths(atTheLimit(90_000, '9999996'))).toEqual(['']);
  });

  it('counts the cost of unfilled value', () => {
    const request = { ...atTheLimit(45_000, '9999000'), policy: { unfilled: { costPerValue: '1.5' } } };
    expect(faultPaths(request)).toEqual(['']);
  });

  it.each([
    ['policy.shipmentPenalty', { shipmentPenalty: '900000000000' }],
    ['policy.lateness.costPerDay', { lateness: { costPerDay: '900000000000' } }],
  ])('is refused where %s alone could pass what is counted exactly', (_path, policy) => {
    const request = valid();
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
    const heavy = { ...valid().order.lines[0], quantity: 1_000_000, unitPrice: '0' };
    const lines = (field: object) => Array.from({ length: 20 }, (_, n) => ({ ...heavy, id: `l${n}`, ...field }));
    for (const field of [{ unitWeightGrams: 1_000_000_000 }, { unitVolumeCm3: 1_000_000_000 }])
      expect(faultPaths(changed('order.lines', lines(field)))).toEqual(['order.lines']);
  });
});

describe('the text of a request', () => {
  it('is refused with a repeated key, which is named by its path', () => {
    const text = JSON.stringify(valid());
    const paths = (broken: string) => {
      const parsed = parseRequestText(broken);
      return parsed.ok ? [] : parsed.faults.map((fault) => fault.path);
    };
    expect(paths(text)).toEqual([]);
    expect(paths(text.replace('"quantity":2', '"quantity":2,"quantity":2'))).toEqual(['order.lines[0].quantity']);
    expect(paths(text.replace('"policy":{}', '"policy":{},"policy":{}'))).toEqual(['policy']);
    expect(paths(text.replace('"policy":{}', '"policy":{},"p\\u006flicy":{}'))).toEqual(['policy']);
  });

  it.each(['', '{', '{} {}', 'nonsense', '{"order": 1,}', '// note\n{}', `${'['.repeat(5000)}${']'.repeat(5000)}`])(
    'is refused when it is no JSON document (%#)',
    (text) => {
      expect(parseRequestText(text)).toMatchObject({ ok: false, faults: [{ path: '' }] });
    },
  );
});
