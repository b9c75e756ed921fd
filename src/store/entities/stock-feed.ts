import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintTransformer } from '../transformers.js';

/** One stock report, and what became of it. */
@Entity('stock_report')
export class StockReportEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ type: 'bigint', transformer: bigintTransformer, insert: false, update: false })
  seq!: bigint;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('text')
  kind!: 'snapshot' | 'delta' | 'live';

  @Column('timestamptz', { name: 'as_of' })
  asOf!: Date;

  @Column('bigint', { nullable: true, transformer: bigintTransformer })
  position!: bigint | null;

  @Column('boolean')
  complete!: boolean;

  @Column('boolean')
  whole!: boolean;

  @Column('text')
  state!: 'applying' | 'applied' | 'covered' | 'waiting' | 'review' | 'refused' | 'superseded' | 'discarded';

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { nullable: true })
  fingerprint!: string | null;

  @Column('integer', { name: 'rows_received' })
  rowsReceived!: number;

  @Column('integer', { name: 'rows_changed' })
  rowsChanged!: number;

  @Column('integer', { name: 'rows_unknown' })
  rowsUnknown!: number;

  @Column('integer', { name: 'rows_stale' })
  rowsStale!: number;

  @Column('integer', { name: 'rows_contradicted' })
  rowsContradicted!: number;

  @Column('integer', { name: 'rows_baseless' })
  rowsBaseless!: number;

  @Column('integer', { name: 'units_reflected' })
  unitsReflected!: number;

  @Column('text', { name: 'unknown_skus', array: true })
  unknownSkus!: string[];

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('text', { name: 'closed_by', nullable: true })
  closedBy!: string | null;
}

/** Rows of a report that are still to be applied. */
@Entity('stock_report_chunk')
export class StockReportChunkEntity {
  @PrimaryColumn('uuid', { name: 'report_id' })
  reportId!: string;

  @PrimaryColumn('integer', { name: 'chunk_no' })
  chunkNo!: number;

  @Column('integer', { name: 'node_ids', array: true })
  nodeIds!: number[];

  @Column('integer', { name: 'product_ids', array: true })
  productIds!: number[];

  @Column('integer', { array: true })
  units!: number[];
}

/** Where a vendor's feed stands, and how fast its stock falls without us. */
@Entity('vendor_feed')
export class VendorFeedEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('bigint', { nullable: true, transformer: bigintTransformer })
  position!: bigint | null;

  @Column('bigint', { name: 'base_position', nullable: true, transformer: bigintTransformer })
  basePosition!: bigint | null;

  @Column('timestamptz', { name: 'delta_as_of', nullable: true })
  deltaAsOf!: Date | null;

  @Column('timestamptz', { name: 'begun_as_of', nullable: true })
  begunAsOf!: Date | null;

  @Column('bigint', { name: 'begun_position', nullable: true, transformer: bigintTransformer })
  begunPosition!: bigint | null;

  @Column('timestamptz', { name: 'full_as_of', nullable: true })
  fullAsOf!: Date | null;

  @Column('bigint', { name: 'full_position', nullable: true, transformer: bigintTransformer })
  fullPosition!: bigint | null;

  @Column('integer', { name: 'ahead_rows' })
  aheadRows!: number;

  @Column('timestamptz', { name: 'ahead_to', nullable: true })
  aheadTo!: Date | null;

  @Column('timestamptz', { name: 'ahead_since', nullable: true })
  aheadSince!: Date | null;

  @Column('text', { name: 'snapshot_wanted', nullable: true })
  snapshotWanted!: string | null;

  @Column('bigint', { name: 'series_offset', transformer: bigintTransformer })
  seriesOffset!: bigint;

  @Column('bigint', { name: 'series_offset_before', transformer: bigintTransformer })
  seriesOffsetBefore!: bigint;

  @Column('timestamptz', { name: 'series_since', nullable: true })
  seriesSince!: Date | null;

  @Column('bigint', { name: 'newest_position', nullable: true, transformer: bigintTransformer })
  newestPosition!: bigint | null;

  @Column('timestamptz', { name: 'newest_as_of', nullable: true })
  newestAsOf!: Date | null;

  @Column('integer', { name: 'fallen_reports' })
  fallenReports!: number;

  @Column('timestamptz', { name: 'fallen_since', nullable: true })
  fallenSince!: Date | null;

  @Column('bigint', { name: 'fallen_to', nullable: true, transformer: bigintTransformer })
  fallenTo!: bigint | null;

  @Column('float8', { name: 'drift_share' })
  driftShare!: number;

  @Column('float8', { name: 'variance_share' })
  varianceShare!: number;

  @Column('timestamptz', { name: 'measured_at', nullable: true })
  measuredAt!: Date | null;
}

/** How wrong the reports of one row turned out. */
@Entity('stock_drift')
export class StockDriftEntity {
  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @Column('timestamptz', { name: 'measured_to' })
  measuredTo!: Date;

  @Column('float8')
  hours!: number;

  @Column('float8', { name: 'drop_units' })
  dropUnits!: number;

  @Column('float8', { name: 'square_units' })
  squareUnits!: number;

  @Column('integer', { name: 'explained_ahead' })
  explainedAhead!: number;
}

/** What a vendor reports and nobody here knows. */
@Entity('unknown_stock')
export class UnknownStockEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('text', { name: 'node_code' })
  nodeCode!: string;

  @PrimaryColumn('text', { name: 'vendor_sku' })
  vendorSku!: string;

  @Column('float8', { nullable: true })
  packs!: number | null;

  @Column('timestamptz', { name: 'as_of' })
  asOf!: Date;

  @Column('bigint', { nullable: true, transformer: bigintTransformer })
  position!: bigint | null;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt!: Date;
}

/** Units at a node that other accounts leave to this one. */
@Entity('channel_set_aside')
export class ChannelSetAsideEntity {
  @PrimaryColumn('integer', { name: 'account_id' })
  accountId!: number;

  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @Column('integer', { name: 'policy_units' })
  policyUnits!: number;

  @Column('integer', { name: 'rule_units' })
  ruleUnits!: number;

  @Column({ type: 'integer', insert: false, update: false })
  units!: number;
}
