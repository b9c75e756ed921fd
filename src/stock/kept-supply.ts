import { LRUCache } from 'lru-cache';
import type { LoggedEvent } from '../model/events.js';
import type { ProductSupply, Reach, SupplyNode } from '../model/supply.js';
import { productOfStock } from '../store/event-log.js';
import type { SupplyAccount, SupplyFacts } from '../store/supply.js';

/** As of when facts are true: everything up to the position is in them, and everything committed before the moment. */
export interface AsOf {
  readonly position: bigint;
  readonly at: Date;
}
export interface Kept<T> {
  readonly value: T;
  readonly asOf: AsOf;
}

/** Of all, the least recently used go first. */
const NAMES_MAX = 50_000;
/** Accounts that one SKU is kept for. */
const SCOPES_MAX = 50;
const OFFERS_MAX = 200_000;
const CARDS_MAX = 100_000;
const ACCOUNTS_MAX = 1_000;
/** What changes while one statement runs, by name; beyond it counts as everything. */
const NOTED_MAX = 10_000;

const DAY_MS = 86_400_000;

/**
 * Facts that are kept until an event says that they may have changed, or their day ends. Nobody's: what a caller may know of
 * them is decided for each answer. Bounded; never reads anything itself.
 */
export class KeptSupply {
  readonly #accounts = new LRUCache<string, Kept<SupplyAccount>>({ max: ACCOUNTS_MAX });
  readonly #names = new LRUCache<string, Map<string, Kept<number | null>>>({ max: NAMES_MAX });
  readonly #products = new LRUCache<number, Kept<ProductSupply>>({
    maxSize: OFFERS_MAX,
    sizeCalculation: ({ value }) => 1 + value.offers.length + value.setAsides.length + value.components.length,
  });
  readonly #reaches = new LRUCache<string, Kept<Reach>>({
    maxSize: CARDS_MAX,
    sizeCalculation: ({ value }) => 1 + value.cards.size + value.rates.size,
  });
  /** By node; no more than there are nodes with a limit. */
  readonly #capacities = new Map<number, Kept<number> & { readonly until: Date }>();
  #nodes: Kept<ReadonlyMap<number, SupplyNode>> | undefined;
  readonly #readings = new Set<Reading>();

  /** By id or code, as it was asked for. */
  account(asked: string): Kept<SupplyAccount> | undefined {
    return this.#accounts.get(asked);
  }

  /** What the SKU is called in a scope: the account, or the accounts whose aliases count. */
  name(scope: string, sku: string): Kept<number | null> | undefined {
    return this.#names.get(sku)?.get(scope);
  }

  product(id: number): Kept<ProductSupply> | undefined {
    return this.#products.get(id);
  }

  nodes(): Kept<ReadonlyMap<number, SupplyNode>> | undefined {
    return this.#nodes;
  }

  /** Rate cards and exchange rates are those of a day (UTC). */
  reach(key: string, now: Date): Kept<Reach> | undefined {
    const kept = this.#reaches.get(key);
    return kept && isSameDay(kept.asOf.at, now) ? kept : undefined;
  }

  /** Units that the node can still handle today. */
  capacity(nodeId: number, now: Date): Kept<number> | undefined {
    const kept = this.#capacities.get(nodeId);
    return kept && now < kept.until ? kept : undefined;
  }

  /** To be called before a statement begins whose facts are to be kept. */
  beginReading(): Reading {
    const reading = new Reading();
    this.#readings.add(reading);
    return reading;
  }

  /** To be called in any case when the statement has ended. */
  endReading(reading: Reading): void {
    this.#readings.delete(reading);
  }

  /** Keeps what a statement found, but for what changed since, as events said while it ran. */
  keep(
    found: SupplyFacts,
    at: Date,
    reading: Reading,
    of: { readonly account: string | null; readonly scope: string | null; readonly reach: string | null },
  ): void {
    const asOf = { position: found.position, at };
    const isFresh = (key: string) => !reading.changedAfter(found.position, key);
    for (const [sku, value] of found.names) {
      if (of.scope === null || !isFresh(skuKey(sku))) continue;
      const scopes = this.#names.get(sku) ?? new Map<string, Kept<number | null>>();
      if (scopes.size >= SCOPES_MAX) scopes.clear();
      this.#names.set(sku, scopes.set(of.scope, { value, asOf }));
    }
    for (const [id, value] of found.products) if (isFresh(productKey(id))) this.#products.set(id, { value, asOf });
    if (!isFresh(NETWORK)) return;
    if (of.account !== null && found.account) this.#accounts.set(of.account, { value: found.account, asOf });
    if (found.nodes) this.#nodes = { value: found.nodes, asOf };
    if (of.reach !== null && found.reach) this.#reaches.set(of.reach, { value: found.reach, asOf });
    for (const [nodeId, { units, until }] of found.capacities)
      if (isFresh(capacityKey(nodeId))) this.#capacities.set(nodeId, { value: units, until, asOf });
  }

  /** Forgets what an event may have changed, unless it was read after that. */
  forget({ type, aggregateId, payload, position }: LoggedEvent): void {
    if (type === 'network.changed') this.#forgetNetwork(position);
    else if (type === 'capacity.changed') this.#forgetCapacity(Number(payload.nodeId), position);
    else if (type.startsWith('stock.')) this.#forgetProduct(productOfStock(aggregateId), position);
    else if (type === 'catalogue.changed') {
      if (payload.all === true) this.#forgetCatalogue(position);
      for (const id of (payload.productIds ?? []) as readonly number[]) this.#forgetProduct(id, position);
      for (const sku of (payload.skus ?? []) as readonly string[]) this.#forgetName(sku, position);
    }
  }

  /** Events were missed: nothing is known any more. */
  forgetAll(): void {
    this.#accounts.clear();
    this.#names.clear();
    this.#products.clear();
    this.#reaches.clear();
    this.#capacities.clear();
    this.#nodes = undefined;
    for (const reading of this.#readings) reading.noteAll();
  }

  #forgetProduct(id: number, position: bigint): void {
    if (isBefore(this.#products.peek(id), position)) this.#products.delete(id);
    for (const reading of this.#readings) reading.note(productKey(id), position);
  }

  #forgetName(sku: string, position: bigint): void {
    const scopes = this.#names.peek(sku);
    for (const [scope, kept] of scopes ?? []) if (isBefore(kept, position)) scopes?.delete(scope);
    for (const reading of this.#readings) reading.note(skuKey(sku), position);
  }

  #forgetCatalogue(position: bigint): void {
    this.#names.clear();
    this.#products.clear();
    for (const reading of this.#readings) reading.note(EVERYTHING, position);
  }

  #forgetNetwork(position: bigint): void {
    this.#accounts.clear();
    this.#reaches.clear();
    this.#capacities.clear();
    this.#nodes = undefined;
    for (const reading of this.#readings) reading.note(NETWORK, position);
  }

  #forgetCapacity(nodeId: number, position: bigint): void {
    if (isBefore(this.#capacities.get(nodeId), position)) this.#capacities.delete(nodeId);
    for (const reading of this.#readings) reading.note(capacityKey(nodeId), position);
  }
}

/** A statement under way, and what changed since it began: it may or may not have seen that, as its position will say. */
export class Reading {
  readonly #changed = new Map<string, bigint>();
  #missed = false;

  note(key: string, position: bigint): void {
    this.#changed.set(this.#changed.size < NOTED_MAX ? key : EVERYTHING, position);
  }

  noteAll(): void {
    this.#missed = true;
  }

  /** Whether what the key names changed behind a position. */
  changedAfter(position: bigint, key: string): boolean {
    const isAfter = (at: bigint | undefined) => at !== undefined && at > position;
    return this.#missed || isAfter(this.#changed.get(key)) || isAfter(this.#changed.get(EVERYTHING));
  }
}

const NETWORK = 'network';
const EVERYTHING = 'everything';
const productKey = (id: number) => `product ${id}`;
const skuKey = (sku: string) => `sku ${sku}`;
const capacityKey = (nodeId: number) => `capacity ${nodeId}`;

function isBefore(kept: Kept<unknown> | undefined, position: bigint): boolean {
  return kept !== undefined && kept.asOf.position < position;
}

function isSameDay(a: Date, b: Date): boolean {
  return Math.floor(a.getTime() / DAY_MS) === Math.floor(b.getTime() / DAY_MS);
}
