import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { formatAmountShort, parseAmount, type TenThousandths } from '../model/money.js';

export { GraphQLDateTime as DateTimeScalar, GraphQLJSON as JsonScalar } from 'graphql-scalars';

function parse(value: unknown): TenThousandths {
  if (typeof value !== 'string') {
    throw new GraphQLError(`Decimal: expected a string such as "19.90", got ${typeof value}; numbers would be rounded`);
  }
  try {
    return parseAmount(value);
  } catch (error) {
    throw new GraphQLError(`Decimal: ${error instanceof Error ? error.message : 'not an amount'}`);
  }
}

/** Amounts cross the API as decimal strings and are integers of 1/10000 everywhere behind it. */
export const DecimalScalar = new GraphQLScalarType<TenThousandths, string>({
  name: 'Decimal',
  description:
    'An exact decimal number as a string, with at most 4 fraction digits, such as "19.90". Never a float: a JSON number is refused.',
  serialize: (value) => formatAmountShort(value as TenThousandths),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : Number.NaN),
});
