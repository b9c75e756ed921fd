import type { RuleEffect } from '../model/rule-set.js';
import type { SupplyNode } from '../model/supply.js';
import { converterTo } from '../pricing/currency.js';
import { cardOf } from './carriage.js';
import { type Part, type PromiseQuestion, type RuledOut, takeable } from './promise.js';
import { applyRules } from './rules/apply.js';
import type { CompiledRule } from './rules/compile.js';
import { Cases, type RuledNetwork } from './rules/facts.js';
import { withTransitHours } from './transit.js';

/** A question about what is available, as far as rules may speak of it. */
export interface RuledQuestion extends Omit<PromiseQuestion, 'ruledOut'> {
  readonly now: Date;
  /** Null: of several accounts, or of nobody's. */
  readonly account: { readonly code: string; readonly channel: string; readonly currency: string } | null;
  /** Null: anywhere. */
  readonly destination: {
    readonly countryCode: string;
    readonly regionCode: string | null;
    readonly postalCode: string | null;
  } | null;
}

/** Effects that take nodes, offers or services away, whatever else an order asks for. */
const EFFECTS: ReadonlySet<RuleEffect> = new Set(['exclude', 'require', 'carriers', 'maxLeadTimeHours']);
const OF_ANY_QUESTION: readonly string[] = [
  ...['line.sku', 'line.weightGrams', 'line.tags', 'line.hsCode', 'line.originCountry'],
  ...['offer.available', 'offer.minimumQuantity', 'offer.quantityMultiple', 'offer.leadTimeHours'],
  ...['node.code', 'node.vendor', 'node.country', 'node.region', 'node.leadTimeHours', 'node.remainingUnits'],
  ...['service.code', 'service.carrier'],
];
const TRANSIT = 'service.transitHours';

/**
 * What hard rules in force keep from every order of each of these things (its parts), by the code that routes; null: nothing. Pure.
 *
 * A rule counts where the question has all that it speaks of; what depends on the order (its value, its other lines, its promise) cannot be
 * decided and takes nothing away.
 * Errors: HeadgateError RULES_TOO_COSTLY.
 */
export function ruledOut(
  rules: readonly CompiledRule[],
  things: readonly (readonly Part[])[],
  question: RuledQuestion,
): readonly (RuledOut | null)[] {
  const known = fieldsOf(question);
  const counting = rules.filter(
    (rule) => EFFECTS.has(rule.effect) && !rule.rule.soft && fieldsIn(rule).every((field) => known.has(field)),
  );
  if (counting.length === 0) return things.map(() => null);
  // Business days are counted from when what is ordered can leave, so that they differ from thing to thing.
  const cards = [...(question.reach?.cards.values() ?? [])];
  if (cards.some(({ businessDays }) => businessDays) && counting.some((rule) => fieldsIn(rule).includes(TRANSIT)))
    return things.map((parts) => ruledOutOf(counting, parts, question));
  const all = ruledOutOf(counting, things.flat(), question);
  return things.map(() => all);
}

/** What a rule must know to be decided. */
function fieldsIn({ effect, when, require }: CompiledRule): readonly string[] {
  return [...when.fields, ...(require?.fields ?? []), ...(effect === 'maxLeadTimeHours' ? [TRANSIT] : [])];
}

function ruledOutOf(rules: readonly CompiledRule[], parts: readonly Part[], question: RuledQuestion): RuledOut | null {
  const network = networkOf(parts, question);
  const { account, destination, now } = question;
  const currency = account?.currency ?? '';
  const order = {
    ...{ id: '', currency, placedAt: now, deliverBy: null, whenShort: 'BACKORDER' as const },
    destination: { ...{ countryCode: '', regionCode: null }, ...destination, residential: false },
    lines: network.products.map(({ id }, at) => ({ lineNo: at + 1, productId: id, quantity: 1, unitPrice: 0 })),
  };
  const context = {
    ...{ channel: account?.channel ?? '', account: account?.code ?? '' },
    ...{ customerTier: '', tags: [], postalCode: destination?.postalCode ?? null, position: null },
  };
  const { exclusions } = applyRules(rules, {
    ...{ cases: new Cases(order, context, network), nodes: [], now, money: converterTo(currency, []) },
    lines: network.products.map(({ sku }, at) => ({ lineNo: at + 1, sku, group: null })),
    // Limits a day are not among the effects that count.
    today: { units: 0, counts: [] },
  });
  if (exclusions.length === 0) return null;
  const keys = new Set(exclusions.map(({ nodeId = '', sku = '', serviceId = '' }) => keyOf(nodeId, sku, serviceId)));
  return {
    has({ code }, { sku }, service) {
      return [
        keyOf(code, sku, ''),
        keyOf(code, '', ''),
        keyOf('', sku, ''),
        ...(service === null ? [] : [keyOf(code, sku, service), keyOf(code, '', service), keyOf('', sku, service)]),
        ...(service === null ? [] : [keyOf('', '', service)]),
      ].some((key) => keys.has(key));
    },
  };
}

function keyOf(node: string, sku: string, service: string): string {
  return `${node}\n${sku}\n${service}`;
}

/** What can be said of any order that may come of the question. */
function fieldsOf({ account, destination }: RuledQuestion): ReadonlySet<string> {
  const fields = new Set(OF_ANY_QUESTION);
  if (account) for (const field of ['account', 'channel', 'currency']) fields.add(`order.${field}`);
  if (destination) {
    fields.add(TRANSIT).add('destination.country');
    if (destination.regionCode !== null) fields.add('destination.region');
    if (destination.postalCode !== null) fields.add('destination.postalCode');
  }
  return fields;
}

/** Who offers the parts, and what ships them to the destination. */
function networkOf(parts: readonly Part[], question: RuledQuestion): RuledNetwork {
  const { capacities, reach, now } = question;
  const products = new Map(parts.map(({ supply }) => [supply.productId, supply]));
  const nodes = new Map<number, SupplyNode>();
  const offers = [...products.values()].flatMap((supply) =>
    supply.offers.flatMap((offer) => {
      const node = question.nodes.get(offer.nodeId);
      if (!node) return [];
      nodes.set(node.id, node);
      const available = offer.available === null ? null : takeable(offer, supply, question);
      return [{ ...offer, available, productId: supply.productId }];
    }),
  );
  const services = [...nodes.values()].flatMap((node) =>
    node.services.flatMap((service) => {
      const transit = reach === null ? { transitHours: 0 } : cardOf(service, reach);
      return transit ? [{ nodeId: node.id, ...service, ...transit }] : [];
    }),
  );
  return withTransitHours({
    takenAt: now,
    products: [...products.values()].map((supply) => ({ ...supply, id: supply.productId })),
    // No rule that counts asks how far it is.
    nodes: [...nodes.values()].map((node) => ({
      ...{ ...node, latitude: 0, longitude: 0 },
      remainingUnits: node.dailyCapacityUnits === null ? null : (capacities.get(node.id) ?? 0),
    })),
    offers,
    services,
  });
}
