import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One version of the rules. */
@Entity('rule_set')
export class RuleSetEntity {
  @PrimaryColumn('integer')
  version!: number;

  @Column('jsonb')
  document!: unknown;

  @Column('text')
  actor!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** That a version came into force. */
@Entity('rule_publication')
export class RulePublicationEntity {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('integer')
  version!: number;

  @Column('text')
  stage!: 'live' | 'share' | 'shadow';

  @Column('integer', { nullable: true })
  percent!: number | null;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('text')
  actor!: string;

  @Column('timestamptz', { name: 'published_at' })
  publishedAt!: Date;
}

/** The first decision of an order while rules were on trial: under those in force, and under these. One of the two is what became of it. */
@Entity('rule_shadow')
export class RuleShadowEntity {
  @PrimaryColumn('integer')
  version!: number;

  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer', { name: 'live_version' })
  liveVersion!: number;

  @Column('boolean')
  changed!: boolean;

  @Column('jsonb')
  live!: Record<string, number>;

  @Column('jsonb')
  draft!: Record<string, number>;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt!: Date;
}

/** What a node, or a vendor as a whole (node 0), was given on a day, as one rule counts it. */
@Entity('day_count')
export class DayCountEntity {
  @PrimaryColumn('text', { name: 'rule_id' })
  ruleId!: string;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('integer')
  taken!: number;
}

/** That a fulfillment counts in a counter of a day. */
@Entity('day_count_part')
export class DayCountPartEntity {
  @PrimaryColumn('uuid', { name: 'fulfillment_id' })
  fulfillmentId!: string;

  @PrimaryColumn('text', { name: 'rule_id' })
  ruleId!: string;

  @Column('date')
  day!: string;

  @Column('integer', { name: 'vendor_id' })
  vendorId!: number;

  @Column('integer', { name: 'node_id' })
  nodeId!: number;

  @Column('text')
  per!: 'unit' | 'order';
}
