import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the orders of a day were asked about. */
@Entity('rule_regret_day')
export class RuleRegretDayEntity {
  @PrimaryColumn('date')
  day!: string;

  @Column('uuid', { name: 'after_order', nullable: true })
  afterOrder!: string | null;

  @Column('integer')
  orders!: number;

  @Column('integer', { name: 'passed_over' })
  passedOver!: number;

  @Column('boolean')
  done!: boolean;
}

/** What a rule cost on the orders of a day, in one currency. */
@Entity('rule_regret')
export class RuleRegretEntity {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text', { name: 'rule_id' })
  ruleId!: string;

  @PrimaryColumn('text')
  currency!: string;

  @Column('numeric')
  cost!: string;

  @Column('integer')
  orders!: number;

  @Column('integer')
  otherwise!: number;

  @Column('bigint', { name: 'units_kept' })
  unitsKept!: string;
}
