import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A carrier that is asked for rates live. Its secrets are sealed (secrets.ts). */
@Entity('carrier_account')
export class CarrierAccountEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  /** As services name their carrier. */
  @Column('text')
  code!: string;

  @Column('text')
  connector!: string;

  @Column('jsonb')
  settings!: Record<string, unknown>;

  @Column('bytea', { name: 'secrets_sealed', nullable: true })
  secretsSealed!: Buffer | null;

  @Column('integer', { name: 'deadline_ms' })
  deadlineMs!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
