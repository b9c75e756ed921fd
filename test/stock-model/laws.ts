import { expect } from 'vitest';
import type { Shop } from './shop.js';
import { keyOf, type MadeReport } from './true-vendor.js';

/** One stock row with the sums of its ledger and of its live reservations. Whole units. */
export interface SeenRow {
  readonly nodeId: number;
  readonly productId: number;
  readonly onHand: number;
  readonly owed: number;
  readonly asOf: string;
  /** The vendor's number of the report that gave the figure. */
  readonly position: number | null;
  readonly safetyStock: number;
  readonly buffer: number;
  readonly held: number;
  readonly committed: number;
  readonly atp: number;
  readonly relieveAt: string | null;
  readonly ledgerHeld: number;
  readonly ledgerCommitted: number;
}
export interface SeenReservation {
  readonly id: string;
  readonly orderId: string;
  readonly lineNo: number;
  readonly fulfillmentId: string;
  readonly nodeId: number;
  readonly productId: number;
  readonly quantity: number;
  readonly state: 'held' | 'committed' | 'reflected' | 'released' | 'expired';
  readonly expiresAt: string | null;
  readonly subtractedAt: string | null;
  readonly atpBefore: number;
  readonly ledgerHeld: number;
  readonly ledgerCommitted: number;
}
export interface SeenPart {
  readonly fulfillmentId: string;
  readonly orderId: string;
  readonly nodeId: number;
  readonly poNumber: string;
  readonly status: string;
  readonly lineNo: number;
  readonly productId: number;
  readonly quantity: number;
  readonly rejected: number;
  readonly canceled: number;
  readonly shipped: number;
}
export interface SeenLine {
  readonly orderId: string;
  readonly externalId: string;
  readonly status: string;
  readonly confirmedAt: string | null;
  readonly lineNo: number;
  readonly productId: number;
  readonly ordered: number;
  readonly open: number;
  readonly routed: number;
  readonly backordered: number;
  readonly shipped: number;
  readonly canceled: number;
}
/** All that the database says of a shop, as of one moment. */
export interface Seen {
  readonly rows: readonly SeenRow[];
  readonly reservations: readonly SeenReservation[];
  readonly parts: readonly SeenPart[];
  readonly lines: readonly SeenLine[];
  readonly ledger: { readonly last: number; readonly entries: readonly SeenEntry[] };
}
interface SeenEntry {
  readonly key: string;
  readonly entry: string;
  readonly heldDelta: number;
  readonly committedDelta: number;
}

/** What the outside knows: the simple model that the database is held against. */
export interface Model {
  seen: Seen;
  /** Orders that were answered, by their external id. */
  readonly orders: Map<string, ModelOrder>;
  /** Every report that was ever made, by vendor; and its effective moment, by which rows name it. */
  readonly reports: { readonly vendor: number; readonly made: MadeReport }[];
  readonly cuts: Map<string, number>;
  /** How often each thing happened in all runs of the test. */
  readonly tally: Map<string, number>;
}
export interface ModelOrder {
  readonly id: string;
  readonly ordered: readonly number[];
  refused: boolean;
  canceled: boolean;
}

export function count(model: Model, what: string, times = 1): void {
  if (times > 0) model.tally.set(what, (model.tally.get(what) ?? 0) + times);
}

const json = (sql: string) => `COALESCE((SELECT json_agg(x) FROM (${sql}) x), '[]')`;

