import { describe, expect, it } from 'vitest';
import { worthOffering } from './quote.js';

describe('what a buyer is offered', () => {
  /** Each earlier than the one before. */
  const offered = (...paid: readonly (readonly [shipping: number, dutyAtDoor: number])[]) =>
    worthOffering(paid.map(([shipping, dutyAtDoor]) => ({ shipping, dutyAtDoor }))).map(({ shipping }) => shipping);

  it('is whatever is earlier for more', () => {
    expect(offered([4, 0], [6, 0], [9, 0])).toEqual([4, 6, 9]);
  });

  it('is nothing that costs as much as something earlier, at the checkout and at the door', () => {
    expect(offered([54, 0], [13, 0], [13, 0], [13, 0])).toEqual([13]);
    expect(offered([5, 0], [8, 0], [7, 0])).toEqual([5, 7]);
    expect(offered([5, 4], [8, 0])).toEqual([8]);
    expect(offered([5, 4], [8, 2])).toEqual([5, 8]);
  });

  it('is the only way where there is one, and nothing where there is none', () => {
    expect(offered([7, 1])).toEqual([7]);
    expect(offered()).toEqual([]);
  });
});
