import type { AccountTerms } from '../model/account-terms.js';
import type { CanonicalOrder } from '../model/canonical-order.js';
import { closest } from '../model/similar-text.js';

/** The account has a table of shipping services, and the order's is not in it: it waits for a person. */
export const UNMAPPED_SERVICE = 'UNMAPPED_SERVICE';

const DAY_MS = 86_400_000;
const SUGGESTIONS_MAX = 5;

/** What an order's shipping service means for its routing. Null: nothing; arrival: as the order says itself. */
export type AgreedService =
  | { readonly kind: 'agreed'; readonly serviceCodes: readonly string[] | null; readonly deliverBy: string | null }
  /** The account has a table, and this is not in it: `suggestions` are its nearest entries. */
  | { readonly kind: 'unmapped'; readonly text: string; readonly suggestions: readonly string[] };

/**
 * Looks up what the channel calls the shipping service, its code before its title, in the account's table; never guesses. An account
 * without a table lets every service be any. Pure.
 */
export function agreedService(
  order: Pick<CanonicalOrder, 'delivery' | 'placedAt' | 'deliverBy'>,
  terms: AccountTerms,
): AgreedService {
  const asGiven = { kind: 'agreed', serviceCodes: null, deliverBy: order.deliverBy ?? null } as const;
  const { shippingServices: table } = terms;
  const said = [order.delivery?.serviceCode, order.delivery?.serviceTitle].flatMap((text) => text?.trim() || []);
  const [text] = said;
  if (table === undefined || text === undefined) return asGiven;
  const byName = new Map(Object.entries(table).map(([name, service]) => [plain(name), service]));
  const [service] = said.flatMap((name) => byName.get(plain(name)) ?? []);
  if (service === undefined) {
    return {
      kind: 'unmapped',
      text: said.join(' / '),
      suggestions: closest(text, Object.keys(table), SUGGESTIONS_MAX),
    };
  }
  const { services = null, days } = service;
  const byThen = days === undefined ? null : new Date(Date.parse(order.placedAt) + days * DAY_MS).toISOString();
  return { kind: 'agreed', serviceCodes: services, deliverBy: order.deliverBy ?? byThen };
}

/** Names are the same whatever their case and spaces. */
function plain(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}
