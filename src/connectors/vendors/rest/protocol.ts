import { z } from 'zod';
import { AVAILABILITY_ROWS_MAX } from '../../../model/stock-report.js';

/**
 * The documents of Headgate's own vendor protocol as they travel, JSON over HTTP. Both sides speak from here: the connector and the
 * simulated vendor. Moments are RFC 3339, amounts decimal strings. Described for people in docs/connectors/rest-vendor.md.
 */

const text = z.string().min(1).max(200);
const moment = z.iso.datetime({ offset: true });
const units = z.number().int().min(0).max(1_000_000);
const lineNo = z.number().int().min(1).max(10_000);

/** An amount as it travels. Source: TenThousandths. */
const amount = z.string().regex(/^-?\d{1,10}(\.\d{1,4})?$/);
const reason = z.string().max(500).optional();

const acknowledgement = z.object({
  kind: z.literal('acknowledgement'),
  poNumber: text,
  vendorReference: text,
  at: moment,
  lines: z
    .array(
      z.object({
        ...{ lineNo, accepted: units, rejected: units, reason },
        backordered: z.object({ quantity: units, until: moment.optional() }).optional(),
        changed: z
          .object({
            ...{ unitCost: amount.optional(), shipBy: moment.optional() },
            substitute: z.object({ vendorSku: text, title: z.string().max(500).optional() }).optional(),
          })
          .optional(),
      }),
    )
    .max(10_000),
  order: z.object({ verdict: z.enum(['accepted', 'rejected']), reason }).optional(),
});
const receipt = z.object({ kind: z.literal('receipt'), poNumber: text, accepted: z.boolean(), at: moment, reason });
const invoice = z.object({
  ...{ kind: z.literal('invoice'), poNumber: text, invoiceNumber: text, at: moment, currency: z.string().length(3) },
  lines: z.array(z.object({ lineNo, quantity: units.min(1), unitCost: amount })).max(10_000),
  charges: z
    .array(z.object({ code: text, title: z.string().max(500).optional(), amount }))
    .max(1_000)
    .default([]),
  total: amount.optional(),
});
const shipment = z.object({
  kind: z.literal('shipment'),
  poNumber: text,
  vendorShipmentId: text,
  carrier: text,
  trackingNumbers: z.array(text).max(1_000),
  shippedAt: moment,
  lines: z.array(z.object({ lineNo, quantity: units.min(1) })).max(10_000),
});
const delivery = z.object({ kind: z.literal('delivery'), poNumber: text, vendorShipmentId: text, deliveredAt: moment });
const cancellation = z.object({ kind: z.literal('cancellation'), poNumber: text, confirmed: z.boolean(), at: moment });

export const wireDocument = z.discriminatedUnion('kind', [
  receipt,
  acknowledgement,
  shipment,
  delivery,
  cancellation,
  invoice,
]);
export type WireDocument = z.infer<typeof wireDocument>;

export const wirePurchaseOrder = z.object({
  poNumber: text,
  vendorReference: text,
  status: z.enum(['received', 'accepted', 'rejected', 'canceled', 'shipped']),
  documents: z.array(wireDocument).max(1_000),
});
export type WirePurchaseOrder = z.infer<typeof wirePurchaseOrder>;

export const wireSubmission = z.object({
  nodeCode: text,
  shipVia: text,
  currency: z.string().length(3),
  shipBy: moment,
  shipTo: z.record(z.string(), z.unknown()),
  ...{ orderNumber: text.optional(), instructions: z.string().max(5_000).optional(), incoterms: text.optional() },
  packingSlip: z.record(z.string(), z.unknown()).optional(),
  freightAccount: z.object({ account: text, carrier: text.optional(), postalCode: text.optional() }).optional(),
  lines: z
    .array(
      z.object({
        lineNo,
        vendorSku: text,
        sku: text,
        packs: units.min(1),
        unitsPerPack: units.min(1),
        unitOfMeasure: text,
        quantity: units.min(1),
        unitCost: z.string().regex(/^\d{1,12}\.\d{4}$/),
        ...{ title: z.string().max(1_000).optional(), gtin: text.optional() },
        customs: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .min(1)
    .max(10_000),
});
export type WireSubmission = z.infer<typeof wireSubmission>;

export const wireCancelAnswer = z.object({
  result: z.enum(['canceled', 'refused', 'pending']),
  reason: z.string().max(500).optional(),
});
/** Documents are checked one by one, so that an odd one holds up none of the others. */
export const wireDocuments = z.object({
  documents: z.array(z.unknown()).max(1_000),
  cursor: z.string().max(200).nullable(),
  more: z.boolean(),
});
/** A live question: does the vendor have so many packs? */
export const wireAvailabilityQuestion = z.object({
  rows: z
    .array(z.object({ nodeCode: text, vendorSku: text, packs: units.min(1) }))
    .min(1)
    .max(AVAILABILITY_ROWS_MAX),
});
export type WireAvailabilityQuestion = z.infer<typeof wireAvailabilityQuestion>;
const answeredRow = { nodeCode: text, vendorSku: text };
/** Row by row a figure, or a bare yes or no; where a row has both, the figure counts. */
export const wireAvailability = z.object({
  asOf: moment,
  rows: z
    .array(
      z.union([
        z.object({ ...answeredRow, onHand: z.number().int().min(0).max(1_000_000_000) }),
        z.object({ ...answeredRow, available: z.boolean() }),
      ]),
    )
    .max(AVAILABILITY_ROWS_MAX),
});
export type WireAvailability = z.infer<typeof wireAvailability>;
/** `total` counts all rows of the report, so that a truncated one is seen. */
export const wireStockPage = z.object({
  asOf: moment,
  total: z.number().int().min(0).max(10_000_000),
  rows: z
    .array(z.object({ nodeCode: text, vendorSku: text, onHand: z.number().int().min(0).max(1_000_000_000) }))
    .max(5_000),
  next: z.string().max(200).nullable(),
});
/** "There is no such purchase order" names it, so that no proxy's 404 is taken for it. */
export const wireNotFound = z.object({ error: z.string().max(500), poNumber: text });
