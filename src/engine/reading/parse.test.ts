import { describe, expect, it } from 'vitest';
import { decide } from '../decide.js';
import { changed, faultPaths, validRequest } from '../testing/broken-request.js';
import { parseRequest } from './parse.js';

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
  ['order.currency', 'ZZZ'],
  ['order.note', 'x'],
  ['order.placedAt', undefined],
  ['order.placedAt', '2026-02-30T09:00:00Z'],
  ['order.placedAt', '2026-02-29T09:00:00Z'],
  ['order.placedAt', '2026-03-02'],
  ['order.placedAt', '2026-03-02T09:00:00'],
  ['order.placedAt', '2026-03-02T24:00:00Z'],
  ['order.placedAt', '0000-01-01T00:00:00+00:01'],
  ['order.placedAt', '9999-12-31T23:59:59-00:01'],
  ['order.placedAt', '2026-03-02T09:60:00Z'],
  ['order.placedAt', '2026-13-02T09:00:00Z'],
  ['order.placedAt', '2026-03-02T09:00:00+25:00'],
  ['order.placedAt', '2026-03-02 09:00:00Z'],
  ['order.placedAt', 1_772_442_000_000],
  ['order.deliverBy', null],
  ['order.deliverBy', '2026-03-09T18:00:00.0001Z'],
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
  [`${NODE}.readyAt`, '2026-03-03T09:00:00.0009999999Z'],
  [`${NODE}.readyAt`, '9999-12-30T00:00:00.001Z', `${SERVICE}.transitHours`],
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
  [`${OFFER}.readyAt`, '2026-03-03T09:00:00.1234Z'],
  [`${OFFER}.readyAt`, '9999-12-31T00:00:00Z', `${SERVICE}.transitHours`],
  [`${OFFER}.price`, '4'],
  [`${SERVICE}.id`, undefined],
  [`${SERVICE}.carrier`, undefined],
  [`${SERVICE}.transitHours`, -1],
  [`${SERVICE}.transitHours`, 1.5],
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
  ['order.placedAt', '0000-02-29T00:00:00Z'],
  ['order.currency', 'XTS'],
  ['order.deliverBy', '2026-03-09T18:00:00.250000Z'],
  [`${NODE}.readyAt`, '9999-12-29T23:59:59.999Z'],
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
    expect(parseRequest(validRequest())).toMatchObject({ ok: true });
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
    const request = validRequest();
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
    const request = changed(`${LINE}.quantity`, 0) as ReturnType<typeof validRequest>;
    Object.assign(request.policy, { effort: -1 });
    expect(faultPaths(request)).toEqual([`${LINE}.quantity`, 'policy.effort']);
  });

  it('is looked for one level further down where it has no order', () => {
    const messageOf = (value: unknown) => {
      const parsed = parseRequest(value);
      return parsed.ok ? null : parsed.faults.find(({ path }) => path === 'order')?.message;
    };
    const request = validRequest();
    expect(messageOf({ title: 'An example', request })).toBe(
      'expected an object (the request seems to be under "request"), got nothing',
    );
    expect(messageOf({ request: 'an example' })).toBe('expected an object, got nothing');
    expect(messageOf({ ...request, request })).toBeUndefined();
  });

  it('counts brackets of basis goods in amounts, and only there', () => {
    const goods = { ...validRequest().nodes[0]?.services[0], basis: 'goods' };
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
    const service = { ...validRequest().nodes[0]?.services[0], basis, dimensionalDivisor: 5000, rates: [] };
    expect(faultPaths(changed(SERVICE, service))).toEqual([`${SERVICE}.dimensionalDivisor`]);
  });
});
