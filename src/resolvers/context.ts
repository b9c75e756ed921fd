import type { Clock } from '../model/clock.js';
import type { Viewer } from '../model/viewer.js';
import type { OrderServices } from '../orders/contract.js';
import type { StockChange } from '../schema/messages.js';
import type { Availability } from '../stock/availability.js';
import type { Pool } from '../store/database.js';
import type { EventTail } from '../store/event-tail.js';
import { createLoaders, type Loaders } from './loaders.js';

/** What resolvers work with that lives as long as the process. */
export interface ApiDeps {
  readonly db: Pool;
  readonly services: OrderServices;
  readonly availability: Availability;
  readonly tail: EventTail;
  readonly stockStreams: {
    /** The latest state of the SKUs whenever it changes, for one more subscriber; as a StockStream. */
    subscribe(
      context: ApiContext,
      skus: readonly string[],
      after: bigint | undefined,
    ): AsyncIterableIterator<StockChange>;
  };
  readonly clock: Clock;
}

/** One operation's context; for a subscription, one message's. */
export interface ApiContext extends ApiDeps {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Fresh after every mutation: what was read before it may no longer be so. */
  loaders: Loaders;
}

/** A context of its own, with empty loaders. */
export function createContext(deps: ApiDeps, viewer: Viewer, requestId: string): ApiContext {
  return { ...deps, viewer, requestId, loaders: createLoaders(deps.db, viewer) };
}

/** Forgets what was read, because something was written. */
export function forgetReads(context: ApiContext): void {
  context.loaders = createLoaders(context.db, context.viewer);
}
