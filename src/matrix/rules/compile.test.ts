import { describe, expect, it } from 'vitest';
import { compileRuleSet } from './compile.js';

const rule = (more: object) => ({ id: 'r', reason: 'because', ...more });
function faultsOf(...rules: object[]): string[] {
  const compiled = compileRuleSet({ rules });
  return 'faults' in compiled ? compiled.faults.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('a rule set', () => {
  it('is read where every rule has one effect and a condition that fits it', () => {
    expect(
      faultsOf(
        rule({ id: 'a', when: 'node.country != destination.country', then: { exclude: true }, soft: true }),
        rule({ id: 'b', then: { require: 'service.transitHours < 48' } }),
        rule({ id: 'c', when: 'node.vendor == "acme"', then: { prefer: { perShipment: '1.50', currency: 'USD' } } }),
        rule({ id: 'd', then: { nearestFirst: { bandKm: 250, step: '0.2', currency: 'EUR' } } }),
      ),
    ).toEqual([]);
  });

  it.each([
    [rule({ then: {} }), 'rules[0].then: expected exactly one effect'],
    [rule({ then: { exclude: true, maxShipments: 1 } }), 'rules[0].then: expected exactly one effect'],
    [
      rule({ then: { nearestFirst: { bandKm: 1, step: '1', currency: 'USD' } }, soft: true }),
      'rules[0].soft: nearestFirst takes nothing away: it cannot be soft',
    ],
    [
      rule({ when: 'order.units > 3', then: { exclude: true } }),
      'rules[0].when: expected the condition of exclude to say on what it falls: to speak of line, node, offer, service',
    ],
    [
      rule({ when: 'node.code == "a"', then: { maxShipments: 1 } }),
      'rules[0].when: the condition of maxShipments cannot speak of node, only of order, destination',
    ],
    [
      rule({ when: 'offer.available < 3', then: { avoid: { perShipment: '1', currency: 'USD' } } }),
      'rules[0].when: a charge a shipment falls on nodes: the condition cannot speak of line or offer; charge perUnit',
    ],
    [
      rule({ then: { require: 'order.units > 1' } }),
      'rules[0].then.require: expected an expression over node, offer or service',
    ],
    [rule({ when: 'node.cod == "a"', then: { exclude: true } }), 'rules[0].when: No such key: cod'],
    [
      rule({ when: 'node.code == "a"', then: { avoid: { perUnit: '-1', currency: 'USD' } } }),
      'rules[0].then.avoid.perUnit: expected an amount from 0 to 100000 with at most 4 fraction digits',
    ],
    [
      rule({ when: 'node.code == "a" && line.quantity > 3', then: { setAside: { units: 5, accounts: ['shop'] } } }),
      'rules[0].when: stock is set aside before there is an order: the condition cannot speak of line.quantity',
    ],
    [
      rule({ when: 'node.code == "a"', then: { setAside: { units: 5 } } }),
      'rules[0].then.setAside: expected either accounts or channels',
    ],
    [
      rule({ when: 'line.sku == "a"', then: { nodeLimit: { unitsPerDay: 5 } } }),
      'rules[0].when: the condition of nodeLimit cannot speak of line, only of order, destination, node',
    ],
    [
      rule({ then: { nodeLimit: { unitsPerDay: 5, ordersPerDay: 5 } } }),
      'rules[0].then.nodeLimit: expected either unitsPerDay or ordersPerDay',
    ],
    [rule({ then: { carriers: { only: ['a'], not: ['b'] } } }), 'rules[0].then.carriers: expected either only or not'],
  ])('is refused by path: %#', (one, fault) => {
    expect(faultsOf(one)).toEqual([fault]);
  });

  it('has no id twice', () => {
    expect(faultsOf(rule({ then: { maxShipments: 1 } }), rule({ then: { maxShipments: 1 } }))).toEqual([
      'rules[1].id: r is also the id of rule 0',
    ]);
  });

  it('tells all its faults at once', () => {
    expect(
      faultsOf(
        rule({ id: 'a', when: 'x', then: { maxShipments: 1 } }),
        rule({ id: 'b', when: 'y', then: { maxShipments: 1 } }),
      ),
    ).toHaveLength(2);
  });
});
