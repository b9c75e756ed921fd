import { ConnectorError } from '../model/errors.js';
import type { CallContext, Numbers } from './connector.js';

/** The numbers that a call brings. Errors: ConnectorError NUMBERS_MISSING, class `permanent`, where it brings none. */
export function numbersOf({ numbers }: CallContext): Numbers {
  if (numbers) return numbers;
  throw new ConnectorError(
    'NUMBERS_MISSING',
    'permanent',
    'expected numbers in the call: what is sent has lasting ones',
  );
}
