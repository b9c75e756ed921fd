import { REASONS, type ReasonCode } from '../reasons.js';

type Facts = Readonly<Record<string, unknown>>;

/**
 * Why a node is not used, in one line with the numbers that decided it: "mug: has 2, needed 3". `code` and `facts` as in a decision's
 * candidates; facts that are not there, as in decisions of other versions, leave the plain cause.
 */
export function reasonText(code: string, facts: Facts = {}, ruleId?: string): string {
  const known = code in REASONS ? (code as ReasonCode) : null;
  if (known === null) return code;
  return SENTENCES[known]?.(facts, ruleId) ?? REASONS[known].cause;
}

const SENTENCES: { readonly [code in ReasonCode]?: (facts: Facts, ruleId?: string) => string | null } = {
  NO_OFFER: ({ skus }) => (Array.isArray(skus) ? `does not offer ${skus.join(', ')}` : null),
  NO_STOCK: ({ offers }) => perOffer(offers, (offer) => `has ${offer.available}, needed ${offer.wanted}`),
  BELOW_MINIMUM_QUANTITY: ({ offers }) =>
    perOffer(offers, (offer) => `at most ${offer.most}, minimum ${offer.minimumQuantity}`),
  NOT_A_MULTIPLE: ({ offers }) =>
    perOffer(
      offers,
      ({ most, whole, quantityMultiple }) =>
        `${whole ? `${most} or none` : `at most ${most}`}, in packs of ${quantityMultiple}`,
    ),
  BELOW_MINIMUM_VALUE: ({ goods, minimumOrderValue }) =>
    goods === undefined ? null : `goods of at most ${money(goods)}, minimum ${money(minimumOrderValue)}`,
  NO_CAPACITY: ({ remainingUnits, needed }) =>
    remainingUnits === undefined ? null : `can handle ${remainingUnits} more units today${neededText(needed)}`,
  TOO_HEAVY: ({ maximum, needed }) => {
    if (!isRecord(maximum)) return null;
    const services = Object.entries(maximum).filter(([, most]) => most !== null);
    const least = isRecord(needed) ? needed : {};
    if (services.length === 0) return null;
    return services
      .map(([service, most]) => `${service} carries at most ${money(most)}${neededText(least[service])}`)
      .join('; ');
  },
  TAG_NOT_CARRIED: ({ tags }) => (Array.isArray(tags) ? `no service carries ${tags.join(', ')}` : null),
  TOO_LATE: ({ arrivesAt, deliverBy }) => (arrivesAt === undefined ? null : twoMoments(arrivesAt, deliverBy)),
  EXCLUDED_BY_RULE: ({ reason }, ruleId) => `${reason || 'excluded'}${ruleId === undefined ? '' : ` (rule ${ruleId})`}`,
  COSTLIER: ({ insteadOf, lines, difference }) => {
    if (insteadOf === undefined) return null;
    const what = Array.isArray(lines)
      ? `${lines.join(', ')} from here instead of ${insteadOf}`
      : `beaten by ${insteadOf}`;
    return Array.isArray(lines) ? `${what} would cost ${money(difference)} more` : `${what} by ${money(difference)}`;
  },
};

function perOffer(offers: unknown, sentence: (offer: Facts) => string): string | null {
  if (!Array.isArray(offers)) return null;
  return offers.map((offer: Facts) => `${offer.sku}: ${sentence(offer)}`).join('; ');
}

/** Amounts have four digits; the last two are shown where they say something. */
function money(amount: unknown): string {
  return String(amount).replace(/(\.\d\d)00$/, '$1');
}

function neededText(needed: unknown): string {
  return needed === undefined ? '' : `, needed ${money(needed)}`;
}

/** To the minute; to the last digit where that is the same. */
function twoMoments(arrivesAt: unknown, deliverBy: unknown): string {
  const to = (length: number) =>
    [arrivesAt, deliverBy].map((at) => String(at).replace(/Z$/, '').slice(0, length).replace('T', ' '));
  const minutes = to('2026-03-02T10:00'.length);
  const [arrival, promise] = minutes[0] === minutes[1] ? to('2026-03-02T10:00:00.000'.length) : minutes;
  return `arrives ${arrival}, promised ${promise}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
