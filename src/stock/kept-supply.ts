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

/** SKUs times accounts that they are kept for. Of all that is kept, the least recently used go first. */
const NAMES_MAX = 200_000;
/** Accounts that one SKU is kept for; of more the first goes. */
const SCOPES_MAX = 50;
const OFFERS_MAX = 200_000;
const CARDS_MAX = 100_000;
const ACCOUNTS_MAX = 1_000;
/** Things whose last change is remembered; all others count as changed when the last of them was that is not. */
const CHANGES_MAX = 10_000;

const DAY_MS = 86_400_000;

/**
 * Facts that are kept until an event says that they may have changed, or their day ends. Nobody's: what a caller may know of
 * them is decided for each answer. Bounded; never reads anything itself.
 */
export class KeptSupply {
  readonly #accounts = new LRUCache<string, Kept<SupplyAccount>>({ max: ACCOUNTS_MAX });
  readonly #names = new LRUCache<string, ReadonlyMap<string, Kept<number | null>>>({
    maxSize: NAMES_MAX,
    sizeCalculation: (scopes) => Math.max(1, scopes.size),
  });
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
  #ruleVersion: Kept<number> | undefined;
  #changes = new Changes();
  #era = 0;

  /** To be taken before a statement begins whose facts are to be kept. */
  era(): number {
    return this.#era;
  }

  /** By id or code, as it was asked for. */
  account(asked: string): Kept<SupplyAccount> | undefined {
    return this.#accounts.get(asked);
  }

  /** What the SKU is called in a scope: the account, or the accounts whose aliases count. */
  name(scope: string, sku: string): Kept<number | null> | undefined {
    return this.#names.get(sku)?.get(scope);
  }

  /** Prices, terms, rate cards and exchange rates are those of a day (UTC). */
  product(id: number, now: Date): Kept<ProductSupply> | undefined {
    return ofToday(this.#products.get(id), now);
  }

  nodes(now: Date): Kept<ReadonlyMap<number, SupplyNode>> | undefined {
    return ofToday(this.#nodes, now);
  }

  /** Of the rules in force. */
  ruleVersion(): Kept<number> | undefined {
    return this.#ruleVersion;
  }

  reach(key: string, now: Date): Kept<Reach> | undefined {
    return ofToday(this.#reaches.get(key), now);
  }

  /** Units that the node can still handle today. */
  capacity(nodeId: number, now: Date): Kept<number> | undefined {
    const kept = this.#capacities.get(nodeId);
    return kept && now < kept.until ? kept : undefined;
  }

  /** Keeps what a statement found, but for what it may not have seen of changes that were told meanwhile. */
  keep(
    found: SupplyFacts,
    read: { readonly at: Date; readonly era: number },
    of: { readonly account: string | null; readonly scope: string | null; readonly reach: string | null },
  ): void {
    if (read.era !== this.#era) return;
    const asOf = { position: found.position, at: read.at };
    const isFresh = (key: string) => !this.#changes.isAfter(found.position, key);
    for (const [sku, value] of found.names)
      if (of.scope !== null && isFresh(skuKey(sku)) && isFresh(CATALOGUE))
        this.#keepName(sku, of.scope, { value, asOf });
    for (const [id, value] of found.products)
      if (isFresh(productKey(id)) && isFresh(CATALOGUE)) this.#products.set(id, { value, asOf });
    if (!isFresh(NETWORK)) return;
    if (of.account !== null && found.account) this.#accounts.set(of.account, { value: found.account, asOf });
    if (found.nodes) this.#nodes = { value: found.nodes, asOf };
    this.#ruleVersion = { value: found.ruleVersion, asOf };
    if (of.reach !== null && found.reach) this.#reaches.set(of.reach, { value: found.reach, asOf });
    for (const [nodeId, { units, until }] of found.capacities)
      if (isFresh(capacityKey(nodeId))) this.#capacities.set(nodeId, { value: units, until, asOf });
  }

  #keepName(sku: string, scope: string, kept: Kept<number | null>): void {
    const scopes = new Map(this.#names.peek(sku)).set(scope, kept);
    const [first] = scopes.keys();
    if (scopes.size > SCOPES_MAX && first !== undefined) scopes.delete(first);
    this.#names.set(sku, scopes);
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

  /** Events were missed, or may have been: nothing is known any more, nor will be by a statement that has begun. */
  forgetAll(): void {
    this.#era += 1;
    this.#changes = new Changes();
    this.#names.clear();
    this.#products.clear();
    this.#clearNetwork();
  }

  #forgetProduct(id: number, position: bigint): void {
    if (isBefore(this.#products.peek(id), position)) this.#products.delete(id);
    this.#changes.note(productKey(id), position);
  }

  #forgetName(sku: string, position: bigint): void {
    const scopes = [...(this.#names.peek(sku) ?? [])].filter(([, kept]) => !isBefore(kept, position));
    if (scopes.length > 0) this.#names.set(sku, new Map(scopes));
    else this.#names.delete(sku);
    this.#changes.note(skuKey(sku), position);
  }

  #forgetCatalogue(position: bigint): void {
    this.#names.clear();
    this.#products.clear();
    this.#changes.note(CATALOGUE, position);
  }

  #forgetNetwork(position: bigint): void {
    this.#clearNetwork();
    this.#changes.note(NETWORK, position);
  }

  #clearNetwork(): void {
    this.#accounts.clear();
    this.#reaches.clear();
    this.#capacities.clear();
    this.#nodes = undefined;
    this.#ruleVersion = undefined;
  }

  #forgetCapacity(nodeId: number, position: bigint): void {
    if (isBefore(this.#capacities.get(nodeId), position)) this.#capacities.delete(nodeId);
    this.#changes.note(capacityKey(nodeId), position);
  }
}

/** Where in the log things changed last, as events say in the log's order. A statement has seen what is not behind its own position. */
class Changes {
  /** The longest unchanged first. */
  readonly #last = new Map<string, bigint>();
  /** Of everything that is not listed, or before. */
  #others = -1n;

  note(key: string, position: bigint): void {
    this.#last.delete(key);
    this.#last.set(key, position);
    const [first] = this.#last;
    if (this.#last.size <= CHANGES_MAX || first === undefined) return;
    this.#last.delete(first[0]);
    this.#others = first[1];
  }

  /** Whether it changed behind the position, or may have. */
  isAfter(position: bigint, key: string): boolean {
    return (this.#last.get(key) ?? this.#others) > position;
  }
}

const NETWORK = 'network';
const CATALOGUE = 'catalogue';
const productKey = (id: number) => `product ${id}`;
const skuKey = (sku: string) => `sku ${sku}`;
const capacityKey = (nodeId: number) => `capacity ${nodeId}`;

function isBefore(kept: Kept<unknown> | undefined, position: bigint): boolean {
  return kept !== undefined && kept.asOf.position < position;
}

function ofToday<T>(kept: Kept<T> | undefined, now: Date): Kept<T> | undefined {
  const dayOf = (at: Date) => Math.floor(at.getTime() / DAY_MS);
  return kept && dayOf(kept.asOf.at) === dayOf(now) ? kept : undefined;
}
