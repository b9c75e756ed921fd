import type { ValueTransformer } from 'typeorm';
import { formatAmount, parseAmount } from '../model/money.js';

/** numeric(16,4) <-> TenThousandths; null stays null. The one place where entities turn amounts. */
export const amountTransformer: ValueTransformer = {
  to: (value: number | null | undefined) => (typeof value === 'number' ? formatAmount(value) : value),
  from: (value: string | null) => (value === null ? null : parseAmount(value)),
};

/** int8 <-> bigint; null stays null. */
export const bigintTransformer: ValueTransformer = {
  to: (value: bigint | null | undefined) => (typeof value === 'bigint' ? value.toString() : value),
  from: (value: string | null) => (value === null ? null : BigInt(value)),
};
