import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An API key; only its hash is kept. */
@Entity('api_key')
export class ApiKeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('bytea')
  hash!: Buffer;

  @Column('text')
  hint!: string;

  @Column('text', { array: true })
  scopes!: string[];

  @Column('integer', { name: 'account_ids', array: true, nullable: true })
  accountIds!: number[] | null;

  @Column('integer', { name: 'vendor_ids', array: true, nullable: true })
  vendorIds!: number[] | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
