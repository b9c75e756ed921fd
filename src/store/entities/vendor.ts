import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A supplier, what its feed subtracts and when, and how it is reached. Its secrets are sealed (secrets.ts). */
@Entity('vendor')
export class VendorEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('text')
  connector!: string;

  @Column('text')
  currency!: string;

  @Column('text', { name: 'feed_subtracts' })
  feedSubtracts!: 'received' | 'accepted' | 'shipped';

  @Column('integer', { name: 'feed_lag_seconds' })
  feedLagSeconds!: number;

  @Column('integer', { name: 'feed_skew_seconds' })
  feedSkewSeconds!: number;

  @Column('boolean', { name: 'feed_absent_is_zero' })
  feedAbsentIsZero!: boolean;

  @Column('integer', { name: 'feed_review_percent' })
  feedReviewPercent!: number;

  @Column('integer', { name: 'low_stock_units' })
  lowStockUnits!: number;

  @Column('integer', { name: 'reserve_units' })
  reserveUnits!: number;

  @Column('float8', { name: 'buffer_z' })
  bufferZ!: number;

  @Column('integer', { name: 'buffer_cap_percent' })
  bufferCapPercent!: number;

  @Column('text', { name: 'live_check' })
  liveCheck!: 'never' | 'doubtful' | 'always';

  @Column('integer', { name: 'live_check_below_units' })
  liveCheckBelowUnits!: number;

  @Column('integer', { name: 'live_check_older_seconds' })
  liveCheckOlderSeconds!: number;

  @Column('integer', { name: 'live_check_deadline_seconds' })
  liveCheckDeadlineSeconds!: number;

  @Column('integer', { name: 'live_check_silent_seconds' })
  liveCheckSilentSeconds!: number;

  @Column('text', { name: 'live_check_silent_else' })
  liveCheckSilentElse!: 'reroute' | 'review';

  @Column('boolean', { name: 'minimum_per_batch' })
  minimumPerBatch!: boolean;

  @Column('jsonb')
  settings!: Record<string, unknown>;

  @Column('jsonb')
  terms!: Record<string, unknown>;

  @Column('bytea', { name: 'secrets_sealed', nullable: true })
  secretsSealed!: Buffer | null;

  @Column('text')
  status!: 'active' | 'paused';

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** What a vendor calls a carrier service on its purchase orders. */
@Entity('vendor_service_code')
export class VendorServiceCodeEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('integer', { name: 'service_id' })
  serviceId!: number;

  @Column('text', { name: 'ship_via' })
  shipVia!: string;
}

/** Where reading a vendor stands, and who is reading now. */
@Entity('vendor_poll')
export class VendorPollEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('text')
  kind!: 'documents' | 'stock';

  @Column('text', { nullable: true })
  cursor!: string | null;

  @Column('integer')
  failures!: number;

  @Column('timestamptz', { name: 'last_success_at', nullable: true })
  lastSuccessAt!: Date | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;
}

/** What a vendor promised for one fulfillment, and what came of it. */
@Entity('vendor_outcome')
export class VendorOutcomeEntity {
  @PrimaryColumn('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('integer', { name: 'units_ordered' })
  unitsOrdered!: number;

  @Column('timestamptz', { name: 'promised_ship_by' })
  promisedShipBy!: Date;

  @Column('timestamptz', { name: 'promised_arrival' })
  promisedArrival!: Date;

  @Column('timestamptz', { name: 'first_sent_at', nullable: true })
  firstSentAt!: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  @Column('integer', { name: 'units_accepted', nullable: true })
  unitsAccepted!: number | null;

  @Column('integer', { name: 'units_rejected', nullable: true })
  unitsRejected!: number | null;

  @Column('timestamptz', { name: 'first_shipped_at', nullable: true })
  firstShippedAt!: Date | null;

  @Column('integer', { name: 'units_shipped' })
  unitsShipped!: number;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @Column('text', { nullable: true })
  outcome!: 'accepted' | 'rejected' | 'canceled' | 'shipped' | 'delivered' | null;
}

/** The last word of a vendor's machine on a purchase order. */
@Entity('vendor_receipt')
export class VendorReceiptEntity {
  @PrimaryColumn('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('boolean')
  accepted!: boolean;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'said_at' })
  saidAt!: Date;
}

/** What a vendor bills for a purchase order. */
@Entity('vendor_invoice')
export class VendorInvoiceEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('text', { name: 'invoice_number' })
  invoiceNumber!: string;

  @PrimaryColumn('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('text')
  currency!: string;

  @Column('jsonb')
  document!: unknown;

  @Column('timestamptz', { name: 'said_at' })
  saidAt!: Date;

  @Column('timestamptz', { name: 'kept_at' })
  keptAt!: Date;
}
