import { arrivalsAt } from '../matrix/arrival.js';
import type { Part } from '../matrix/promise.js';
import { type Promised, promisedOf } from '../matrix/promised.js';
import { ruledOut } from '../matrix/ruled-out.js';
import type { CompiledRule } from '../matrix/rules/compile.js';
import type { Clock } from '../model/clock.js';
import type { ProductSupply } from '../model/supply.js';
import type { Viewer } from '../model/viewer.js';
import type { AskedAccount, SupplyDestination } from '../store/supply.js';
import type { Supply, SupplyReader } from './supply-reader.js';

export interface AvailabilityQuestion {
  /** Bounded and without doubles by whoever asks. */
  readonly skus: readonly string[];
  /** Null: anywhere. */
  readonly destination: SupplyDestination | null;
  /** As whose shop; null: the viewer's account where it has one, else all that it may act for. */
  readonly accountCode: string | null;
  /** Quantities are told up to so many, or the smallest that may be ordered. */
  readonly atMost?: number;
}

/** What may be promised of one SKU. */
export interface SkuAvailability {
  /** As it was asked for. */
  readonly sku: string;
  /** The product; of a kit its components, whose changes change it. Empty: neither a product nor an alias. */
  readonly productIds: readonly number[];
  readonly isKit: boolean;
  /** Null: no such SKU is sold. */
  readonly promised: Promised | null;
  /** When one could be at the door, if ordered now; null where nobody can say. */
  readonly arrival: () => Date | null;
  readonly asOf: Date;
  readonly position: bigint;
}

export interface Availability {
  /** Each SKU, in the order asked. Errors: UnknownAccount, what the database says. */
  ask(viewer: Viewer, question: AvailabilityQuestion): Promise<SkuAvailability[]>;
}

/** The account that was named is none, or not one that the viewer may act for. */
export class UnknownAccount extends Error {}

/**
 * Answers what may be promised. What a viewer may know is decided here, for each answer, from facts that are nobody's:
 * one limited to vendors is told of their nodes, one limited to accounts asks as them.
 */
export function createAvailability(options: {
  readonly supply: SupplyReader;
  /** The rules of a version; none for 0. */
  readonly rulesOf: (version: number) => Promise<readonly CompiledRule[]>;
  readonly clock: Clock;
}): Availability {
  return {
    async ask(viewer, question) {
      const { skus, destination } = question;
      const account = accountOf(viewer, question.accountCode);
      const aliasAccountIds = viewer.accountIds === 'all' ? [] : viewer.accountIds;
      const supply = await options.supply.read({ account, aliasAccountIds, skus, destination });
      return answersOf(viewer, question, supply, await options.rulesOf(supply.ruleVersion), options.clock.now());
    },
  };
}

function accountOf(viewer: Viewer, code: string | null): AskedAccount {
  if (code !== null) return { code };
  const [only, ...others] = viewer.accountIds === 'all' ? [] : viewer.accountIds;
  return only === undefined || others.length > 0 ? null : { id: only };
}

function answersOf(
  viewer: Viewer,
  question: AvailabilityQuestion,
  supply: Supply,
  rules: readonly CompiledRule[],
  now: Date,
): SkuAvailability[] {
  const { account, names, products, nodes, capacities, reach, asOf, position } = supply;
  const mayActFor = (id: number) => viewer.accountIds === 'all' || viewer.accountIds.includes(id);
  if (question.accountCode !== null && (account === null || !mayActFor(account.id))) throw new UnknownAccount();
  const asked = {
    ...{ nodes, capacities, reach },
    accountIds: account === null ? viewer.accountIds : [account.id],
    vendorIds: viewer.vendorIds,
  };
  const arrivalOf = arrivalsAt(now);
  const found = question.skus.map((sku) => {
    const product = products.get(names.get(sku) ?? 0);
    return { sku, product, parts: product?.active ? partsOf(product, products) : [] };
  });
  const things = found.map(({ parts }) => parts);
  const kept = ruledOut(rules, things, { ...asked, now, account, destination: question.destination });
  return found.map(({ sku, product, parts }, at): SkuAvailability => {
    const promised =
      parts.length > 0 ? promisedOf(parts, { ...asked, ruledOut: kept[at] ?? null }, question.atMost) : null;
    return {
      ...{ sku, promised, asOf, position },
      productIds: parts.map((part) => part.supply.productId),
      isKit: (product?.components.length ?? 0) > 0,
      arrival: () => promised && arrivalOf(promised),
    };
  });
}

function partsOf(product: ProductSupply, products: ReadonlyMap<number, ProductSupply>): Part[] {
  if (product.components.length === 0) return [{ supply: product, quantity: 1 }];
  return product.components.map(({ productId, quantity }) => {
    const supply = products.get(productId);
    if (!supply) throw new Error(`expected component ${productId} of product ${product.productId}, found none`);
    return { supply, quantity };
  });
}
