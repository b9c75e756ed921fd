import { describe, expect, it } from 'vitest';
import { decide } from '../../engine/decide.js';
import type { Rule } from '../../model/rule-set.js';
import { NODES, ORDER, requestUnder, SNAPSHOT } from './testing/small-order.js';

const rule = (more: Partial<Rule>): Rule => ({ id: 'r', reason: 'because', then: {}, ...more }) as Rule;
const named = { reason: 'because', ruleId: 'r' };

const adjustments = (request: ReturnType<typeof requestUnder>['request']) =>
  Object.fromEntries((request.nodes ?? []).map((node) => [node.id, node.adjustment ?? '0']));

describe('without a rule that holds', () => {
  it('the request is what it would be without rules', () => {
    const { request, rules } = requestUnder([
      rule({ when: 'order.channel == "amazon" && node.code != ""', then: { exclude: true } }),
    ]);
    expect(request).toEqual(requestUnder([]).request);
    expect(rules?.effective).toEqual([]);
  });

  it.each([
    [{ from: '2026-03-02T09:00:00Z' }, true],
    [{ from: '2026-03-02T09:00:01Z' }, false],
    [{ until: '2026-03-02T09:00:00Z' }, false],
    [{ until: '2026-03-02T10:00:01+01:00' }, true],
  ])('it is in force from its beginning until before its end: %j', (dates, holds) => {
    const { rules } = requestUnder([rule({ then: { maxShipments: 1 }, ...dates })]);
    expect(rules?.effective).toEqual(holds ? ['r'] : []);
  });
});

describe('exclude', () => {
  it.each([
    ['node.country != destination.country', [{ nodeId: 'zenith-berlin' }]],
    ['line.tags.exists(t, t == "fragile")', [{ sku: 'LAMP' }]],
    [
      'line.sku == "LAMP" && service.carrier == "skyway" && node.vendor == "zenith"',
      [{ nodeId: 'zenith-berlin', sku: 'LAMP', serviceId: 'air' }],
    ],
    ['service.carrier == "skyway" && node.country == "DE"', [{ nodeId: 'zenith-berlin', serviceId: 'air' }]],
    ['node.distanceKm > 5000.0', [{ nodeId: 'zenith-berlin' }]],
    [
      'order.customerTier == "gold" && "gift" in order.tags && node.reliability < 1.0 && node.judgedOrders > 20',
      [{ nodeId: 'zenith-berlin' }],
    ],
  ])('%s becomes exclusions by name, with the rule', (when, expected) => {
    const { request } = requestUnder([rule({ when, then: { exclude: true } })]);
    expect(request.exclusions).toEqual(expected.map((one) => ({ ...one, ...named })));
  });

  it('speaks of stock only where the node offers the SKU', () => {
    const offers = SNAPSHOT.offers.map((offer) =>
      offer.nodeId === 1 && offer.productId === 2 ? { ...offer, available: 1 } : offer,
    );
    const { request } = requestUnder([rule({ when: 'offer.available < 2', then: { exclude: true } })], {
      snapshot: { offers: offers.filter(({ nodeId, productId }) => nodeId !== 3 || productId !== 2) },
    });
    expect(request.exclusions).toEqual([{ nodeId: 'acme-east', sku: 'DESK', ...named }]);
  });

  it('is named by the decision for what it rules out', () => {
    const { request } = requestUnder([rule({ when: 'node.country != "DE"', then: { exclude: true } })]);
    const { candidates, shipments } = decide(request);
    expect(shipments.map(({ nodeId }) => nodeId)).toEqual(['zenith-berlin']);
    expect(candidates.filter(({ used }) => !used).map(({ code, ruleId }) => [code, ruleId])).toEqual([
      ['EXCLUDED_BY_RULE', 'r'],
      ['EXCLUDED_BY_RULE', 'r'],
    ]);
  });
});

