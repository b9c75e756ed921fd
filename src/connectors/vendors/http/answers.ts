import { z } from 'zod';
import type { StockReport } from '../../../model/stock-report.js';
import { wireAvailability, wireCancelAnswer, wireDocuments, wirePurchaseOrder } from '../rest/protocol.js';

/** What a mapping has to come to: the documents of Headgate's own REST protocol, some of their fields optional. */
const LISTS = new Set(['documents', 'rows', 'lines', 'charges', 'trackingNumbers']);
const DEPTH_MAX = 12;

/**
 * JSONata makes one of a list of one, and nothing of an empty one: what has to be a list is made one again, and null is taken for
 * nothing. Pure.
 */
export function regular(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => regular(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      if (LISTS.has(key)) return [[key, regular(Array.isArray(one) ? one : one === null ? [] : [one], depth + 1)]];
      return one === null ? [] : [[key, regular(one, depth + 1)]];
    }),
  );
}

const moment = z.iso.datetime({ offset: true }).nullable().default(null);
const cursor = z.string().max(200).nullable().default(null);

export const purchaseOrderAnswer = wirePurchaseOrder.extend({
  documents: wirePurchaseOrder.shape.documents.default([]),
});
export const cancelAnswer = wireCancelAnswer;
/** `cursor` missing: the one that was asked with stays. */
export const documentsAnswer = wireDocuments.extend({
  documents: wireDocuments.shape.documents.default([]),
  ...{ cursor, more: z.boolean().default(false) },
});
export const stockAnswer = z.object({
  asOf: moment,
  /** Of all pages; missing: the vendor does not say. */
  total: z.number().int().min(0).max(10_000_000).optional(),
  rows: z.array(z.unknown()).max(50_000).default([]),
  next: cursor,
});
export const availabilityAnswer = wireAvailability.extend({
  asOf: moment,
  rows: wireAvailability.shape.rows.default([]),
});

const stockRow = z.object({
  nodeCode: z.string().min(1).max(200),
  vendorSku: z.string().min(1).max(200),
  onHand: z.number().int().min(0).max(1_000_000_000),
});

/** Rows of a page, each read by itself, with what is wrong with the others. `before`: rows of earlier pages. Pure. */
export function readStockRows(rows: readonly unknown[], before: number): Pick<StockReport, 'rows' | 'faults'> {
  const read = rows.map((row) => stockRow.safeParse(row));
  return {
    rows: read.flatMap(({ data }) => data ?? []),
    faults: read.flatMap(({ error }, at) => {
      const issue = error?.issues[0];
      if (issue === undefined) return [];
      const path = ['rows', before + at, ...issue.path].join('.');
      return [{ code: 'STOCK_ROW_UNREADABLE', message: issue.message, path }];
    }),
  };
}
