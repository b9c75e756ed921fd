import { z } from 'zod';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { parseAmount } from '../model/money.js';
import { findAskingAccount } from '../store/account-context.js';
import type { Queryable } from '../store/database.js';
import { resolveSkus } from '../store/skus.js';
import type { GivenOrder } from './given-order.js';
import { REPLAY_MAX } from './replay.js';
import { isPlainText, LINES_MAX, validateOrder } from './validate.js';

/** What is wrong with a file of orders: the line, from 1, and the field. */
export interface OrderFileFault {
  readonly place: string;
  readonly path: string;
  readonly message: string;
}

const TEXT_MAX = 50_000_000;
const FAULTS_MAX = 1_000;

const text = z.string().max(1_000);
const moment = z.iso.datetime({ offset: true });
const amount = z
  .string()
  .refine(isAmount, 'expected an amount as a text with at most 4 fraction digits, such as "19.90"');
/** The input of `submitOrder`. */
const orderSchema = z.strictObject({
  idempotencyKey: text.nullish(),
  accountCode: text,
  externalId: text,
  displayNumber: text.nullish(),
  currencyCode: text.nullish(),
  placedAt: moment.nullish(),
  deliverBy: moment.nullish(),
  whenShort: z.enum(['BACKORDER', 'REJECT']).nullish(),
  customerTier: text.nullish(),
  tags: z.array(text).max(1_000).nullish(),
  // Of the input too, and nothing that is asked about here.
  ...{ customerPoNumber: text.nullish(), test: z.boolean().nullish(), delivery: z.looseObject({}).nullish() },
  shipTo: z.strictObject({
    ...{ name: text.nullish(), company: text.nullish(), lines: z.array(text).max(100), city: text.nullish() },
    ...{ regionCode: text.nullish(), postalCode: text.nullish(), countryCode: text },
    ...{ residential: z.boolean().nullish(), phone: text.nullish(), email: text.nullish() },
  }),
  lines: z
    .array(
      z.strictObject({
        ...{ externalLineId: text.nullish(), sku: text, quantity: z.number(), unitPrice: amount },
        ...{ title: text.nullish(), requiresShipping: z.boolean().nullish(), gtin: text.nullish() },
        ...{ listPrice: amount.nullish(), customs: z.looseObject({}).nullish() },
      }),
    )
    .max(LINES_MAX),
});
type OrderInput = z.infer<typeof orderSchema>;

/**
 * Reads a file of orders to be asked about: one JSON object a line, each the input of `submitOrder` with its account. They are held against the
 * very rules that orders are taken in by; a file with any fault is refused whole, with line and path.
 */
export async function readOrderFile(
  db: Queryable,
  source: string,
  now: Date,
): Promise<{ readonly orders: readonly GivenOrder[] } | { readonly faults: readonly OrderFileFault[] }> {
  if (source.length > TEXT_MAX)
    return { faults: [{ place: '1', path: '', message: `expected at most ${TEXT_MAX} characters` }] };
  const rows = source.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, place: String(at + 1) }]));
  if (rows.length > REPLAY_MAX)
    return { faults: [{ place: '1', path: '', message: `expected at most ${REPLAY_MAX} orders, got ${rows.length}` }] };
  const faults: OrderFileFault[] = [];
  const orders: GivenOrder[] = [];
  for (const { line, place } of rows) {
    if (faults.length >= FAULTS_MAX) break;
    const read = readLine(line);
    const checked = 'faults' in read ? read : await check(db, read.input, now);
    if ('faults' in checked) faults.push(...checked.faults.map((fault) => ({ place, ...fault })));
    else orders.push(checked);
  }
  return faults.length > 0 ? { faults: faults.slice(0, FAULTS_MAX) } : { orders };
}

type Faults = { readonly faults: readonly Omit<OrderFileFault, 'place'>[] };

function readLine(line: string): { readonly input: OrderInput } | Faults {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { faults: [{ path: '', message: 'expected one JSON object on one line' }] };
  }
  const parsed = orderSchema.safeParse(value);
  if (parsed.success) return { input: parsed.data };
  return { faults: parsed.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path), message })) };
}

async function check(db: Queryable, input: OrderInput, now: Date): Promise<GivenOrder | Faults> {
  const account = await findAskingAccount(db, { code: input.accountCode });
  if (account === null) return { faults: [{ path: 'accountCode', message: 'expected the code of an active account' }] };
  const order = canonical(input, account.currency, now);
  const skus = [...new Set(order.lines.map(({ sku }) => sku))].filter((sku) => isPlainText(sku));
  const validation = validateOrder(order, await resolveSkus(db, account.id, skus));
  if (!validation.ok) return { faults: validation.errors.map(({ path, message }) => ({ path, message })) };
  return { accountId: account.id, whenShort: order.whenShort ?? account.whenShort, valid: validation.valid };
}

function canonical({ lines, shipTo, ...input }: OrderInput, currency: string, now: Date): CanonicalOrder {
  return {
    ...given({ externalId: input.externalId, displayNumber: input.displayNumber, deliverBy: input.deliverBy }),
    ...given({ whenShort: input.whenShort, customerTier: input.customerTier, tags: input.tags }),
    currency: input.currencyCode ?? currency,
    placedAt: input.placedAt ?? now.toISOString(),
    shipTo: given(shipTo),
    lines: lines.map(({ externalLineId, sku, quantity, unitPrice, title, requiresShipping }, at) => ({
      ...{ externalLineId: externalLineId ?? String(at + 1), sku, quantity, unitPrice: parseAmount(unitPrice) },
      ...{ title: title ?? undefined, requiresShipping: requiresShipping ?? true },
    })),
  };
}

/** The same without nulls, which GraphQL takes for left out. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
}

function isAmount(written: string): boolean {
  try {
    parseAmount(written);
    return true;
  } catch {
    return false;
  }
}
