import type { Clock } from '../model/clock.js';
import { Gate } from '../model/gate.js';
import type { ProductSupply, Reach, SupplyNode } from '../model/supply.js';
import type { Queryable } from '../store/database.js';
import type { EventTail } from '../store/event-tail.js';
import {
  type AskedAccount,
  readSupply,
  type SupplyAccount,
  type SupplyDestination,
  type SupplyFacts,
  type SupplyQuestion,
} from '../store/supply.js';
import { type AsOf, type Kept, KeptSupply } from './kept-supply.js';
import { createSupplyReader, type Supply, type SupplyReader, type SupplyWanted } from './supply-reader.js';

/** For so long after the last moment that was surely caught up with, kept facts are answered from. */
const TRUST_MS = 2_000;

/** A reader that keeps what it read for as long as it surely holds. */
export interface SupplyCache extends SupplyReader {
  /** Questions since the start, those answered without a statement, and the statements. */
  stats(): { readonly questions: number; readonly fromMemory: number; readonly statements: number };
  close(): void;
}

/**
 * Answers from facts that were read before, and reads what is missing of them in one statement, which questions that miss
 * the same meanwhile wait for.
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
  /** Statements under way at once, at most: orders and the reader of the log need connections, too. Others wait. */
  readonly statementsMax: number;
}): SupplyCache {
  return new Cache(options);
}

/** What is known of a question without reading, and what is not. */
interface Gathered {
  /** Null: nobody's was asked for, or it is not known. */
  readonly account: SupplyAccount | null;
  readonly names: ReadonlyMap<string, number | null>;
  readonly products: ReadonlyMap<number, ProductSupply>;
  readonly nodes: ReadonlyMap<number, SupplyNode> | null;
  readonly ruleVersion: number | undefined;
  readonly capacities: ReadonlyMap<number, number>;
  readonly reach: Reach | null;
  /** Of all that is known; null: nothing is. */
  readonly asOf: AsOf | null;
  readonly missing: Omit<SupplyQuestion, 'account' | 'aliasAccountIds' | 'now'>;
  /** Names of all that is missing; empty: nothing is. */
  readonly missingKeys: readonly string[];
}

/** What a statement found, and when it began. */
type Found = SupplyFacts & { readonly at: Date };

/** A statement under way that others may wait for. */
interface Flight {
  readonly keys: ReadonlySet<string>;
  readonly landed: Promise<Found>;
}

class Cache implements SupplyCache {
  readonly #kept = new KeptSupply();
  readonly #flights = new Set<Flight>();
  readonly #gate: Gate;
  readonly #unwatch: () => void;
  #caughtUp: { readonly at: Date; readonly monotonicMs: number } | undefined;
  #questions = 0;
  #fromMemory = 0;
  #statements = 0;

