import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeKind, ExchangeSide } from '../../model/exchange.js';

/** One HTTP call of a connector and its answer, kept for a while. Bodies may hold personal data. */
@Entity('exchange')
export class ExchangeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: ExchangeKind;

  @Column('text')
  owner!: string;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text')
  method!: string;

  @Column('text')
  url!: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  @Column('integer', { name: 'took_ms' })
  tookMs!: number;

  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  problem!: string | null;

  @Column('jsonb')
  request!: ExchangeSide;

  @Column('jsonb', { nullable: true })
  response!: ExchangeSide | null;
}
