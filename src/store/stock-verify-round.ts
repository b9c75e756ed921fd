import type { Pool, Queryable } from './database.js';
import { type StockDrift, type StockKey, verifyStockPage } from './stock-verify.js';

/** What a round through every stock row found. */
export interface StockCheckFacts {
  readonly startedAt: string;
  /** Null: under way. */
  readonly finishedAt: string | null;
  readonly rows: number;
  readonly repaired: number;
  /** Rows whose ledger and reservations do not agree: `headgate stock verify --repair` settles them. */
  readonly unrepaired: number;
}

interface StockCheck {
  readonly round: StockCheckFacts;
  /** The last row that the round under way has checked. */
  readonly after: StockKey | null;
  /** The round before. */
  readonly last: StockCheckFacts | null;
}

/** Where it is kept; a round that a crash interrupted goes on where it was last written down. */
const KEY = 'stock-check';

/**
 * Goes on with the round through every stock row, for at most so many rows, repairing what needs no judgement; a new round
 * begins once the last one began `everyMs` ago. Returns what drifted. Two processes at once check rows twice, no more.
 */
export async function continueStockCheck(
  pool: Pool,
  options: { readonly now: Date; readonly everyMs: number; readonly rowsMax: number },
): Promise<readonly StockDrift[]> {
  const { now } = options;
  const known = await load(pool);
  const resting = known !== null && known.round.finishedAt !== null;
  if (resting && now.getTime() < Date.parse(known.round.startedAt) + options.everyMs) return [];
  const fresh = { startedAt: now.toISOString(), finishedAt: null, rows: 0, repaired: 0, unrepaired: 0 };
  let round: StockCheckFacts = known === null || resting ? fresh : known.round;
  let after = known === null || resting ? null : known.after;
  const drift: StockDrift[] = [];
  for (let rows = 0; round.finishedAt === null && rows < options.rowsMax; ) {
    const page = await verifyStockPage(pool, { after, repair: 'agreed', actor: 'system:stock-check', at: now });
    const repaired = page.drift.filter((row) => row.repaired).length;
    drift.push(...page.drift);
    rows += page.checked;
    after = page.next;
    round = {
      ...round,
      finishedAt: page.next === null ? now.toISOString() : null,
      rows: round.rows + page.checked,
      repaired: round.repaired + repaired,
      unrepaired: round.unrepaired + page.drift.length - repaired,
    };
  }
  await save(pool, { round, after, last: resting ? known.round : (known?.last ?? null) }, now);
  return drift;
}

/** The last whole round, or the one under way where it has found something or is the first; null before any. */
export async function stockCheckFacts(db: Queryable): Promise<StockCheckFacts | null> {
  const known = await load(db);
  if (known === null) return null;
  const { round, last } = known;
  const news = round.finishedAt !== null || round.repaired + round.unrepaired > 0;
  return news || last === null ? round : last;
}

async function load(db: Queryable): Promise<StockCheck | null> {
  const { rows } = await db.query<{ value: StockCheck }>('SELECT value FROM installation WHERE key = $1', [KEY]);
  return rows[0]?.value ?? null;
}

async function save(db: Queryable, check: StockCheck, now: Date): Promise<void> {
  await db.query(
    `INSERT INTO installation (key, value, set_at) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, set_at = EXCLUDED.set_at`,
    [KEY, JSON.stringify(check), now],
  );
}
