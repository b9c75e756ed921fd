import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { bigintTransformer } from '../transformers.js';
import { NodeEntity } from './node.js';
import { ProductEntity } from './product.js';

/** Units of one product at one node. Only the store's functions write the counters. */
@Entity('stock')
export class StockEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @Column('integer', { name: 'on_hand' })
  onHand!: number;

  @Column('timestamptz', { name: 'as_of' })
  asOf!: Date;

  @Column('integer', { name: 'safety_stock' })
  safetyStock!: number;

  @Column('integer')
  buffer!: number;

  @Column('integer')
  held!: number;

  @Column('integer')
  committed!: number;

  @Column('integer')
  version!: number;

  @Column({ type: 'integer', insert: false, update: false })
  atp!: number;

  @Column('integer')
  owed!: number;

  @Column('bigint', { name: 'feed_position', nullable: true, transformer: bigintTransformer })
  feedPosition!: bigint | null;

  @Column('timestamptz', { name: 'outside_as_of', nullable: true })
  outsideAsOf!: Date | null;

  @Column('timestamptz', { name: 'nothing_more_since', nullable: true })
  nothingMoreSince!: Date | null;
  /** When a shortage is to be relieved; null: there is none. */
  @Column('timestamptz', { name: 'relieve_at', nullable: true })
  relieveAt!: Date | null;

  @ManyToOne(() => NodeEntity)
  @JoinColumn({ name: 'node_id' })
  node?: Relation<NodeEntity>;

  @ManyToOne(() => ProductEntity)
  @JoinColumn({ name: 'product_id' })
  product?: Relation<ProductEntity>;
}

/** Units set aside for an order. */
@Entity('reservation')
export class ReservationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'line_no' })
  lineNo!: number;

  @Column('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @Column('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('integer', { name: 'product_id' })
  productId!: number;

  @Column('integer')
  quantity!: number;

  @Column('text')
  state!: 'held' | 'committed' | 'reflected' | 'released' | 'expired';

  @Column('integer', { name: 'atp_before' })
  atpBefore!: number;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'taken_at' })
  takenAt!: Date;

  @Column('timestamptz', { name: 'subtracted_at', nullable: true })
  subtractedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}

/** The append-only ledger behind the counters of `stock`. */
@Entity('stock_ledger')
export class StockLedgerEntity {
  @PrimaryColumn('bigint', { transformer: bigintTransformer })
  id!: bigint;

  @Column('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('integer', { name: 'product_id' })
  productId!: number;

  @Column('uuid', { name: 'reservation_id' })
  reservationId!: string;

  @Column('text')
  entry!: 'hold' | 'commit' | 'reflect' | 'release' | 'expire' | 'split' | 'repair';

  @Column('integer', { name: 'held_delta' })
  heldDelta!: number;

  @Column('integer', { name: 'committed_delta' })
  committedDelta!: number;

  @Column('integer', { name: 'atp_before' })
  atpBefore!: number;

  @Column('timestamptz')
  at!: Date;
}
