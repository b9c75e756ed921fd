import type { CompiledRule } from '../matrix/rules/compile.js';
import { setAsideRulesOf } from '../matrix/rules/set-asides.js';
import type { NetworkSnapshot } from '../model/network.js';

/** Stock that an order could not have, since it is set aside for accounts of others. */
export interface KeptForOthers {
  readonly nodeCode: string;
  readonly sku: string;
  readonly units: number;
  /** Rules in force that set it aside; none where the policy of stock does. */
  readonly rules: readonly string[];
}

/** Of one decision at most. */
const TOLD_MAX = 50;

/** What was set aside for others of the stock that an order was decided from, for its record. Pure. */
export function keptForOthers(snapshot: NetworkSnapshot, rules: readonly CompiledRule[]): KeptForOthers[] {
  const kept = snapshot.offers.filter((offer) => offer.keptForOthers !== undefined).slice(0, TOLD_MAX);
  return kept.flatMap(({ nodeId, productId, keptForOthers: units = 0 }) => {
    const node = snapshot.nodes.find(({ id }) => id === nodeId);
    const product = snapshot.products.find(({ id }) => id === productId);
    if (!node || !product) return [];
    const { code, vendorCode: vendor, countryCode: country, regionCode: region, leadTimeHours } = node;
    const { sku, unitWeightGrams: weightGrams, tags, hsCode, originCountry } = product;
    const stock = {
      node: { code, vendor, country, region, leadTimeHours },
      product: { sku, weightGrams, tags, hsCode, originCountry },
    };
    return [{ nodeCode: code, sku, units, rules: setAsideRulesOf(rules, stock, snapshot.takenAt) }];
  });
}
