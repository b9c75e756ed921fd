import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { OrderToRoute } from '../matrix/order-to-route.js';
import { parseAmount, type TenThousandths } from '../model/money.js';
import type { Viewer } from '../model/viewer.js';
import { serviceCodeOf } from '../pricing/rates.js';
import { findAskingAccount, loadAccountContext } from '../store/account-context.js';
import { loadNetwork } from '../store/network.js';
import { type ResolvedSku, resolveSkus } from '../store/skus.js';
import { askCarriers } from './ask-carriers.js';
import type { OrderDeps } from './deps.js';
import { explodeKit, type ProductLine } from './kits.js';
import { answerUnder, type Question, withDayCounts } from './question.js';

/** A basket and where it would go. */
export interface QuoteInput {
  /** Null: the only account of the viewer. */
  readonly accountCode: string | null;
  readonly destination: {
    readonly countryCode: string;
    readonly regionCode: string | null;
    readonly postalCode: string | null;
    readonly residential: boolean;
  };
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitPrice: TenThousandths }[];
}

/** One way to deliver the whole basket. Amounts in the account's currency. */
export interface DeliveryOption {
  readonly level: 'ECONOMY' | 'STANDARD' | 'EXPRESS';
  /** When the last of it is at the door. */
  readonly arrivesAt: Date;
  /** Freight with its surcharges. */
  readonly shipping: TenThousandths;
  /** Duty and import tax that the customer would pay at the door; nothing where the merchant pays them. */
  readonly dutyAtDoor: TenThousandths;
  readonly landedCost: TenThousandths;
  readonly shipments: number;
  /** Codes of the carrier services, each once. */
  readonly services: readonly string[];
}

export interface Quote {
  readonly kind: 'quoted';
  readonly currency: string;
  /** The cheapest first, each further one arrives earlier. Empty: the basket cannot be delivered whole. */
  readonly options: readonly DeliveryOption[];
  /** Where there are no options: SKUs, as they were asked for, that are to blame. */
  readonly missing: readonly string[];
  readonly asOf: Date;
}

export type QuoteResult = Quote | { readonly kind: 'refused'; readonly path: string; readonly message: string };

/** Options of one quote. */
const OPTIONS_MAX = 4;

/**
 * The ways to deliver a basket, by the code that routes orders, on what is there now. Nothing is reserved: an order a moment later may find
 * less.
 *
 * The first option is the plan that routing would choose without a promise; each further one the best plan that arrives before the last,
 * until there is none or there are four.
 */
export async function quote(deps: OrderDeps, viewer: Viewer, input: QuoteInput): Promise<QuoteResult> {
  const account = await accountOf(deps, viewer, input.accountCode);
  if (account === null) return refused('account', 'expected the code of an active account that the key may act for');
  const resolved = await resolveSkus(deps.pool, account.id, [...new Set(input.lines.map(({ sku }) => sku))]);
  const unknown = input.lines.findIndex(({ sku }) => !resolved.has(sku));
  if (unknown !== -1)
    return refused(`lines[${unknown}].sku`, 'expected the SKU of a product, or an alias of the account');
  const parts = input.lines.flatMap(({ sku, quantity, unitPrice }) =>
    partsOf(resolved.get(sku), sku, quantity, unitPrice),
  );
  const now = deps.clock.now();
  const { countryCode, regionCode, postalCode, residential } = input.destination;
  const [{ account: accountCode, channel, rules: inForce }, read] = await Promise.all([
    loadAccountContext(deps.pool, account.id),
    loadNetwork(deps.pool, {
      ...{ accountId: account.id, productIds: [...new Set(parts.map(({ productId }) => productId))] },
      ...{ countryCode, regionCode, postalCode, orderCurrency: account.currency, now },
    }),
  ]);
  const order: OrderToRoute = {
    ...{ id: 'quote', currency: account.currency, placedAt: now, deliverBy: null, whenShort: 'REJECT' },
    destination: { countryCode, regionCode, residential },
    lines: parts.map(({ productId, quantity, unitPrice }, at) => ({ lineNo: at + 1, productId, quantity, unitPrice })),
  };
  // Whoever browses a shop could have carriers asked as often as there are postal codes.
  const isStorefront = viewer.scopes.every((scope) => scope === 'storefront');
  const { snapshot } = await askCarriers(isStorefront ? {} : deps, read, order, postalCode);
  const rules = await deps.rulesOf(deps.pool, inForce.version);
  const { quoteEffort, latenessCostPerDay, shipmentPenalty } = deps.settings;
  const asked: Question = {
    ...{ order, snapshot, exclusions: [] },
    context: { account: accountCode, channel, customerTier: '', tags: [], postalCode, position: null },
    policy: { effort: quoteEffort, latenessCostPerDay, shipmentPenalty },
  };
  const question = await withDayCounts(deps.pool, asked, rules);
  const found: Omit<DeliveryOption, 'level'>[] = [];
  let missing: string[] = [];
  while (found.length < OPTIONS_MAX) {
    const last = found.at(-1);
    const { answer } = await answerUnder(deps.decide, question, rules, (request) =>
      last ? arrivingBefore(request, last.arrivesAt) : request,
    );
    const { decision, dutyAtDoor } = answer;
    if (decision.status !== 'routed') {
      if (!last) missing = blamedSkus(decision, parts);
      break;
    }
    found.push(optionOf(decision, dutyAtDoor));
  }
  const shown = isStorefront ? worthOffering(found) : found;
  return {
    ...{ kind: 'quoted', currency: account.currency, missing, asOf: now },
    options: shown.map((option, at) => ({ ...option, level: levelOf(at, shown.length) })),
  };
}

