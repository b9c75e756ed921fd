import type { Queryable } from './database.js';

/** A row of stock, in units, with all that its buffer follows from. Rates are per hour, in units. Source: docs/stock.md. */
export interface ShownStock {
  readonly sku: string;
  readonly nodeCode: string;
  readonly vendorCode: string;
  /** What may be promised: what is on hand without all that follows. */
  readonly atp: number;
  readonly onHand: number;
  readonly safetyStock: number;
  /** As it stands; the job brings it to what it should be. */
  readonly buffer: number;
  readonly held: number;
  readonly committed: number;
  /** The last moment that a report gave, or confirmed, the figure for. */
  readonly asOf: Date;
  /** The vendor said that it has nothing more; null: it did not. */
  readonly nothingMoreSince: Date | null;
  readonly bufferInputs: BufferInputs;
}

/** The terms of the formula in docs/stock.md. */
export interface BufferInputs {
  /** From the figure's moment until the one asked for, and the feed's lag on top. */
  readonly ageHours: number;
  /** How fast the figure falls without us, and how unevenly, by the row's own history and its vendor's. */
  readonly driftPerHour: number;
  readonly variancePerHour: number;
  /** Hours of the row's own history, older ones counting less. */
  readonly historyHours: number;
  /** What a row without history would be taken to fall by. */
  readonly vendorDriftPerHour: number;
  readonly vendorVariancePerHour: number;
  readonly z: number;
  readonly capPercent: number;
  readonly reserveUnits: number;
  /** What the buffer should be at that moment. */
  readonly target: number;
}

/** Stock of a SKU of ours at every node that has a row of it, or at one, by the nodes' codes. Empty where none has. */
export async function showStock(
  db: Queryable,
  query: { readonly sku: string; readonly nodeCode: string | null; readonly at: Date; readonly limit: number },
): Promise<ShownStock[]> {
  const { rows } = await db.query<ShownStock>(
    `SELECT p.sku, n.code AS "nodeCode", v.code AS "vendorCode", s.atp, s.on_hand AS "onHand", s.safety_stock AS "safetyStock",
       s.buffer, s.held, s.committed, i.as_of AS "asOf", s.nothing_more_since AS "nothingMoreSince",
       jsonb_build_object('ageHours', i.age_hours, 'driftPerHour', i.drift_per_hour, 'variancePerHour', i.variance_per_hour,
         'historyHours', i.history_hours, 'vendorDriftPerHour', i.vendor_drift_per_hour,
         'vendorVariancePerHour', i.vendor_variance_per_hour, 'z', i.z, 'capPercent', i.cap_percent,
         'reserveUnits', i.reserve_units, 'target', i.target) AS "bufferInputs"
     FROM product p JOIN stock s ON s.product_id = p.id JOIN node n ON n.id = s.node_id JOIN vendor v ON v.id = n.vendor_id
       JOIN buffer_inputs($3) i ON i.node_id = s.node_id AND i.product_id = s.product_id
     WHERE p.sku = $1 AND ($2::text IS NULL OR n.code = $2) ORDER BY n.code LIMIT $4`,
    [query.sku, query.nodeCode, query.at, query.limit],
  );
  return rows;
}
