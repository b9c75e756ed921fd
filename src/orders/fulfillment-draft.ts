import type { DayCount } from '../model/day-count.js';
import { localDay } from '../model/local-day.js';
import { FULFILLMENT_TRANSITIONS, type FulfillmentStatus } from '../model/order.js';
import type { FulfillmentAggregate, OrderAggregate } from '../store/orders.js';
import type { FulfillmentChange, ReservationMove } from '../store/plan.js';

/** Where a line's units can be; their sum is what was ordered. */
export type Bucket = 'open' | 'routed' | 'backordered' | 'shipped' | 'canceled';
/** Units of a fulfillment's line by what became of them. */
type Tally = 'accepted' | 'rejected' | 'shipped' | 'canceled';

/** The books of the order that a fulfillment's units move in. */
export interface OrderBooks {
  readonly order: OrderAggregate;
  moveUnits(lineNo: number, from: Bucket, to: Bucket, units: number): void;
  moveReservation(id: string, move: ReservationMove['move'], quantity: number): void;
  movable(reservation: OrderAggregate['reservations'][number], move: ReservationMove['move']): number;
  takeCapacity(nodeId: number, day: string, units: number): void;
  giveCountBack(of: Omit<DayCount, 'taken'>, units: number): void;
}

/** One fulfillment within a draft. */
export class FulfillmentDraft {
  readonly id: string;
  status: FulfillmentStatus;
  private readonly tallies: Map<number, Record<Tally, number> & { readonly quantity: number }>;
  private readonly touchedLines = new Set<number>();
  private set: { -readonly [K in keyof FulfillmentChange['set']]: FulfillmentChange['set'][K] } = {};
  private outcome: NonNullable<FulfillmentChange['outcome']> = {};
  private ifLeaseToken: string | undefined;
  private touched = false;
  private marks = false;

  constructor(
    private readonly draft: OrderBooks,
    readonly before: FulfillmentAggregate,
  ) {
    this.id = before.id;
    this.status = before.status;
    this.tallies = new Map(before.lines.map((line) => [line.lineNo, { ...line }]));
  }

  get cancelRequested(): boolean {
    return this.set.cancelRequested ?? this.before.cancelRequested;
  }

  tally(lineNo: number): (Record<Tally, number> & { readonly quantity: number }) | undefined {
    return this.tallies.get(lineNo);
  }

  /** Units of a line that this fulfillment still has to ship. */
  live(lineNo: number): number {
    const line = this.tallies.get(lineNo);
    return line ? line.quantity - line.shipped - line.rejected - line.canceled : 0;
  }

  total(tally: Tally | 'live' | 'quantity'): number {
    let sum = 0;
    for (const [lineNo, line] of this.tallies) sum += tally === 'live' ? this.live(lineNo) : line[tally];
    return sum;
  }

  /** Whether the database's machine lets this change go, from the status as it was read. */
  get mayCommit(): boolean {
    return this.status === this.before.status || FULFILLMENT_TRANSITIONS[this.before.status].includes(this.status);
  }

  to(status: FulfillmentStatus): void {
    this.status = status;
    this.touched = true;
    // UNKNOWN keeps its last lease: its end is the latest moment at which the PO can have been sent.
    const keeps = status === 'SENDING' || status === 'CANCELING' || status === 'UNKNOWN';
    if (!keeps && this.before.lease !== null) this.set.lease = null;
  }

  assign(set: FulfillmentChange['set']): void {
    Object.assign(this.set, set);
    this.touched = true;
  }

  /** Makes the change conditional on the lease that the caller holds. */
  onlyUnderLease(token: string): void {
    this.ifLeaseToken = token;
  }

  note(outcome: NonNullable<FulfillmentChange['outcome']>): void {
    this.outcome = { ...this.outcome, ...outcome };
    this.touched = true;
  }

  /** Counts units of a line; `accepted` may also fall, when the vendor takes an acceptance back. */
  count(lineNo: number, tally: Tally, units: number): void {
    const line = this.tallies.get(lineNo);
    if (!line) throw new Error(`expected line ${lineNo} in fulfillment ${this.id}, found none`);
    line[tally] += units;
    this.touchedLines.add(lineNo);
    this.touched = true;
  }

