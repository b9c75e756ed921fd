import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../src/store/database.js';
import { processorMs } from './machine.js';
import type { RecordTexts, Shop, WaitingOrder } from './stock-shop.js';

/** Where Debian and Ubuntu keep the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * What an installation without group commit would do: one transaction per order, in one function at the server, which writes the
 * rows that `commit_plans` writes for one plan. What others do not wait for comes first, so that a hot row is locked as late as
 * can be: its lock is held from there to the end of the flush.
 */
const TAKE_ORDER = `
  CREATE TABLE IF NOT EXISTS bench_queue (place bigint PRIMARY KEY, order_id uuid NOT NULL, account_id integer NOT NULL,
    node_id integer NOT NULL, vendor_id integer NOT NULL, service_id integer NOT NULL);
  CREATE SEQUENCE IF NOT EXISTS bench_turn;
  CREATE OR REPLACE FUNCTION bench_take_order(request text, decision text, rate_sources text) RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE
    of_place bigint := nextval('bench_turn'); waiting bench_queue; at timestamptz := clock_timestamp(); of_decision uuid := uuidv7(); of_fulfillment uuid := uuidv7();
    po_number text := 'HG-' || upper(substr(md5(random()::text), 1, 16)); total integer; row_count integer;
    moved jsonb := '{"status": "CONFIRMED", "previousStatus": "RECEIVED"}';
  BEGIN
    SELECT * INTO STRICT waiting FROM bench_queue q WHERE q.place = of_place;
    UPDATE orders o SET version = o.version + 2, status = 'CONFIRMED', next_action_at = NULL, confirmed_at = at, updated_at = at
      WHERE o.id = waiting.order_id AND o.version = 1;
    IF NOT FOUND THEN RAISE EXCEPTION 'the order moved'; END IF;
    UPDATE order_line l SET open = 0, routed = l.ordered WHERE l.order_id = waiting.order_id;
    GET DIAGNOSTICS total = ROW_COUNT;
    INSERT INTO decision (id, order_id, order_version, cause, request, decision, rate_sources, attempt, engine_micros, decided_at)
      VALUES (of_decision, waiting.order_id, 1, 'submitted', request::RECORD_TYPE, decision::RECORD_TYPE, rate_sources::jsonb, 1, 400, at);
    INSERT INTO fulfillment (id, order_id, node_id, vendor_id, service_id, decision_id, po_number, status, landed_cost, currency,
        ship_by, arrives_by, next_action_at, created_at, updated_at)
      VALUES (of_fulfillment, waiting.order_id, waiting.node_id, waiting.vendor_id, waiting.service_id, of_decision, po_number, 'PLANNED',
        64.6376, 'USD', '2026-03-02T20:00:00Z', '2026-03-05T20:00:00Z', at, at, at);
    INSERT INTO vendor_outcome (fulfillment_id, vendor_id, node_id, units_ordered, promised_ship_by, promised_arrival)
      VALUES (of_fulfillment, waiting.vendor_id, waiting.node_id, total, '2026-03-02T20:00:00Z', '2026-03-05T20:00:00Z');
    INSERT INTO fulfillment_line (fulfillment_id, order_id, line_no, product_id, quantity, unit_cost)
      SELECT of_fulfillment, l.order_id, l.line_no, l.product_id, l.ordered, 4.5 FROM order_line l WHERE l.order_id = waiting.order_id;
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, account_id, actor, payload, occurred_at)
      VALUES ('order.routed', 'order', waiting.order_id::text, 2, waiting.account_id, 'system:route',
        jsonb_build_object('decisionId', of_decision, 'cause', 'submitted', 'attempt', 1, 'units', total, 'fulfillments',
          jsonb_build_array(jsonb_build_object('fulfillmentId', of_fulfillment, 'poNumber', po_number, 'nodeId', waiting.node_id,
            'units', total, 'arrivesBy', '2026-03-05T20:00:00.000Z'))) || moved, at),
        ('order.confirmed', 'order', waiting.order_id::text, 3, waiting.account_id, 'system:route',
          jsonb_build_object('decisionId', of_decision) || moved, at);

    -- From here on rivals for the same rows wait.
    PERFORM 1 FROM stock s JOIN order_line l ON l.product_id = s.product_id
      WHERE l.order_id = waiting.order_id AND s.node_id = waiting.node_id
      ORDER BY s.product_id FOR NO KEY UPDATE OF s;
    WITH need AS (
      SELECT l.line_no, l.product_id, l.ordered, sum(l.ordered) OVER (PARTITION BY l.product_id ORDER BY l.line_no) - l.ordered AS before
      FROM order_line l WHERE l.order_id = waiting.order_id
    ), taken AS (
      INSERT INTO reservation (id, order_id, line_no, fulfillment_id, node_id, product_id, quantity, state, atp_before, taken_at)
        SELECT uuidv7(), waiting.order_id, n.line_no, of_fulfillment, s.node_id, n.product_id, n.ordered, 'committed', s.atp - n.before, at
        FROM need n JOIN stock s ON s.node_id = waiting.node_id AND s.product_id = n.product_id
        RETURNING id, node_id, product_id, quantity, atp_before
    )
    INSERT INTO stock_ledger (node_id, product_id, reservation_id, entry, held_delta, committed_delta, atp_before, at)
      SELECT t.node_id, t.product_id, t.id, 'hold', 0, t.quantity, t.atp_before, at FROM taken t;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    IF row_count <> total THEN RAISE EXCEPTION 'a stock row is missing'; END IF;
    WITH counted AS (
      UPDATE stock s SET committed = s.committed + n.units, version = s.version + 1
        FROM (SELECT l.product_id, sum(l.ordered)::integer AS units FROM order_line l WHERE l.order_id = waiting.order_id
          GROUP BY l.product_id) n
        WHERE s.node_id = waiting.node_id AND s.product_id = n.product_id
        RETURNING s.node_id, s.product_id, s.version, s.atp, s.on_hand, s.held, s.committed
    )
    INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, vendor_id, actor, payload, occurred_at)
      SELECT 'stock.changed', 'stock', c.node_id || ':' || c.product_id, c.version, waiting.vendor_id, 'system:commit',
        jsonb_build_object('nodeId', c.node_id, 'productId', c.product_id, 'sku', p.sku, 'atp', c.atp, 'onHand', c.on_hand,
          'held', c.held, 'committed', c.committed), at
      FROM counted c JOIN product p ON p.id = c.product_id;
    RETURN total;
  END $$;
`;

