import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../database.js';

const WAIT_MS_MAX = 20_000;
const LOOK_EVERY_MS = 10;

/**
 * Holds a row of stock while two things are begun one after the other: the first until it waits for the row, the second until it waits
 * too, or is done. Then the row is let go and both come to their end. Errors: those of both; where the first does not wait.
 */
export async function whileHeld(
  pool: Pool,
  row: { readonly nodeId: number; readonly productId: number },
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<void> {
  const rival = await pool.connect();
  try {
    const { rows } = await rival.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const waiting = () => countBehind(pool, rows[0]?.pid ?? 0);
    await rival.query('BEGIN');
    await rival.query('SELECT 1 FROM stock WHERE node_id = $1 AND product_id = $2 FOR UPDATE', [
      row.nodeId,
      row.productId,
    ]);
    const one = first();
    await until(async () => (await waiting()) === 1);
    let done = false;
    const two = second().then(() => {
      done = true;
    });
    await until(async () => done || (await waiting()) === 2);
    await rival.query('COMMIT');
    await Promise.all([one, two]);
  } finally {
    rival.release(true);
  }
}

/** How many connections wait for this one, or for one that does. */
async function countBehind(pool: Pool, pid: number): Promise<number> {
  const { rows } = await pool.query(
    `WITH RECURSIVE behind AS (
       SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))
       UNION SELECT a.pid FROM behind b JOIN pg_stat_activity a ON b.pid = ANY(pg_blocking_pids(a.pid)))
     SELECT pid FROM behind`,
    [pid],
  );
  return rows.length;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    if (performance.now() - since > WAIT_MS_MAX) throw new Error('expected it to wait for the row, or to end');
    await pause(LOOK_EVERY_MS);
  }
}
