import { z } from 'zod';

/** What follows where a vendor's date breaks what the customer was promised. `give_back`: it is asked to cancel, and all is routed anew. */
const late = z.enum(['review', 'give_back']);

/**
 * What is agreed with a vendor on its answers (docs/vendor-answers.md); all may be left out.
 *
 * `priceTolerancePercent`: so much dearer than the purchase order is taken, on an acknowledgement or an invoice. `graceHours`: so much later
 * than promised still keeps the promise. `backordered`, `late`: what follows beyond it. `receiptRejected`: whether a purchase order that its
 * machine could not read waits for a person, or counts as rejected, which only a vendor that surely ships nothing of it may say.
 */
export const vendorTerms = z.strictObject({
  priceTolerancePercent: z.number().min(0).max(100).default(0),
  graceHours: z.number().int().min(0).max(2_000).default(24),
  backordered: z.enum(['review', 'give_back', 'keep']).default('give_back'),
  late: late.default('review'),
  receiptRejected: z.enum(['review', 'reroute']).default('review'),
});
export type VendorTerms = z.infer<typeof vendorTerms>;

const DEFAULT_TERMS = vendorTerms.parse({});

/** The terms as they are kept, defaults filled in; those of a later version that cannot be read count as not agreed. */
export function vendorTermsOf(kept: unknown): VendorTerms {
  const read = vendorTerms.safeParse(kept ?? {});
  return read.success ? read.data : DEFAULT_TERMS;
}
