import { z } from 'zod';

/** Entries of one file: nodes and SKUs together. */
const ENTRIES_MAX = 100_000;

const units = z.int().min(0).max(1_000_000);
const seconds = (least: number, most: number) => z.int().min(least).max(most);
const YEAR_SECONDS = 31_536_000;

/** What is kept back, what the feed means, and when the vendor is asked, for all stock of one vendor; a field left out stays as it is. Meanings: docs/stock.md. */
const vendorPolicy = z
  .strictObject({
    lowStockUnits: units,
    reserveUnits: units,
    bufferZ: z.number().min(0).max(10),
    bufferCapPercent: z.int().min(0).max(100),
    feedReviewPercent: z.int().min(1).max(100),
    feedSubtracts: z.enum(['received', 'accepted', 'shipped']),
    feedLagSeconds: seconds(0, YEAR_SECONDS),
    feedSkewSeconds: seconds(0, YEAR_SECONDS),
    feedAbsentIsZero: z.boolean(),
    liveCheck: z.enum(['never', 'doubtful', 'always']),
    liveCheckBelowUnits: units,
    liveCheckOlderSeconds: seconds(0, YEAR_SECONDS),
    liveCheckDeadlineSeconds: seconds(1, 3_600),
    liveCheckSilentSeconds: seconds(0, YEAR_SECONDS),
    liveCheckSilentElse: z.enum(['reroute', 'review']),
  })
  .partial();

/** One SKU at one node; null takes a threshold or set-aside away. */
const rowPolicy = z
  .strictObject({
    lowStockUnits: units.nullable(),
    safetyStock: z.int().min(0).max(1_000_000_000),
    /** Account code -> units that other accounts leave to it. */
    setAside: z.record(z.string(), z.int().min(1).max(1_000_000_000).nullable()),
  })
  .partial();

/**
 * What is kept back of stock, and when vendors are asked: by vendor code, tag, SKU, and node code with SKU. A file of it says what
 * shall change; a whole one, as it is exported, changes nothing when applied at once.
 */
export const stockPolicySchema = z
  .strictObject({
    vendors: z.record(z.string(), vendorPolicy),
    /** Tag -> threshold of low stock; of a product's tags the highest counts. */
    tags: z.record(z.string().min(1).max(100), units.nullable()),
    /** SKU -> threshold of low stock. */
    products: z.record(z.string(), units.nullable()),
    /** Node code -> SKU -> what holds there. */
    nodes: z.record(z.string(), z.record(z.string(), rowPolicy)),
  })
  .partial()
  .superRefine((policy, context) => {
    const rows = Object.values(policy.nodes ?? {}).reduce((sum, skus) => sum + Object.keys(skus).length, 0);
    const entries =
      rows +
      [policy.vendors, policy.tags, policy.products].reduce((sum, one) => sum + Object.keys(one ?? {}).length, 0);
    if (entries > ENTRIES_MAX)
      context.addIssue({
        code: 'custom',
        message: `expected at most ${ENTRIES_MAX} entries, got ${entries}: split the file`,
      });
  });

export type StockPolicy = z.infer<typeof stockPolicySchema>;
export type VendorStockPolicy = z.infer<typeof vendorPolicy>;
