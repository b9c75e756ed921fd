import type { Clock } from '../model/clock.js';
import type { ProductSupply, Reach, SupplyNode } from '../model/supply.js';
import type { Queryable } from '../store/database.js';
import type { EventTail } from '../store/event-tail.js';
import {
  type AskedAccount,
  readSupply,
  type SupplyAccount,
  type SupplyDestination,
  type SupplyQuestion,
} from '../store/supply.js';
import { type AsOf, type Kept, KeptSupply } from './kept-supply.js';
import type { Supply, SupplyReader, SupplyWanted } from './supply-reader.js';

/** For so long after the last moment that was surely caught up with, kept facts are answered from. */
const TRUST_MS = 2_000;

/** A reader that keeps what it read for as long as it surely holds. */
export interface SupplyCache extends SupplyReader {
  /** Questions since the start, and those answered without a statement. */
  stats(): { readonly questions: number; readonly fromMemory: number };
  close(): void;
}

/**
 * Answers from facts that were read before, and reads what is missing of them in one statement.
 *
 * The process's own reader of the event log says what changed, and up to which moment it knows. Facts that are kept are true as
 * of that moment, which each answer says; where it is more than two seconds ago (the database or the log cannot be reached), nothing
 * kept is trusted and every question is read. Wake-ups only make it faster: the log is looked at without them, too.
 */
export function createSupplyCache(options: {
  readonly db: Queryable;
  readonly tail: Pick<EventTail, 'watch' | 'head'>;
  readonly clock: Clock;
  /** As `performance.now()`. */
  readonly monotonicMs: () => number;
}): SupplyCache {
  return new Cache(options);
}

/** What is known of a question without reading, and what is not. */
interface Gathered {
  readonly account: SupplyAccount | null;
  readonly names: ReadonlyMap<string, number | null>;
  readonly products: ReadonlyMap<number, ProductSupply>;
  readonly nodes: ReadonlyMap<number, SupplyNode> | null;
  readonly capacities: ReadonlyMap<number, number>;
  readonly reach: Reach | null;
  /** Of all that is known; null: nothing is. */
  readonly asOf: AsOf | null;
  readonly missing: Omit<SupplyQuestion, 'account' | 'aliasAccountIds' | 'now'>;
  /** Names of all that is missing; empty: nothing is. */
  readonly missingKeys: readonly string[];
}

/** A statement under way that others may wait for. */
interface Flight {
  readonly keys: ReadonlySet<string>;
  readonly landed: Promise<unknown>;
}

class Cache implements SupplyCache {
  readonly #kept = new KeptSupply();
  readonly #flights = new Set<Flight>();
  readonly #unwatch: () => void;
  #caughtUp: { readonly at: Date; readonly monotonicMs: number } | undefined;
  #questions = 0;
  #fromMemory = 0;

