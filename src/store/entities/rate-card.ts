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

  /** Cards of one series take turns by their dates; null: it is the only one, named by its code. */
  @Column('text', { nullable: true })
  series!: string | null;

  @Column('numeric', { transformer: amountTransformer })
  minimum!: TenThousandths;

  @Column('integer', { name: 'length_cm', nullable: true })
  lengthCm!: number | null;

  @Column('integer', { name: 'width_cm', nullable: true })
  widthCm!: number | null;

  @Column('integer', { name: 'height_cm', nullable: true })
  heightCm!: number | null;

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

  @Column('integer', { name: 'transit_hours', nullable: true })
  transitHours!: number | null;

  @Column('integer', { name: 'transit_days', nullable: true })
  transitDays!: number | null;
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

  @Column('integer', { name: 'over_grams', nullable: true })
  overGrams!: number | null;

  @Column('integer', { name: 'over_cm3', nullable: true })
  overCm3!: number | null;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo!: string | null;
}

/** An area that a surcharge is for; without any it is for all. */
@Entity('rate_surcharge_area')
export class RateSurchargeAreaEntity {
  @PrimaryColumn('integer', { name: 'rate_card_id' })
  rateCardId!: number;

  @PrimaryColumn('text')
  code!: string;

  @PrimaryColumn('text', { name: 'country_code' })
  countryCode!: string;

  @PrimaryColumn('text', { name: 'region_code' })
  regionCode!: string;

  @PrimaryColumn('text', { name: 'postal_prefix' })
  postalPrefix!: string;
}

/** The card that prices a service for a vendor's nodes where their own does not know the destination. */
@Entity('vendor_default_rate')
export class VendorDefaultRateEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('integer', { name: 'service_id' })
  serviceId!: number;

  @Column('integer', { name: 'rate_card_id' })
  rateCardId!: number;
}
