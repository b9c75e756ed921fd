import type { Queryable } from './database.js';

/** How reading a vendor or an account stands, of all that is read of it. */
export interface PollStanding {
  /** When it last answered as it should; null: never. */
  readonly answeredAt: Date | null;
  /** Failures since. */
  readonly failures: number;
  /** When what failed is tried again; null where nothing failed, or where it waits for a person. */
  readonly againAt: Date | null;
}

const LISTED_MAX = 1_000;

/** By code, as all processes know it; who is not read is missing. */
export async function pollStandings(
  db: Queryable,
  of: 'vendor' | 'account',
): Promise<ReadonlyMap<string, PollStanding>> {
  const { rows } = await db.query<PollStanding & { code: string }>(
    `SELECT w.code, max(p.last_success_at) AS "answeredAt", max(p.failures) AS failures,
       min(p.next_action_at) FILTER (WHERE p.failures > 0) AS "againAt"
     FROM ${of}_poll p JOIN ${of} w ON w.id = p.${of}_id GROUP BY w.code ORDER BY w.code LIMIT ${LISTED_MAX}`,
  );
  return new Map(rows.map(({ code, ...standing }) => [code, standing]));
}