/** As the product's own function runs: planned once per connection, and not for tables as small as they begin. */
const SETTINGS = ['jit=off', 'plan_cache_mode=force_generic_plan', 'enable_seqscan=off'];

/** Puts the function and its queue of orders where they are to be measured. */
export async function installBaseline(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ type: string }>(
    "SELECT data_type AS type FROM information_schema.columns WHERE table_name = 'decision' AND column_name = 'request'",
  );
  await pool.query(TAKE_ORDER.replaceAll('RECORD_TYPE', rows[0]?.type ?? 'jsonb'));
}

/** Lets the function take these orders next, in this order. */
export async function queueOrders(pool: Pool, shop: Shop, orders: readonly WaitingOrder[]): Promise<void> {
  await pool.query('TRUNCATE bench_queue');
  await pool.query(
    `INSERT INTO bench_queue SELECT q.place, q.id, $2, $3, $4, $5 FROM unnest($1::uuid[]) WITH ORDINALITY AS q(id, place)`,
    [orders.map((order) => order.id), shop.accountId, shop.nodeId, shop.vendorId, shop.serviceId],
  );
  await pool.query("SELECT setval('bench_turn', 1, false)");
}

/** Takes the next order of the queue, as one client of pgbench does. */
export async function takeOrder(pool: Pool, record: RecordTexts): Promise<void> {
  await pool.query('SELECT bench_take_order($1, $2, $3)', Object.values(textsOf(record)));
}

/** Where pgbench is: as told, on the PATH, or where Debian keeps the newest one. Errors: says what to install. */
export function findPgbench(told?: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const places =
    told === undefined ? ['pgbench', ...versions.map((version) => join(DEBIAN, version, 'bin', 'pgbench'))] : [told];
  const found = places.find((place) => spawnSync(place, ['--version']).status === 0);
  if (found !== undefined) return found;
  throw new Error(
    `pgbench is not there (looked for ${places.join(', ')}). It comes with PostgreSQL: apt-get install postgresql (Debian, Ubuntu), ` +
      'dnf install postgresql-contrib (Fedora), brew install postgresql (macOS); or say where it is with --pgbench',
  );
}

/** The longest that its clients may take to connect and to plan their statements. */
const BEGIN_SECONDS_MAX = 30;
/** Orders that each client takes first: the server plans a function's statements one by one as they are first met. */
const BEGIN_ORDERS = 8;

/**
 * Drives the function with so many clients, each with a connection of its own, and measures for so long once all of them are under
 * way. Errors: what pgbench printed.
 */
export async function runPgbench(options: {
  readonly pool: Pool;
  readonly pgbench: string;
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly record: RecordTexts;
}): Promise<{ readonly orders: number; readonly perSecond: number; readonly cpuMicros: number }> {
  const { pool, clients, seconds } = options;
  const folder = mkdtempSync(join(tmpdir(), 'headgate-pgbench-'));
  const script = join(folder, 'take-order.sql');
  writeFileSync(script, 'SELECT bench_take_order(:request, :decision, :rate_sources);\n');
  const running = start(options.pgbench, [
    ...['--no-vacuum', '--protocol=prepared', `--file=${script}`, `--client=${clients}`],
    `--time=${BEGIN_SECONDS_MAX + seconds}`,
    ...Object.entries(textsOf(options.record)).map(([name, text]) => `--define=${name}=${text}`),
    `${options.url}?options=${encodeURIComponent(SETTINGS.map((each) => `-c ${each}`).join(' '))}`,
  ]);
  const look = async () => ({ taken: await ordersTaken(pool), cpuMs: processorMs(), at: performance.now() });
  try {
    while ((await ordersTaken(pool)) < clients * BEGIN_ORDERS) await Promise.race([pause(20), running.ended]);
    const from = await look();
    await Promise.race([pause(seconds * 1000), running.ended]);
    const to = await look();
    const orders = to.taken - from.taken;
    return {
      orders,
      perSecond: (orders * 1000) / (to.at - from.at),
      cpuMicros: ((to.cpuMs - from.cpuMs) * 1000) / orders,
    };
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Orders of the queue that clients have begun to take. */
export async function ordersTaken(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ taken: string }>('SELECT last_value AS taken FROM bench_turn');
  return Number(rows[0]?.taken ?? 0);
}

/** The names are those of the script's variables, in the order of the function's arguments. */
function textsOf({ request, decision, rateSources }: RecordTexts): Record<string, string> {
  return {
    request: JSON.stringify(request),
    decision: JSON.stringify(decision),
    rate_sources: JSON.stringify(rateSources),
  };
}

/** A program under way. `ended` rejects with what it printed where it ends before it is stopped. */
function start(program: string, args: readonly string[]): { readonly ended: Promise<never>; stop(): Promise<void> } {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      said += text;
    });
  }
  const ended = closed.then((): never => {
    throw new Error(`pgbench ended before it was stopped:\n${said}`);
  });
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      child.kill();
      await closed;
    },
  };
}
