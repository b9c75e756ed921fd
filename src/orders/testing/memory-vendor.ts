import { z } from 'zod';
import type { VendorCapabilities, VendorConnector } from '../../connectors/vendor.js';
import type {
  CancelAnswer,
  PurchaseOrder,
  PurchaseOrderAtVendor,
  UnreadableDocument,
  VendorDocument,
} from '../../connectors/vendor-documents.js';
import { ConnectorError } from '../../model/errors.js';

/** How the vendor behaves at one submit: takes it, takes it and stays silent, or does not take it. */
export type SubmitBehaviour = 'accept' | 'receive' | 'reject' | 'accept_silently' | 'lose' | 'away' | 'unauthorized';

interface Kept {
  readonly po: PurchaseOrder;
  status: (PurchaseOrderAtVendor & { found: true })['status'];
  readonly documents: VendorDocument[];
}

/** A vendor in memory that keeps its word: one PO per number, every document once. Tests say what goes wrong, and count. */
export class MemoryVendor implements VendorConnector {
  readonly kind = 'vendor' as const;
  readonly manifest = { name: 'memory', version: '1', title: 'In memory', settings: z.unknown(), secrets: z.unknown() };
  capabilities: VendorCapabilities = {
    idempotentSubmit: true,
    authoritativeLookup: true,
    lateArrivalBoundMs: 60_000,
    cancel: true,
    checkAvailability: false,
    stockFeed: { subtracts: 'shipped', lagMs: 0, complete: false, deltas: true },
  };
  /** Behaviours of the next submits, in order; after them it accepts. */
  readonly nextSubmits: SubmitBehaviour[] = [];
  /** Runs within a submit, before anything is kept: where rivals of the call come in. */
  beforeSubmit: () => Promise<void> = async () => {};
  cancelAnswer: CancelAnswer = { kind: 'canceled' };
  away = false;
  readonly kept = new Map<string, Kept>();
  readonly log: VendorDocument[] = [];
  /** What it says beside its protocol, with every page. */
  readonly unreadable: UnreadableDocument[] = [];
  readonly calls = { submit: 0, lookup: 0, cancel: 0 };

  async submitPurchaseOrder(po: PurchaseOrder): Promise<PurchaseOrderAtVendor & { readonly found: true }> {
    this.calls.submit += 1;
    const behaviour = this.away ? 'away' : (this.nextSubmits.shift() ?? 'accept');
    if (behaviour === 'away') throw new ConnectorError('VENDOR_AWAY', 'transient', 'connection refused');
    if (behaviour === 'unauthorized') throw new ConnectorError('BAD_TOKEN', 'unauthorized', 'the token is not known');
    if (behaviour === 'lose') throw new ConnectorError('NO_ANSWER', 'unknown', 'sent, and no answer came');
    await this.beforeSubmit();
    const known = this.kept.get(po.poNumber);
    if (!known) {
      const status = behaviour === 'receive' ? 'received' : behaviour === 'reject' ? 'rejected' : 'accepted';
      this.kept.set(po.poNumber, { po, status, documents: [] });
      if (status !== 'received') {
        const accepted = status === 'accepted';
        this.say({
          kind: 'acknowledgement',
          poNumber: po.poNumber,
          vendorReference: `V-${po.poNumber}`,
          at: '2026-03-01T10:00:01Z',
          lines: po.lines.map(({ lineNo, quantity }) => ({
            lineNo,
            accepted: accepted ? quantity : 0,
            rejected: accepted ? 0 : quantity,
          })),
        });
      }
    }
    if (behaviour === 'accept_silently') throw new ConnectorError('NO_ANSWER', 'unknown', 'sent, and no answer came');
    return this.stateOf(po.poNumber);
  }

  async lookupPurchaseOrder(poNumber: string): Promise<PurchaseOrderAtVendor> {
    this.calls.lookup += 1;
    if (this.away) throw new ConnectorError('VENDOR_AWAY', 'transient', 'connection refused');
    return this.kept.has(poNumber) ? this.stateOf(poNumber) : { found: false };
  }

  async cancelPurchaseOrder(poNumber: string): Promise<CancelAnswer> {
    this.calls.cancel += 1;
    if (this.away) throw new ConnectorError('VENDOR_AWAY', 'transient', 'connection refused');
    const known = this.kept.get(poNumber);
    if (!known) throw new ConnectorError('PO_UNKNOWN', 'unknown', 'the vendor does not know this PO');
    if (this.cancelAnswer.kind === 'canceled') known.status = 'canceled';
    return this.cancelAnswer;
  }

  async pullDocuments(cursor: string | null) {
    if (this.away) throw new ConnectorError('VENDOR_AWAY', 'transient', 'connection refused');
    const from = cursor === null ? 0 : Number(cursor);
    return {
      documents: this.log.slice(from),
      unreadable: [...this.unreadable],
      cursor: String(this.log.length),
      more: false,
    };
  }

  async pullStock() {
    return { asOf: '2026-03-01T10:00:00Z', complete: true, rows: [], faults: [] };
  }

  /** Ships everything of a PO that it has, in one parcel. */
  ship(poNumber: string): void {
    const po = this.kept.get(poNumber)?.po;
    if (!po) throw new Error(`the vendor has no PO ${poNumber}`);
    this.say({
      kind: 'shipment',
      poNumber,
      vendorShipmentId: `S-${poNumber}`,
      carrier: 'swift',
      trackingNumbers: ['T1'],
      shippedAt: '2026-03-01T12:00:00Z',
      lines: po.lines.map(({ lineNo, quantity }) => ({ lineNo, quantity })),
    });
  }

  deliver(poNumber: string): void {
    this.say({
      kind: 'delivery',
      poNumber,
      vendorShipmentId: `S-${poNumber}`,
      deliveredAt: '2026-03-03T12:00:00Z',
    });
  }

  /** Says something of a PO, in its documents and in what a lookup tells. */
  say(document: VendorDocument): void {
    this.log.push(document);
    this.kept.get(document.poNumber)?.documents.push(document);
  }

  private stateOf(poNumber: string): PurchaseOrderAtVendor & { readonly found: true } {
    const known = this.kept.get(poNumber);
    if (!known) throw new Error(`the vendor has no PO ${poNumber}`);
    return { found: true, vendorReference: `V-${poNumber}`, status: known.status, documents: [...known.documents] };
  }
}
