import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

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

  /** How often its channel is asked for orders; null: as the settings say. */
  @Column('integer', { name: 'poll_seconds', nullable: true })
  pollSeconds!: number | null;

  /** More than this of a SKU is never published to its channel; null: no such bound. */
  @Column('integer', { name: 'stock_cap', nullable: true })
  stockCap!: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** Where reading an account's orders and publishing its stock stands, and who is at it now. */
@Entity('account_poll')
export class AccountPollEntity {
  @PrimaryColumn('integer', { name: 'account_id' })
  accountId!: number;

  @PrimaryColumn('text')
  kind!: 'orders' | 'levels';

  @Column('text', { nullable: true })
  cursor!: string | null;

  @Column('integer')
  failures!: number;

  @Column('timestamptz', { name: 'last_success_at', nullable: true })
  lastSuccessAt!: Date | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_action_at', nullable: true })
  nextActionAt!: Date | null;
}

/** What an account's channel was told last of the stock of a SKU. */
@Entity('account_stock')
export class AccountStockEntity {
  @PrimaryColumn('integer', { name: 'account_id' })
  accountId!: number;

  @PrimaryColumn('text')
  sku!: string;

  @Column('integer')
  told!: number;

  /** The channel does not have it. */
  @Column('boolean')
  unknown!: boolean;

  @Column('timestamptz', { name: 'told_at' })
  toldAt!: Date;
}
