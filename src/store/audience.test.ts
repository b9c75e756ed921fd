import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../model/events.js';
import { Audience } from './audience.js';
import type { EventFilter } from './event-log.js';

let position = 0n;
function event(aggregateType: 'order' | 'stock', aggregateId: string): LoggedEvent {
  position += 1n;
  return {
    ...{ position, aggregateType, aggregateId, aggregateVersion: 1, accountId: null, vendorId: null },
    ...{ type: aggregateType === 'stock' ? 'stock.changed' : 'order.routed', actor: 'system:test', payload: {} },
    occurredAt: new Date(0),
  };
}
const audienceOf = (filters: Readonly<Record<string, EventFilter>>) => {
  const audience = new Audience<string>();
  for (const [name, filter] of Object.entries(filters)) audience.add(name, filter);
  return audience;
};

describe('the audience of the event log', () => {
  const [seven, order, eight, both] = [
    event('stock', '1:7'),
    event('order', 'seven'),
    event('stock', '2:8'),
    event('stock', '2:7'),
  ];
  const all = [seven, order, eight, both];

  it('is found by product, by aggregate, or wants everything; each gets its own in order', () => {
    const audience = audienceOf({
      everything: {},
      products: { productIds: [7, 9] },
      pair: { productIds: [7, 8] },
      order: { aggregateIds: ['seven'] },
      row: { aggregateIds: ['2:7'] },
      nothing: { productIds: [] },
    });
    expect(Object.fromEntries(audience.of(all))).toEqual({
      everything: all,
      products: [seven, both],
      pair: [seven, eight, both],
      order: [order],
      row: [both],
    });
  });

  it('hears of an event once, whatever it is found by twice', () => {
    const audience = audienceOf({ twice: { productIds: [7, 7] } });
    expect(audience.of([seven]).get('twice')).toEqual([seven]);
  });

  it('that has left is asked nothing, and leaves nothing behind', () => {
    const audience = audienceOf({ first: { productIds: [7] }, second: { productIds: [7] }, third: {} });
    audience.delete('first');
    audience.delete('third');
    expect([...audience]).toEqual(['second']);
    expect([...audience.of(all).keys()]).toEqual(['second']);
    audience.delete('second');
    expect(audience.size).toBe(0);
    expect(audience.of(all).size).toBe(0);
  });
});
