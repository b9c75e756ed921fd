import { describe, expect, it } from 'vitest';
import { fromGlobalId, toGlobalId, uuidFromGlobalId } from './global-id.js';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('a global id', () => {
  it('gives back what it was made of, for its own type only', () => {
    expect(uuidFromGlobalId('Order', toGlobalId('Order', uuid))).toBe(uuid);
    expect(fromGlobalId('OrderLine', toGlobalId('OrderLine', `${uuid}.3`))).toBe(`${uuid}.3`);
    expect(uuidFromGlobalId('Fulfillment', toGlobalId('Order', uuid))).toBeNull();
  });

  it.each([
    '',
    'x',
    uuid,
    'Order:',
    toGlobalId('Order', 'nothing'),
    toGlobalId('Order', uuid).slice(1),
    'A'.repeat(300),
  ])('that nobody gave out (%s) is simply none', (text) => {
    expect(uuidFromGlobalId('Order', text)).toBeNull();
  });

  it('has one spelling', () => {
    expect(uuidFromGlobalId('Order', `${toGlobalId('Order', uuid)}==`)).toBeNull();
  });
});
