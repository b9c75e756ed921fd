import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { TenThousandths } from '../../model/money.js';
import { amountTransformer } from '../transformers.js';

/** The master record of a SKU. Weights in grams, volumes in cm3, per unit. */
@Entity('product')
export class ProductEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  sku!: string;

  @Column('text')
  title!: string;

  @Column('integer', { name: 'unit_weight_grams' })
  unitWeightGrams!: number;

  @Column('integer', { name: 'unit_volume_cm3' })
  unitVolumeCm3!: number;

  @Column('integer', { name: 'low_stock_units', nullable: true })
  lowStockUnits!: number | null;

  @Column('text', { array: true })
  tags!: string[];

  @Column('text', { name: 'hs_code', nullable: true })
  hsCode!: string | null;

  @Column('text', { name: 'origin_country', nullable: true })
  originCountry!: string | null;

  @Column('numeric', { name: 'list_price', transformer: amountTransformer })
  listPrice!: TenThousandths;

  @Column('text', { name: 'list_price_currency' })
  listPriceCurrency!: string;

  @Column('boolean')
  active!: boolean;
}

/** What one account calls a product. */
@Entity('product_account_alias')
export class ProductAccountAliasEntity {
  @PrimaryColumn('integer', { name: 'account_id' })
  accountId!: number;

  @PrimaryColumn('text')
  alias!: string;

  @Column('integer', { name: 'product_id' })
  productId!: number;
}

/** What one vendor calls a product, and how many units its pack holds. */
@Entity('product_vendor_alias')
export class ProductVendorAliasEntity {
  @PrimaryColumn('integer', { name: 'vendor_id' })
  vendorId!: number;

  @PrimaryColumn('integer', { name: 'product_id' })
  productId!: number;

  @Column('text', { name: 'vendor_sku' })
  vendorSku!: string;

  @Column('text', { name: 'unit_of_measure' })
  unitOfMeasure!: string;

  @Column('integer', { name: 'units_per_pack' })
  unitsPerPack!: number;
}

/** One component of a kit; the price shares of a kit add up to one. */
@Entity('kit_component')
export class KitComponentEntity {
  @PrimaryColumn('integer', { name: 'kit_product_id' })
  kitProductId!: number;

  @PrimaryColumn('integer', { name: 'component_product_id' })
  componentProductId!: number;

  @Column('integer')
  quantity!: number;

  @Column('numeric', { name: 'price_share' })
  priceShare!: string;
}
