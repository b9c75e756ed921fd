import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HeadgateError } from '../src/model/errors.js';
import { systemViewer } from '../src/model/viewer.js';
import { listDeadLetters } from '../src/store/dead-letters.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { dueWork } from '../src/store/work.js';
import { askedVendors } from './asked-vendors.js';
import { acceptedIds, openWorld, type World } from './world.js';

/** Whatever the vendors report meanwhile is not read: only answers tell what they have. */
const STEPS = ['check', 'route', 'dispatch', 'shortage'] as const;

describe('a vendor that is asked live, whatever fails or races', () => {
  let world: World;
  const {
    policy,
    goods,
    reallyHas,
    submit,
    order,
    places,
    eventsOf,
    stockAt,
    asked,
    settled,
    checked,
    checkIdOf,
    otherProcess,
  } = askedVendors(() => world);
  beforeAll(async () => {
    world = await openWorld();
  });
  afterEach(async () => {
    await world.misbehave('none', 1);
    await policy({ live_check: 'never' });
  });
  afterAll(async () => {
    expect(await driftedStock(world.db.pool)).toEqual([]);
    await world.close();
  });

  it.each([
    ['a fresh report of its own is taken for its word', { live_check_silent_seconds: 3_600 }, 'first', 'CONFIRMED'],
    ['else another vendor is chosen', { live_check_silent_seconds: 10 }, 'second', 'CONFIRMED'],
  ] as const)('does not answer in time: %s', async (_, columns, where, status) => {
    const some = await goods(10, 10);
    await policy({ ...columns, live_check_deadline_seconds: 1 }, some.first.vendorId);
    await world.misbehave('slow', 100);
    const id = await submit(some.sku, 5);
    await checked(id);
    expect(await places(id)).toEqual([`${some[where].nodeCode} PLANNED 5`]);
    expect((await order(id)).status).toBe(status);
    const told = (await eventsOf(id)).find(({ type }) => type === 'fulfillment.checked');
    expect(told?.payload).toMatchObject({ answer: 'none', asks: expect.any(Number) });
  });

  it('does not answer in time, and a person is to decide: the order waits for either, and never for nothing', async () => {
    const some = await goods(10, 0);
    await policy({ live_check_silent_seconds: 10, live_check_silent_else: 'review', live_check_deadline_seconds: 1 });
    await world.misbehave('down', 1_000);
    const ids = [await submit(some.sku, 2), await submit(some.sku, 3)];
    const reviews = async () =>
      (await Promise.all(ids.map(order))).flatMap(({ openItems }) =>
        openItems.filter((item) => item.reason === 'LIVE_CHECK_SILENT' && item.resolvedAt === null),
      ).length;
    await world.workUntil('a person is told', async () => (await reviews()) === 2, { steps: ['check'] });
    expect(await Promise.all(ids.map(places))).toEqual([
      [`${some.first.nodeCode} PLANNED 2`],
      [`${some.first.nodeCode} PLANNED 3`],
    ]);
    const input = { orderId: ids[0] ?? '', idempotencyKey: randomUUID(), fingerprint: new Uint8Array(32) };
    expect(await world.services.confirmOrder(systemViewer('test'), input)).toMatchObject({ kind: 'accepted' });
    expect((await order(ids[0] ?? '')).status).toBe('CONFIRMED');
    // The other one's vendor comes back, and is asked again in due course.
    await world.misbehave('none', 1);
    await world.db.pool.query('UPDATE live_check SET next_action_at = now() WHERE settled_at IS NULL');
    await checked(...ids);
    expect((await order(ids[1] ?? '')).status).toBe('CONFIRMED');
    expect(await reviews()).toBe(0);
  });

  it.each(['down', 'garbage', 'rate-limit'] as const)(
    'is asked again within its time where it is %s for a moment',
    async (fault) => {
      const some = await goods(10, 10);
      await policy({ live_check_silent_seconds: 0 }, some.first.vendorId);
      await world.misbehave(fault, 1);
      const id = await submit(some.sku, 5);
      await checked(id);
      expect(await places(id)).toEqual([`${some.first.nodeCode} PLANNED 5`]);
      expect((await order(id)).openItems).toMatchObject([{ resolution: 'the vendor has it' }]);
    },
  );

  it('does not accept our credentials: its policy counts at once', async () => {
    const some = await goods(10, 10);
    await policy({ live_check_silent_seconds: 0 }, some.first.vendorId);
    await world.misbehave('unauthorized', 1);
    const id = await submit(some.sku, 5);
    await checked(id);
    expect(await places(id)).toEqual([`${some.second.nodeCode} PLANNED 5`]);
  });

  it('is asked by three processes at once as if by one', async () => {
    const some = await goods(60, 0);
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 33);
    const gateways = [world.services, otherProcess(), otherProcess()];
    const ids = acceptedIds(await Promise.all(Array.from({ length: 50 }, () => world.submit([[some.sku, 1]]))));
    await expect
      .poll(
        async () => {
          const due = await dueWork(world.db.pool, { now: new Date(), limit: 10, steps: ['check'] });
          await Promise.all(due.flatMap(({ id }) => gateways.map((gateway) => gateway.checkLive(id))));
          return settled(...ids)();
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe(true);
    expect(await world.statuses(ids)).toEqual({ CONFIRMED: 33, BACKORDERED: 17 });
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 33, held: 0, committed: 33 });
    expect(await asked(some)).toEqual([`${some.first.vendor} 50`]);
    for (const id of ids.slice(0, 5)) {
      expect((await eventsOf(id)).filter(({ type }) => type === 'fulfillment.checked')).toHaveLength(1);
    }
  });

  it.each(['claimed', 'answered'] as const)(
    'is asked again by another process when the one that asked dies (%s), though the time for an answer is up by then',
    async (point) => {
      const some = await goods(10, 10);
      await policy({ live_check_deadline_seconds: 1, live_check_silent_seconds: 0 }, some.first.vendorId);
      const id = await submit(some.sku, 5);
      const crash = new Error('killed');
      const dying = otherProcess({ checkpoint: (at) => (at === point ? Promise.reject(crash) : Promise.resolve()) });
      await expect(dying.checkLive(await checkIdOf(id))).rejects.toBe(crash);
      expect((await world.services.checkLive(await checkIdOf(id))).outcome).toBe('nothing');
      await checked(id);
      expect((await order(id)).status).toBe('CONFIRMED');
      expect(await places(id)).toEqual([`${some.first.nodeCode} PLANNED 5`]);
      expect(await asked(some)).toHaveLength(point === 'claimed' ? 1 : 2);
    },
  );

  it('need not be asked again when the process died after its answer was stored', async () => {
    const some = await goods(10, 10);
    await policy({}, some.first.vendorId);
    await reallyHas(some.first, 2);
    const id = await submit(some.sku, 5);
    const away = new HeadgateError('DATABASE_UNAVAILABLE', 'transient', 'killed');
    const dying = otherProcess({ committer: { commit: () => Promise.reject(away), close: async () => {} } });
    await expect(dying.checkLive(await checkIdOf(id))).rejects.toBe(away);
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 2, held: 5 });
    await world.stopVendors();
    await checked(id);
    await world.startVendors();
    expect(await places(id)).toEqual([`${some.first.nodeCode} PLANNED 2`, `${some.second.nodeCode} PLANNED 3`].sort());
  });

  it('answered, and acting on it fails for a mistake of ours: that order is set aside, others go on', async () => {
    const some = await goods(10, 0);
    await policy({}, some.first.vendorId);
    const ids = [await submit(some.sku, 2), await submit(some.sku, 3)];
    const [bad = '', good = ''] = ids;
    const { committer } = world.deps;
    const mistaken = otherProcess({
      committer: {
        commit: (plan) =>
          plan.orderId === bad ? Promise.reject(new Error('a rule is broken')) : committer.commit(plan),
        close: async () => {},
      },
    });
    await mistaken.checkLive(await checkIdOf(bad));
    expect((await order(good)).status).toBe('CONFIRMED');
    expect((await order(bad)).status).toBe('ROUTED');
    const letters = async () => listDeadLetters(world.db.pool, systemViewer('test'), { step: 'check', limit: 10 });
    expect(await letters()).toMatchObject([{ orderId: bad, vendorId: some.first.vendorId, attempts: 1 }]);
    expect(
      await dueWork(world.db.pool, { now: new Date(Date.now() + 3_600_000), limit: 10, steps: ['check'] }),
    ).toEqual([]);
    expect(await world.services.replayDeadLetters(systemViewer('test'), { step: 'check' })).toEqual({ replayed: 1 });
    await checked(bad);
    expect((await order(bad)).status).toBe('CONFIRMED');
    expect(await letters()).toEqual([]);
    expect(await asked(some)).toEqual([`${some.first.vendor} 5`]);
  });

  it.each(['claimed', 'answered'] as const)(
    'answers for an order that is canceled meanwhile (%s): it stays canceled',
    async (point) => {
      const some = await goods(10, 0);
      await policy({}, some.first.vendorId);
      await reallyHas(some.first, 4);
      const id = await submit(some.sku, 5);
      const canceling = otherProcess({
        async checkpoint(at) {
          if (at !== point) return;
          await world.services.cancelOrder(systemViewer('test'), {
            ...{ orderId: id, idempotencyKey: id, fingerprint: new Uint8Array(32) },
          });
        },
      });
      await canceling.checkLive(await checkIdOf(id));
      expect((await order(id)).status).toBe('CANCELED');
      const events = await eventsOf(id);
      expect(events.at(-1)?.type).toBe('order.canceled');
      expect((await order(id)).openItems.every((item) => item.resolvedAt !== null)).toBe(true);
      // What it said of its stock is true all the same.
      expect(await stockAt(some.first, some)).toMatchObject({ onHand: 4, held: 0, committed: 0, atp: 4 });
    },
  );

  it('answers late, to a process that was overtaken: what was settled meanwhile stands', async () => {
    const some = await goods(10, 10);
    await policy({}, some.first.vendorId);
    const id = await submit(some.sku, 5);
    let before: unknown;
    const overtaken = otherProcess({
      async checkpoint(at) {
        if (at !== 'answered') return;
        await checked(id);
        before = { version: (await order(id)).version, places: await places(id) };
        await reallyHas(some.first, 0);
      },
    });
    expect(await overtaken.checkLive(await checkIdOf(id))).toMatchObject({ outcome: 'done' });
    expect((await order(id)).status).toBe('CONFIRMED');
    expect({ version: (await order(id)).version, places: await places(id) }).toEqual(before);
    expect(await stockAt(some.first, some)).toMatchObject({ onHand: 10, committed: 5 });
  });

  it('has less than was sold: whatever races, no more is sent to it than it has', async () => {
    const some = await goods(50, 20);
    await policy({});
    await reallyHas(some.first, 21);
    const ids: string[] = [];
    const gateways = [world.services, otherProcess()];
    for (let wave = 0; wave < 4; wave += 1) {
      const taken = await Promise.all(Array.from({ length: 10 }, (_, n) => world.submit([[some.sku, 1 + (n % 2)]])));
      ids.push(...acceptedIds(taken));
      const due = await dueWork(world.db.pool, { now: new Date(), limit: 20, aheadMs: 100, steps: [...STEPS] });
      await Promise.all([
        ...due.flatMap(({ step, id }) =>
          gateways.map((gateway) => (step === 'check' ? gateway.checkLive(id) : undefined)),
        ),
        world.services.cancelOrder(systemViewer('test'), {
          ...{
            orderId: ids[wave * 10] ?? '',
            idempotencyKey: `wave-${some.sku}-${wave}`,
            fingerprint: new Uint8Array(32),
          },
        }),
      ]);
    }
    await checked(...ids);
    await world.workUntil('every one is sent', async () => (await world.statuses(ids)).CONFIRMED === undefined, {
      steps: [...STEPS],
    });
    const { rows } = await world.db.pool.query<{ node: string; units: number }>(
      `SELECT n.code AS node, sum(l.quantity - l.rejected - l.canceled)::int AS units FROM fulfillment f
         JOIN fulfillment_line l ON l.fulfillment_id = f.id JOIN node n ON n.id = f.node_id
       WHERE f.order_id = ANY($1::uuid[]) AND f.attempt > 0 GROUP BY 1 ORDER BY 1`,
      [ids],
    );
    const sent = Object.fromEntries(rows.map((row) => [row.node, row.units]));
    expect(sent[some.first.nodeCode]).toBeLessThanOrEqual(21);
    expect(sent[some.first.nodeCode]).toBeGreaterThanOrEqual(20);
    expect(sent[some.second.nodeCode]).toBeLessThanOrEqual(20);
  });
});
