import type { RequestExclusion } from '../engine/request.js';
import type { NewId } from '../model/clock.js';
import type { DayCount } from '../model/day-count.js';
import type { EventType } from '../model/events.js';
import type { OrderStatus } from '../model/order.js';
import { deriveOrderStatus } from '../model/order-status.js';
import type { OrderAggregate } from '../store/orders.js';
import type {
  DecisionRecord,
  Hold,
  NewDeadLetter,
  NewFulfillment,
  NewOpenItem,
  NewShipment,
  Plan,
  PlanCount,
  ReservationMove,
} from '../store/plan.js';
import { type Bucket, FulfillmentDraft, type OrderBooks } from './fulfillment-draft.js';
import { LIVE_CHECK, LIVE_CHECK_SILENT } from './live-check.js';

/** How long backordered units wait before they are looked at again without any news of stock. */
const RECONSIDER_AFTER_MS = 3_600_000;

/** What a change has learned from a vendor's answer, beyond what stands in its stock: its routing goes by it. */
export interface Learned {
  readonly exclusions: readonly RequestExclusion[];
  /** Rows of which the vendor just said its figure, as `answeredKey` names them. */
  readonly answered: ReadonlySet<string>;
  /** For the decision's record: what was asked, and what was said. */
  readonly vendorAnswers: readonly unknown[];
}
const NOTHING_LEARNED: Learned = { exclusions: [], answered: new Set(), vendorAnswers: [] };

/**
 * One change of one order in the making: the aggregate as it was read, and what is to become of it.
 *
 * It keeps the books: units only ever move from one bucket to another, a reservation is moved at most once, capacity goes
 * back when units leave a node, the order's status follows from the rest. `toPlan` gives the whole as one Plan.
 * Pure: time and ids come in with the context. Errors: throws where the books would not add up; that is a mistake of ours.
 */
export class OrderDraft implements OrderBooks {
  readonly now: Date;
  readonly lines: Map<number, Record<Bucket | 'returned' | 'ordered', number>>;
  readonly fulfillments: readonly FulfillmentDraft[];
  private readonly touchedLines = new Set<number>();
  private readonly reservationMoves = new Map<string, ReservationMove>();
  private readonly capacity = new Map<string, { nodeId: number; day: string; units: number }>();
  private readonly countsTaken: Extract<PlanCount, { fulfillmentId: string }>[] = [];
  private readonly countsBack = new Map<string, PlanCount>();
  private readonly events: { type: EventType; vendorId?: number; payload: Record<string, unknown> }[] = [];
  private readonly newFulfillments: NewFulfillment[] = [];
  private readonly holds: Hold[] = [];
  private readonly newShipments: NewShipment[] = [];
  private readonly deliveredShipments: { shipmentId: string; deliveredAt: string }[] = [];
  private readonly openItems: NewOpenItem[] = [];
  private readonly resolvedItems: { id: string; resolution: string }[] = [];
  private readonly deadLetters: NewDeadLetter[] = [];
  private decision: DecisionRecord | undefined;
  private confirmedAt: Date | null;
  private rejected: boolean;
  private routingAttempts: number;
  private routeAt: Date | null | undefined;
  learned: Learned = NOTHING_LEARNED;

  constructor(
    readonly order: OrderAggregate,
    private readonly context: { readonly now: Date; readonly newId: NewId; readonly actor: string },
  ) {
    this.now = context.now;
    this.lines = new Map(order.lines.map((line) => [line.lineNo, { ...line }]));
    this.fulfillments = order.fulfillments.map((fulfillment) => new FulfillmentDraft(this, fulfillment));
    this.confirmedAt = order.confirmedAt;
    this.rejected = order.status === 'REJECTED';
    this.routingAttempts = order.routingAttempts;
  }

  get isConfirmed(): boolean {
    return this.confirmedAt !== null;
  }

  newId(): string {
    return this.context.newId();
  }

  /** The fulfillment of this order with that id; throws where there is none. */
  fulfillment(id: string): FulfillmentDraft {
    const found = this.fulfillments.find((fulfillment) => fulfillment.id === id);
    if (!found) throw new Error(`expected a fulfillment ${id} of order ${this.order.id}, found none`);
    return found;
  }

