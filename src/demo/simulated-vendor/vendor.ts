import type {
  WireAvailability,
  WireAvailabilityQuestion,
  WireDocument,
  WirePurchaseOrder,
  WireSubmission,
} from '../../connectors/vendors/rest/protocol.js';

/** What a simulated vendor has of a SKU at a node, in its packs. */
export interface VendorStock {
  readonly vendorCode: string;
  readonly nodeCode: string;
  readonly vendorSku: string;
  readonly onHand: number;
}

/** How long after a purchase order came it is acknowledged, after that shipped, after that delivered. Milliseconds. */
export interface VendorDelays {
  readonly acceptMs: number;
  readonly shipMs: number;
  readonly deliverMs: number;
}

/** What is written down, in order; everything a vendor knows follows from it. */
export type JournalEntry =
  | {
      readonly kind: 'received';
      readonly vendor: string;
      readonly poNumber: string;
      readonly body: WireSubmission;
      readonly at: string;
      readonly answer: PlannedAnswer;
    }
  | { readonly kind: 'again'; readonly vendor: string; readonly poNumber: string }
  | { readonly kind: 'said'; readonly vendor: string; readonly document: WireDocument }
  /** Somebody counted what is there. */
  | ({ readonly kind: 'counted'; readonly vendor: string } & Omit<VendorStock, 'vendorCode'>);

/** What the vendor will say of a purchase order. */
export type PlannedAnswer = 'accept' | 'partial' | 'reject';

interface HeldOrder {
  readonly poNumber: string;
  readonly body: WireSubmission;
  readonly receivedAt: number;
  readonly answer: PlannedAnswer;
  timesReceived: number;
  status: WirePurchaseOrder['status'];
  readonly documents: WireDocument[];
}

/** One vendor's books, rebuilt from the journal. Pure but for its own state: moments come in, entries to write go out. */
export class SimulatedVendor {
  private readonly orders = new Map<string, HeldOrder>();
  private readonly documents: WireDocument[] = [];
  private readonly stock = new Map<string, { nodeCode: string; vendorSku: string; onHand: number }>();

  constructor(
    readonly code: string,
    stock: readonly VendorStock[],
    private readonly delays: VendorDelays,
  ) {
    for (const row of stock)
      this.stock.set(`${row.nodeCode} ${row.vendorSku}`, {
        nodeCode: row.nodeCode,
        vendorSku: row.vendorSku,
        onHand: row.onHand,
      });
  }

  /** Takes in one entry of the journal, when it is read at the start and when it has just been written. */
  apply(entry: JournalEntry): void {
    if (entry.kind === 'received') {
      this.orders.set(entry.poNumber, {
        poNumber: entry.poNumber,
        body: entry.body,
        receivedAt: Date.parse(entry.at),
        answer: entry.answer,
        timesReceived: 1,
        status: 'received',
        documents: [],
      });
      return;
    }
    if (entry.kind === 'counted') {
      const { nodeCode, vendorSku, onHand } = entry;
      this.stock.set(`${nodeCode} ${vendorSku}`, { nodeCode, vendorSku, onHand });
      return;
    }
    const order = this.orders.get(entry.kind === 'again' ? entry.poNumber : entry.document.poNumber);
    if (!order) return;
    if (entry.kind === 'again') {
      order.timesReceived += 1;
      return;
    }
    const { document } = entry;
    order.documents.push(document);
    this.documents.push(document);
    if (document.kind === 'acknowledgement')
      order.status = document.lines.some((line) => line.accepted > 0) ? 'accepted' : 'rejected';
    if (document.kind === 'cancellation' && document.confirmed) order.status = 'canceled';
    if (document.kind === 'shipment') {
      order.status = 'shipped';
      for (const shipped of document.lines) this.takeFromStock(order, shipped.lineNo, shipped.quantity);
    }
  }

  private takeFromStock(order: HeldOrder, lineNo: number, quantity: number): void {
    const line = order.body.lines.find((one) => one.lineNo === lineNo);
    const row = line && this.stock.get(`${order.body.nodeCode} ${line.vendorSku}`);
    if (line && row) row.onHand = Math.max(0, row.onHand - Math.ceil(quantity / line.unitsPerPack));
  }

  find(poNumber: string): { readonly body: WireSubmission; readonly wire: WirePurchaseOrder } | null {
    const order = this.orders.get(poNumber);
    if (!order) return null;
    const { status, documents } = order;
    return {
      body: order.body,
      wire: { poNumber, vendorReference: referenceOf(this.code, poNumber), status, documents },
    };
  }

  /** The POs of which something is due to be said by now, in the order of its moments. */
  due(now: number): string[] {
    const due: { at: number; poNumber: string }[] = [];
    for (const order of this.orders.values()) {
      const next = this.next(order);
      if (next && next.at <= now) due.push({ at: next.at, poNumber: order.poNumber });
    }
    return due.sort((a, b) => a.at - b.at).map((entry) => entry.poNumber);
  }