describe('require', () => {
  it('excludes whatever does not fulfil it, of the lines that it is about', () => {
    const { request } = requestUnder([
      rule({ when: 'line.sku == "DESK"', then: { require: 'node.vendor == "zenith"' } }),
    ]);
    expect(request.exclusions).toEqual([
      { nodeId: 'acme-east', sku: 'DESK', ...named },
      { nodeId: 'acme-west', sku: 'DESK', ...named },
    ]);
  });
});

describe('carriers', () => {
  it.each([
    [{ only: ['postline'] }, 'air'],
    [{ not: ['postline'] }, 'ground'],
  ])('%j excludes the other services, node by node', (carriers, gone) => {
    const { request } = requestUnder([rule({ when: 'order.value > 100', then: { carriers } })]);
    expect(request.exclusions).toEqual(NODES.map(({ code }) => ({ nodeId: code, serviceId: gone, ...named })));
  });
});

describe('a ceiling on lead time', () => {
  it('excludes what arrives later, counted with working days and transit', () => {
    const { request } = requestUnder([rule({ then: { maxLeadTimeHours: 75 } })]);
    const lines = ['LAMP', 'DESK'];
    expect(request.exclusions).toEqual(
      expect.arrayContaining(
        lines.flatMap((sku) =>
          ['acme-east', 'acme-west', 'zenith-berlin'].map((nodeId) => ({ nodeId, sku, serviceId: 'ground', ...named })),
        ),
      ),
    );
    expect(request.exclusions).toHaveLength(6);
    expect(requestUnder([rule({ then: { maxLeadTimeHours: 76 } })]).request.exclusions).toHaveLength(2);
  });
});

describe('preference', () => {
  it('is charged to the others, by shipment or by unit, in the order’s currency', () => {
    const prefer = rule({
      when: 'node.vendor == "zenith"',
      then: { prefer: { perShipment: '2', perUnit: '0.1', currency: 'EUR' } },
    });
    const { request } = requestUnder([prefer]);
    expect(adjustments(request)).toEqual({ 'acme-east': '2.5000', 'acme-west': '2.5000', 'zenith-berlin': '0' });
    expect(request.nodes?.[0]?.offers?.map(({ unitAdjustment }) => unitAdjustment)).toEqual(['0.1250', '0.1250']);
    expect(request.nodes?.[2]?.offers?.map(({ unitAdjustment }) => unitAdjustment)).toEqual([undefined, undefined]);
  });

  it('for a line is charged for that line alone', () => {
    const { request } = requestUnder([
      rule({ when: 'line.sku == "LAMP" && node.country == "DE"', then: { prefer: { perUnit: '1', currency: 'USD' } } }),
    ]);
    expect(request.nodes?.map(({ offers }) => offers?.map(({ unitAdjustment }) => unitAdjustment ?? '0'))).toEqual([
      ['1.0000', '0'],
      ['1.0000', '0'],
      ['0', '0'],
    ]);
  });

  it('that nobody can follow is charged to nobody', () => {
    const { request, rules } = requestUnder([
      rule({ when: 'node.vendor == "gone"', then: { prefer: { perShipment: '2', currency: 'USD' } } }),
    ]);
    expect(adjustments(request)).toEqual({ 'acme-east': '0', 'acme-west': '0', 'zenith-berlin': '0' });
    expect(rules?.effective).toEqual([]);
  });

  it('avoiding is charged to what is named, and charges add up', () => {
    const avoid = (id: string, amount: string) =>
      rule({ id, when: 'node.country == "US"', then: { avoid: { perShipment: amount, currency: 'USD' } } });
    const { request } = requestUnder([avoid('a', '1'), avoid('b', '0.5')]);
    expect(adjustments(request)).toEqual({ 'acme-east': '1.5000', 'acme-west': '1.5000', 'zenith-berlin': '0' });
  });

  it('in an order of vendors costs a step for each better one', () => {
    const { request } = requestUnder([
      rule({ then: { vendorOrder: { vendors: ['gone', 'zenith'], step: '3', currency: 'USD' } } }),
    ]);
    expect(adjustments(request)).toEqual({ 'acme-east': '6.0000', 'acme-west': '6.0000', 'zenith-berlin': '3.0000' });
  });

  it('for the nearest costs a step for each band further, and nothing where the destination is not located', () => {
    const nearest = rule({ then: { nearestFirst: { bandKm: 1_000, step: '1', currency: 'USD' } } });
    const { request } = requestUnder([nearest]);
    expect(adjustments(request)).toEqual({ 'acme-east': '0', 'acme-west': '3.0000', 'zenith-berlin': '6.0000' });
    expect(requestUnder([nearest], { context: { position: null } }).rules?.effective).toEqual([]);
  });

  it('in a currency without a rate is left out, and said so', () => {
    const { request, rules } = requestUnder([
      rule({ when: 'node.country == "US"', then: { avoid: { perShipment: '1', currency: 'JPY' } } }),
    ]);
    expect(adjustments(request)).toEqual({ 'acme-east': '0', 'acme-west': '0', 'zenith-berlin': '0' });
    expect(rules?.skipped).toEqual([{ ruleId: 'r', reason: expect.stringContaining('JPY') }]);
  });
});