  /** Moves units of one line; throws where the bucket does not hold as many. */
  moveUnits(lineNo: number, from: Bucket, to: Bucket, units: number): void {
    if (units === 0 || from === to) return;
    const line = this.lines.get(lineNo);
    if (!line || units < 0 || line[from] < units) {
      throw new Error(
        `expected ${units} ${from} units in line ${lineNo} of order ${this.order.id}, found ${line?.[from] ?? 'no line'}`,
      );
    }
    line[from] -= units;
    line[to] += units;
    this.touchedLines.add(lineNo);
  }

  event(type: EventType, payload: Record<string, unknown> = {}, vendorId?: number): void {
    this.events.push({ type, payload, ...(vendorId === undefined ? {} : { vendorId }) });
  }

  /** Opens a hold or review once: false where the same one is open already. `untold`: an event of its own tells of it. */
  openItem(item: Omit<NewOpenItem, 'id'>, telling: 'told' | 'untold' = 'told'): boolean {
    const same = (other: { fulfillmentId?: string | null; reason: string }) =>
      other.reason === item.reason && (other.fulfillmentId ?? null) === (item.fulfillmentId ?? null);
    if (this.order.openItems.some((open) => open.resolvedAt === null && same(open)) || this.openItems.some(same)) {
      return false;
    }
    this.openItemBeside(item, telling);
    return true;
  }

  /** Opens a hold or review whether or not another of its reason is open. */
  openItemBeside(item: Omit<NewOpenItem, 'id'>, telling: 'told' | 'untold' = 'told'): void {
    this.openItems.push({ ...item, id: this.newId() });
    if (telling === 'untold') return;
    this.event('order.review_opened', {
      reason: item.reason,
      kind: item.kind,
      fulfillmentId: item.fulfillmentId ?? null,
    });
  }

  /**
   * Settles the open items of these reasons, of the order as a whole or of one fulfillment; with `openedBy`, those alone that were open
   * at that moment. `untold`: as in openItem.
   */
  resolveItems(
    reasons: readonly string[],
    resolution: string,
    fulfillmentId: string | null = null,
    telling: 'told' | 'untold' = 'told',
    openedBy: Date | null = null,
  ): void {
    for (const item of this.order.openItems) {
      const meant = item.resolvedAt === null && reasons.includes(item.reason) && item.fulfillmentId === fulfillmentId;
      if (openedBy !== null && item.openedAt > openedBy) continue;
      if (!meant || this.resolvedItems.some((resolved) => resolved.id === item.id)) continue;
      this.resolvedItems.push({ id: item.id, resolution });
      if (telling === 'untold') continue;
      this.event('order.review_resolved', { reason: item.reason, resolution, fulfillmentId });
    }
  }

  deadLetter(letter: Omit<NewDeadLetter, 'id'>): void {
    this.deadLetters.push({ ...letter, id: this.newId() });
  }

  addFulfillment(fulfillment: NewFulfillment, holds: readonly Hold[]): void {
    this.newFulfillments.push(fulfillment);
    this.holds.push(...holds);
  }

  /** Takes held units anew until `expiresAt`: a release and the hold that replaces it are one plan. */
  renewHold(held: OrderAggregate['reservations'][number], expiresAt: Date): void {
    const { lineNo, fulfillmentId, nodeId, productId, quantity } = held;
    this.moveReservation(held.id, 'release', quantity);
    this.holds.push({
      ...{ reservationId: this.newId(), lineNo, fulfillmentId, nodeId, productId, quantity },
      ...{ state: 'held', expiresAt: expiresAt.toISOString() },
    });
  }

  takeCapacity(nodeId: number, day: string, units: number): void {
    const key = `${nodeId}/${day}`;
    const row = this.capacity.get(key) ?? { nodeId, day, units: 0 };
    row.units += units;
    this.capacity.set(key, row);
  }

  /** Counts a new fulfillment for a rule with a limit a day. */
  takeCount(count: Extract<PlanCount, { fulfillmentId: string }>): void {
    this.countsTaken.push(count);
  }

  giveCountBack(of: Omit<DayCount, 'taken'>, units: number): void {
    const key = countKey(of);
    const { ruleId, vendorId, nodeId, day } = of;
    const before = this.countsBack.get(key)?.units ?? 0;
    this.countsBack.set(key, { ruleId, vendorId, nodeId, day, units: before - units });
  }

