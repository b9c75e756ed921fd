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

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('text')
  actor!: string;

  @Column('timestamptz', { name: 'published_at' })
  publishedAt!: Date;
}
