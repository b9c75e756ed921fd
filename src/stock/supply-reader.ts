import type { Clock } from '../model/clock.js';
import type { Capacities, ProductSupply, Reach, SupplyNode } from '../model/supply.js';
import type { Queryable } from '../store/database.js';
import { type AskedAccount, readSupply, type SupplyAccount, type SupplyDestination } from '../store/supply.js';

/** What a question needs to know. */
export interface SupplyWanted {
  readonly account: AskedAccount;
  readonly aliasAccountIds: readonly number[];
  readonly skus: readonly string[];
  /** Null: none was named. */
  readonly destination: SupplyDestination | null;
}

/** The facts that promises are made from. */
export interface Supply {
  /** True as of this moment or later; everything up to this position of the event log is in it. */
  readonly asOf: Date;
  readonly position: bigint;
  /** Null: nobody's was asked for, or there is no such account. */
  readonly account: SupplyAccount | null;
  /** Every SKU that was asked for, to its product; null: there is none. */
  readonly names: ReadonlyMap<string, number | null>;
  /** Those that are named, with the components of kits. */
  readonly products: ReadonlyMap<number, ProductSupply>;
  readonly nodes: ReadonlyMap<number, SupplyNode>;
  /** Of the rules in force; 0: none were ever published. */
  readonly ruleVersion: number;
  readonly capacities: Capacities;
  readonly reach: Reach | null;
}

export interface SupplyReader {
  /** Errors: what the database says. */
  read(wanted: SupplyWanted): Promise<Supply>;
}

/** Reads from the database, in one statement each time. */
export function createSupplyReader(db: Queryable, clock: Clock): SupplyReader {
  return {
    async read({ destination, ...wanted }) {
      const asOf = clock.now();
      const found = await readSupply(db, {
        ...wanted,
        ...{ productIds: [], nodes: true, capacityNodeIds: [], now: asOf },
        destination: destination ?? undefined,
      });
      const { position, account, names, products, nodes, ruleVersion, reach } = found;
      const capacities = new Map([...found.capacities].map(([nodeId, { units }]) => [nodeId, units]));
      return { asOf, position, account, names, products, nodes: nodes ?? new Map(), ruleVersion, capacities, reach };
    },
  };
}