  constructor(private readonly options: Parameters<typeof createSupplyCache>[0]) {
    this.#gate = new Gate(options.statementsMax);
    this.#unwatch = options.tail.watch({
      onEvents: (events) => {
        for (const event of events) this.#kept.forget(event);
      },
      onGap: () => this.#forgetAll(),
      onCaughtUp: (since) => {
        // The clock was set back: the moments of what is kept are those of another clock.
        if (this.#caughtUp && since.at < this.#caughtUp.at) this.#kept.forgetAll();
        this.#caughtUp = since;
      },
    });
  }

  stats() {
    return { questions: this.#questions, fromMemory: this.#fromMemory, statements: this.#statements };
  }

  close(): void {
    this.#unwatch();
    this.#forgetAll();
  }

  async read(wanted: SupplyWanted): Promise<Supply> {
    this.#questions += 1;
    const gathered = this.#gather(wanted);
    if (gathered.missingKeys.length === 0) {
      this.#fromMemory += 1;
      return supplyOf(wanted, gathered, null);
    }
    const supply = supplyOf(wanted, gathered, await this.#find(wanted, gathered));
    if (isWhole(supply)) return supply;
    // A kit that is known has a component that was gone when it was read: all of it is read as of one moment.
    const { db, clock } = this.options;
    return this.#inTurn(() => createSupplyReader(db, clock).read(wanted));
  }

  #forgetAll(): void {
    this.#caughtUp = undefined;
    this.#kept.forgetAll();
  }

  /** Everything of a question that is kept and can be trusted now. */
  #gather({ account: asked, aliasAccountIds, skus, destination }: SupplyWanted): Gathered {
    const now = this.options.clock.now();
    const trusted = this.#trusted(now);
    const missingKeys: string[] = [];
    let earliest: AsOf | null = null;
    /** The value, if it is kept; else notes that it is missing. */
    const take = <T>(kept: Kept<T> | undefined, ...key: readonly unknown[]): T | undefined => {
      if (kept === undefined || trusted === null) {
        missingKeys.push(JSON.stringify(key));
        return undefined;
      }
      earliest = earlier(earliest, later(kept.asOf, trusted));
      return kept.value;
    };

    const accountKey = accountKeyOf(asked);
    const account = accountKey === null ? null : take(this.#kept.account(accountKey), 'account', accountKey);
    const scope = scopeOf(asked, account ?? null, aliasAccountIds);
    const whose = scope ?? accountKey;
    const names = new Map<string, number | null>();
    const products = new Map<number, ProductSupply>();
    const [unnamed, unread]: [string[], number[]] = [[], []];
    const product = (id: number) => {
      const value = products.get(id) ?? take(this.#kept.product(id, now), 'product', id);
      if (value) products.set(id, value);
      else unread.push(id);
      return value;
    };
    for (const sku of skus) {
      const id = take(scope === null ? undefined : this.#kept.name(scope, sku), 'name', sku, whose);
      if (id === undefined) unnamed.push(sku);
      else names.set(sku, id);
      if (id !== undefined && id !== null) for (const part of product(id)?.components ?? []) product(part.productId);
    }
    const nodes = take(this.#kept.nodes(now), 'nodes');
    const ruleVersion = take(this.#kept.ruleVersion(), 'rules');
    const reachKey = destination && reachKeyOf(destination, account ?? null);
    const keptReach = reachKey === null || account === undefined ? undefined : this.#kept.reach(reachKey, now);
    const reach = reachKey === null ? null : take(keptReach, 'reach', reachKey, whose);
    const capacities = new Map<number, number>();
    const uncounted: number[] = [];
    const everyNode = unnamed.length + unread.length > 0;
    for (const nodeId of limitedNodes(nodes, everyNode ? null : products)) {
      const units = take(this.#kept.capacity(nodeId, now), 'capacity', nodeId);
      if (units === undefined) uncounted.push(nodeId);
      else capacities.set(nodeId, units);
    }
    return {
      ...{
        account: account ?? null,
        names,
        products,
        nodes: nodes ?? null,
        ruleVersion,
        capacities,
        reach: reach ?? null,
      },
      asOf: earliest,
      missing: {
        ...{ skus: unnamed, productIds: unread, nodes: nodes === undefined, capacityNodeIds: uncounted },
        destination: destination && reach === undefined ? destination : undefined,
      },
      missingKeys,
    };
  }

  /** What is missing, from a statement under way that brings all of it, else from one of its own. Errors: what the database says. */
  async #find(wanted: SupplyWanted, gathered: Gathered): Promise<Found> {
    for (let mayFail = true; ; mayFail = false) {
      const underWay = [...this.#flights].find(({ keys }) => gathered.missingKeys.every((key) => keys.has(key)));
      try {
        return await (underWay ?? this.#depart(wanted, gathered)).landed;
      } catch (error) {
        // What failed for another is tried once more.
        if (!underWay || !mayFail) throw error;
      }
    }
  }

  #depart(wanted: SupplyWanted, gathered: Gathered): Flight {
    const landed = this.#inTurn(() => this.#readMissing(wanted, gathered)).finally(() => this.#flights.delete(flight));
    const flight = { keys: new Set(gathered.missingKeys), landed };
    this.#flights.add(flight);
    return flight;
  }

  /** Reads what is missing, and keeps it. */
  async #readMissing({ account, aliasAccountIds }: SupplyWanted, { missing }: Gathered): Promise<Found> {
    const { db, clock } = this.options;
    const read = { at: clock.now(), era: this.#kept.era() };
    const found = await readSupply(db, { ...missing, account, aliasAccountIds, now: read.at });
    this.#kept.keep(found, read, {
      account: accountKeyOf(account),
      scope: scopeOf(account, found.account, aliasAccountIds),
      reach: missing.destination ? reachKeyOf(missing.destination, found.account) : null,
    });
    return { ...found, at: read.at };
  }

  #inTurn<T>(statement: () => Promise<T>): Promise<T> {
    return this.#gate.pass(() => {
      this.#statements += 1;
      return statement();
    });
  }

  /** As of when everything that is kept is true; null: nobody can say, so nothing may be used. */
  #trusted(now: Date): AsOf | null {
    const { tail, monotonicMs } = this.options;
    if (this.#caughtUp === undefined) return null;
    const { at, monotonicMs: since } = this.#caughtUp;
    // By both: one of them stands still while the machine sleeps, the other may be set.
    const sinceMs = now.getTime() - at.getTime();
    if (monotonicMs() - since > TRUST_MS || sinceMs > TRUST_MS || sinceMs < 0) return null;
    return { position: tail.head(), at };
  }
}

/** What is known and what was found of the rest, as one; each fact is true as of the earlier of both, or later. */
function supplyOf(wanted: SupplyWanted, known: Gathered, found: Found | null): Supply {
  const asOf = earlier(known.asOf, found && { position: found.position, at: found.at });
  if (asOf === null) throw new Error('expected facts with a moment');
  const { account, names, products, nodes, ruleVersion = 0, capacities, reach, missing } = known;
  const parts = { account, names, products, nodes: nodes ?? new Map(), ruleVersion, capacities, reach };
  if (found === null) return { asOf: asOf.at, position: asOf.position, ...parts };
  // Only what was missing: a statement that others asked for may bring what is theirs.
  const named = missing.skus.map((sku) => [sku, found.names.get(sku) ?? null] as const);
  const counted = [...found.capacities].map(([nodeId, { units }]) => [nodeId, units] as const);
  return {
    ...{ asOf: asOf.at, position: asOf.position },
    account: wanted.account === null ? null : (account ?? found.account),
    names: new Map([...names, ...named]),
    products: new Map([...found.products, ...products]),
    nodes: nodes ?? found.nodes ?? new Map(),
    ruleVersion: known.ruleVersion ?? found.ruleVersion,
    capacities: new Map([...counted, ...capacities]),
    reach: missing.destination ? found.reach : reach,
  };
}

/** Whether each component of the kits that were asked for is there. */
function isWhole({ names, products }: Supply): boolean {
  for (const id of names.values())
    for (const { productId } of products.get(id ?? 0)?.components ?? []) if (!products.has(productId)) return false;
  return true;
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
  return JSON.stringify(account);
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
