import type { CanonicalOrder } from '../model/canonical-order.js';
import { formatAmount, type TenThousandths } from '../model/money.js';
import type { Address, Fault } from '../model/order.js';
import type { OrderSource } from '../model/order-source.js';
import type { Queryable } from './database.js';

export type IntakeStatus = 'received' | 'applied' | 'ignored' | 'refused' | 'dead';

/** One payload or mutation as it came, with what its account says of it. `body` is null once erased. */
export interface Intake {
  readonly id: string;
  readonly accountId: number;
  readonly accountWhenShort: 'BACKORDER' | 'REJECT';
  /** As it is kept; `accountTerms` reads it. */
  readonly accountTerms: unknown;
  readonly source: 'webhook' | 'poll' | 'api';
  readonly topic: string;
  readonly fingerprint: Uint8Array;
  readonly status: IntakeStatus;
  readonly orderId: string | null;
  /** The first answer to a mutation, as it was given. */
  readonly result: unknown;
  readonly attempts: number;
  readonly receivedAt: Date;
  readonly body: Uint8Array | null;
}

export interface NewIntake {
  readonly id: string;
  readonly accountId: number;
  readonly source: 'webhook' | 'poll' | 'api';
  readonly topic: string;
  readonly dedupeScope: string;
  readonly dedupeKey: string;
  readonly fingerprint: Uint8Array;
  /** Lower-case names, credentials taken out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
  readonly nextActionAt: Date;
}

/**
 * Keeps a payload, durable when it resolves, and gives it back as it stands. Null: one with the same scope and key is there already, and
 * nothing is written; two at once make one.
 */
export async function keepIntake(db: Queryable, intake: NewIntake): Promise<Intake | null> {
  const { rows } = await db.query<Pick<Intake, 'accountWhenShort' | 'accountTerms'>>({
    name: 'keep-intake',
    text: `WITH kept AS (
       INSERT INTO intake (id, account_id, source, topic, dedupe_scope, dedupe_key, fingerprint, next_action_at, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (dedupe_scope, dedupe_key) DO NOTHING RETURNING id)
     INSERT INTO intake_payload (intake_id, headers, body) SELECT id, $10::jsonb, $11::bytea FROM kept
     RETURNING (SELECT when_short FROM account WHERE id = $2) AS "accountWhenShort",
       (SELECT terms FROM account WHERE id = $2) AS "accountTerms"`,
    values: [
      intake.id,
      intake.accountId,
      intake.source,
      intake.topic,
      intake.dedupeScope,
      intake.dedupeKey,
      Buffer.from(intake.fingerprint),
      intake.nextActionAt,
      intake.receivedAt,
      JSON.stringify(intake.headers),
      Buffer.from(intake.body),
    ],
  });
  const [kept] = rows;
  if (kept === undefined) return null;
  const { id, accountId, source, topic, fingerprint, body } = intake;
  const { accountWhenShort, accountTerms } = kept;
  return {
    ...{ id, accountId, accountWhenShort, accountTerms, source, topic, fingerprint, body },
    ...{ status: 'received', orderId: null, result: null, attempts: 0, receivedAt: intake.receivedAt },
  };
}

const INTAKE = `SELECT i.*, a.when_short, a.terms, p.body FROM intake i JOIN account a ON a.id = i.account_id
  JOIN intake_payload p ON p.intake_id = i.id`;

export async function loadIntake(db: Queryable, id: string): Promise<Intake | null> {
  const { rows } = await db.query({ name: 'load-intake', text: `${INTAKE} WHERE i.id = $1`, values: [id] });
  return rows[0] ? intakeOf(rows[0]) : null;
}

export async function findIntake(db: Queryable, dedupeScope: string, dedupeKey: string): Promise<Intake | null> {
  const { rows } = await db.query(`${INTAKE} WHERE i.dedupe_scope = $1 AND i.dedupe_key = $2`, [
    dedupeScope,
    dedupeKey,
  ]);
  return rows[0] ? intakeOf(rows[0]) : null;
}

/** Whether some mutation with this very input made the order. */
export async function wasMadeBy(db: Queryable, orderId: string, fingerprint: Uint8Array): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM intake WHERE order_id = $1 AND fingerprint = $2 AND source = 'api' AND status = 'applied'`,
    [orderId, Buffer.from(fingerprint)],
  );
  return rows.length > 0;
}

/** Ends an intake that is still open; false: it was ended before. */
export async function finishIntake(
  db: Queryable,
  id: string,
  end: {
    readonly status: 'applied' | 'ignored' | 'refused';
    readonly orderId?: string;
    readonly faults?: readonly Fault[];
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE intake SET status = $2, order_id = COALESCE(order_id, $3), faults = $4, attempts = attempts + 1, next_action_at = NULL
     WHERE id = $1 AND status = 'received'`,
    [id, end.status, end.orderId ?? null, end.faults ? JSON.stringify(end.faults) : null],
  );
  return rowCount === 1;
}

