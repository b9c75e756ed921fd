import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import { amountTransformer } from '../transformers.js';

/** The prices of one carrier service under one contract. */
@Entity('rate_card')
export class RateCardEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  code!: string;

  @Column('integer', { name: 'service_id' })
  serviceId!: number;

  @Column('text')
  currency!: string;

  @Column('text')
  basis!: 'weight' | 'units' | 'goods';

  @Column('integer', { name: 'dimensional_divisor', nullable: true })
  dimensionalDivisor!: number | null;

  @Column('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo!: string | null;
}

/** One zone of a rate card, and how its price goes on beyond the last bracket. */
@Entity('rate_zone')
export class RateZoneEntity {
  @PrimaryColumn('integer', { name: 'rate_card_id' })
  rateCardId!: number;

  @PrimaryColumn('text')
  zone!: string;

  @Column('numeric', { name: 'beyond_every', nullable: true })
  beyondEvery!: string | null;

  @Column('numeric', { name: 'beyond_price', nullable: true, transformer: amountTransformer })
  beyondPrice!: TenThousandths | null;

  @Column('numeric', { nullable: true })
  maximum!: string | null;
}

/** An area that belongs to a zone: a country, narrowed by region or postal prefix (empty: all). */
@Entity('rate_zone_area')
export class RateZoneAreaEntity {
  @PrimaryColumn('integer', { name: 'rate_card_id' })
  rateCardId!: number;

  @Column('text')
  zone!: string;

  @PrimaryColumn('text', { name: 'country_code' })
  countryCode!: string;

  @PrimaryColumn('text', { name: 'region_code' })
  regionCode!: string;

  @PrimaryColumn('text', { name: 'postal_prefix' })
  postalPrefix!: string;

  @Column('integer', { name: 'transit_hours' })
  transitHours!: number;
}

/** The price of a zone up to a weight, count or goods value, as the card's basis says. */
@Entity('rate_bracket')
export class RateBracketEntity {
  @PrimaryColumn('integer', { name: 'rate_card_id' })
  rateCardId!: number;

  @PrimaryColumn('text')
  zone!: string;

  @PrimaryColumn('numeric', { name: 'up_to' })
  upTo!: string;

  @Column('numeric', { transformer: amountTransformer })
  price!: TenThousandths;
}

/** A surcharge of a rate card: an amount, or a percentage. */
@Entity('rate_surcharge')
export class RateSurchargeEntity {
  @PrimaryColumn('integer', { name: 'rate_card_id' })
  rateCardId!: number;

  @PrimaryColumn('text')
  code!: string;

  @Column('numeric', { nullable: true, transformer: amountTransformer })
  amount!: TenThousandths | null;

  @Column('numeric', { nullable: true })
  percent!: string | null;

  @Column('boolean', { name: 'residential_only' })
  residentialOnly!: boolean;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo!: string | null;
}
