import { describe, expect, it } from 'vitest';
import { decide } from '../../engine/decide.js';
import type { DayCount } from '../../model/day-count.js';
import type { Rule } from '../../model/rule-set.js';
import { requestUnder } from './testing/small-order.js';

const rule = (then: Rule['then'], more: Partial<Rule> = {}): Rule => ({ id: 'r', reason: 'because', then, ...more });
const TODAY = '2026-03-02';
const counted = (taken: number, more: Partial<DayCount> = {}): DayCount => ({
  ...{ ruleId: 'r', vendorId: 1, nodeId: 1, day: TODAY, taken },
  ...more,
});
const ofVendor = (vendorId: number, taken: number) => counted(taken, { vendorId, nodeId: null });

/** What each node may ship yet of the order of 3 units, where that is limited, and whether the rule did something. */
function roomUnder(of: Rule, counts: readonly DayCount[], dropped: readonly string[] = []) {
  const { request, rules } = requestUnder([of], { counts, dropped });
  const room = (request.nodes ?? []).flatMap(({ id, remainingUnits }) =>
    remainingUnits === undefined ? [] : [[id, remainingUnits] as const],
  );
  return { room: Object.fromEntries(room), effective: rules?.effective, day: rules?.day };
}

describe('a limit of nodes', () => {
  const east = { when: 'node.code == "acme-east"' };
  it.each([
    ['units with room for the order', { unitsPerDay: 10 }, 7, {}],
    ['units with room for less', { unitsPerDay: 10 }, 8, { 'acme-east': 2 }],
    ['units, used up under a higher limit', { unitsPerDay: 10 }, 12, { 'acme-east': 0 }],
    ['orders with room for one', { ordersPerDay: 2 }, 1, {}],
    ['orders, used up', { ordersPerDay: 2 }, 2, { 'acme-east': 0 }],
  ])('%s', (_, nodeLimit, taken, room) => {
    const told = roomUnder(rule({ nodeLimit }, east), [counted(taken)]);
    expect(told.room).toEqual(room);
    expect(told.effective).toEqual(Object.keys(room).length > 0 ? ['r'] : []);
    expect(told.day?.counters).toMatchObject([{ nodeId: 1, day: TODAY, most: Object.values(nodeLimit)[0] }]);
  });

  it('sends an order elsewhere, and leaves one alone that has room', () => {
    const shipsFrom = (taken: number) => {
      const { request } = requestUnder([rule({ nodeLimit: { unitsPerDay: 3 } }, { when: 'node.vendor == "acme"' })], {
        counts: [counted(taken), counted(taken, { nodeId: 2 })],
      });
      return decide(request).shipments.map(({ nodeId }) => nodeId);
    };
    expect(shipsFrom(0)).toEqual(['acme-east']);
    expect(shipsFrom(3)).toEqual(['zenith-berlin']);
  });

  it('counts only the day of the node, its own rule and itself', () => {
    const others = [counted(9, { day: '2026-03-01' }), counted(9, { ruleId: 'other' }), counted(9, { nodeId: 2 })];
    expect(roomUnder(rule({ nodeLimit: { unitsPerDay: 3 } }, east), others).room).toEqual({});
  });

  it('that gave way goes on counting, without a limit', () => {
    const { room, effective, day } = roomUnder(
      rule({ nodeLimit: { unitsPerDay: 3 } }, { ...east, soft: true }),
      [counted(3)],
      ['r'],
    );
    expect([room, effective]).toEqual([{}, []]);
    expect(day?.counters).toMatchObject([{ ruleId: 'r', nodeId: 1, most: null }]);
  });
});

describe('a share of a vendor', () => {
  const share = { vendor: 'acme', percent: '50' };
  it.each([
    ['with room for the order', share, [10, 13], 13, {}],
    ['with room for less', share, [10, 10], 11, { 'acme-east': 1, 'acme-west': 1 }],
    ['used up', share, [10, 7], 10, { 'acme-east': 0, 'acme-west': 0 }],
    ['before anything was routed', share, [0, 0], 1, { 'acme-east': 1, 'acme-west': 1 }],
    ['with a minimum', { ...share, minimumUnits: 3 }, [0, 0], 3, {}],
  ])('%s', (_, vendorShare, [acme = 0, zenith = 0], most, room) => {
    const told = roomUnder(rule({ vendorShare }), [ofVendor(1, acme), ofVendor(2, zenith)]);
    expect(told.room).toEqual(room);
    expect(told.effective).toEqual(Object.keys(room).length > 0 ? ['r'] : []);
    expect(told.day?.counters).toMatchObject([{ nodeId: null, day: TODAY, most, vendorCode: 'acme' }]);
  });

  it('sends an order to others, and leaves alone one that its condition does not hold for', () => {
    const shipsFrom = (when: string) => {
      const { request } = requestUnder([rule({ vendorShare: { ...share, percent: '0' } }, { when })]);
      return decide(request).shipments.map(({ nodeId }) => nodeId);
    };
    expect(shipsFrom('order.channel == "shopify"')).toEqual(['zenith-berlin']);
    expect(shipsFrom('order.channel == "amazon"')).toEqual(['acme-east']);
  });
});