  constructor(private readonly options: Parameters<typeof createSupplyCache>[0]) {
    this.#unwatch = options.tail.watch({
      onEvents: (events) => {
        for (const event of events) this.#kept.forget(event);
      },
      onGap: () => this.#kept.forgetAll(),
      onCaughtUp: (since) => {
        this.#caughtUp = since;
      },
    });
  }

  stats() {
    return { questions: this.#questions, fromMemory: this.#fromMemory };
  }

  close(): void {
    this.#unwatch();
    this.#caughtUp = undefined;
    this.#kept.forgetAll();
  }

  async read(wanted: SupplyWanted): Promise<Supply> {
    this.#questions += 1;
    let gathered = this.#gather(wanted);
    const covering = [...this.#flights].find(({ keys }) => gathered.missingKeys.every((key) => keys.has(key)));
    if (gathered.missingKeys.length > 0 && covering) {
      // Who asks for what is being read already waits for that; if it failed, or changed meanwhile, it is read again.
      await covering.landed.catch(() => {});
      gathered = this.#gather(wanted);
    }
    if (gathered.missingKeys.length > 0) return this.#fly(wanted, gathered);
    this.#fromMemory += 1;
    return supplyOf(gathered, null);
  }

  /** Everything of a question that is kept and can be trusted now. */
  #gather({ account: asked, aliasAccountIds, skus, destination }: SupplyWanted): Gathered {
    const now = this.options.clock.now();
    const trusted = this.#trusted();
    const missingKeys: string[] = [];
    let earliest: AsOf | null = null;
    /** The value, if it is kept; else notes that it is missing. */
    const take = <T>(kept: Kept<T> | undefined, key: string): T | undefined => {
      if (kept === undefined || trusted === null) {
        missingKeys.push(key);
        return undefined;
      }
      earliest = earlier(earliest, later(kept.asOf, trusted));
      return kept.value;
    };

    const accountKey = accountKeyOf(asked);
    const account = accountKey === null ? null : take(this.#kept.account(accountKey), `account ${accountKey}`);
    const scope = scopeOf(asked, account ?? null, aliasAccountIds);
    const names = new Map<string, number | null>();
    const products = new Map<number, ProductSupply>();
    const [unnamed, unread]: [string[], number[]] = [[], []];
    const product = (id: number) => {
      const value = products.get(id) ?? take(this.#kept.product(id), `product ${id}`);
      if (value) products.set(id, value);
      else unread.push(id);
      return value;
    };
    for (const sku of skus) {
      const id = take(scope === null ? undefined : this.#kept.name(scope, sku), `name ${scope ?? accountKey} ${sku}`);
      if (id === undefined) unnamed.push(sku);
      else names.set(sku, id);
      if (id !== undefined && id !== null) for (const part of product(id)?.components ?? []) product(part.productId);
    }
    const nodes = take(this.#kept.nodes(), 'nodes');
    const reachKey = destination && account !== undefined ? reachKeyOf(destination, account) : null;
    const reach =
      destination && take(reachKey === null ? undefined : this.#kept.reach(reachKey, now), `reach ${reachKey}`);
    const capacities = new Map<number, number>();
    const uncounted: number[] = [];
    const everyNode = unnamed.length + unread.length > 0;
    for (const nodeId of limitedNodes(nodes, everyNode ? null : products)) {
      const units = take(this.#kept.capacity(nodeId, now), `capacity ${nodeId}`);
      if (units === undefined) uncounted.push(nodeId);
      else capacities.set(nodeId, units);
    }
    return {
      ...{ account: account ?? null, names, products, nodes: nodes ?? null, capacities, reach: reach ?? null },
      asOf: earliest,
      missing: {
        ...{ skus: unnamed, productIds: unread, nodes: nodes === undefined, capacityNodeIds: uncounted },
        destination: destination && reach === undefined ? destination : undefined,
      },
      missingKeys,
    };
  }

  /** Reads what is missing, keeps it, and answers with it and what is known. */
  async #fly(wanted: SupplyWanted, gathered: Gathered): Promise<Supply> {
    const { db, clock } = this.options;
    const reading = this.#kept.beginReading();
    const at = clock.now();
    const { account, aliasAccountIds } = wanted;
    const landed = readSupply(db, { ...gathered.missing, account, aliasAccountIds, now: at });
    const flight = { keys: new Set(gathered.missingKeys), landed };
    this.#flights.add(flight);
    try {
      const found = await landed;
      const { destination } = gathered.missing;
      this.#kept.keep(found, at, reading, {
        account: accountKeyOf(account),
        scope: scopeOf(account, found.account, aliasAccountIds),
        reach: destination ? reachKeyOf(destination, found.account) : null,
      });
      const read = {
        ...{
          account: found.account,
          names: found.names,
          products: found.products,
          nodes: found.nodes,
          reach: found.reach,
        },
        capacities: new Map([...found.capacities].map(([nodeId, { units }]) => [nodeId, units])),
        asOf: { position: found.position, at },
      };
      return supplyOf(gathered, read);
    } finally {
      this.#flights.delete(flight);
      this.#kept.endReading(reading);
    }
  }

  /** As of when everything that is kept is true; null: nobody can say, so nothing may be used. */
  #trusted(): AsOf | null {
    const { tail, monotonicMs } = this.options;
    const caughtUp = this.#caughtUp;
    if (caughtUp === undefined || monotonicMs() - caughtUp.monotonicMs > TRUST_MS) return null;
    return { position: tail.head(), at: caughtUp.at };
  }
}

type Parts = Omit<Gathered, 'missing' | 'missingKeys'>;

/** What is known and what was read, as one; true as of the earlier of both. */
function supplyOf(known: Parts, read: Parts | null): Supply {
  const asOf = earlier(known.asOf, read?.asOf ?? null);
  if (asOf === null) throw new Error('expected facts with a moment');
  return {
    ...{ asOf: asOf.at, position: asOf.position, account: read ? read.account : known.account },
    names: merged(known.names, read?.names),
    products: merged(known.products, read?.products),
    nodes: read?.nodes ?? known.nodes ?? new Map(),
    capacities: merged(known.capacities, read?.capacities),
    reach: read?.reach ?? known.reach,
  };
}

function merged<K, V>(known: ReadonlyMap<K, V>, read: ReadonlyMap<K, V> | undefined): ReadonlyMap<K, V> {
  return read === undefined || read.size === 0 ? known : new Map([...known, ...read]);
}

/** Nodes with a daily limit that offer the products, or all of them. */
function limitedNodes(
  nodes: ReadonlyMap<number, SupplyNode> | undefined,
  products: ReadonlyMap<number, ProductSupply> | null,
): ReadonlySet<number> {
  const limited = new Set<number>();
  if (nodes === undefined) return limited;
  const add = (node: SupplyNode | undefined) => {
    if (node && node.dailyCapacityUnits !== null) limited.add(node.id);
  };
  if (products === null) for (const node of nodes.values()) add(node);
  else for (const { offers } of products.values()) for (const { nodeId } of offers) add(nodes.get(nodeId));
  return limited;
}

function accountKeyOf(account: SupplyWanted['account']): string | null {
  if (account === null) return null;
  return 'id' in account ? `#${account.id}` : account.code;
}

/** In which SKUs mean the same: an account, or the accounts whose aliases count; null: the account that was named is not known. */
function scopeOf(
  asked: AskedAccount,
  account: SupplyAccount | null,
  aliasAccountIds: readonly number[],
): string | null {
  if (asked === null) return `accounts ${[...aliasAccountIds].sort((a, b) => a - b).join(' ')}`;
  return account && `account ${account.id}`;
}

/** Destinations that are read alike. */
function reachKeyOf(destination: SupplyDestination, account: SupplyAccount | null): string {
  const { countryCode, regionCode, postalCode } = destination;
  const postal = postalCode?.replaceAll(' ', '').toUpperCase() ?? '';
  return JSON.stringify([countryCode, regionCode ?? '', postal, account?.currency ?? null]);
}

function earlier(a: AsOf | null, b: AsOf | null): AsOf | null {
  if (a === null || b === null) return a ?? b;
  return { position: a.position < b.position ? a.position : b.position, at: a.at < b.at ? a.at : b.at };
}

function later(a: AsOf, b: AsOf): AsOf {
  return { position: a.position > b.position ? a.position : b.position, at: a.at > b.at ? a.at : b.at };
}
