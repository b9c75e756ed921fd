import type { PoolClient } from 'pg';
import { inTransaction, type Pool, type Queryable } from './database.js';

/** Units promised at a node, by kind. */
export interface PromisedUnits {
  readonly held: number;
  readonly committed: number;
}

/** A stock row by its key, the order in which all transactions lock. */
export interface StockKey {
  readonly nodeId: number;
  readonly productId: number;
}

/** A stock row whose counters are not what its ledger, or what its live reservations, add up to, or of which a single reservation is not. */
export interface StockDrift extends StockKey {
  readonly nodeCode: string;
  readonly sku: string;
  readonly counters: PromisedUnits;
  readonly ledger: PromisedUnits;
  readonly reservations: PromisedUnits;
  /** Reservations that are not what their own entries of the ledger say; they may make up for each other. */
  readonly disputed: number;
  readonly repaired: boolean;
}

/**
 * What to do about drift. `none`: tell. `agreed`: repair where ledger and reservations say the same, one by one, so that nothing has
 * to be judged; the rest gets an event `stock.drifted`. `all`: repair everything; where the two disagree the reservations count,
 * because they are what later releases and commitments move, and the ledger gets entries that make up the difference.
 */
export type StockRepair = 'none' | 'agreed' | 'all';

export interface StockPage {
  readonly checked: number;
  readonly drift: readonly StockDrift[];
  /** Where to go on; null: that was the last row. */
  readonly next: StockKey | null;
}

/** Rows of one statement: some milliseconds, and no lock unless something is to be repaired. */
const PAGE_ROWS = 500;

/**
 * Compares the counters of stock rows, from after a key on and in key order, with the sums of their ledger and of their live
 * reservations, and each reservation with its own entries. One statement sees one moment, so orders that are taken meanwhile never look like drift. Rows to repair are
 * locked, compared again, and set; the event `stock.repaired` tells what was found. Changes nothing where nothing drifted.
 *
 * Source: DESIGN.md section 4.
 */
export async function verifyStockPage(
  pool: Pool,
  options: {
    readonly after: StockKey | null;
    readonly repair: StockRepair;
    readonly actor: string;
    readonly at: Date;
    readonly rows?: number;
  },
): Promise<StockPage> {
  const rowsMax = options.rows ?? PAGE_ROWS;
  const { rows } = await pool.query<{ checked: number; last: StockKey | null; drift: Found[] }>(
    `WITH page AS MATERIALIZED (
       SELECT node_id, product_id, held, committed FROM stock WHERE (node_id, product_id) > ($1, $2)
       ORDER BY node_id, product_id LIMIT $3
     ), drifting AS (${COMPARED})
     SELECT (SELECT count(*)::integer FROM page) AS checked,
       (SELECT jsonb_build_object('nodeId', node_id, 'productId', product_id) FROM page
        ORDER BY node_id DESC, product_id DESC LIMIT 1) AS last,
       COALESCE((SELECT jsonb_agg(to_jsonb(d) ORDER BY d."nodeId", d."productId") FROM drifting d), '[]') AS drift`,
    [options.after?.nodeId ?? 0, options.after?.productId ?? 0, rowsMax],
  );
  const page = rows[0];
  if (!page) throw new Error('expected one row about a page of stock');
  const next = page.checked < rowsMax ? null : page.last;
  const found = page.drift.map((each) => ({ ...each, repaired: false }));
  if (found.length === 0 || options.repair === 'none') return { checked: page.checked, drift: found, next };
  return { checked: page.checked, drift: await inTransaction(pool, (client) => repair(client, found, options)), next };
}

/** Checks every stock row there is, page by page. */
export async function verifyStock(
  pool: Pool,
  options: { readonly repair: StockRepair; readonly actor: string; readonly at: Date },
): Promise<{ readonly checked: number; readonly drift: readonly StockDrift[] }> {
  const drift: StockDrift[] = [];
  let checked = 0;
  let after: StockKey | null = null;
  do {
    const page: StockPage = await verifyStockPage(pool, { ...options, after });
    checked += page.checked;
    drift.push(...page.drift);
    after = page.next;
  } while (after !== null);
  return { checked, drift };
}

type Found = Omit<StockDrift, 'repaired'>;