/** Notes why a payload cannot be taken as it is, before it is set aside for repair. */
export async function noteFaults(db: Queryable, id: string, faults: readonly Fault[]): Promise<void> {
  await db.query(`UPDATE intake SET faults = $2, attempts = attempts + 1 WHERE id = $1 AND status = 'received'`, [
    id,
    JSON.stringify(faults),
  ]);
}

/**
 * Keeps the answer of a mutation; the first one kept stays, and is what comes back. `soon`: without waiting for the disk, for an answer that
 * can be told from what is durable already; a crash of the database within a second may lose it.
 */
export async function keepResult(
  db: Queryable,
  id: string,
  result: unknown,
  durable: 'now' | 'soon' = 'now',
): Promise<unknown> {
  const { rows } = await db.query<{ result: unknown }>({
    name: `keep-result-${durable}`,
    text: `UPDATE intake SET result = COALESCE(result, $2::jsonb) WHERE id = $1
      ${durable === 'soon' ? "AND set_config('synchronous_commit', 'off', true) = 'off'" : ''} RETURNING result`,
    values: [id, JSON.stringify(result)],
  });
  return rows[0]?.result;
}

export interface NewOrder {
  readonly id: string;
  readonly intakeId: string;
  readonly accountId: number;
  readonly actor: string;
  readonly order: CanonicalOrder;
  readonly whenShort: 'BACKORDER' | 'REJECT';
  readonly deliverBy: string | null;
  readonly lines: readonly {
    readonly externalLineId: string;
    readonly productId: number;
    readonly quantity: number;
    readonly unitPrice: TenThousandths;
  }[];
  readonly createdAt: Date;
  /** When a worker routes it, unless whoever made it did so at once; null: not before what it waits for is settled. */
  readonly nextActionAt: Date | null;
  /** Whether this ends the intake: the last order of its payload. */
  readonly endsIntake: boolean;
  /** What it says beyond what is routed; most orders that partners submit say nothing. */
  readonly source: OrderSource;
  /** Carrier services that it may go by; null: any. */
  readonly serviceCodes: readonly string[] | null;
  /** What it waits for from the first moment on. */
  readonly items: readonly {
    readonly id: string;
    readonly reason: string;
    readonly evidence: Readonly<Record<string, unknown>>;
    readonly blocks: readonly ('route' | 'dispatch')[];
  }[];
}

/** What an order brings beside its routing minimum; parameters from $22 on. */
const BESIDE = `, s AS (
       INSERT INTO order_source (order_id, document) SELECT id, $23::jsonb FROM o WHERE $23::jsonb IS NOT NULL
     ), t AS (
       INSERT INTO open_item (id, order_id, kind, reason, evidence, blocks, opened_at)
       SELECT i.id, o.id, 'hold', i.reason, i.evidence, i.blocks, $13
       FROM o, jsonb_to_recordset($24::jsonb) AS i(id uuid, reason text, evidence jsonb, blocks text[])
     ), u AS (
       INSERT INTO order_contact (order_id, address, personal) SELECT id, $15::jsonb, $22::jsonb FROM o
     )`;
const CONTACT = `, c AS (
       INSERT INTO order_contact (order_id, address) SELECT id, $15::jsonb FROM o
     )`;

const createOrderText = (beside: string, services: string) => `WITH o AS (
       INSERT INTO orders (id, account_id, external_id, display_number, status, currency, placed_at, deliver_by, when_short,
         destination_country, destination_region, channel_updated_at, next_action_at, created_at, updated_at, customer_tier, tags,
         service_codes, ship_complete)
       VALUES ($1, $2, $3, $4, 'RECEIVED', $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $20, $21::text[],
         ${services})
       ON CONFLICT (account_id, external_id) DO NOTHING RETURNING id
     ), l AS (
       INSERT INTO order_line (order_id, line_no, external_line_id, product_id, unit_price, ordered, open)
       SELECT o.id, l.line_no, l.external_line_id, l.product_id, l.unit_price, l.quantity, l.quantity
       FROM o, jsonb_to_recordset($14::jsonb)
         AS l(line_no integer, external_line_id text, product_id integer, unit_price numeric, quantity integer)
     ), e AS (
       INSERT INTO event (type, aggregate_type, aggregate_id, aggregate_version, account_id, actor, payload, occurred_at)
       SELECT 'order.received', 'order', id::text, 1, $2, $16, $17::jsonb, $13 FROM o
     ), i AS (
       UPDATE intake SET status = 'applied', order_id = o.id, faults = NULL, attempts = attempts + 1, next_action_at = NULL
       FROM o WHERE intake.id = $18 AND intake.status = 'received' AND $19
     )${beside}
     SELECT id FROM o`;
