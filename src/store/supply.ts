import type { CardReach, ProductSupply, Reach, SupplyNode, SupplyOffer, UnusedSetAside } from '../model/supply.js';
import type { Queryable } from './database.js';
import { prefixesOf } from './network.js';

/** Where goods are to go. */
export interface SupplyDestination {
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly postalCode: string | null;
}

/** As whose shop SKUs are named and prices converted: by id or code; null: nobody's. */
export type AskedAccount = { readonly id: number } | { readonly code: string } | null;

export interface SupplyAccount {
  readonly id: number;
  readonly code: string;
  readonly channel: string;
  readonly currency: string;
}

/** What is to be read, all of it in one statement; what is left out is not read. */
export interface SupplyQuestion {
  readonly account: AskedAccount;
  /** SKUs to look up, as the account names them, else as the accounts of `aliasAccountIds` do. */
  readonly skus: readonly string[];
  readonly aliasAccountIds: readonly number[];
  /** Products to read besides those that the SKUs name. */
  readonly productIds: readonly number[];
  /** Whether all nodes are to be read, with what they can still handle today. */
  readonly nodes: boolean;
  /** Nodes whose capacity is to be read. */
  readonly capacityNodeIds: readonly number[];
  /** What is to be found out to reach; undefined: nothing, null: no destination, but the account's currency. */
  readonly destination: SupplyDestination | null | undefined;
  readonly now: Date;
}

/** What was read, all as of one moment, which is not before `position` in the event log. */
export interface SupplyFacts {
  readonly position: bigint;
  /** Null: nobody's was asked for, or there is no such account. */
  readonly account: SupplyAccount | null;
  /** Every SKU that was asked for, to its product; null: there is none. */
  readonly names: ReadonlyMap<string, number | null>;
  /** With the components of kits. */
  readonly products: ReadonlyMap<number, ProductSupply>;
  readonly nodes: ReadonlyMap<number, SupplyNode> | null;
  /** Of the rules in force; 0: none were ever published. */
  readonly ruleVersion: number;
  /** By node; its day ends at `until`. */
  readonly capacities: ReadonlyMap<number, { readonly units: number; readonly until: Date }>;
  readonly reach: Reach | null;
}

/** Reads what promises are made from, in one statement (migrations/1790000000041-read-supply.ts). */
export async function readSupply(db: Queryable, question: SupplyQuestion): Promise<SupplyFacts> {
  const { account, skus, aliasAccountIds, productIds, nodes, capacityNodeIds, destination, now } = question;
  const { rows } = await db.query<Found>({
    name: 'read-supply',
    text: 'SELECT * FROM read_supply($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
    values: [
      account !== null && 'id' in account ? account.id : null,
      account !== null && 'code' in account ? account.code : null,
      ...[skus, aliasAccountIds, productIds, nodes, capacityNodeIds, destination !== undefined],
      destination?.countryCode ?? null,
      destination?.regionCode ?? '',
      prefixesOf(destination?.postalCode ?? ''),
      now,
    ],
  });
  const found = rows[0];
  if (!found) throw new Error('expected one row of supply');
  return {
    position: BigInt(found.position),
    account: found.account,
    names: new Map(found.names.map(({ sku, productId }) => [sku, productId])),
    products: new Map(found.products.map((product) => [product.productId, productOf(product)])),
    nodes: found.nodes && new Map(found.nodes.map((node) => [node.id, node])),
    ruleVersion: found.ruleVersion,
    capacities: new Map(
      found.capacities.map(({ nodeId, units, until }) => [nodeId, { units, until: new Date(until) }]),
    ),
    reach: found.reach && reachOf(found.reach),
  };
}

interface Found {
  readonly position: string;
  readonly account: SupplyAccount | null;
  readonly names: readonly { readonly sku: string; readonly productId: number | null }[];
  readonly products: readonly FoundProduct[];
  readonly nodes: readonly SupplyNode[] | null;
  readonly ruleVersion: number;
  readonly capacities: readonly { readonly nodeId: number; readonly units: number; readonly until: string }[];
  readonly reach: FoundReach | null;
}
type FoundProduct = Omit<ProductSupply, 'offers' | 'setAsides' | 'components'> & {
  readonly components: ProductSupply['components'] | null;
  readonly offers: FoundOffers;
  readonly setAsides: readonly UnusedSetAside[] | null;
};
/** Column by column, which is less to write and to read; null where there is none. */
type FoundOffers = readonly [
  nodeIds: readonly number[] | null,
  available: readonly (number | null)[] | null,
  minimumQuantities: readonly number[] | null,
  quantityMultiples: readonly number[] | null,
  leadTimeHours: readonly (number | null)[] | null,
  leastUnitCosts: readonly number[] | null,
  greatestUnitCosts: readonly number[] | null,
];
interface FoundReach {
  readonly cards: readonly CardReach[];
  readonly currency: string | null;
  readonly rates: readonly { readonly currency: string; readonly rate: number }[];
  readonly thresholdCurrency: string | null;
}

function productOf({ components, offers, setAsides, ...product }: FoundProduct): ProductSupply {
  return { ...product, components: components ?? [], setAsides: setAsides ?? [], offers: offersOf(offers) };
}

function offersOf([nodeIds, available, minimums, multiples, leadTimes, leasts, greatests]: FoundOffers): SupplyOffer[] {
  // A decimal of at most 4 digits, which a float of this size holds to less than half of the last.
  const amount = (decimal: number | undefined) => Math.round((decimal ?? 0) * 10_000);
  return (nodeIds ?? []).map((nodeId, at) => ({
    nodeId,
    available: available?.[at] ?? null,
    minimumQuantity: minimums?.[at] ?? 1,
    quantityMultiple: multiples?.[at] ?? 1,
    leadTimeHours: leadTimes?.[at] ?? null,
    leastUnitCost: amount(leasts?.[at]),
    greatestUnitCost: amount(greatests?.[at]),
  }));
}

function reachOf({ cards, rates, ...reach }: FoundReach): Reach {
  return {
    ...reach,
    cards: new Map(cards.map((card) => [card.rateCardId, card])),
    rates: new Map(rates.map(({ currency, rate }) => [currency, rate])),
  };
}