  /** What is due to be said of a PO by now, or null; to be journaled and then applied before it is asked again. */
  dueOf(poNumber: string, now: number): WireDocument | null {
    const order = this.orders.get(poNumber);
    const next = order ? this.next(order) : null;
    return next && next.at <= now ? next.document : null;
  }

  private next(order: HeldOrder): { at: number; document: WireDocument } | null {
    const { poNumber } = order;
    const has = (kind: WireDocument['kind']) => order.documents.some((document) => document.kind === kind);
    const acceptAt = order.receivedAt + this.delays.acceptMs;
    const shipAt = acceptAt + this.delays.shipMs;
    const deliverAt = shipAt + this.delays.deliverMs;
    if (order.status === 'received') {
      return { at: acceptAt, document: this.acknowledgement(order, acceptAt) };
    }
    if (order.status === 'accepted') {
      const lines = order.body.lines.flatMap((line) => {
        const quantity = acceptedUnits(order.answer, line.quantity);
        return quantity > 0 ? [{ lineNo: line.lineNo, quantity }] : [];
      });
      const document: WireDocument = {
        kind: 'shipment',
        poNumber,
        vendorShipmentId: `${poNumber}-1`,
        carrier: order.body.shipVia,
        trackingNumbers: [`1Z${poNumber.replace(/\W/g, '')}`],
        shippedAt: new Date(shipAt).toISOString(),
        lines,
      };
      return { at: shipAt, document };
    }
    if (order.status === 'shipped' && !has('delivery')) {
      return {
        at: deliverAt,
        document: {
          kind: 'delivery',
          poNumber,
          vendorShipmentId: `${poNumber}-1`,
          deliveredAt: new Date(deliverAt).toISOString(),
        },
      };
    }
    return null;
  }

  private acknowledgement(order: HeldOrder, at: number): WireDocument {
    return {
      kind: 'acknowledgement',
      poNumber: order.poNumber,
      vendorReference: referenceOf(this.code, order.poNumber),
      at: new Date(at).toISOString(),
      lines: order.body.lines.map((line) => {
        const accepted = acceptedUnits(order.answer, line.quantity);
        const rejected = line.quantity - accepted;
        return { lineNo: line.lineNo, accepted, rejected, ...(rejected > 0 ? { reason: 'out of stock' } : {}) };
      }),
    };
  }

  /** The answer to a cancellation: yes until it has shipped. */
  cancellation(poNumber: string, now: number): WireDocument | null {
    const order = this.orders.get(poNumber);
    if (!order || order.status === 'canceled') return null;
    const confirmed = order.status === 'received' || order.status === 'accepted';
    return { kind: 'cancellation', poNumber, confirmed, at: new Date(now).toISOString() };
  }

  documentsAfter(after: number, limit: number): { documents: WireDocument[]; cursor: string; more: boolean } {
    const documents = this.documents.slice(after, after + limit);
    const end = after + documents.length;
    return { documents, cursor: String(end), more: end < this.documents.length };
  }

  stockAfter(
    after: number,
    limit: number,
  ): { total: number; rows: { nodeCode: string; vendorSku: string; onHand: number }[]; next: string | null } {
    const all = [...this.stock.values()];
    const rows = all.slice(after, after + limit).map((row) => ({ ...row }));
    return { total: all.length, rows, next: after + limit < all.length ? String(after + limit) : null };
  }

  /** What it has of the rows asked about: figures, or where it is `bare` a yes or no to the packs. It is silent on SKUs that it does not know. */
  availability(question: WireAvailabilityQuestion, bare: boolean): WireAvailability['rows'] {
    return question.rows.flatMap(({ nodeCode, vendorSku, packs }) => {
      const row = this.stock.get(`${nodeCode} ${vendorSku}`);
      if (!row) return [];
      return [bare ? { nodeCode, vendorSku, available: row.onHand >= packs } : { ...row }];
    });
  }

  purchaseOrders(): {
    poNumber: string;
    vendor: string;
    status: string;
    timesReceived: number;
    lines: { sku: string; quantity: number }[];
  }[] {
    return [...this.orders.values()].map((order) => ({
      poNumber: order.poNumber,
      vendor: this.code,
      status: order.status,
      timesReceived: order.timesReceived,
      lines: order.body.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    }));
  }
}

function acceptedUnits(answer: PlannedAnswer, quantity: number): number {
  return answer === 'reject' ? 0 : answer === 'partial' ? Math.floor(quantity / 2) : quantity;
}

function referenceOf(vendor: string, poNumber: string): string {
  return `${vendor}-${poNumber}`;
}
