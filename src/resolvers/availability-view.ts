import { type Availability, type DestinationInput, SKUS_MAX, STOREFRONT_QUANTITY_CAP } from '../schema/availability.js';
import { type AvailabilityQuestion, type SkuAvailability, UnknownAccount } from '../stock/availability.js';
import { encodeCursor } from '../store/event-cursor.js';
import type { ApiContext } from './context.js';
import { badInput } from './paging.js';

const SKU_LENGTH_MAX = 100;
const POSTAL_CODE_LENGTH_MAX = 20;
const REGION_LENGTH_MAX = 10;
const ACCOUNT_LENGTH_MAX = 63;
/** Faults that one error names. */
const FAULTS_TOLD_MAX = 10;

/** The SKUs as they are. Errors: BAD_USER_INPUT where there are none or too many, and for each that cannot be or comes twice. */
export function checkedSkus(skus: readonly string[]): readonly string[] {
  if (skus.length < 1 || skus.length > SKUS_MAX) throw badInput(`skus: expected 1 to ${SKUS_MAX}, got ${skus.length}`);
  const first = new Map<string, number>();
  const faults: string[] = [];
  for (const [index, sku] of skus.entries()) {
    const earlier = first.get(sku);
    if (sku.length < 1 || sku.length > SKU_LENGTH_MAX)
      faults.push(`skus[${index}]: expected 1 to ${SKU_LENGTH_MAX} characters, got ${sku.length}`);
    else if (earlier !== undefined) faults.push(`skus[${index}]: expected each SKU once, got that of skus[${earlier}]`);
    else first.set(sku, index);
  }
  if (faults.length === 0) return skus;
  const more = faults.length - FAULTS_TOLD_MAX;
  throw badInput(`${faults.slice(0, FAULTS_TOLD_MAX).join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
}

/** Errors: BAD_USER_INPUT with the path of what cannot be. */
export function checkedDestination(input: DestinationInput | null): AvailabilityQuestion['destination'] {
  if (input === null) return null;
  const { countryCode, regionCode = null, postalCode = null } = input;
  if (!/^[A-Z]{2}$/.test(countryCode))
    throw badInput('destination.countryCode: expected ISO 3166-1 alpha-2 in capitals, such as US');
  const bounded = (path: string, text: string | null, max: number) => {
    if (text !== null && text.length > max) throw badInput(`${path}: expected at most ${max} characters`);
  };
  bounded('destination.regionCode', regionCode, REGION_LENGTH_MAX);
  bounded('destination.postalCode', postalCode, POSTAL_CODE_LENGTH_MAX);
  return { countryCode, regionCode, postalCode };
}

/** Availability as the viewer may know it: keys that may sit in a browser are told at most so many. */
export async function readAvailability(
  context: ApiContext,
  question: Pick<AvailabilityQuestion, 'skus' | 'destination' | 'accountCode'>,
): Promise<Availability[]> {
  if ((question.accountCode?.length ?? 0) > ACCOUNT_LENGTH_MAX) throw unknownAccount();
  const capped = context.viewer.scopes.every((scope) => scope === 'storefront');
  try {
    const found = await context.availability.ask(context.viewer, {
      ...question,
      ...(capped ? { atMost: STOREFRONT_QUANTITY_CAP } : {}),
    });
    return found.map(availabilityView);
  } catch (error) {
    throw error instanceof UnknownAccount ? unknownAccount() : error;
  }
}

function unknownAccount() {
  return badInput('account: expected the code of an account that the key may act for');
}

function availabilityView({
  sku,
  promised,
  productIds,
  isKit,
  arrival,
  asOf,
  position,
}: SkuAvailability): Availability {
  return {
    ...{ sku, productIds, isKit, arrival, asOf },
    known: promised !== null,
    inStock: (promised?.fromStock ?? 0) > 0,
    available: promised?.available ?? 0,
    fromStock: promised?.fromStock ?? 0,
    availableWithOthers: promised?.withOthers ?? 0,
    atLeast: promised?.more ?? false,
    madeToOrder: promised?.madeToOrder ?? false,
    minimumQuantity: promised?.least || null,
    quantityMultiple: promised?.multiple ?? 1,
    cursor: encodeCursor(position),
  };
}
