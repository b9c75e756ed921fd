import type { LoggedEvent } from '../model/events.js';
import { type EventFilter, productOfStock } from './event-log.js';

/**
 * Listeners by what they ask for: an event finds those that may want it without asking all the others, so that a thousand that
 * each watch a product of their own cost no more than one. Keeps as many entries as the filters name products and aggregates.
 */
export class Audience<Listener> {
  readonly #all = new Map<Listener, readonly string[] | null>();
  readonly #byKey = new Map<string, Set<Listener>>();
  /** Those whose filter names nothing to be found by. */
  readonly #ofEverything = new Set<Listener>();

  get size(): number {
    return this.#all.size;
  }

  add(listener: Listener, filter: EventFilter): void {
    const keys = keysOfFilter(filter);
    this.#all.set(listener, keys);
    if (keys === null) this.#ofEverything.add(listener);
    for (const key of keys ?? []) {
      const listeners = this.#byKey.get(key) ?? new Set();
      this.#byKey.set(key, listeners.add(listener));
    }
  }

  delete(listener: Listener): void {
    for (const key of this.#all.get(listener) ?? []) {
      const listeners = this.#byKey.get(key);
      listeners?.delete(listener);
      if (listeners?.size === 0) this.#byKey.delete(key);
    }
    this.#ofEverything.delete(listener);
    this.#all.delete(listener);
  }

  /** Who may want some of these events, and those that it may want, in their order. */
  of(events: readonly LoggedEvent[]): Map<Listener, LoggedEvent[]> {
    const wanted = new Map<Listener, LoggedEvent[]>();
    for (const event of events) {
      for (const key of keysOfEvent(event)) {
        for (const listener of this.#byKey.get(key) ?? []) {
          const known = wanted.get(listener);
          if (known === undefined) wanted.set(listener, [event]);
          else if (known.at(-1) !== event) known.push(event);
        }
      }
    }
    for (const listener of this.#ofEverything) wanted.set(listener, [...events]);
    return wanted;
  }

  [Symbol.iterator](): IterableIterator<Listener> {
    return this.#all.keys();
  }
}

/** Every event that a filter lets through has one of these; null: whatever it has. */
function keysOfFilter({ productIds, aggregateIds }: EventFilter): readonly string[] | null {
  return productIds?.map(productKey) ?? aggregateIds?.map(aggregateKey) ?? null;
}

function keysOfEvent({ aggregateType, aggregateId }: LoggedEvent): readonly string[] {
  const aggregate = aggregateKey(aggregateId);
  return aggregateType === 'stock' ? [productKey(productOfStock(aggregateId)), aggregate] : [aggregate];
}

const productKey = (id: number) => `product ${id}`;
const aggregateKey = (id: string) => `aggregate ${id}`;
