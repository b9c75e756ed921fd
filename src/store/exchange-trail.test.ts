import { describe, expect, it } from 'vitest';
import type { Exchange } from '../model/exchange.js';
import { silentLog } from '../model/log.js';
import type { Queryable } from './database.js';
import { createExchangeTrail } from './exchange-trail.js';
import type { KeptExchange } from './exchanges.js';

const nowhere = {} as Queryable;
const about = (subject: string) => (): Exchange[] => [
  {
    ...{ kind: 'vendor', owner: 'acme', subject, method: 'GET', url: 'https://vendor.example/', problem: null },
    ...{ askedAt: new Date(0), tookMs: 1, request: { headers: {}, body: null, isCut: false }, response: null },
  },
];

/** A trail whose writes end when the test says so. */
function slowTrail() {
  const written: KeptExchange[][] = [];
  const gates: (() => void)[] = [];
  let ids = 0;
  const trail = createExchangeTrail({
    ...{ pool: nowhere, log: silentLog, newId: () => `id-${++ids}` },
    keep: async (exchanges) => {
      written.push([...exchanges]);
      await new Promise<void>((resolve) => gates.push(resolve));
    },
  });
  return { trail, written, gates };
}
const untilWritten = async (written: readonly unknown[], count: number) => {
  while (written.length < count) await Promise.resolve();
};

describe('the trail of exchanges', () => {
  it('is written beside the work, together what gathers meanwhile', async () => {
    const { trail, written, gates } = slowTrail();
    trail.keep(about('PO-1'));
    expect(written).toEqual([]);
    await untilWritten(written, 1);
    for (const subject of ['PO-2', 'PO-3']) trail.keep(about(subject));
    gates[0]?.();
    await untilWritten(written, 2);
    gates[1]?.();
    await trail.close();
    expect(written.map((each) => each.map(({ id, subject }) => `${id} ${subject}`))).toEqual([
      ['id-1 PO-1'],
      ['id-2 PO-2', 'id-3 PO-3'],
    ]);
  });

  it('drops the oldest where too many wait, and counts them', async () => {
    const { trail, written, gates } = slowTrail();
    trail.keep(about('first'));
    await untilWritten(written, 1);
    for (let at = 1; at <= 130; at += 1) trail.keep(about(`PO-${at}`));
    expect(trail.dropped).toBe(30);
    gates[0]?.();
    await untilWritten(written, 2);
    expect(written[1]?.[0]?.subject).toBe('PO-31');
  });

  it('goes on where the database does not take them', async () => {
    let calls = 0;
    const trail = createExchangeTrail({
      ...{ pool: nowhere, log: silentLog, newId: () => 'id' },
      keep: async () => {
        calls += 1;
        if (calls === 1) throw new Error('away');
      },
    });
    trail.keep(about('PO-1'));
    await trail.close();
    trail.keep(about('PO-2'));
    await trail.close();
    expect([calls, trail.dropped]).toEqual([2, 1]);
  });
});