  /** Live units leave this fulfillment for `to`: their reservation ends, capacity and counts are given back. */
  giveBack(
    lineNo: number,
    tally: 'rejected' | 'canceled',
    to: Bucket,
    units: number,
    move: 'release' | 'expire' = 'release',
  ): void {
    if (units === 0) return;
    this.count(lineNo, tally, units);
    this.draft.moveUnits(lineNo, 'routed', to, units);
    this.release(lineNo, units, move);
    this.returnCapacity(units);
    this.returnCounts(units);
  }

  /** All live units of all lines, as `giveBack`. */
  giveBackAll(tally: 'rejected' | 'canceled', to: Bucket, move: 'release' | 'expire' = 'release'): void {
    for (const lineNo of this.tallies.keys()) this.giveBack(lineNo, tally, to, this.live(lineNo), move);
  }

  /** Ends reservations of a line, those that no feed subtracts yet first; what a report already reflects stays so. */
  release(lineNo: number, units: number, move: 'release' | 'expire'): void {
    let left = units;
    const candidates = this.draft.order.reservations
      .filter((r) => r.fulfillmentId === this.id && r.lineNo === lineNo)
      .filter((r) => r.state === 'held' || r.state === 'committed')
      .sort((a, b) => Number(a.subtractedAt !== null) - Number(b.subtractedAt !== null));
    for (const reservation of candidates) {
      const quantity = Math.min(left, this.draft.movable(reservation, move));
      if (quantity === 0) continue;
      this.draft.moveReservation(reservation.id, move, quantity);
      left -= quantity;
    }
  }

  private returnCapacity(units: number): void {
    const { nodeId, nodeDailyCapacityUnits, nodeTimeZone, createdAt } = this.before;
    if (nodeDailyCapacityUnits === null) return;
    this.draft.takeCapacity(nodeId, localDay(createdAt, nodeTimeZone), -units);
  }

  /** What rules with a limit a day count it for: its units, or the fulfillment once nothing of it is left. */
  private returnCounts(units: number): void {
    const isEmpty = this.total('quantity') === this.total('rejected') + this.total('canceled');
    for (const { per, ...counter } of this.before.counts) {
      const given = per === 'unit' ? units : isEmpty ? 1 : 0;
      if (given > 0) this.draft.giveCountBack({ ...counter, vendorId: this.before.vendorId }, given);
    }
  }

  /** From this step on the vendor's feed may subtract more of our units: noted once the change is complete. */
  markSubtracted(): void {
    this.marks = true;
  }

  /**
   * Notes which committed units the vendor's feed subtracts by now. Releases come first; what they kept from being noted (a
   * plan moves a reservation once) is made up at the next step, so the note may come late, which loses a sale at worst, and
   * never early.
   */
  noteSubtracted(): void {
    if (!this.marks) return;
    const counts = (line: Record<Tally, number> & { readonly quantity: number }): number => {
      const taken = line.quantity - line.rejected - line.canceled;
      if (this.before.vendorFeedSubtracts === 'shipped') return line.shipped;
      if (this.before.vendorFeedSubtracts === 'accepted') return Math.min(taken, Math.max(line.accepted, line.shipped));
      return taken;
    };
    for (const [lineNo, line] of this.tallies) {
      const own = this.draft.order.reservations.filter((r) => r.fulfillmentId === this.id && r.lineNo === lineNo);
      const marked = own.filter((r) => r.subtractedAt !== null && (r.state === 'committed' || r.state === 'reflected'));
      let missing = counts(line) - marked.reduce((sum, r) => sum + r.quantity, 0);
      for (const reservation of own) {
        if (missing <= 0) break;
        if (reservation.state !== 'committed' || reservation.subtractedAt !== null) continue;
        const quantity = Math.min(missing, this.draft.movable(reservation, 'subtracted'));
        if (quantity === 0) continue;
        this.draft.moveReservation(reservation.id, 'subtracted', quantity);
        missing -= quantity;
      }
    }
  }

  /** This fulfillment's part of the plan: nothing, or one change. */
  change(): FulfillmentChange[] {
    if (!this.touched) return [];
    return [
      {
        id: this.id,
        from: [this.before.status],
        ...(this.ifLeaseToken === undefined ? {} : { ifLeaseToken: this.ifLeaseToken }),
        to: this.status,
        set: this.set,
        lines: [...this.touchedLines].map((lineNo) => {
          const { accepted, rejected, shipped, canceled } = this.tallies.get(lineNo) as Record<Tally, number>;
          return { lineNo, accepted, rejected, shipped, canceled };
        }),
        ...(Object.keys(this.outcome).length === 0 ? {} : { outcome: this.outcome }),
      },
    ];
  }
}
