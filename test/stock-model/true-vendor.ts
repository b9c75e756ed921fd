import { z } from 'zod';
import type { VendorCapabilities, VendorConnector } from '../../src/connectors/vendor.js';
import type {
  CancelAnswer,
  PurchaseOrder,
  PurchaseOrderAtVendor,
  VendorDocument,
} from '../../src/connectors/vendor-documents.js';
import { ConnectorError } from '../../src/model/errors.js';
import type { StockReport } from '../../src/model/stock-report.js';

/** One SKU at one of the vendor's nodes. */
export interface Place {
  readonly nodeId: number;
  readonly nodeCode: string;
  readonly productId: number;
  readonly sku: string;
}

/** What the vendor declares of its feed. */
export interface Declaration {
  readonly subtracts: 'received' | 'accepted' | 'shipped';
  readonly lagSeconds: number;
  readonly skewSeconds: number;
  readonly absentIsZero: boolean;
  /** Its reports carry numbers, and it may tell changes. */
  readonly numbered: boolean;
}

/** A report that the vendor has made: it may be delivered late, twice, in part, or never. */
export interface MadeReport {
  readonly report: StockReport;
  readonly madeAt: Date;
  /** How much of the vendor's history its figures contain. */
  readonly cut: number;
}

/** How the vendor behaves at one submit. */
export type AtSubmit = 'takes' | 'takes and stays silent' | 'is away' | 'loses it';

/** One line of a PO as the vendor keeps it. Units. */
interface KeptLine {
  readonly place: Place;
  readonly quantity: number;
  accepted: number;
  rejected: number;
  canceled: number;
  shipped: number;
}
interface KeptOrder {
  readonly poNumber: string;
  readonly lines: Map<number, KeptLine>;
  readonly documents: VendorDocument[];
}
/** A change of the figure that the feed tells, or goods that went to somebody else. */
interface Entry {
  readonly at: number;
  readonly key: string;
  readonly change: number;
  readonly lost: number;
}

export const keyOf = (place: { readonly nodeId: number; readonly productId: number }): string =>
  `${place.nodeId}:${place.productId}`;

/**
 * A vendor with goods on its shelves, which it alone knows. What it says of them is true by its own declaration: its figure
 * subtracts our units from the declared step on, its reports contain all that happened longer than its lag before their moment,
 * and its clock is off by no more than it states.
 */
export class TrueVendor implements VendorConnector {
  readonly kind = 'vendor' as const;
  readonly manifest = { name: 'true', version: '1', title: 'True', settings: z.unknown(), secrets: z.unknown() };
  readonly capabilities: VendorCapabilities = {
    idempotentSubmit: true,
    authoritativeLookup: true,
    lateArrivalBoundMs: 60_000,
    cancel: true,
    checkAvailability: false,
    stockFeed: { subtracts: 'shipped', lagMs: 0, complete: false, deltas: true },
  };
  nextSubmit: AtSubmit = 'takes';
  cancels = true;
  readonly log: VendorDocument[] = [];
  readonly orders = new Map<string, KeptOrder>();
  private readonly history: Entry[] = [];
  private cut = 0;
  private position = 0;
  private readonly told = new Map<string, number>();
  private parcels = 0;

  constructor(
    readonly declared: Declaration,
    readonly places: readonly Place[],
    /** Units on each shelf at first, by place; what the feed has told of them already. */
    private readonly first: ReadonlyMap<string, number>,
    private readonly now: () => Date,
  ) {
    for (const [key, units] of first) this.told.set(key, units);
  }

  /** Goods of the place that have not left. */
  shelf(key: string): number {
    let units = this.first.get(key) ?? 0;
    for (const entry of this.history) if (entry.key === key) units -= entry.lost;
    for (const line of this.linesAt(key)) units -= line.shipped;
    return units;
  }

  /** The figure of the place when so much of the history had happened. */
  figure(key: string, cut = this.history.length): number {
    let units = this.first.get(key) ?? 0;
    for (const entry of this.history.slice(0, cut)) if (entry.key === key) units += entry.change;
    return units;
  }

  /** Units that went to somebody else since then. */
  lostSince(key: string, cut: number): number {
    return this.history.slice(cut).reduce((sum, entry) => sum + (entry.key === key ? Math.max(0, entry.lost) : 0), 0);
  }

  get historyLength(): number {
    return this.history.length;
  }

  /** A PO line as the vendor keeps it. */
  lineOf(poNumber: string, lineNo: number): Readonly<KeptLine> | undefined {
    return this.orders.get(poNumber)?.lines.get(lineNo);
  }

