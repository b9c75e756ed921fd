import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import { amountTransformer } from '../transformers.js';
import { VendorEntity } from './vendor.js';

/** One site of a vendor that ships. Amounts are in the vendor's currency. */
@Entity('node')
export class NodeEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  code!: string;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('text')
  name!: string;

  @Column('text', { name: 'country_code' })
  countryCode!: string;

  @Column('text', { name: 'region_code', nullable: true })
  regionCode!: string | null;

  @Column('text', { name: 'postal_code', nullable: true })
  postalCode!: string | null;

  @Column('text')
  city!: string;

  @Column('numeric')
  latitude!: string;

  @Column('numeric')
  longitude!: string;

  @Column('text', { name: 'time_zone' })
  timeZone!: string;

  @Column('time', { name: 'cut_off' })
  cutOff!: string;

  @Column('integer', { name: 'working_days', array: true })
  workingDays!: number[];

  @Column('integer', { name: 'lead_time_hours' })
  leadTimeHours!: number;

  @Column('integer', { name: 'daily_capacity_units', nullable: true })
  dailyCapacityUnits!: number | null;

  @Column('numeric', { name: 'order_fee', transformer: amountTransformer })
  orderFee!: TenThousandths;

  @Column('numeric', { name: 'minimum_order_value', nullable: true, transformer: amountTransformer })
  minimumOrderValue!: TenThousandths | null;

  @Column('numeric', { name: 'small_order_fee', nullable: true, transformer: amountTransformer })
  smallOrderFee!: TenThousandths | null;

  @Column('numeric', { name: 'clearance_fee', transformer: amountTransformer })
  clearanceFee!: TenThousandths;

  @Column('numeric', { name: 'failure_cost', transformer: amountTransformer })
  failureCost!: TenThousandths;

  @Column('float8')
  reliability!: number;

  @Column('integer', { name: 'judged_orders' })
  judgedOrders!: number;

  @Column('timestamptz', { name: 'judged_at', nullable: true })
  judgedAt!: Date | null;

  @Column('boolean')
  active!: boolean;

  @ManyToOne(() => VendorEntity)
  @JoinColumn({ name: 'vendor_id' })
  vendor?: Relation<VendorEntity>;
}

/** A carrier service that a node ships with, and the rate card that prices it. */
@Entity('node_service')
export class NodeServiceEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'service_id' })
  serviceId!: number;

  @Column('integer', { name: 'rate_card_id', nullable: true })
  rateCardId!: number | null;

  @Column('boolean')
  active!: boolean;
}

/** Units that a node was given for one local day; a missing row means none. */
@Entity('node_capacity')
export class NodeCapacityEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('date')
  day!: string;

  @Column('integer')
  taken!: number;

  @Column('integer', { name: 'limit_units' })
  limitUnits!: number;

  @Column('integer')
  version!: number;
}

/** Terms of a node from a day on; while they are valid, its own do not count. */
@Entity('node_price')
export class NodePriceEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo!: string | null;

  @Column('numeric', { name: 'order_fee', transformer: amountTransformer })
  orderFee!: TenThousandths;

  @Column('numeric', { name: 'minimum_order_value', nullable: true, transformer: amountTransformer })
  minimumOrderValue!: TenThousandths | null;

  @Column('numeric', { name: 'small_order_fee', nullable: true, transformer: amountTransformer })
  smallOrderFee!: TenThousandths | null;
}

/** A day on which a vendor, a node or a carrier does not work: exactly one of them is named. */
@Entity('closing_day')
export class ClosingDayEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('integer', { name: 'vendor_id', nullable: true })
  vendorId!: number | null;

  @Column('integer', { name: 'node_id', nullable: true })
  nodeId!: number | null;

  @Column('text', { nullable: true })
  carrier!: string | null;

  @Column('date')
  day!: string;

  @Column('text')
  name!: string;
}
