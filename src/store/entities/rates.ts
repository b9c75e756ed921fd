import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import { amountTransformer } from '../transformers.js';

/** One unit of base is `rate` units of quote, from that day on. */
@Entity('exchange_rate')
export class ExchangeRateEntity {
  @PrimaryColumn('text')
  base!: string;

  @PrimaryColumn('text')
  quote!: string;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;

  @Column('numeric')
  rate!: string;

  @Column('text')
  source!: string;
}

/** Duty and import tax as a percentage of the customs value; the longest matching HS prefix counts. */
@Entity('duty_rate')
export class DutyRateEntity {
  @PrimaryColumn('text', { name: 'destination_country' })
  destinationCountry!: string;

  @PrimaryColumn('text', { name: 'origin_country' })
  originCountry!: string | null;

  @PrimaryColumn('text', { name: 'hs_prefix' })
  hsPrefix!: string;

  @Column('numeric')
  percent!: string;

  /** Import tax, of the customs value with duty. */
  @Column('numeric', { name: 'tax_percent' })
  taxPercent!: string;

  @PrimaryColumn('date', { name: 'valid_from' })
  validFrom!: string;
}

/** The value up to which a country charges no duty. */
@Entity('duty_threshold')
export class DutyThresholdEntity {
  @PrimaryColumn('text', { name: 'destination_country' })
  destinationCountry!: string;

  @Column('numeric', { name: 'duty_free_up_to', transformer: amountTransformer })
  dutyFreeUpTo!: TenThousandths;

  @Column('text')
  currency!: string;

  /** Import tax is due whatever the value. */
  @Column('boolean', { name: 'tax_always' })
  taxAlways!: boolean;
}

/** Who pays duty and import tax of an account's orders to a country; elsewhere the account's own terms count. */
@Entity('duty_terms')
export class DutyTermsEntity {
  @PrimaryColumn('integer', { name: 'account_id' })
  accountId!: number;

  @PrimaryColumn('text', { name: 'destination_country' })
  destinationCountry!: string;

  @Column('text')
  terms!: 'DDP' | 'DAP';
}

/** How old an exchange rate may be; one row. */
@Entity('exchange_policy')
export class ExchangePolicyEntity {
  @PrimaryColumn('boolean')
  single!: boolean;

  @Column('integer', { name: 'days_max' })
  daysMax!: number;
}