  /** Somebody else buys, or goods spoil: what is on the shelf at most. */
  lose(place: Place, units: number): void {
    const lost = Math.min(units, this.shelf(keyOf(place)));
    this.note(keyOf(place), -lost, lost);
  }

  /** Goods come in. */
  receive(place: Place, units: number): void {
    this.note(keyOf(place), units, -units);
  }

  /** A report as of now, by the vendor's clock, which may be off; its figures are as old as the lag allows. */
  makeReport(how: {
    readonly kind: 'snapshot' | 'delta';
    readonly places: readonly Place[] | 'all';
    readonly offSeconds: number;
    readonly oldSeconds: number;
    readonly withMoment: boolean;
  }): MadeReport {
    const { skewSeconds, numbered, absentIsZero } = this.declared;
    const now = this.now();
    const cut = this.answer(how.oldSeconds);
    const off = Math.max(-skewSeconds, Math.min(skewSeconds, how.offSeconds)) * 1000;
    const kind = numbered ? how.kind : 'snapshot';
    const listed = kind === 'delta' || how.places === 'all' ? this.places : how.places;
    const rows = listed.flatMap((place) => {
      const key = keyOf(place);
      const figure = this.figure(key, cut);
      const change = figure - (this.told.get(key) ?? 0);
      const known = this.told.has(key);
      this.told.set(key, figure);
      if (kind === 'delta' && change === 0 && known) return [];
      // Where what is not listed is zero, some of what is zero is not listed.
      if (kind === 'snapshot' && how.places === 'all' && absentIsZero && figure === 0) return [];
      return [{ nodeCode: place.nodeCode, vendorSku: place.sku, onHand: kind === 'delta' ? change : figure }];
    });
    if (numbered) this.position += 1;
    const report: StockReport = {
      kind,
      asOf: how.withMoment ? new Date(now.getTime() + off).toISOString() : null,
      ...(numbered ? { position: this.position } : {}),
      // Where what is not listed is zero, a report of some places says that it is not all.
      complete: kind === 'delta' || how.places === 'all' || !absentIsZero,
      rows,
      faults: [],
    };
    return { report, madeAt: now, cut };
  }

  /** What it answers a live question from: as much of its history as its lag allows. */
  answer(oldSeconds: number): number {
    const until = this.now().getTime() - Math.min(oldSeconds, this.declared.lagSeconds) * 1000;
    while (this.cut < this.history.length && (this.history[this.cut]?.at ?? 0) <= until) this.cut += 1;
    return this.cut;
  }

  /** The vendor works on a line: it accepts, rejects or ships some of what is left of it, and says so in a document. */
  work(poNumber: string, lineNo: number, what: 'accept' | 'reject' | 'ship', units: number): void {
    const line = this.orders.get(poNumber)?.lines.get(lineNo);
    if (!line) return;
    const live = line.quantity - line.rejected - line.canceled - line.shipped;
    this.changing(poNumber, () => {
      if (what === 'ship') {
        const shipped = Math.min(units, live, this.shelf(keyOf(line.place)));
        if (shipped <= 0) return [];
        line.shipped += shipped;
        line.accepted = Math.max(line.accepted, line.shipped);
        this.parcels += 1;
        return [
          {
            kind: 'shipment' as const,
            ...{ poNumber, vendorShipmentId: `S${this.parcels}`, carrier: 'swift', trackingNumbers: [] },
            ...{ shippedAt: this.now().toISOString(), lines: [{ lineNo, quantity: shipped }] },
          },
        ];
      }
      const some = Math.min(units, live);
      if (some <= 0) return [];
      if (what === 'accept')
        line.accepted = Math.min(line.accepted + some, line.quantity - line.rejected - line.canceled);
      else {
        line.rejected += some;
        line.accepted = Math.min(line.accepted, line.quantity - line.rejected - line.canceled);
      }
      return [this.acknowledgement(poNumber)];
    });
  }

  /** It gives up what it has not shipped of a PO. */
  giveUp(poNumber: string): void {
    this.changing(poNumber, (order) => {
      let live = 0;
      for (const line of order.lines.values()) {
        const left = line.quantity - line.rejected - line.canceled - line.shipped;
        line.canceled += left;
        live += left;
        line.accepted = Math.min(line.accepted, line.quantity - line.rejected - line.canceled);
      }
      if (live === 0) return [];
      return [{ kind: 'cancellation', poNumber, confirmed: true, at: this.now().toISOString() }];
    });
  }