/** The rows of `page` (node_id, product_id, held, committed) that drifted. */
const COMPARED = `
  SELECT page.node_id AS "nodeId", page.product_id AS "productId", node.code AS "nodeCode", product.sku,
    jsonb_build_object('held', page.held, 'committed', page.committed) AS counters,
    jsonb_build_object('held', s.written_held, 'committed', s.written_committed) AS ledger,
    jsonb_build_object('held', s.live_held, 'committed', s.live_committed) AS reservations, s.disputed
  FROM page
  CROSS JOIN LATERAL (
    SELECT COALESCE(sum(w.held), 0) AS written_held, COALESCE(sum(w.committed), 0) AS written_committed,
      COALESCE(sum(l.held), 0) AS live_held, COALESCE(sum(l.committed), 0) AS live_committed,
      count(*) FILTER (WHERE (COALESCE(w.held, 0), COALESCE(w.committed, 0)) <> (COALESCE(l.held, 0), COALESCE(l.committed, 0)))::integer
        AS disputed
    FROM (
        SELECT e.reservation_id, sum(e.held_delta) AS held, sum(e.committed_delta) AS committed
        FROM stock_ledger e WHERE e.node_id = page.node_id AND e.product_id = page.product_id GROUP BY 1) w
      FULL JOIN (
        SELECT r.id AS reservation_id, CASE r.state WHEN 'held' THEN r.quantity ELSE 0 END AS held,
          CASE r.state WHEN 'committed' THEN r.quantity ELSE 0 END AS committed
        FROM reservation r
        WHERE r.node_id = page.node_id AND r.product_id = page.product_id AND r.state IN ('held', 'committed')) l
      USING (reservation_id)) s
  JOIN node ON node.id = page.node_id JOIN product ON product.id = page.product_id
  WHERE (page.held, page.committed) IS DISTINCT FROM (s.written_held, s.written_committed)
    OR (page.held, page.committed) IS DISTINCT FROM (s.live_held, s.live_committed) OR s.disputed > 0`;

async function repair(
  client: PoolClient,
  found: readonly Found[],
  options: { readonly repair: StockRepair; readonly actor: string; readonly at: Date },
): Promise<StockDrift[]> {
  const locked = keysOf(found);
  // Whoever changes counters, ledger or reservations holds this lock: after it, the next statement sees what stays.
  await client.query(
    `SELECT 1 FROM stock s JOIN unnest($1::integer[], $2::integer[]) AS key(node_id, product_id) USING (node_id, product_id)
     ORDER BY s.node_id, s.product_id FOR NO KEY UPDATE OF s`,
    locked,
  );
  const { rows: drift } = await client.query<Found>(
    `WITH page AS MATERIALIZED (
       SELECT s.node_id, s.product_id, s.held, s.committed FROM stock s
       JOIN unnest($1::integer[], $2::integer[]) AS key(node_id, product_id) USING (node_id, product_id))
     ${COMPARED} ORDER BY 1, 2`,
    locked,
  );
  const settled = drift.map((row) => ({
    ...row,
    repaired: options.repair === 'all' || row.disputed === 0,
  }));
  const mended = settled.filter((row) => row.repaired);
  await makeUpLedger(client, mended, options.at);
  await setCounters(client, mended, options.at);
  await tell(client, 'stock.repaired', mended, options);
  await tell(client, 'stock.drifted', await untold(client, settled), options);
  return settled;
}

/** Where the ledger of a reservation is not what the reservation is: an entry of the difference. */
async function makeUpLedger(client: Queryable, drift: readonly Found[], at: Date): Promise<void> {
  const wrong = drift.filter((row) => row.disputed > 0);
  if (wrong.length === 0) return;
  await client.query(
    `WITH key AS (SELECT * FROM unnest($1::integer[], $2::integer[]) AS key(node_id, product_id)
     ), written AS (
       SELECT e.node_id, e.product_id, e.reservation_id, sum(e.held_delta) AS held, sum(e.committed_delta) AS committed
       FROM stock_ledger e JOIN key USING (node_id, product_id) GROUP BY 1, 2, 3
     ), live AS (
       SELECT r.node_id, r.product_id, r.id AS reservation_id,
         CASE WHEN r.state = 'held' THEN r.quantity ELSE 0 END AS held,
         CASE WHEN r.state = 'committed' THEN r.quantity ELSE 0 END AS committed
       FROM reservation r JOIN key USING (node_id, product_id) WHERE r.state IN ('held', 'committed')
     )
     INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
       SELECT node_id, product_id, reservation_id, 'repair', COALESCE(l.held, 0) - COALESCE(w.held, 0),
         COALESCE(l.committed, 0) - COALESCE(w.committed, 0), s.atp, $3
       FROM written w FULL JOIN live l USING (node_id, product_id, reservation_id) JOIN stock s USING (node_id, product_id)
       WHERE (COALESCE(l.held, 0), COALESCE(l.committed, 0)) <> (COALESCE(w.held, 0), COALESCE(w.committed, 0))
       ORDER BY node_id, product_id, reservation_id`,
    [...keysOf(wrong), at],
  );
}

