import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import type { FulfillmentStatus } from '../../model/order.js';
import { amountTransformer } from '../transformers.js';
import { CarrierServiceEntity } from './carrier-service.js';
import { NodeEntity } from './node.js';
import { OrderEntity } from './order.js';
import { VendorEntity } from './vendor.js';

/** The part of an order that one node ships, sent as one purchase order. */
@Entity('fulfillment')
export class FulfillmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('integer', { name: 'service_id' })
  serviceId!: number;

  @Column('uuid', { name: 'decision_id' })
  decisionId!: string;

  @Column('text', { name: 'po_number' })
  poNumber!: string;

  @Column('text')
  status!: FulfillmentStatus;

  @Column('numeric', { name: 'landed_cost', transformer: amountTransformer })
  landedCost!: TenThousandths;

  @Column('text')
  currency!: string;

  @Column('timestamptz', { name: 'ship_by' })
  shipBy!: Date;

  @Column('timestamptz', { name: 'arrives_by' })
  arrivesBy!: Date;

  @Column('text', { name: 'vendor_reference', nullable: true })
  vendorReference!: string | null;

  @Column('integer')
  attempt!: number;

  @Column('integer')
  failures!: number;

  @Column('boolean', { name: 'cancel_requested' })
  cancelRequested!: boolean;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<OrderEntity>;

  @ManyToOne(() => NodeEntity)
  @JoinColumn({ name: 'node_id' })
  node?: Relation<NodeEntity>;

  @ManyToOne(() => VendorEntity)
  @JoinColumn({ name: 'vendor_id' })
  vendor?: Relation<VendorEntity>;

  @ManyToOne(() => CarrierServiceEntity)
  @JoinColumn({ name: 'service_id' })
  service?: Relation<CarrierServiceEntity>;
}

/** Units of one order line within a fulfillment, and the vendor's word on them. */
@Entity('fulfillment_line')
export class FulfillmentLineEntity {
  @PrimaryColumn('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @PrimaryColumn('integer', { name: 'line_no' })
  lineNo!: number;

  @Column('integer', { name: 'product_id' })
  productId!: number;

  @Column('integer')
  quantity!: number;

  @Column('integer')
  accepted!: number;

  @Column('integer')
  rejected!: number;

  @Column('integer')
  shipped!: number;

  @Column('integer')
  canceled!: number;

  @Column('numeric', { name: 'unit_cost', transformer: amountTransformer })
  unitCost!: TenThousandths;

  @ManyToOne(() => FulfillmentEntity)
  @JoinColumn({ name: 'fulfillment_id' })
  fulfillment?: Relation<FulfillmentEntity>;
}