  /** What this change gives back of a counter. */
  countGivenBack(of: Omit<DayCount, 'taken'>): number {
    return -(this.countsBack.get(countKey(of))?.units ?? 0);
  }

  addShipment(shipment: NewShipment): void {
    this.newShipments.push(shipment);
  }

  deliverShipment(shipmentId: string, deliveredAt: string): void {
    this.deliveredShipments.push({ shipmentId, deliveredAt });
  }

  /** Whether the shipment is delivered now: before, or in this change. */
  isDelivered(shipmentId: string): boolean {
    return (
      this.deliveredShipments.some((delivered) => delivered.shipmentId === shipmentId) ||
      this.order.shipments.some((shipment) => shipment.id === shipmentId && shipment.deliveredAt !== null)
    );
  }

  /** Moves units of a reservation; the same move again adds up, another one is refused: a plan moves a reservation once. */
  moveReservation(id: string, move: ReservationMove['move'], quantity: number): void {
    const before = this.reservationMoves.get(id);
    if (before && before.move !== move)
      throw new Error(`a plan moves reservation ${id} twice: ${before.move}, ${move}`);
    const total = (before?.quantity ?? 0) + quantity;
    this.reservationMoves.set(id, { reservationId: id, move, quantity: total, at: this.now.toISOString() });
  }

  /** Units of a reservation that this change may still move in that way. */
  movable(reservation: OrderAggregate['reservations'][number], move: ReservationMove['move']): number {
    const before = this.reservationMoves.get(reservation.id);
    if (!before) return reservation.quantity;
    return before.move === move ? reservation.quantity - before.quantity : 0;
  }

  /** Units that this change gives back: they may be promised again in the same plan. */
  get givenBack(): { nodeId: number; productId: number; units: number }[] {
    return [...this.reservationMoves.values()].flatMap(({ reservationId, move, quantity }) => {
      const reservation = this.order.reservations.find((each) => each.id === reservationId);
      if (!reservation || (move !== 'release' && move !== 'expire')) return [];
      return [{ nodeId: reservation.nodeId, productId: reservation.productId, units: quantity }];
    });
  }

  /** Capacity of a node on a day that this change gives back. */
  capacityGivenBack(nodeId: number, day: string): number {
    return Math.max(0, -(this.capacity.get(`${nodeId}/${day}`)?.units ?? 0));
  }

  setDecision(decision: DecisionRecord): void {
    this.decision = decision;
    this.routingAttempts += 1;
  }

  confirm(): void {
    this.confirmedAt ??= this.now;
  }

  reject(): void {
    this.rejected = true;
  }

  /** Whether a hold or review that stays open keeps the order from being routed. */
  get isRoutingBlocked(): boolean {
    return this.stillOpen().some((item) => item.blocks.includes('route'));
  }

  /** Whether an item that stays open, of the order or of this fulfillment, keeps it from being sent. */
  isDispatchBlocked(fulfillmentId: string): boolean {
    return this.stillOpen().some(
      (item) => item.blocks.includes('dispatch') && (item.fulfillmentId ?? fulfillmentId) === fulfillmentId,
    );
  }

  /** Open items as they will be. */
  private stillOpen(): {
    readonly reason: string;
    readonly fulfillmentId?: string | null;
    readonly blocks: readonly string[];
  }[] {
    const open = this.order.openItems.filter(
      (item) => item.resolvedAt === null && !this.resolvedItems.some((resolved) => resolved.id === item.id),
    );
    return [...open, ...this.openItems];
  }

  /** Whether some planned part of the order will still wait for its vendor's word. */
  get hasOpenCheck(): boolean {
    const ended = new Set(this.fulfillments.filter((each) => each.status !== 'PLANNED').map((each) => each.id));
    return this.stillOpen().some((item) => item.reason === LIVE_CHECK && !ended.has(item.fulfillmentId ?? ''));
  }

  /** Whether something is planned, and not yet sent. */
  get hasPlanned(): boolean {
    return this.newFulfillments.length > 0 || this.fulfillments.some((each) => each.status === 'PLANNED');
  }

  /** When routing looks at the order again, whatever its units say; null: not before something else happens. */
  routeNext(at: Date | null): void {
    this.routeAt = at;
  }