describe('what goes together', () => {
  it('caps shipments at the least of all caps', () => {
    const { request } = requestUnder([
      rule({ id: 'a', then: { maxShipments: 3 } }),
      rule({ id: 'b', then: { maxShipments: 2 } }),
    ]);
    expect(request.policy.maxShipments).toBe(2);
  });

  it('puts the lines that it names into one group, with the kits that they are part of', () => {
    const lines = [
      ...ORDER.lines.map((line) => ({ ...line, group: 'kit-1' })),
      { lineNo: 3, productId: 1, quantity: 1, unitPrice: 1 },
      { lineNo: 4, productId: 1, quantity: 1, unitPrice: 1 },
    ];
    const { request } = requestUnder(
      [rule({ when: 'line.sku == "DESK" || line.unitPrice < 1.0', then: { keepTogether: true } })],
      {
        order: { lines },
      },
    );
    expect(request.order.lines?.map(({ group }) => group)).toEqual(['kit-1', 'kit-1', 'kit-1', 'kit-1']);
  });

  it('needs two lines to do anything', () => {
    const { request, rules } = requestUnder([rule({ when: 'line.sku == "DESK"', then: { keepTogether: true } })]);
    expect(request.order.lines?.map(({ group }) => group)).toEqual([undefined, undefined]);
    expect(rules?.effective).toEqual([]);
  });
});

describe('soft filters', () => {
  const soft = (id: string) => rule({ id, soft: true, when: `node.code == "${id}"`, then: { exclude: true } });
  it('are named in the order in which they give way, and gone where they are dropped', () => {
    expect(requestUnder([soft('acme-west'), soft('acme-east')]).rules?.soft).toEqual(['acme-west', 'acme-east']);
    const { request, rules } = requestUnder([soft('acme-west'), soft('acme-east')], { dropped: ['acme-west'] });
    expect(request.exclusions?.map(({ nodeId }) => nodeId)).toEqual(['acme-east']);
    expect(rules?.soft).toEqual(['acme-east']);
  });
});

describe('rules that look at too much', () => {
  it('are refused for the order, with what to do', () => {
    const nodes = Array.from({ length: 400 }, (_, at) => ({
      ...(NODES[0] as (typeof NODES)[number]),
      id: at + 1,
      code: `n${at}`,
    }));
    const [service] = SNAPSHOT.services;
    const snapshot = {
      nodes,
      offers: nodes.map(({ id }) => ({ ...(SNAPSHOT.offers[0] as (typeof SNAPSHOT.offers)[number]), nodeId: id })),
      services: nodes.map(({ id }) => ({ ...(service as NonNullable<typeof service>), nodeId: id })),
    };
    const costly = Array.from({ length: 100 }, (_, at) =>
      rule({ id: `r${at}`, when: 'line.tags.all(t, service.carrier != t && node.code != t)', then: { exclude: true } }),
    );
    expect(() => requestUnder(costly, { snapshot })).toThrow('the rules would look at more than');
  });
});
