import type { Availability } from '../schema/availability.js';
import type { StockChange } from '../schema/messages.js';
import { encodeCursor } from '../store/event-cursor.js';
import { productOfStock } from '../store/event-log.js';
import { showsNodes } from '../store/node-stock.js';
import { readAvailability } from './availability-view.js';
import type { ApiContext } from './context.js';

const DONE: IteratorResult<StockChange> = { value: undefined, done: true };

/**
 * The latest state of the SKUs, whenever it changes, conflated: what changes several times between two messages is told once,
 * as it then is. What is kept per subscriber is one mark per SKU, however fast stock moves and however slowly it reads.
 *
 * A message's cursor is a position that everything in it is at least as new as, so going on behind it misses nothing.
 * Without `after` the first message holds every SKU. Errors, from next(): CursorPruned, CursorInvalid, the database's.
 */
export class StockStream implements AsyncIterableIterator<StockChange> {
  /** Product ids that changed since the last message; of a kit, its components'. */
  readonly #changed = new Set<number>();
  readonly #told = new Map<string, string>();
  #productsOf: readonly Availability[] | undefined;
  #events: AsyncIterator<{ readonly position: bigint; readonly aggregateId: string }> | undefined;
  #position: bigint;
  #tellAll: boolean;
  #lastAt = Number.NEGATIVE_INFINITY;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;
  #wake = () => {};

  constructor(
    private readonly context: ApiContext,
    private readonly skus: readonly string[],
    after: bigint | undefined,
    /** Between two messages. */
    private readonly intervalMs: () => number,
  ) {
    this.#position = after ?? context.tail.head();
    this.#tellAll = after === undefined;
  }

  async next(): Promise<IteratorResult<StockChange>> {
    if (this.#productsOf === undefined) await this.#begin();
    while (!this.#closed) {
      if (this.#failure) throw this.#failure.error;
      if (this.#changed.size === 0 && !this.#tellAll) {
        await this.#pause();
        continue;
      }
      const waitMs = this.#lastAt + this.intervalMs() - performance.now();
      if (waitMs > 0) {
        await this.#pause(waitMs);
        continue;
      }
      const message = await this.#read();
      if (message.products.length > 0 && !this.#closed) {
        this.#lastAt = performance.now();
        return { value: message, done: false };
      }
    }
    return DONE;
  }

  async return(): Promise<IteratorResult<StockChange>> {
    this.#closed = true;
    this.#wake();
    await this.#events?.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Listens from the position on before anything is read, so that nothing falls between. */
  async #begin(): Promise<void> {
    const found = await this.#ask(this.skus);
    this.#productsOf = found;
    const productIds = [...new Set(found.flatMap((each) => each.productIds))];
    const filter = { viewer: this.context.viewer, aggregateType: 'stock', productIds } as const;
    if (this.#closed) return;
    this.#events = this.context.tail.subscribe(this.#position, filter);
    void this.#listen(this.#events);
  }

  async #listen(events: AsyncIterator<{ readonly position: bigint; readonly aggregateId: string }>): Promise<void> {
    try {
      for (let step = await events.next(); !step.done; step = await events.next()) {
        this.#position = step.value.position;
        this.#changed.add(productOfStock(step.value.aggregateId));
        this.#wake();
      }
      this.#closed = true;
    } catch (error) {
      this.#failure = { error };
    }
    this.#wake();
  }

  async #read(): Promise<StockChange> {
    const cursor = encodeCursor(this.#position);
    const asked = (this.#productsOf ?? []).filter(
      (found) => this.#tellAll || found.productIds.some((id) => this.#changed.has(id)),
    );
    this.#changed.clear();
    this.#tellAll = false;
    if (asked.length === 0) return { cursor, products: [] };
    const fresh = await this.#ask(asked.map(({ sku }) => sku));
    // A viewer whose quantities are capped is not told of changes that it cannot see.
    const products = showsNodes(this.context.viewer) ? fresh : fresh.filter((view) => this.#isNews(view));
    return { cursor, products };
  }

  #ask(skus: readonly string[]): Promise<Availability[]> {
    return readAvailability(this.context, { skus, destination: null, accountCode: null });
  }

  #isNews({ asOf: _asOf, cursor: _cursor, ...view }: Availability): boolean {
    const shown = JSON.stringify(view);
    if (this.#told.get(view.sku) === shown) return false;
    this.#told.set(view.sku, shown);
    return true;
  }

  /** Until something changes, or for so long. */
  #pause(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        // While a message's interval runs, further changes only gather.
        if (ms !== undefined && !this.#closed && !this.#failure) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
