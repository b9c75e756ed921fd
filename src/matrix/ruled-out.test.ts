import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/rule-set.js';
import type { ProductSupply, Reach, SupplyNode } from '../model/supply.js';
import type { Part } from './promise.js';
import { promisedOf } from './promised.js';
import { type RuledQuestion, ruledOut } from './ruled-out.js';
import { compileRuleSet } from './rules/compile.js';

const NOW = new Date('2026-03-02T10:00:00Z');
const node = (id: number, code: string, more: Partial<SupplyNode> = {}): SupplyNode => ({
  ...{ id, code, vendorId: id, vendorCode: code.slice(0, 4), countryCode: 'US', regionCode: 'NY', currency: 'USD' },
  ...{ timeZone: 'UTC', cutOff: '15:00', workingDays: [1, 2, 3, 4, 5], leadTimeHours: 24, dailyCapacityUnits: null },
  minimumOrderValue: null,
  services: [
    { serviceCode: 'ground', carrier: 'swift', rateCardId: 1, excludedTags: [] },
    { serviceCode: 'air', carrier: 'skyway', rateCardId: 2, excludedTags: [] },
  ],
  ...more,
});
const offer = (nodeId: number, available: number) => ({
  ...{ nodeId, available, minimumQuantity: 1, quantityMultiple: 1, leadTimeHours: null },
  ...{ leastUnitCost: 10_000, greatestUnitCost: 10_000 },
});
const product = (productId: number, sku: string, more: Partial<ProductSupply> = {}): ProductSupply => ({
  ...{ productId, sku, active: true, tags: [], unitWeightGrams: 100, unitVolumeCm3: 0, hsCode: null },
  ...{ originCountry: null, components: [], setAsides: [], offers: [offer(1, 10), offer(2, 20)] },
  ...more,
});
const card = (rateCardId: number, transitHours: number) => ({
  ...{ rateCardId, currency: 'USD', basis: 'weight' as const, dimensionalDivisor: null, limit: null, transitHours },
});
const REACH: Reach = {
  cards: new Map([
    [1, card(1, 96)],
    [2, card(2, 24)],
  ]),
  ...{ currency: 'USD', rates: new Map([['USD', 1]]), thresholdCurrency: null },
};
const ACME = node(1, 'acme-east');
const ZENITH = node(2, 'zeta-west', { countryCode: 'CA' });
const LAMP = product(1, 'LAMP', { tags: ['glass'] });
const DESK = product(2, 'DESK');
const ASKED: RuledQuestion = {
  nodes: new Map([ACME, ZENITH].map((each) => [each.id, each])),
  ...{ capacities: new Map(), reach: REACH, accountIds: [1], vendorIds: 'all', now: NOW },
  account: { code: 'shop', channel: 'api', currency: 'USD' },
  destination: { countryCode: 'US', regionCode: 'IL', postalCode: '60601' },
};
const ANYWHERE: Partial<RuledQuestion> = { destination: null, reach: null };

/** What may be had of LAMP and DESK under a rule. */
function available(rule: Partial<Rule>, more: Partial<RuledQuestion> = {}, lamp = LAMP): (number | undefined)[] {
  const compiled = compileRuleSet({ rules: [{ id: 'r', reason: 'because', ...rule }] });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  const asked = { ...ASKED, ...more };
  const things: Part[][] = [lamp, DESK].map((supply) => [{ supply, quantity: 1 }]);
  const out = ruledOut(compiled.rules, things, asked);
  return things.map((parts, at) => promisedOf(parts, { ...asked, ruledOut: out[at] ?? null }).available);
}
const exclude = (when: string): Partial<Rule> => ({ when, then: { exclude: true } });