export async function look(shop: Shop, after: number): Promise<Seen> {
  const nodes = [...new Set(shop.places.map((place) => place.nodeId))];
  const { rows: mine } = await shop.deps.pool.query<{ id: string }>('SELECT id FROM orders WHERE account_id = $1', [
    shop.accountId,
  ]);
  const { rows } = await shop.deps.pool.query<Seen>({
    name: 'look',
    text: `SELECT ${json(`SELECT s.node_id AS "nodeId", s.product_id AS "productId", s.on_hand AS "onHand", s.owed, s.as_of AS "asOf", s.feed_position AS position,
        s.safety_stock AS "safetyStock", s.buffer, s.held, s.committed, s.atp, s.relieve_at AS "relieveAt",
        COALESCE(l.held, 0) AS "ledgerHeld", COALESCE(l.committed, 0) AS "ledgerCommitted"
      FROM stock s LEFT JOIN LATERAL (SELECT sum(e.held_delta) AS held, sum(e.committed_delta) AS committed FROM stock_ledger e
        WHERE e.node_id = s.node_id AND e.product_id = s.product_id) l ON true
      WHERE s.node_id = ANY($1) ORDER BY 1, 2`)} AS rows,
    ${json(`SELECT r.id, r.order_id AS "orderId", r.line_no AS "lineNo", r.fulfillment_id AS "fulfillmentId", r.node_id AS "nodeId",
        r.product_id AS "productId", r.quantity, r.state, r.expires_at AS "expiresAt", r.subtracted_at AS "subtractedAt",
        r.atp_before AS "atpBefore", COALESCE(l.held, 0) AS "ledgerHeld", COALESCE(l.committed, 0) AS "ledgerCommitted"
      FROM reservation r
        LEFT JOIN (SELECT e.reservation_id, sum(e.held_delta) AS held, sum(e.committed_delta) AS committed FROM stock_ledger e
          WHERE e.node_id = ANY($1) GROUP BY 1) l ON l.reservation_id = r.id
      WHERE r.order_id = ANY($3) ORDER BY r.taken_at, r.id`)} AS reservations,
    ${json(`SELECT f.id AS "fulfillmentId", f.order_id AS "orderId", f.node_id AS "nodeId", f.po_number AS "poNumber", f.status,
        l.line_no AS "lineNo", l.product_id AS "productId", l.quantity, l.rejected, l.canceled, l.shipped
      FROM fulfillment f JOIN fulfillment_line l ON l.fulfillment_id = f.id
      WHERE f.order_id = ANY($3) ORDER BY f.created_at, f.id, l.line_no`)} AS parts,
    ${json(`SELECT o.id AS "orderId", o.external_id AS "externalId", o.status, o.confirmed_at AS "confirmedAt", l.line_no AS "lineNo",
        l.product_id AS "productId", l.ordered, l.open, l.routed, l.backordered, l.shipped, l.canceled
      FROM orders o JOIN order_line l ON l.order_id = o.id WHERE o.id = ANY($3) ORDER BY o.created_at, o.id, l.line_no`)} AS lines,
    (SELECT json_build_object('last', COALESCE(max(e.id), $2), 'entries', COALESCE(json_agg(json_build_object(
        'key', e.node_id || ':' || e.product_id, 'entry', e.entry, 'heldDelta', e.held_delta, 'committedDelta', e.committed_delta)
        ORDER BY e.id), '[]'))
      FROM stock_ledger e WHERE e.node_id = ANY($1) AND e.id > $2) AS ledger`,
    values: [nodes, after, mine.map((order) => order.id)],
  });
  if (!rows[0]) throw new Error('expected one row');
  return rows[0];
}

/** Units that the place still has to ship for us: not what left, nor what the vendor gave up, whether we know of it yet or not. */
function toShip(shop: Shop, seen: Seen, key: string): number {
  let units = 0;
  for (const part of seen.parts) {
    if (keyOf(part) !== key) continue;
    const { truth } = shop.vendorOf(part.nodeId);
    const there = truth.lineOf(part.poNumber, part.lineNo);
    const ended = Math.max(part.rejected + part.canceled, (there?.rejected ?? 0) + (there?.canceled ?? 0));
    units += part.quantity - ended - (there?.shipped ?? 0);
  }
  return units;
}

