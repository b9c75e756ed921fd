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

/** The first decision of an order under the rules in force, and what those in shadow would have made of it. */
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