describe('of what no order gets', () => {
  it.each<[what: string, rule: Partial<Rule>, left: [lamp: number, desk: number]]>([
    ['a node', exclude('node.code == "acme-east"'), [20, 20]],
    ['a vendor, for a country', exclude('node.vendor == "zeta" && destination.country == "US"'), [10, 10]],
    ['what a product is', exclude('line.tags.exists(tag, tag == "glass")'), [0, 30]],
    ['what is offered of it', exclude('offer.available < 15 && line.sku == "DESK"'), [30, 20]],
    ['all services of a node', exclude('service.transitHours > 0 && node.code == "acme-east"'), [20, 20]],
    ['one service of two', exclude('service.code == "ground"'), [30, 30]],
    ['what is not required', { then: { require: 'node.country == destination.country' } }, [10, 10]],
    ['carriers', { when: 'line.sku == "LAMP"', then: { carriers: { only: ['pigeon'] } } }, [0, 30]],
    ['what is too late', { then: { maxLeadTimeHours: 24 } }, [0, 0]],
    ['what is too late by all but one service', { then: { maxLeadTimeHours: 72 } }, [30, 30]],
    ['an account', exclude('order.account == "shop" && node.code == "acme-east"'), [20, 20]],
  ])('nothing is told: %s', (_, rule, left) => {
    expect(available(rule)).toEqual(left);
  });

  it.each<[what: string, rule: Partial<Rule>]>([
    ['is soft', { ...exclude('node.code == "acme-east"'), soft: true }],
    ['speaks of what the order is worth', exclude('node.code == "acme-east" && order.value > 0.0')],
    ['speaks of what the order is worth, or of a node', exclude('node.code == "acme-east" || order.value < 0.0')],
    ['asks whether there is a value', exclude('node.code == "acme-east" && has(order.value)')],
    ['requires what depends on the order', { then: { require: 'node.code == "zeta-west" || order.units < 5' } }],
    ['speaks of how far it is', exclude('node.distanceKm < 0.0')],
    ['only charges', { when: 'node.code == "acme-east"', then: { avoid: { perUnit: '900', currency: 'USD' } } }],
    ['is in force from later on', { ...exclude('node.code != ""'), from: '2026-03-02T10:00:01Z' }],
    ['is over', { ...exclude('node.code != ""'), until: '2026-03-02T10:00:00Z' }],
  ])('all is told where a rule %s', (_, rule) => {
    expect(available(rule)).toEqual([30, 30]);
  });

  it('counts from the moment on from which a rule is in force', () => {
    const rule = { ...exclude('node.code != ""'), from: '2026-03-02T10:00:01Z' };
    expect(available(rule, { now: new Date('2026-03-02T10:00:01Z') })).toEqual([0, 0]);
  });

  it('knows nothing of an account or a destination that was not named', () => {
    expect(available(exclude('destination.country == "" && node.code != ""'), ANYWHERE)).toEqual([30, 30]);
    expect(available(exclude('order.account == "" && node.code != ""'), { account: null })).toEqual([30, 30]);
    expect(available({ then: { maxLeadTimeHours: 1 } }, ANYWHERE)).toEqual([30, 30]);
    expect(available(exclude('service.carrier != ""'), ANYWHERE)).toEqual([0, 0]);
    const region = { ...ASKED.destination, countryCode: 'US', regionCode: null, postalCode: null };
    expect(available(exclude('destination.region == "" && node.code != ""'), { destination: region })).toEqual([
      30, 30,
    ]);
  });

  it('counts business days for each by itself, from when it can leave', () => {
    // On a Monday: one leaves on Tuesday, the other on Friday, and the carrier delivers neither on Saturday nor on Sunday.
    const businessDays = { days: 1, workingDays: [1, 2, 3, 4, 5], closedDays: null };
    const cards = new Map([[1, { ...card(1, 24), businessDays }]]);
    const slow = { ...LAMP, offers: LAMP.offers.map((each) => ({ ...each, leadTimeHours: 96 })) };
    const rule = exclude('service.transitHours > 24');
    expect(available(rule, { reach: { ...REACH, cards } }, slow)).toEqual([0, 30]);
  });
});