/**
 * What a buyer may want of options of which each is earlier than the one before: those than which no earlier one costs as little at the
 * checkout and at the door. What is cheapest for the merchant, goods included, need not be.
 */
export function worthOffering<T extends Pick<DeliveryOption, 'shipping' | 'dutyAtDoor'>>(options: readonly T[]): T[] {
  const paid = ({ shipping, dutyAtDoor }: T) => shipping + dutyAtDoor;
  return options.filter((option, at) => options.slice(at + 1).every((earlier) => paid(earlier) > paid(option)));
}

function refused(path: string, message: string): QuoteResult {
  return { kind: 'refused', path, message };
}

async function accountOf(deps: OrderDeps, { accountIds }: Viewer, code: string | null) {
  const [only, ...others] = accountIds === 'all' ? [] : accountIds;
  if (code === null && (only === undefined || others.length > 0)) return null;
  const found = await findAskingAccount(deps.pool, code === null ? { id: only ?? 0 } : { code });
  return found && (accountIds === 'all' || accountIds.includes(found.id)) ? found : null;
}

/** A line as lines of products, each with the SKU that it was asked for by. */
function partsOf(
  product: ResolvedSku | undefined,
  asked: string,
  quantity: number,
  unitPrice: TenThousandths,
): (ProductLine & { readonly asked: string })[] {
  if (!product) return [];
  const line = { externalLineId: asked, quantity, unitPrice };
  const lines =
    product.components.length > 0
      ? explodeKit(line, product.components)
      : [{ ...line, productId: product.productId, sku: product.sku }];
  return lines.map((each) => ({ ...each, asked }));
}

function arrivingBefore(request: RoutingRequest, moment: Date): RoutingRequest {
  return {
    ...request,
    order: { ...request.order, deliverBy: new Date(moment.getTime() - 1_000).toISOString() },
    policy: { ...request.policy, lateness: 'forbid' },
  };
}

function optionOf(
  { shipments, landedCost }: Decision,
  dutyAtDoor: ((shipment: Decision['shipments'][number]) => TenThousandths) | null,
): Omit<DeliveryOption, 'level'> {
  const sum = (amountOf: (shipment: Decision['shipments'][number]) => TenThousandths) =>
    shipments.reduce((total, shipment) => total + amountOf(shipment), 0);
  return {
    arrivesAt: new Date(Math.max(...shipments.map(({ arrivesAt }) => Date.parse(arrivesAt)))),
    shipping: sum(({ costs }) => parseAmount(costs.freight) + parseAmount(costs.surcharges)),
    dutyAtDoor: dutyAtDoor ? sum(dutyAtDoor) : 0,
    landedCost: parseAmount(landedCost ?? '0'),
    shipments: shipments.length,
    services: [...new Set(shipments.map(({ serviceId }) => serviceCodeOf(serviceId)))].sort(),
  };
}

/** By its place among the options: the slowest is economy, the fastest express; the only one is standard. */
function levelOf(at: number, count: number): DeliveryOption['level'] {
  if (count === 1) return 'STANDARD';
  return at === 0 ? 'ECONOMY' : at === count - 1 ? 'EXPRESS' : 'STANDARD';
}

/** SKUs of the lines that could not ship whole; a line that only lacks its company is not to blame. */
function blamedSkus({ unfilled }: Decision, parts: readonly { readonly asked: string }[]): string[] {
  const blamed = unfilled.filter(({ reason }) => reason !== 'ORDER_INCOMPLETE');
  const lines = blamed.length > 0 ? blamed : unfilled;
  return [...new Set(lines.flatMap(({ lineId }) => parts[Number(lineId) - 1]?.asked ?? []))];
}
