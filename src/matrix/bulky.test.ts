import { describe, expect, it } from 'vitest';
import { decide } from '../engine/decide.js';
import type { NetworkSnapshot } from '../model/network.js';
import { compileRuleSet } from './rules/compile.js';
import { NODES, requestUnder, SNAPSHOT } from './rules/testing/small-order.js';

/** Units above 10 kg (a desk is, a lamp is not) cost 9.00 more a shipment. */
const BULKY = { code: 'bulky', amount: 90_000, percent: null, residentialOnly: false, overGrams: 10_000 };
const withBulky = (services = SNAPSHOT.services): Partial<NetworkSnapshot> => ({
  nodes: NODES.slice(0, 2),
  offers: SNAPSHOT.offers.filter(({ nodeId }) => nodeId < 3),
  services: services
    .filter(({ nodeId }) => nodeId < 3)
    .map((service) => ({ ...service, rateCard: { ...service.rateCard, surcharges: [BULKY] } })),
});
/** Lamps stand in the east alone, desks in the west alone. */
const apart = SNAPSHOT.offers.filter(({ nodeId, productId }) => nodeId === productId);
const shipmentsOf = (snapshot: Partial<NetworkSnapshot>, rules: Parameters<typeof requestUnder>[0] = []) =>
  decide(requestUnder(rules, { snapshot }).request).shipments.map(({ nodeId, serviceId, costs }) => [
    nodeId,
    serviceId,
    costs.surcharges,
  ]);

describe('an order with a bulky line', () => {
  it('pays for it once in a shipment that has it', () => {
    expect(shipmentsOf(withBulky())).toEqual([['acme-east', 'ground+bulky', '9.0000']]);
  });

  it('pays nothing for it in a shipment that has it not', () => {
    expect(shipmentsOf({ ...withBulky(), offers: apart })).toEqual([
      ['acme-east', 'ground', '0.0000'],
      ['acme-west', 'ground+bulky', '9.0000'],
    ]);
  });

  it('keeps to rules about the service, with the surcharge or without', () => {
    const noGround = compileRuleSet({
      rules: [
        JSON.parse(
          '{"id":"no-ground","reason":"strike","when":"service.code == \\"ground\\"","then":{"exclude":true}}',
        ),
      ],
    });
    if ('faults' in noGround) throw new Error(JSON.stringify(noGround.faults));
    expect(
      shipmentsOf(
        withBulky(),
        noGround.rules.map(({ rule }) => rule),
      ),
    ).toEqual([['acme-east', 'air+bulky', '9.0000']]);
  });
});
