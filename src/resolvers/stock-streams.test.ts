import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../model/events.js';
import { systemViewer, type Viewer } from '../model/viewer.js';
import type { StockChange } from '../schema/messages.js';
import type { AvailabilityQuestion, SkuAvailability } from '../stock/availability.js';
import { productOfStock } from '../store/event-log.js';
import type { TailFilter } from '../store/event-tail.js';
import type { ApiContext } from './context.js';
import { StockStreams } from './stock-streams.js';

const PRODUCTS: Readonly<Record<string, number>> = { A: 1, B: 2 };

/** Stock of two SKUs, its log, and what was asked of it. */
class World {
  readonly asked: string[] = [];
  readonly streams = new StockStreams();
  readonly #stock: Record<string, number> = { A: 10, B: 20 };
  readonly #log: LoggedEvent[] = [];
  readonly #readers = new Set<{ hear(event: LoggedEvent): void }>();
  #head = 5n;

  get readers(): number {
    return this.#readers.size;
  }

  sell(sku: string): void {
    this.#stock[sku] = (this.#stock[sku] ?? 0) - 1;
    this.#head += 1n;
    const event = { position: this.#head, aggregateId: `1:${PRODUCTS[sku]}` } as LoggedEvent;
    this.#log.push(event);
    for (const reader of this.#readers) reader.hear(event);
  }

  follow(skus: readonly string[], viewer: Viewer = systemViewer('test'), after?: bigint) {
    const tail = {
      head: () => this.#head,
      subscribe: (from: bigint, filter: TailFilter) => this.#events(from, filter),
    };
    const availability = { ask: (_: Viewer, question: AvailabilityQuestion) => this.#answer(question.skus) };
    return this.streams.subscribe({ viewer, tail, availability } as unknown as ApiContext, skus, after);
  }

  async #answer(skus: readonly string[]): Promise<SkuAvailability[]> {
    this.asked.push(skus.join());
    const [asOf, position] = [new Date(0), this.#head];
    return skus.map((sku) => ({
      ...{ sku, asOf, position, productIds: [PRODUCTS[sku] ?? 0], isKit: false, arrival: () => null },
      promised: { available: this.#stock[sku] } as SkuAvailability['promised'],
    }));
  }

  #events(from: bigint, { productIds }: TailFilter): AsyncIterableIterator<LoggedEvent> {
    const isWanted = (event: LoggedEvent) => productIds?.includes(productOfStock(event.aggregateId));
    const heard = this.#log.filter((event) => event.position > from && isWanted(event));
    let [signal, closed] = [() => {}, false];
    const reader = {
      hear: (event: LoggedEvent) => {
        if (isWanted(event)) heard.push(event);
        signal();
      },
    };
    this.#readers.add(reader);
    const end = { value: undefined, done: true } as const;
    const iterator: AsyncIterableIterator<LoggedEvent> = {
      next: async () => {
        while (heard.length === 0 && !closed) await new Promise<void>((resolve) => (signal = resolve));
        const value = heard.shift();
        return value === undefined ? end : { value, done: false };
      },
      return: async () => {
        closed = true;
        this.#readers.delete(reader);
        signal();
        return end;
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}

const availableIn = (step: IteratorResult<StockChange>) =>
  Object.fromEntries(step.value.products.map((each: { sku: string; available: number }) => [each.sku, each.available]));
const next = async (followed: AsyncIterableIterator<StockChange>) => availableIn(await followed.next());

describe('those who follow stock', () => {
  it('with equal questions and rights are told the very same messages, which are made once', async () => {
    const world = new World();
    const [first, second] = [world.follow(['A', 'B']), world.follow(['A', 'B'])];
    const begun = await Promise.all([first.next(), second.next()]);
    expect(availableIn(begun[0])).toEqual({ A: 10, B: 20 });
    expect(begun[1].value).toBe(begun[0].value);
    world.sell('A');
    const told = await Promise.all([first.next(), second.next()]);
    expect(availableIn(told[0])).toEqual({ A: 9 });
    expect(told[1].value).toBe(told[0].value);
    // The products, the state, the change.
    expect(world.asked).toEqual(['A,B', 'A,B', 'A']);
  });

  it.each<[what: string, skus: readonly string[], viewer: Viewer]>([
    ['other SKUs', ['B'], systemViewer('test')],
    ['other vendors', ['A'], { ...systemViewer('test'), vendorIds: [1] }],
    ['other accounts', ['A'], { ...systemViewer('test'), accountIds: [1] }],
    ['another scope', ['A'], { ...systemViewer('test'), scopes: ['storefront'] }],
  ])('share nothing with those of %s', async (_, skus, viewer) => {
    const world = new World();
    const [first, second] = [world.follow(['A']), world.follow(skus, viewer)];
    const [one, other] = await Promise.all([first.next(), second.next()]);
    expect(other.value).not.toBe(one.value);
    expect(world.asked).toHaveLength(4);
  });

  it('and come later are told the state first, then every change, whatever the others were told before', async () => {
    const world = new World();
    const first = world.follow(['A', 'B']);
    await next(first);
    world.sell('A');
    expect(await next(first)).toEqual({ A: 9 });
    const [late, later] = [world.follow(['A', 'B']), world.follow(['A', 'B'])];
    const begun = await Promise.all([late.next(), later.next()]);
    expect(availableIn(begun[0])).toEqual({ A: 9, B: 20 });
    expect(begun[1].value).toBe(begun[0].value);
    world.sell('B');
    expect(await Promise.all([first, late, later].map(next))).toEqual([{ B: 19 }, { B: 19 }, { B: 19 }]);
    await first.return?.();
    world.sell('A');
    expect(await Promise.all([late, later].map(next))).toEqual([{ A: 8 }, { A: 8 }]);
    await Promise.all([late.return?.(), later.return?.()]);
    expect(world.readers).toBe(0);
  });

  it('too slowly go on alone, hold up nobody, and learn the last state', async () => {
    const world = new World();
    const [quick, slow] = [world.follow(['A', 'B']), world.follow(['A', 'B'])];
    await Promise.all([quick.next(), slow.next()]);
    for (let sold = 1; sold <= 6; sold += 1) {
      world.sell(sold === 1 ? 'B' : 'A');
      await quick.next();
    }
    world.sell('A');
    expect(await next(quick)).toEqual({ A: 4 });
    world.sell('A');
    const told: Record<string, number> = {};
    while (told.A !== 3) Object.assign(told, await next(slow));
    expect(told).toEqual({ A: 3, B: 19 });
    expect(world.readers).toBe(2);
  });

  it('leave nothing behind when the last has left', async () => {
    const world = new World();
    const followed = [world.follow(['A']), world.follow(['A']), world.follow(['B'], systemViewer('test'), 5n)];
    await Promise.all(followed.slice(0, 2).map((each) => each.next()));
    const waiting = followed.map((each) => each.next());
    await followed[0]?.return?.();
    expect((await waiting[0])?.done).toBe(true);
    world.sell('A');
    expect(availableIn((await waiting[1]) as IteratorResult<StockChange>)).toEqual({ A: 9 });
    for (const each of followed) await each.return?.();
    expect((await waiting[2])?.done).toBe(true);
    expect(world.readers).toBe(0);
    // Whoever comes now begins anew.
    expect(await next(world.follow(['A']))).toEqual({ A: 9 });
  });

  it('are told ten times a second, and less often the more they are, but each once a second', async () => {
    const { streams, ...world } = new World();
    const followed = (count: number) =>
      Array.from({ length: count }, () => streams.subscribe(world as unknown as ApiContext, ['A'], 1n));
    expect(streams.intervalMs()).toBe(100);
    const few = followed(250);
    expect(streams.intervalMs()).toBe(100);
    const more = followed(750);
    expect(streams.intervalMs()).toBe(400);
    const many = followed(9_000);
    expect(streams.intervalMs()).toBe(1_000);
    for (const each of [...more, ...many]) await each.return?.();
    expect(streams.intervalMs()).toBe(100);
    for (const each of few) await each.return?.();
  });
});
