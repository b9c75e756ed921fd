import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A service of a carrier, and the goods that it does not take. */
@Entity('carrier_service')
export class CarrierServiceEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer' })
  id!: number;

  @Column('text')
  code!: string;

  @Column('text')
  carrier!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'excluded_tags', array: true })
  excludedTags!: string[];

  /** Days on which it delivers, 1 = Monday. */
  @Column('integer', { name: 'working_days', array: true })
  workingDays!: number[];

  @Column('boolean')
  active!: boolean;
}
