import { Field, ObjectType } from 'type-graphql';
import { parseAmount, type TenThousandths } from '../model/money.js';
import { DecimalScalar } from './scalars.js';

@ObjectType({ simpleResolvers: true, description: 'An exact amount with its currency.' })
export class Money {
  @Field(() => DecimalScalar, { description: 'In units of the currency.' })
  amount!: TenThousandths;

  @Field(() => String, { description: 'ISO 4217, such as USD.' })
  currencyCode!: string;
}

/** An amount of the database as the API shows it. */
export function money(amount: TenThousandths, currencyCode: string): Money {
  return { amount, currencyCode };
}

/** An amount of a stored decision (a decimal string) as the API shows it; null where the decision has none. */
export function moneyOfText(amount: string | undefined, currencyCode: string): Money | null {
  return amount === undefined ? null : { amount: parseAmount(amount), currencyCode };
}
