import type { RequestExclusion } from '../request.js';

/** What a rule excludes; a missing field matches everything. */
export type Exclusion = Pick<RequestExclusion, 'nodeId' | 'sku' | 'serviceId'>;

/** SKUs by index; null: every one. */
type Excluded = Set<number> | null;

/** What the rules of a request keep from travelling, found by node and service however many rules there are. */
export class Exclusions {
  private readonly byNode = new Map<string | undefined, Map<string | undefined, Excluded>>();
  private readonly none: readonly boolean[];

  /** `skuIndex`: the SKUs that the order holds; rules for others match nothing. */
  constructor(rules: readonly Exclusion[], skuIndex: ReadonlyMap<string, number>) {
    this.none = new Array<boolean>(skuIndex.size).fill(false);
    for (const { nodeId, serviceId, sku } of rules) {
      const index = sku === undefined ? null : skuIndex.get(sku);
      if (index === undefined) continue;
      const byService = this.byNode.get(nodeId) ?? new Map<string | undefined, Excluded>();
      this.byNode.set(nodeId, byService);
      const excluded = byService.get(serviceId);
      if (index === null) byService.set(serviceId, null);
      else if (excluded) excluded.add(index);
      else if (excluded === undefined) byService.set(serviceId, new Set([index]));
    }
  }

  /** By SKU: whether some rule excludes that it travels from this node by this service. */
  skusOf(nodeId: string, serviceId: string): readonly boolean[] {
    if (this.byNode.size === 0) return this.none;
    let skus: boolean[] | null = null;
    for (const byService of [this.byNode.get(undefined), this.byNode.get(nodeId)]) {
      if (!byService) continue;
      for (const excluded of [byService.get(undefined), byService.get(serviceId)]) {
        if (excluded === undefined) continue;
        skus ??= [...this.none];
        if (excluded === null) skus.fill(true);
        else for (const sku of excluded) skus[sku] = true;
      }
    }
    return skus ?? this.none;
  }
}
