import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemViewer } from '../src/model/viewer.js';
import { loadOrder } from '../src/store/orders.js';
import { driftedStock } from '../src/store/testing/small-network.js';
import { acceptedIds, openWorld, type World } from './world.js';

/** A worker that stands still at a checkpoint until it is told to go on. */
interface Worker {
  readonly process: ChildProcessWithoutNullStreams;
  /** Its next line on standard output. */
  line(): Promise<string>;
  goOn(): void;
  /** Sends a signal and waits until it has taken effect. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where packages are found from. */
const OUT = `${ROOT}node_modules/.cache/dispatch-child`;
const CHILD = `${OUT}/dispatch-child.js`;

/** One file of test/dispatch-child.ts, compiled as it is for the tests, so that a process of it starts at once. */
async function buildChild(): Promise<void> {
  const output = { ssr: 'test/dispatch-child.ts', outDir: OUT, minify: false };
  await build({ root: ROOT, configFile: false, logLevel: 'error', build: output });
}

describe('a vendor gets one purchase order, whatever dies', () => {
  let world: World;
  const children: ChildProcessWithoutNullStreams[] = [];
  beforeAll(async () => {
    [world] = await Promise.all([openWorld(), buildChild()]);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    expect(await driftedStock(world.db.pool)).toEqual([]);
    await world.close();
  });

  function startWorker(fulfillmentId: string, stopAt: 'claimed' | 'answered'): Worker {
    const child = spawn(process.execPath, [CHILD, world.url, fulfillmentId, stopAt]);
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return {
      process: child,
      async line() {
        const next = await lines.next();
        if (next.done) throw new Error(`the worker ended: ${errors}`);
        return next.value;
      },
      goOn: () => child.stdin.write('go on\n'),
      async signal(name) {
        child.kill(name);
        if (name === 'SIGKILL') await exited;
      },
    };
  }

  /** An order that is planned at one vendor, due to be sent. */
  async function plannedOrder(): Promise<{ orderId: string; fulfillmentId: string; poNumber: string }> {
    const [sku = ''] = await world.skus(1, 10);
    const [orderId = ''] = acceptedIds([await world.submit([[sku, 1]])]);
    const order = await loadOrder(world.db.pool, systemViewer('test'), orderId);
    const fulfillment = order?.fulfillments[0];
    if (!fulfillment) throw new Error('expected a fulfillment');
    return { orderId, fulfillmentId: fulfillment.id, poNumber: fulfillment.poNumber };
  }

  const isDelivered = (orderId: string) => async () => (await world.statuses([orderId])).DELIVERED === 1;
  const typesOf = async (orderId: string) => {
    const { rows } = await world.db.pool.query<{ type: string }>(
      "SELECT type FROM event WHERE aggregate_type = 'order' AND aggregate_id = $1 ORDER BY aggregate_version",
      [orderId],
    );
    return rows.map((row) => row.type);
  };

  it.each([
    ['between claim and call', 'claimed'],
    ['after the vendor took it and before that was noted', 'answered'],
  ] as const)('a worker is killed %s: the order goes on', async (_, point) => {
    const { orderId, fulfillmentId, poNumber } = await plannedOrder();
    const worker = startWorker(fulfillmentId, point);
    expect(await worker.line()).toBe(point);
    await worker.signal('SIGKILL');
    expect(await world.timesReceived(poNumber)).toBe(point === 'claimed' ? 0 : 1);
    // Without a word of the vendor's own: another worker takes over, and looks it up.
    const isSent = async () => (await typesOf(orderId)).includes('fulfillment.sent');
    await world.workUntil('another worker has it settled', isSent, { steps: ['dispatch'] });
    expect(await typesOf(orderId)).toContain('fulfillment.unknown');
    await world.workUntil('it is delivered', isDelivered(orderId));
    expect(await world.timesReceived(poNumber)).toBe(1);
  });

  it('a worker is stopped between claim and call, overtaken, and continued: it does not call', async () => {
    const { orderId, fulfillmentId, poNumber } = await plannedOrder();
    const worker = startWorker(fulfillmentId, 'claimed');
    expect(await worker.line()).toBe('claimed');
    await worker.signal('SIGSTOP');
    await world.workUntil('another worker has sent it', async () => (await world.timesReceived(poNumber)) === 1);
    await worker.signal('SIGCONT');
    worker.goOn();
    expect(JSON.parse(await worker.line())).toMatchObject({
      outcome: 'nothing',
      note: 'the lease ran out before the call',
    });
    await world.workUntil('it is delivered', isDelivered(orderId));
    expect(await world.timesReceived(poNumber)).toBe(1);
  });

  it('a worker is stopped after the vendor took it, overtaken, and continued: what it then notes changes nothing', async () => {
    const { orderId, fulfillmentId, poNumber } = await plannedOrder();
    const worker = startWorker(fulfillmentId, 'answered');
    expect(await worker.line()).toBe('answered');
    await worker.signal('SIGSTOP');
    await world.workUntil('it is delivered', isDelivered(orderId));
    const before = await typesOf(orderId);
    await worker.signal('SIGCONT');
    worker.goOn();
    expect(JSON.parse(await worker.line())).toMatchObject({ outcome: 'done' });
    expect(await typesOf(orderId)).toEqual(before);
    expect(await world.timesReceived(poNumber)).toBe(1);
  });
});
