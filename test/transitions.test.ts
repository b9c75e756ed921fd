import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FULFILLMENT_STATUSES, FULFILLMENT_TRANSITIONS } from '../src/model/order.js';

describe('the fulfillment machine', () => {
  const migration = readFileSync(new URL('../migrations/1790000000002-orders.ts', import.meta.url), 'utf8');
  const table = /INSERT INTO fulfillment_transition VALUES([\s\S]*?);/.exec(migration)?.[1] ?? '';
  const inDatabase = [...table.matchAll(/\('([A-Z_]+)',\s*'([A-Z_]+)'\)/g)].map(([, from, to]) => `${from} -> ${to}`);

  it('is the same table in the code and in the database', () => {
    const inCode = FULFILLMENT_STATUSES.flatMap((from) =>
      FULFILLMENT_TRANSITIONS[from].map((to) => `${from} -> ${to}`),
    );
    expect([...inDatabase].sort()).toEqual([...inCode].sort());
    expect(inCode.length).toBeGreaterThan(30);
  });

  it('never lets a purchase order that may have been sent go back to a fresh start, but from SENDING when it surely was not', () => {
    expect(inDatabase.filter((arrow) => arrow.endsWith('-> PLANNED'))).toEqual(['SENDING -> PLANNED']);
    expect(inDatabase.filter((arrow) => arrow.endsWith('-> SUPERSEDED'))).toEqual(['PLANNED -> SUPERSEDED']);
  });
});
