import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { NewId } from '../model/clock.js';
import { HeadgateError } from '../model/errors.js';
import { BindRoom, jsonbBytes, uuidBytes } from './bind-room.js';
import { type Pool, STATEMENT_MS_MAX } from './database.js';
import type { PlanOutcome } from './plan.js';
import { COMMIT_PLANS, type PlanTables } from './plan-tables.js';

export interface CommitOptions {
  /** Ids of batches; default random. */
  readonly newId?: NewId;
  /** How long to keep trying while the database is away; default 30 s. */
  readonly patienceMs?: number;
}

const COMMIT = { name: 'commit_plans', text: COMMIT_PLANS, timeoutMs: STATEMENT_MS_MAX + 5_000 };

/** A plan that was refused: its number in the batch, from 1, and why. */
export type Refusal = Exclude<PlanOutcome, { outcome: 'committed' }> & { readonly p: number };

/** The database rolled a batch back because of what it was asked to do. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
}

/** Deadlocks, timeouts and lack of resources pass; the same batch is sent again so many times. */
const ROLLBACKS_MAX = 5;
const PAUSE_MS_MIN = 20;
const PAUSE_MS_MAX = 1_000;
const PATIENCE_MS = 30_000;
/** SQLSTATEs of a rollback that passes: 40 transaction rollback, 53 resources, 55P03 lock timeout, 57014 statement timeout. */
const PASSES = /^(40...|53...|55P03|57014)$/;

/**
 * Commits one batch: `SELECT commit_plans(<new id>, <tables>)`, in exactly one transaction whatever breaks meanwhile. Returns which
 * of its plans were refused. What is sent is written in `room`, which no other batch may use meanwhile.
 *
 * When the connection is lost during the call, nobody knows whether it committed. The batch's first write is its id in
 * commit_batch, so the id is claimed: the claim waits for the batch if it still runs, fails if it committed (its answers are
 * read), and else keeps it from ever committing, so that it may be sent again under a new id.
 *
 * Errors: BatchRefused; HeadgateError DATABASE_UNAVAILABLE (nothing was committed) or COMMIT_UNKNOWN (the database stayed away
 * while the batch's result was unknown: read the orders again).
 */
export async function commitBatch(
  pool: Pool,
  tables: PlanTables,
  options: CommitOptions = {},
  room: BindRoom = new BindRoom(),
): Promise<Refusal[]> {
  const newId = options.newId ?? randomUUID;
  const deadline = performance.now() + (options.patienceMs ?? PATIENCE_MS);
  let rollbacks = 0;
  for (let round = 0; ; round++) {
    const batch = newId();
    const sent = await send(pool, batch, tables, room);
    if (sent.kind === 'committed') return sent.refusals;
    if (sent.kind === 'refused') throw new BatchRefused('the database refused a batch of plans', { cause: sent.cause });
    if (sent.kind === 'rolled back' && ++rollbacks >= ROLLBACKS_MAX) throw unavailable(sent.cause);
    if (sent.kind === 'unknown') {
      const refusals = await resolveBatch(pool, batch, deadline, sent.cause);
      if (refusals) return refusals;
    }
    if (performance.now() > deadline) throw unavailable(sent.cause);
    await pause(pauseMs(round));
  }
}

type Sent =
  | { readonly kind: 'committed'; readonly refusals: Refusal[] }
  | { readonly kind: 'refused' | 'rolled back' | 'unknown' | 'not sent'; readonly cause: unknown };

async function send(pool: Pool, batch: string, { columns, rare }: PlanTables, room: BindRoom): Promise<Sent> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (cause) {
    return { kind: 'not sent', cause };
  }
  let broken = false;
  try {
    const { rows } = await room.call<{ refusals: Refusal[] }>(client, COMMIT, [
      uuidBytes(batch),
      ...columns,
      jsonbBytes(rare),
    ]);
    if (!rows[0]) throw new Error('expected commit_plans to answer with one row');
    return { kind: 'committed', refusals: rows[0].refusals };
  } catch (cause) {
    // Only a server that still answers on this connection has surely ended the transaction: an ERROR leaves the connection
    // open, a FATAL closes it. (Severity is no help: it comes translated.)
    const code = codeOf(cause);
    broken = code === undefined || !(await answersStill(client));
    if (broken || code === undefined) return { kind: 'unknown', cause };
    return { kind: PASSES.test(code) ? 'rolled back' : 'refused', cause };
  } finally {
    client.release(broken);
  }
}

/** What a batch refused whose commit result is unknown, or null when it never committed and never can. */
async function resolveBatch(pool: Pool, batch: string, deadline: number, lost: unknown): Promise<Refusal[] | null> {
  for (let round = 0; ; round++) {
    try {
      const claim = await pool.query('INSERT INTO commit_batch (id) VALUES ($1) ON CONFLICT DO NOTHING', [batch]);
      if (claim.rowCount === 1) return null;
      const { rows } = await pool.query<{ results: Refusal[] | null }>(
        'SELECT results FROM commit_batch WHERE id = $1',
        [batch],
      );
      // No answers: an earlier claim of ours, whose own answer was lost, stands there.
      return rows[0]?.results ?? null;
    } catch (cause) {
      if (performance.now() > deadline) {
        throw new HeadgateError(
          'COMMIT_UNKNOWN',
          'unknown',
          'the connection broke while plans were committed and the database stayed away: read the orders again before going on',
          { cause: new AggregateError([lost, cause], 'the loss, and the last attempt to resolve it') },
        );
      }
      await pause(pauseMs(round));
    }
  }
}

async function answersStill(client: PoolClient): Promise<boolean> {
  try {
    const probe = { text: 'SELECT 1', query_timeout: 1_000 };
    await client.query(probe);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string')
    return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

function unavailable(cause: unknown): HeadgateError {
  return new HeadgateError(
    'DATABASE_UNAVAILABLE',
    'transient',
    'the database could not commit plans; none of them was committed',
    { cause },
  );
}

/** Doubles from 20 ms to 1 s. */
function pauseMs(round: number): number {
  return Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(round, 10));
}