  async submitPurchaseOrder(po: PurchaseOrder): Promise<PurchaseOrderAtVendor & { readonly found: true }> {
    const now = this.nextSubmit;
    this.nextSubmit = 'takes';
    if (now === 'is away') throw new ConnectorError('VENDOR_AWAY', 'transient', 'connection refused');
    if (now === 'loses it') throw new ConnectorError('NO_ANSWER', 'unknown', 'sent, and no answer came');
    if (!this.orders.has(po.poNumber)) {
      const lines = po.lines.map(({ lineNo, sku, quantity }): [number, KeptLine] => {
        const place = this.places.find((each) => each.nodeCode === po.nodeCode && each.sku === sku);
        if (!place) throw new Error(`expected ${sku} at ${po.nodeCode}`);
        return [lineNo, { place, quantity, accepted: 0, rejected: 0, canceled: 0, shipped: 0 }];
      });
      const kept: KeptOrder = { poNumber: po.poNumber, lines: new Map(lines), documents: [] };
      this.orders.set(po.poNumber, kept);
      for (const line of kept.lines.values()) this.note(keyOf(line.place), -this.subtracted(line), 0);
    }
    if (now === 'takes and stays silent') throw new ConnectorError('NO_ANSWER', 'unknown', 'sent, and no answer came');
    return this.stateOf(po.poNumber);
  }

  async lookupPurchaseOrder(poNumber: string): Promise<PurchaseOrderAtVendor> {
    return this.orders.has(poNumber) ? this.stateOf(poNumber) : { found: false };
  }

  async cancelPurchaseOrder(poNumber: string): Promise<CancelAnswer> {
    const known = this.orders.get(poNumber);
    if (!known) throw new ConnectorError('PO_UNKNOWN', 'unknown', 'the vendor does not know this PO');
    if (!this.cancels) return { kind: 'refused', reason: 'too late' };
    const shipped = [...known.lines.values()].some((line) => line.shipped > 0);
    this.giveUp(poNumber);
    // Of what left before it was asked, its documents tell first.
    return shipped ? { kind: 'pending' } : { kind: 'canceled' };
  }

  async pullDocuments(cursor: string | null) {
    const documents = this.log.slice(Number(cursor ?? 0));
    return { documents, unreadable: [], cursor: String(this.log.length), more: false };
  }

  pullStock(): Promise<StockReport> {
    return Promise.reject(new ConnectorError('NOT_ASKED', 'permanent', 'its reports are delivered'));
  }

  private *linesAt(key: string): Iterable<KeptLine> {
    for (const order of this.orders.values())
      for (const line of order.lines.values()) if (keyOf(line.place) === key) yield line;
  }

  private subtracted(line: KeptLine): number {
    const taken = line.quantity - line.rejected - line.canceled;
    if (this.declared.subtracts === 'shipped') return line.shipped;
    if (this.declared.subtracts === 'accepted') return Math.min(taken, Math.max(line.accepted, line.shipped));
    return taken;
  }

  private note(key: string, change: number, lost: number): void {
    if (change !== 0 || lost !== 0) this.history.push({ at: this.now().getTime(), key, change, lost });
  }

  private changing(poNumber: string, change: (order: KeptOrder) => VendorDocument[]): void {
    const order = this.orders.get(poNumber);
    if (!order) return;
    const lines = [...order.lines.values()];
    const before = lines.map((line) => this.subtracted(line));
    const documents = change(order);
    for (const [n, line] of lines.entries()) {
      this.note(keyOf(line.place), (before[n] ?? 0) - this.subtracted(line), 0);
    }
    order.documents.push(...documents);
    this.log.push(...documents);
  }

  private acknowledgement(poNumber: string): VendorDocument {
    const lines = [...(this.orders.get(poNumber)?.lines ?? [])].map(([lineNo, { accepted, rejected }]) => ({
      ...{ lineNo, accepted, rejected },
    }));
    const at = this.now().toISOString();
    return { kind: 'acknowledgement', poNumber, vendorReference: `V-${poNumber}`, at, lines };
  }

  private stateOf(poNumber: string): PurchaseOrderAtVendor & { readonly found: true } {
    // Line by line in its documents: an order-level word would cover lines that it has not decided.
    const documents = [...(this.orders.get(poNumber)?.documents ?? [])];
    return { found: true, vendorReference: `V-${poNumber}`, status: 'received', documents };
  }
}