const CREATE_ORDER = createOrderText(CONTACT, 'NULL, false');
const CREATE_WHOLE_ORDER = createOrderText(BESIDE, '$25::text[], $26::boolean');

/**
 * Makes an order with its lines, its contact, its first event, and ends its intake, in one transaction.
 *
 * (account, external id) is one order however often and however concurrently it arrives: where it is there already,
 * `created` is false and nothing is written.
 */
export async function createOrder(
  db: Queryable,
  made: NewOrder,
): Promise<{ readonly orderId: string; readonly created: boolean }> {
  const { order, source, serviceCodes, items } = made;
  const isPlain = source.document === null && source.personal === null && serviceCodes === null && items.length === 0;
  const units = made.lines.reduce((sum, line) => sum + line.quantity, 0);
  const { rows } = await db.query<{ id: string }>({
    name: isPlain ? 'create-order' : 'create-whole-order',
    text: isPlain ? CREATE_ORDER : CREATE_WHOLE_ORDER,
    values: [
      made.id,
      made.accountId,
      order.externalId,
      order.displayNumber ?? null,
      order.currency,
      order.placedAt,
      made.deliverBy,
      made.whenShort,
      order.shipTo.countryCode,
      order.shipTo.regionCode ?? null,
      order.updatedAt ?? null,
      made.nextActionAt,
      made.createdAt,
      JSON.stringify(
        made.lines.map((line, index) => ({
          line_no: index + 1,
          external_line_id: line.externalLineId,
          product_id: line.productId,
          unit_price: formatAmount(line.unitPrice),
          quantity: line.quantity,
        })),
      ),
      JSON.stringify(order.shipTo satisfies Address),
      made.actor,
      JSON.stringify({
        intakeId: made.intakeId,
        lines: made.lines.length,
        units,
        status: 'RECEIVED',
        previousStatus: null,
        ...(items.length === 0 ? {} : { waitsFor: items.map(({ reason }) => reason) }),
      }),
      made.intakeId,
      made.endsIntake,
      order.customerTier ?? null,
      order.tags ?? [],
      ...(isPlain
        ? []
        : [
            source.personal && JSON.stringify(source.personal),
            source.document && JSON.stringify(source.document),
            JSON.stringify(items),
            serviceCodes,
            order.delivery?.shipComplete ?? false,
          ]),
    ],
  });
  if (rows[0]) return { orderId: rows[0].id, created: true };
  const existing = await db.query<{ id: string }>('SELECT id FROM orders WHERE account_id = $1 AND external_id = $2', [
    made.accountId,
    order.externalId,
  ]);
  const orderId = existing.rows[0]?.id;
  if (orderId === undefined) throw new Error(`expected order ${made.id} or its rival, found neither`);
  return { orderId, created: false };
}

/** What the event that rejected an order says, or null where it was not rejected. */
export async function rejectionOf(db: Queryable, orderId: string): Promise<Readonly<Record<string, unknown>> | null> {
  const { rows } = await db.query<{ payload: Record<string, unknown> }>(
    `SELECT payload FROM event WHERE aggregate_type = 'order' AND aggregate_id = $1 AND type = 'order.rejected'
     ORDER BY aggregate_version DESC LIMIT 1`,
    [orderId],
  );
  return rows[0]?.payload ?? null;
}

function intakeOf(raw: Record<string, unknown>): Intake {
  return {
    id: raw.id as string,
    accountId: raw.account_id as number,
    accountWhenShort: raw.when_short as Intake['accountWhenShort'],
    accountTerms: raw.terms,
    source: raw.source as Intake['source'],
    topic: raw.topic as string,
    fingerprint: raw.fingerprint as Uint8Array,
    status: raw.status as IntakeStatus,
    orderId: raw.order_id as string | null,
    result: raw.result,
    attempts: raw.attempts as number,
    receivedAt: raw.received_at as Date,
    body: raw.body as Uint8Array | null,
  };
}
