import type { Queryable } from './database.js';

/** Sets the days of the week on which a service delivers (1 = Monday), or with null reads them. Null: there is no such service. */
export async function deliveryDays(
  db: Queryable,
  service: string,
  days: readonly number[] | null,
): Promise<readonly number[] | null> {
  const { rows } = await db.query<{ days: number[] }>(
    days === null
      ? 'SELECT working_days AS days FROM carrier_service WHERE code = $1'
      : 'UPDATE carrier_service SET working_days = $2 WHERE code = $1 RETURNING working_days AS days',
    days === null ? [service] : [service, days],
  );
  return rows[0]?.days ?? null;
}