  /** Whether units of a line moved from one bucket to another. */
  get movesUnits(): boolean {
    return this.touchedLines.size > 0;
  }

  get hasEvents(): boolean {
    return this.events.length > 0;
  }

  get eventCount(): number {
    return this.events.length;
  }

  /** The order's status as it will be. */
  get status(): OrderStatus {
    return deriveOrderStatus(
      [...this.lines.values()].map((line) => ({ ...line })),
      [
        ...this.fulfillments.map((fulfillment) => fulfillment.status),
        ...this.newFulfillments.map(() => 'PLANNED' as const),
      ],
      { confirmed: this.isConfirmed, rejected: this.rejected },
    );
  }

  toPlan(): Plan {
    if (this.events.length === 0) throw new Error(`a change of order ${this.order.id} without an event`);
    const status = this.status;
    for (const fulfillment of this.fulfillments) {
      fulfillment.noteSubtracted();
      // Nobody waits any more for a word on what is no longer planned.
      if (fulfillment.status !== 'PLANNED') {
        this.resolveItems([LIVE_CHECK, LIVE_CHECK_SILENT], 'it is no longer planned there', fulfillment.id, 'untold');
      }
    }
    return {
      orderId: this.order.id,
      expectedVersion: this.order.version,
      actor: this.context.actor,
      at: this.now.toISOString(),
      order: {
        status,
        nextActionAt: this.nextActionAt(status)?.toISOString() ?? null,
        ...(this.confirmedAt !== null && this.order.confirmedAt === null
          ? { confirmedAt: this.confirmedAt.toISOString() }
          : {}),
        ...(this.routingAttempts === this.order.routingAttempts ? {} : { routingAttempts: this.routingAttempts }),
      },
      lines: [...this.touchedLines].map((lineNo) => {
        const { open, routed, backordered, shipped, canceled, returned } = this.lines.get(
          lineNo,
        ) as OrderAggregate['lines'][number];
        return { lineNo, open, routed, backordered, shipped, canceled, returned };
      }),
      ...(this.decision ? { decision: this.decision } : {}),
      newFulfillments: this.newFulfillments,
      fulfillmentChanges: this.fulfillments.flatMap((fulfillment) => fulfillment.change()),
      holds: this.holds,
      reservationMoves: [...this.reservationMoves.values()],
      capacity: [...this.capacity.values()].filter((row) => row.units !== 0),
      counts: [...this.countsBack.values(), ...this.countsTaken],
      newShipments: this.newShipments,
      deliveredShipments: this.deliveredShipments,
      openItems: this.openItems,
      resolvedItems: this.resolvedItems,
      deadLetters: this.deadLetters,
      events: this.events.map((event) => ({
        ...event,
        payload: { ...event.payload, status, previousStatus: this.order.status },
      })),
    };
  }

  /** The earliest of: open units to route, backordered ones to look at again, a hold that runs out. */
  private nextActionAt(status: OrderStatus): Date | null {
    if (status === 'REJECTED' || status === 'CANCELED') return null;
    const due: Date[] = [];
    const lines = [...this.lines.values()];
    if (this.routeAt !== undefined) {
      if (this.routeAt !== null) due.push(this.routeAt);
    } else if (this.isRoutingBlocked) {
      // Whoever settles what blocks it makes it due again.
    } else if (lines.some((line) => line.open > 0)) {
      due.push(this.now);
    } else if (lines.some((line) => line.backordered > 0)) {
      const known = this.order.nextActionAt;
      due.push(known !== null && known > this.now ? known : new Date(this.now.getTime() + RECONSIDER_AFTER_MS));
    }
    for (const hold of this.holds) if (hold.expiresAt !== null) due.push(new Date(hold.expiresAt));
    for (const held of this.order.reservations) {
      const ends = held.state === 'held' && !this.reservationMoves.has(held.id);
      if (ends && held.expiresAt !== null) due.push(held.expiresAt);
    }
    return due.length === 0 ? null : new Date(Math.min(...due.map((moment) => moment.getTime())));
  }
}

function countKey({ ruleId, vendorId, nodeId, day }: Omit<DayCount, 'taken'>): string {
  return `${ruleId} ${vendorId} ${nodeId} ${day}`;
}
