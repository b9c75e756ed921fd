import { describe, expect, it } from 'vitest';
import type { LiveCheckPolicy } from '../model/network.js';
import { excludedNodes } from './exclusions.js';
import { askBecause, LIVE_CHECK, SILENT_REROUTED } from './live-check.js';
import { NOW, orderAtVendor } from './testing/aggregate.js';

const policy = (part: Partial<LiveCheckPolicy> = {}): LiveCheckPolicy => ({
  ...{ when: 'doubtful', belowUnits: 5, olderSeconds: 3_600, deadlineSeconds: 10, silentSeconds: 3_600 },
  silentElse: 'reroute',
  ...part,
});
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

describe('a vendor is asked before units are committed to it', () => {
  it.each([
    ['never', policy({ when: 'never' }), [{ left: 0, asOf: null }], null],
    ['always, where its policy says so', policy({ when: 'always' }), [{ left: 900, asOf: ago(0) }], 'ALWAYS'],
    ['not in doubt: enough is left and the figure is new', policy(), [{ left: 5, asOf: ago(60) }], null],
    [
      'where little would be left of one row',
      policy(),
      [
        { left: 90, asOf: ago(0) },
        { left: 4, asOf: ago(0) },
      ],
      'LOW',
    ],
    [
      'where one figure is old',
      policy(),
      [
        { left: 90, asOf: ago(0) },
        { left: 90, asOf: ago(61) },
      ],
      'OLD',
    ],
    ['where it never told a figure', policy(), [{ left: 90, asOf: null }], 'OLD'],
    ['not where all is made to order', policy({ when: 'always' }), [], null],
  ] as const)('%s', (_, given, rows, because) => {
    expect(askBecause(given, rows, NOW)).toBe(because);
  });
});

describe('a vendor that did not answer', () => {
  const silentSince = (minutes: number) => {
    const order = orderAtVendor({ status: 'SUPERSEDED' });
    const openItems = [
      {
        ...{ id: 'i', orderId: order.id, fulfillmentId: 'fulfillment', kind: 'hold' as const, reason: LIVE_CHECK },
        ...{ evidence: {}, blocks: ['dispatch' as const], openedAt: NOW, resolution: SILENT_REROUTED },
        resolvedAt: new Date(NOW.getTime() - minutes * 60_000),
      },
    ];
    return { ...order, openItems };
  };

  it('stands aside for the order for a quarter of an hour', () => {
    expect(excludedNodes(silentSince(14), NOW)).toMatchObject([{ nodeId: 'acme-east' }]);
    expect(excludedNodes(silentSince(16), NOW)).toEqual([]);
  });
});
