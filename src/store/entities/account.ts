import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One connected shop of a channel. Its secrets are sealed (secrets.ts). */
@Entity('account')
export class AccountEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('text')
  channel!: string;

  @Column('text')
  currency!: string;

  /** Who pays duty and import tax: the merchant (DDP), or the customer at the door (DAP). */
  @Column('text', { name: 'duty_terms' })
  dutyTerms!: 'DDP' | 'DAP';

  @Column('text', { name: 'when_short' })
  whenShort!: 'BACKORDER' | 'REJECT';

  @Column('text')
  confirmation!: 'automatic' | 'explicit';

  @Column('integer', { name: 'hold_minutes' })
  holdMinutes!: number;

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
