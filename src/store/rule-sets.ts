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
  /** Whether it put a version in force that was published before. */
  readonly rollback: boolean;
  /** How many rules it has. */
  readonly rules: number;
}

/** Publications are shown up to so many, the newest first. */
const PUBLICATIONS_SHOWN = 1_000;

/** The version in force; 0 where none was ever published. */
export async function ruleVersionInForce(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ version: number }>('SELECT version FROM rule_publication ORDER BY id DESC LIMIT 1');
  return rows[0]?.version ?? 0;
}

/** One version; null where there is none. */
export async function loadRuleSet(db: Queryable, version: number): Promise<KeptRuleSet | null> {
  const { rows } = await db.query<KeptRuleSet>('SELECT version, document FROM rule_set WHERE version = $1', [version]);
  return rows[0] ?? null;
}

/** All that was published, the newest first. */
export async function listRulePublications(db: Queryable): Promise<RulePublication[]> {
  const { rows } = await db.query<RulePublication>(
    `SELECT p.version, p.published_at AS "publishedAt", p.actor, p.note,
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

/**
 * Puts a checked rule set in force from the next decision on, at once in all processes, and returns its version. Published again as it stands, it
 * keeps its version and nothing changes. `ifInForce`: only where this version is in force; null where another is.
 */
export function publishRuleSet(
  pool: Pool,
  document: unknown,
  by: Publishing,
  ifInForce?: number,
): Promise<{ readonly version: number; readonly changed: boolean } | null> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    const current = await ruleVersionInForce(db);
    if (ifInForce !== undefined && ifInForce !== current) return null;
    const text = JSON.stringify(document);
    const { rows: same } = await db.query('SELECT 1 FROM rule_set WHERE version = $1 AND document = $2::jsonb', [
      current,
      text,
    ]);
    if (same.length > 0) return { version: current, changed: false };
    const { rows } = await db.query<{ version: number }>(
      'INSERT INTO rule_set (document, actor, created_at) VALUES ($1, $2, $3) RETURNING version',
      [text, by.actor, by.at],
    );
    const version = rows[0]?.version ?? 0;
    await note(db, version, by);
    return { version, changed: true };
  });
}

/** Puts a version in force that was published before. False where there is no such version. */
export function republishRuleSet(pool: Pool, version: number, by: Publishing): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    await lockPublishing(db);
    if ((await loadRuleSet(db, version)) === null) return false;
    if ((await ruleVersionInForce(db)) !== version) await note(db, version, by);
    return true;
  });
}

/** One at a time, so that ids of publications follow their order. */
function lockPublishing(db: Queryable): Promise<unknown> {
  return db.query('LOCK TABLE rule_publication IN SHARE ROW EXCLUSIVE MODE');
}

async function note(db: Queryable, version: number, by: Publishing): Promise<void> {
  await db.query('INSERT INTO rule_publication (version, note, actor, published_at) VALUES ($1, $2, $3, $4)', [
    version,
    by.note,
    by.actor,
    by.at,
  ]);
}
