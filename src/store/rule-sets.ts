import { isDeepStrictEqual } from 'node:util';
import type { RuleStage, RulesInForce } from '../model/rules-in-force.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

/** A rule set as it is kept: data, to be read by `matrix/rules`. */
export interface KeptRuleSet {
  /** From 1. */
  readonly version: number;
  readonly document: unknown;
}

export interface RulePublication {
  readonly version: number;
  readonly publishedAt: Date;
  readonly actor: string;
  readonly note: string | null;
  readonly stage: RuleStage['stage'];
  /** Of `share`. */
  readonly percent: number | null;
  /** Whether it stands: of those for all orders the newest, and the newest of all. */
  readonly stands: boolean;
  /** Whether it put a version in force that was published before. */
  readonly rollback: boolean;
  /** How many rules it has. */
  readonly rules: number;
}

/** Publications are shown up to so many, the newest first. */
const PUBLICATIONS_SHOWN = 1_000;

/** Columns of `RulesInForce`: the newest publication for all orders, and the newest of all where that is a trial. */
export const RULES_IN_FORCE = `
  COALESCE((SELECT version FROM rule_publication WHERE stage = 'live' ORDER BY id DESC LIMIT 1), 0) AS version,
  (SELECT CASE WHEN stage <> 'live' THEN json_build_object('version', version, 'stage', stage, 'percent', percent) END
   FROM rule_publication ORDER BY id DESC LIMIT 1) AS trial`;

/** Which versions orders are decided under now. */
export async function rulesInForce(db: Queryable): Promise<RulesInForce> {
  const { rows } = await db.query<RulesInForce>(`SELECT ${RULES_IN_FORCE}`);
  return rows[0] ?? { version: 0, trial: null };
}

/** One version; null where there is none. */
export async function loadRuleSet(db: Queryable, version: number): Promise<KeptRuleSet | null> {
  const { rows } = await db.query<KeptRuleSet>('SELECT version, document FROM rule_set WHERE version = $1', [version]);
  return rows[0] ?? null;
}

/** All that was published, the newest first. */
export async function listRulePublications(db: Queryable): Promise<RulePublication[]> {
  const { rows } = await db.query<RulePublication>(
    `SELECT p.version, p.published_at AS "publishedAt", p.actor, p.note, p.stage, p.percent,
       p.id = max(p.id) OVER () OR p.id = max(p.id) FILTER (WHERE p.stage = 'live') OVER () AS stands,
       p.version < max(p.version) OVER (ORDER BY p.id ROWS UNBOUNDED PRECEDING) AS rollback,
       jsonb_array_length(s.document -> 'rules') AS rules
     FROM rule_publication p JOIN rule_set s ON s.version = p.version ORDER BY p.id DESC LIMIT $1`,
    [PUBLICATIONS_SHOWN],
  );
  return rows;
}

/** Who publishes, when, and what they say of it. */
export interface Publishing {
  readonly actor: string;
  readonly at: Date;
  readonly note: string | null;
}

/** A version that was published, and whether that changed anything. */
export interface Published {
  readonly version: number;
  readonly changed: boolean;
}

const LIVE: RuleStage = { stage: 'live' };

/**
 * Publishes a checked rule set from the next decision on, at once in all processes, and returns its version: for all orders, which ends a trial, or
 * on trial beside the rules in force, in place of another trial. Published again as it stands, it keeps its version and nothing changes.
 * `ifInForce`: only where this version is in force; null where another is.
 */
export function publishRuleSet(
  pool: Pool,
  document: unknown,
  by: Publishing,
  { stage = LIVE, ifInForce }: { readonly stage?: RuleStage; readonly ifInForce?: number | undefined } = {},
): Promise<Published | null> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    const current = await rulesInForce(db);
    if (ifInForce !== undefined && ifInForce !== current.version) return null;
    const version = (await versionOf(db, document, current)) ?? (await keepRuleSet(db, document, by));
    return { version, changed: await note(db, current, version, stage, by) };
  });
}

/** Puts a version in force for all orders that was published before, and ends a trial. False where there is no such version. */
export function republishRuleSet(pool: Pool, version: number, by: Publishing): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    if ((await loadRuleSet(db, version)) === null) return false;
    await note(db, await rulesInForce(db), version, LIVE, by);
    return true;
  });
}

/** Publishes what is on trial for all orders, or for another share of them. Null where nothing is on trial. */
export function promoteTrial(pool: Pool, stage: RuleStage, by: Publishing): Promise<Published | null> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    const current = await rulesInForce(db);
    if (current.trial === null) return null;
    const { version } = current.trial;
    return { version, changed: await note(db, current, version, stage, by) };
  });
}

/** Ends a trial: the rules in force are so for all orders again. Returns their version; null where nothing is on trial. */
export function endTrial(pool: Pool, by: Publishing): Promise<number | null> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    const current = await rulesInForce(db);
    if (current.trial === null) return null;
    // Where none were in force: a set without rules.
    const version = current.version === 0 ? await keepRuleSet(db, { rules: [] }, by) : current.version;
    await note(db, current, version, LIVE, by);
    return version;
  });
}

/** One at a time, so that ids of publications follow their order. */
function lockPublishing(db: Queryable): Promise<unknown> {
  return db.query('LOCK TABLE rule_publication IN SHARE ROW EXCLUSIVE MODE');
}

/** The version in force or on trial that has these rules. */
async function versionOf(db: Queryable, document: unknown, { version, trial }: RulesInForce): Promise<number | null> {
  const { rows } = await db.query<{ version: number }>(
    'SELECT version FROM rule_set WHERE version = ANY($1) AND document = $2::jsonb ORDER BY version LIMIT 1',
    [[version, trial?.version ?? version], JSON.stringify(document)],
  );
  return rows[0]?.version ?? null;
}

async function keepRuleSet(db: Queryable, document: unknown, by: Publishing): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    'INSERT INTO rule_set (document, actor, created_at) VALUES ($1, $2, $3) RETURNING version',
    [JSON.stringify(document), by.actor, by.at],
  );
  return rows[0]?.version ?? 0;
}

/** Whether it changes what stands; then it is noted. */
async function note(
  db: Queryable,
  current: RulesInForce,
  version: number,
  stage: RuleStage,
  by: Publishing,
): Promise<boolean> {
  const percent = stage.stage === 'share' ? stage.percent : null;
  const before = current.trial ?? { version: current.version, ...LIVE };
  const same = { version, stage: stage.stage, percent };
  if (isDeepStrictEqual({ ...before, percent: before.stage === 'share' ? before.percent : null }, same)) return false;
  await db.query(
    'INSERT INTO rule_publication (version, stage, percent, note, actor, published_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [version, stage.stage, percent, by.note, by.actor, by.at],
  );
  return true;
}