/** Where more is promised than there is by the right counters, the shortage is relieved as one that a report tells. */
async function setCounters(client: Queryable, drift: readonly Found[], at: Date): Promise<void> {
  await client.query(
    `UPDATE stock s SET held = set.held, committed = set.committed,
       relieve_at = CASE WHEN set.held + set.committed > s.on_hand THEN COALESCE(s.relieve_at, $5) ELSE s.relieve_at END
     FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[]) AS set(node_id, product_id, held, committed)
     WHERE s.node_id = set.node_id AND s.product_id = set.product_id`,
    [...keysOf(drift), drift.map((row) => row.reservations.held), drift.map((row) => row.reservations.committed), at],
  );
}

/** Rows that stay as they are, and whose last event does not say just that already. */
async function untold(client: Queryable, settled: readonly StockDrift[]): Promise<StockDrift[]> {
  const left = settled.filter((row) => !row.repaired);
  if (left.length === 0) return left;
  const { rows } = await client.query<{ found: unknown }>(
    `SELECT e.payload->'found' AS found FROM unnest($1::text[]) WITH ORDINALITY AS key(id, k)
     LEFT JOIN LATERAL (SELECT * FROM event e WHERE e.aggregate_type = 'stock' AND e.aggregate_id = key.id
       ORDER BY e.aggregate_version DESC LIMIT 1) e ON e.type = 'stock.drifted' ORDER BY key.k`,
    [left.map((row) => `${row.nodeId}:${row.productId}`)],
  );
  return left.filter((row, index) => {
    const told = rows[index]?.found as
      | Pick<Found, 'counters' | 'ledger' | 'reservations' | 'disputed'>
      | null
      | undefined;
    return !(
      told &&
      isSame(told.counters, row.counters) &&
      isSame(told.ledger, row.ledger) &&
      isSame(told.reservations, row.reservations) &&
      told.disputed === row.disputed
    );
  });
}

/** One event a row, with the row as it is now and the figures that were found. */
async function tell(
  client: Queryable,
  type: 'stock.repaired' | 'stock.drifted',
  drift: readonly Found[],
  by: { readonly actor: string; readonly at: Date },
): Promise<void> {
  const found = drift.map(({ counters, ledger, reservations, disputed }) =>
    JSON.stringify({ counters, ledger, reservations, disputed }),
  );
  await client.query(
    `WITH raised AS (
       UPDATE stock s SET version = s.version + 1
       FROM unnest($1::integer[], $2::integer[], $3::jsonb[]) AS told(node_id, product_id, found)
       WHERE s.node_id = told.node_id AND s.product_id = told.product_id
       RETURNING s.*, told.found)
     INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
       SELECT $4, 'stock', r.node_id || ':' || r.product_id, r.version, n.vendor_id, $5,
         jsonb_build_object('nodeId', r.node_id, 'productId', r.product_id, 'sku', p.sku, 'atp', r.atp, 'onHand', r.on_hand,
           'held', r.held, 'committed', r.committed, 'found', r.found), $6
       FROM raised r JOIN node n ON n.id = r.node_id JOIN product p ON p.id = r.product_id ORDER BY r.node_id, r.product_id`,
    [...keysOf(drift), found, type, by.actor, by.at],
  );
}

function keysOf(rows: readonly StockKey[]): [number[], number[]] {
  return [rows.map((row) => row.nodeId), rows.map((row) => row.productId)];
}

function isSame(a: PromisedUnits, b: PromisedUnits): boolean {
  return a.held === b.held && a.committed === b.committed;
}
