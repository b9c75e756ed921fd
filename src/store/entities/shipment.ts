import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { FulfillmentEntity } from './fulfillment.js';

/** One dispatch notice of a vendor. */
@Entity('shipment')
export class ShipmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('text', { name: 'vendor_shipment_id' })
  vendorShipmentId!: string;

  @Column('text')
  carrier!: string;

  @Column('text', { name: 'tracking_numbers', array: true })
  trackingNumbers!: string[];

  @Column('timestamptz', { name: 'shipped_at' })
  shippedAt!: Date;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @ManyToOne(() => FulfillmentEntity)
  @JoinColumn({ name: 'fulfillment_id' })
  fulfillment?: Relation<FulfillmentEntity>;
}

/** Units of one order line within a shipment. */
@Entity('shipment_line')
export class ShipmentLineEntity {
  @PrimaryColumn('uuid', { name: 'shipment_id' })
  shipmentId!: string;

  @PrimaryColumn('integer', { name: 'line_no' })
  lineNo!: number;

  @Column('integer')
  quantity!: number;

  @ManyToOne(() => ShipmentEntity)
  @JoinColumn({ name: 'shipment_id' })
  shipment?: Relation<ShipmentEntity>;
}
