import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintTransformer } from '../transformers.js';

/** A number that a connector gave what it sent: the same for the same key ever after. */
@Entity('connector_number')
export class ConnectorNumberEntity {
  @PrimaryColumn('text')
  owner!: string;

  @PrimaryColumn('text')
  series!: string;

  @PrimaryColumn('text')
  key!: string;

  @Column('bigint', { transformer: bigintTransformer })
  number!: bigint;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt!: Date;
}