/** What must hold after every step, whatever it was. `before`: as it was when the step began; `cutBefore`: the vendors' history then. */
export function holdAllLaws(shop: Shop, model: Model, before: Seen, shelvesBefore: ReadonlyMap<string, Shelf>): void {
  const after = model.seen;
  for (const row of after.rows) {
    const key = keyOf(row);
    const at = { row, was: before.rows.find((each) => keyOf(each) === key) };
    // No counter negative; ATP is what they leave.
    expect(
      Math.min(row.held, row.committed, row.onHand, row.owed, row.buffer),
      say('no counter is negative', at),
    ).toBeGreaterThanOrEqual(0);
    const left = row.onHand - row.safetyStock - row.buffer - row.held - row.committed;
    expect(row.atp, say('ATP is what the counters leave', at)).toBe(Math.max(0, left));
    // The ledger and the live reservations add up to the counters.
    const live = after.reservations.filter((each) => keyOf(each) === key);
    const sums = (state: string) => live.reduce((sum, each) => sum + (each.state === state ? each.quantity : 0), 0);
    expect([row.ledgerHeld, row.ledgerCommitted], say('the ledger adds up', at)).toEqual([row.held, row.committed]);
    expect([sums('held'), sums('committed')], say('reservations add up', at)).toEqual([row.held, row.committed]);
    // An older report never overwrites a newer one.
    const older =
      at.was?.position != null && row.position != null ? row.position < at.was.position : isEarlier(row, at.was);
    expect(older, say('an older report never overwrites a newer one', at)).toBe(false);
    promisedWithinAtp(after, at.was, row);
    toldTheTruth(shop, model, row, live);
    // Promises beyond what the vendor reports wait to be relieved.
    const unmarked = live.filter(
      (each) => (each.state === 'held' || each.state === 'committed') && each.subtractedAt === null,
    );
    const promised = unmarked.reduce((sum, each) => sum + each.quantity, 0);
    if (promised > row.onHand) {
      count(model, 'rows short');
      expect(row.relieveAt, say('a shortage waits to be relieved', at)).not.toBeNull();
    }
    neverBeyondTheShelf(shop, model, before, row, shelvesBefore);
  }
  for (const reservation of after.reservations) {
    const { state, quantity, ledgerHeld, ledgerCommitted, atpBefore } = reservation;
    const its = [state === 'held' ? quantity : 0, state === 'committed' ? quantity : 0];
    expect([ledgerHeld, ledgerCommitted], say('each reservation ends once', reservation)).toEqual(its);
    expect(quantity, say('it was taken within the ATP', reservation)).toBeLessThanOrEqual(atpBefore);
  }
  nothingLost(model, after);
}

function isEarlier(row: SeenRow, was: SeenRow | undefined): boolean {
  return was !== undefined && new Date(row.asOf) < new Date(was.asOf);
}

/** Units taken in the step, against what there was before it and what it gave back. */
function promisedWithinAtp(after: Seen, was: SeenRow | undefined, row: SeenRow): void {
  const own = after.ledger.entries.filter((each) => each.key === keyOf(row));
  const sum = (entries: readonly string[]) =>
    own.reduce((all, each) => all + (entries.includes(each.entry) ? each.heldDelta + each.committedDelta : 0), 0);
  const taken = sum(['hold']);
  if (taken === 0) return;
  const onHand = Math.max(was?.onHand ?? 0, row.onHand);
  const kept = row.safetyStock + Math.min(was?.buffer ?? 0, row.buffer);
  const free = onHand - kept - (was?.held ?? 0) - (was?.committed ?? 0) - sum(['release', 'expire', 'reflect']);
  expect(taken, say('promises stay within the ATP', { row, was, own })).toBeLessThanOrEqual(free);
}

/** The row's figure is one that the vendor gave, never a guess; and what was reflected the vendor has subtracted in it. */
function toldTheTruth(shop: Shop, model: Model, row: SeenRow, live: readonly SeenReservation[]): void {
  const vendor = shop.vendorOf(row.nodeId);
  const cut = model.cuts.get(`${vendor.id} ${new Date(row.asOf).toISOString()}`);
  if (new Date(row.asOf).getTime() === 0) {
    expect(row.onHand, say('nothing is known yet', row)).toBe(0);
    return;
  }
  if (cut === undefined) throw new Error(`expected the report of ${row.asOf} among those made`);
  expect(row.onHand - row.owed, say('the figure is one that the vendor gave', { row, cut })).toBe(
    vendor.truth.figure(keyOf(row), cut),
  );
  const margin = (vendor.truth.declared.lagSeconds + vendor.truth.declared.skewSeconds) * 1000;
  for (const each of live) {
    if (each.state !== 'committed' || each.subtractedAt === null) continue;
    const covered = new Date(each.subtractedAt).getTime() + margin < new Date(row.asOf).getTime();
    expect(covered, say('what a report surely covers is not counted twice', { row, each })).toBe(false);
  }
}

