import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Facts about this installation. */
@Entity('installation')
export class InstallationEntity {
  @PrimaryColumn('text')
  key!: string;

  @Column('jsonb')
  value!: unknown;

  @Column('timestamptz', { name: 'set_at' })
  setAt!: Date;
}
