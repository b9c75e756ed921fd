import { describe, expect, it } from 'vitest';
import { FAULTS, Faults, faultOrder } from './faults.js';

describe('a fault', () => {
  it('holds so many times, and only where it is asked about', () => {
    const faults = new Faults();
    faults.set({ fault: 'reject', times: 2 });
    const taken = [faults.take('ridge', ['down']), ...Array.from({ length: 3 }, () => faults.take('ridge', FAULTS))];
    expect(taken).toEqual([null, 'reject', 'reject', null]);
  });

  it('of one vendor stands before that of all until it is used up', () => {
    const faults = new Faults();
    faults.set({ fault: 'down' });
    faults.set({ fault: 'garbage', vendor: 'ridge', times: 1 });
    expect(faults.take('other', FAULTS)).toBe('down');
    expect(faults.take('ridge', FAULTS)).toBe('garbage');
    expect(faults.take('ridge', FAULTS)).toBe('down');
  });

  it('of all ends every other, and none ends it', () => {
    const faults = new Faults();
    faults.set({ fault: 'down', vendor: 'ridge' });
    faults.set({ fault: 'none' });
    expect(faults.take('ridge', ['down'])).toBeNull();
  });

  it.each([{ fault: 'explode' }, { fault: 'down', times: 0 }, { fault: 'down', vendor: '' }, {}])(
    'is not taken: %j',
    (order) => expect(faultOrder.safeParse(order).success).toBe(false),
  );
});