/** The shelf of a place and what we had still to ship from it. */
export interface Shelf {
  readonly history: number;
  readonly beyond: number;
  readonly asOf: string | null;
}
export function shelvesOf(shop: Shop, seen: Seen): Map<string, Shelf> {
  return new Map(
    shop.places.map((place) => {
      const key = keyOf(place);
      const { truth } = shop.vendorOf(place.nodeId);
      const beyond = Math.max(0, toShip(shop, seen, key) - truth.shelf(key));
      const row = seen.rows.find((each) => keyOf(each) === key);
      return [key, { history: truth.historyLength, beyond, asOf: row?.asOf ?? null }];
    }),
  );
}

/**
 * Never more is promised than the vendor can ship: only what went to somebody else, and no report could tell of before the
 * promise was made, can be missing.
 */
function neverBeyondTheShelf(
  shop: Shop,
  model: Model,
  before: Seen,
  row: SeenRow,
  shelvesBefore: ReadonlyMap<string, Shelf>,
): void {
  const key = keyOf(row);
  const { id, truth } = shop.vendorOf(row.nodeId);
  const was = shelvesBefore.get(key) ?? { history: 0, beyond: 0, asOf: null };
  const beyond = Math.max(0, toShip(shop, model.seen, key) - truth.shelf(key));
  const takes = model.seen.ledger.entries.some((each) => each.key === key && each.entry === 'hold');
  const lost = truth.lostSince(key, was.history);
  const cutOf = (asOf: string | null) =>
    asOf === null ? 0 : (model.cuts.get(`${id} ${new Date(asOf).toISOString()}`) ?? 0);
  const untold = truth.lostSince(key, Math.min(cutOf(was.asOf ?? row.asOf), cutOf(row.asOf)));
  const allowed = takes ? Math.max(untold, lost) : was.beyond + lost;
  if (beyond > 0) count(model, 'steps with losses that nobody could know of');
  expect(
    beyond,
    say('never more is promised than the vendor can ship', {
      ...{ row, was, lost, untold, takes, shelf: truth.shelf(key), declared: truth.declared },
      rowBefore: before.rows.find((each) => keyOf(each) === key),
      parts: model.seen.parts.filter((part) => keyOf(part) === key),
      reservations: model.seen.reservations.filter((each) => keyOf(each) === key),
    }),
  ).toBeLessThanOrEqual(allowed);
}

/** Every order that was answered is there, with every unit in one place, each routed one behind a promise. */
function nothingLost(model: Model, after: Seen): void {
  for (const order of model.orders.values()) {
    const lines = after.lines.filter((line) => line.orderId === order.id);
    expect(
      lines.map((line) => line.ordered),
      say('the order is there', order),
    ).toEqual(order.ordered);
    for (const line of lines) {
      const { open, routed, backordered, shipped, canceled } = line;
      const at = { order, line };
      expect(open + routed + backordered + shipped + canceled, say('every unit is somewhere', at)).toBe(line.ordered);
      if (!order.canceled && !order.refused) expect(canceled, say('nobody canceled it', at)).toBe(0);
      const parts = after.parts.filter((part) => part.orderId === order.id && part.lineNo === line.lineNo);
      const live = parts.reduce((sum, each) => sum + each.quantity - each.rejected - each.canceled, 0);
      expect(routed + shipped, say('what is routed is in a fulfillment', { ...at, parts })).toBe(live);
      const promises = after.reservations.filter((each) => each.orderId === order.id && each.lineNo === line.lineNo);
      const sum = (states: readonly string[]) =>
        promises.reduce((all, each) => all + (states.includes(each.state) ? each.quantity : 0), 0);
      const facts = { ...at, promises };
      expect(
        sum(['held', 'committed', 'reflected']),
        say('behind every routed unit is a promise', facts),
      ).toBeGreaterThanOrEqual(live);
      expect(sum(['held', 'committed']), say('no promise without a unit', facts)).toBeLessThanOrEqual(live);
    }
  }
}

/** The law in words, with the facts that it is read from. */
function say(law: string, facts: unknown): string {
  return `${law}: ${JSON.stringify(facts)}`;
}
