import { inTransaction, type Pool, type Queryable } from './database.js';
import { keepSealed, loadUnsealed } from './sealed-rows.js';
import type { SecretKeys } from './secrets.js';

/** Carriers that are asked live, of one installation. */
export const CARRIERS_MAX = 100;

/** A carrier with what its connector needs. `settings` and `secrets` are not yet checked against the connector's manifest. */
export interface CarrierRecord {
  /** As services name their carrier. */
  readonly code: string;
  /** The connector's name. */
  readonly connector: string;
  readonly settings: unknown;
  /** Null where none were set. */
  readonly secrets: unknown;
  readonly deadlineMs: number;
}

/** A carrier in a list: without secrets. */
export type CarrierSummary = Omit<CarrierRecord, 'secrets'> & { readonly services: readonly string[] };

/** The carriers that are configured, at most 100, by code, with the services that are theirs. */
export async function listCarriers(db: Queryable): Promise<CarrierSummary[]> {
  const { rows } = await db.query<CarrierSummary>(
    `SELECT c.code, c.connector, c.settings, c.deadline_ms AS "deadlineMs",
       ARRAY(SELECT s.code::text FROM carrier_service s WHERE s.carrier = c.code ORDER BY s.code LIMIT 1000) AS services
     FROM carrier_account c ORDER BY c.code LIMIT $1`,
    [CARRIERS_MAX],
  );
  return rows;
}

/**
 * The carrier with its secrets opened, or null. For Headgate's own work: it takes no viewer and is never shown.
 *
 * Errors: HeadgateError SECRETS_UNREADABLE.
 */
export function loadCarrier(db: Queryable, keys: SecretKeys, code: string): Promise<CarrierRecord | null> {
  const columns = 'code, connector, settings, deadline_ms AS "deadlineMs"';
  return loadUnsealed<Omit<CarrierRecord, 'secrets'>>(db, keys, 'carrier_account', columns, { code });
}

/** Puts a carrier, or replaces the one of this code, its secrets sealed. Returns false where there are too many already. */
export function putCarrier(pool: Pool, keys: SecretKeys, carrier: CarrierRecord): Promise<boolean> {
  const { code, connector, settings, secrets, deadlineMs } = carrier;
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `INSERT INTO carrier_account (code, connector, settings, deadline_ms) SELECT $1::text, $2, $3::jsonb, $4::integer
       WHERE (SELECT count(*) FROM carrier_account WHERE code <> $1::text) < $5
       ON CONFLICT (code) DO UPDATE SET connector = EXCLUDED.connector, settings = EXCLUDED.settings,
         deadline_ms = EXCLUDED.deadline_ms`,
      [code, connector, JSON.stringify(settings), deadlineMs, CARRIERS_MAX],
    );
    return rowCount === 1 && (await keepSealed(db, keys, 'carrier_account', code, secrets));
  });
}

/** Returns whether there was such a carrier. */
export async function removeCarrier(db: Queryable, code: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM carrier_account WHERE code = $1', [code]);
  return rowCount === 1;
}
