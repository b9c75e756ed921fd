import { parseAmount } from '../model/money.js';
import type {
  BusinessDays,
  NetworkSnapshot,
  NodeFacts,
  NodeServiceFacts,
  OfferFacts,
  RateCardFacts,
} from '../model/network.js';
import type { Queryable } from './database.js';
import { LIVE_CHECK_POLICY } from './live-checks.js';
import { knownAsOf } from './stock-feeds.js';
import { UNUSED_SET_ASIDES } from './stock-set-asides.js';

/** Whose routing the snapshot is for. */
export interface NetworkQuestion {
  /** What other accounts have set aside and not used is not available to it. */
  readonly accountId: number;
  readonly productIds: readonly number[];
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly postalCode: string | null;
  readonly orderCurrency: string;
  readonly now: Date;
  /** Units that the same change gives back, so that they count as free. */
  readonly givenBack?: readonly { readonly nodeId: number; readonly productId: number; readonly units: number }[];
}

/**
 * Everything that routing these products to this destination depends on, read in one statement (so as of one moment).
 *
 * Only what is active counts: vendors, nodes, offers that have a cost, services whose rate card is valid today and knows the
 * destination. Days are those of UTC, but for a node's capacity, which is counted by its own local day.
 */
export async function loadNetwork(db: Queryable, question: NetworkQuestion): Promise<NetworkSnapshot> {
  const { accountId, productIds, countryCode, regionCode, postalCode, orderCurrency, now, givenBack = [] } = question;
  const statement = {
    // Named: it is planned once per connection; planning takes longer than running it.
    name: 'load-network',
    text: LOAD_NETWORK,
    values: [
      ...[productIds, countryCode, regionCode ?? '', prefixesOf(postalCode ?? ''), orderCurrency, now],
      givenBack.map((each) => each.nodeId),
      givenBack.map((each) => each.productId),
      givenBack.map((each) => each.units),
      accountId,
    ],
  };
  const { rows } = await db.query<Found>(statement);
  const found = rows[0];
  if (!found) throw new Error('expected one row of network facts');
  const carriers = new Map(found.carriers.map((carrier) => [carrier.serviceId, carrier]));
  const cards = new Map(
    found.cards.map((card) => [card.id, { zone: card.zone, ...transitOf(card), rateCard: rateCard(card) }]),
  );
  return {
    takenAt: now,
    products: found.products,
    nodes: found.nodes.map(node),
    offers: found.offers.map(offer),
    services: found.services.flatMap(({ cardId, ...service }): NodeServiceFacts[] => {
      const [carrier, card] = [carriers.get(service.serviceId), cards.get(cardId)];
      if (!carrier || !card) return [];
      const { serviceCode, excludedTags, workingDays, closedDays } = carrier;
      const { zone, days, transitHours, rateCard } = card;
      const businessDays = days === null ? null : { days, workingDays, closedDays };
      return [
        { ...service, serviceCode, carrier: carrier.carrier, excludedTags, rateCard, zone, transitHours, businessDays },
      ];
    }),
    exchangeRates: found.exchangeRates,
    exchangeLimit: {
      daysMax: found.exchangeDaysMax,
      newest: Object.fromEntries(found.newestRates.map(({ base, validFrom }) => [base, validFrom])),
    },
    dutyRates: found.dutyRates,
    dutyThreshold: found.dutyThreshold && {
      ...found.dutyThreshold,
      dutyFreeUpTo: parseAmount(found.dutyThreshold.dutyFreeUpTo),
    },
    dutyTerms: found.dutyTerms ?? 'DDP',
  };
}

/** Every beginning of a postal code, the empty one included, as zones are stored: without spaces, in capitals. */
export function prefixesOf(postalCode: string): string[] {
  const whole = postalCode.replaceAll(' ', '').toUpperCase().slice(0, 20);
  return Array.from({ length: whole.length + 1 }, (_, length) => whole.slice(0, length));
}

/** What the statement gives: amounts as text. */
interface Found {
  readonly products: NetworkSnapshot['products'];
  readonly nodes: readonly FoundNode[];
  readonly offers: readonly FoundOffer[];
  readonly services: readonly (Pick<NodeServiceFacts, 'nodeId' | 'serviceId' | 'source'> & {
    readonly cardId: number;
  })[];
  readonly carriers: readonly (Pick<NodeServiceFacts, 'serviceId' | 'serviceCode' | 'carrier' | 'excludedTags'> &
    Pick<BusinessDays, 'workingDays' | 'closedDays'>)[];
  readonly cards: readonly FoundCard[];
  readonly exchangeRates: NetworkSnapshot['exchangeRates'];
  readonly dutyRates: NetworkSnapshot['dutyRates'];
  readonly exchangeDaysMax: number;
  readonly newestRates: readonly { readonly base: string; readonly validFrom: string }[];
  readonly dutyThreshold: {
    readonly dutyFreeUpTo: string;
    readonly currency: string;
    readonly taxAlways: boolean;
  } | null;
  readonly dutyTerms: 'DDP' | 'DAP' | null;
}
type FoundNode = Omit<NodeFacts, 'orderFee' | 'minimumOrderValue' | 'smallOrderFee' | 'clearanceFee' | 'failureCost'> &
  Readonly<Record<'orderFee' | 'clearanceFee' | 'failureCost', string>> &
  Readonly<Record<'minimumOrderValue' | 'smallOrderFee', string | null>>;
type FoundOffer = Omit<OfferFacts, 'unitFee' | 'unitCosts' | 'keptForOthers'> & {
  readonly keptForOthers: number | null;
  readonly unitFee: string;
  readonly unitCosts: readonly { readonly fromQuantity: number; readonly unitCost: string }[];
};
type FoundCard = Omit<RateCardFacts, 'brackets' | 'beyond' | 'surcharges' | 'minimum'> & {
  readonly id: number;
  readonly zone: string;
  readonly transitHours: number | null;
  readonly transitDays: number | null;
  readonly minimum: string;
  readonly beyondEvery: string | null;
  readonly beyondPrice: string | null;
  readonly brackets: readonly { readonly upTo: string; readonly price: string }[];
  readonly surcharges: readonly (Omit<RateCardFacts['surcharges'][number], 'amount'> & {
    readonly amount: string | null;
  })[];
};

const amountOrNull = (text: string | null) => (text === null ? null : parseAmount(text));

function node(found: FoundNode): NodeFacts {
  return {
    ...found,
    orderFee: parseAmount(found.orderFee),
    minimumOrderValue: amountOrNull(found.minimumOrderValue),
    smallOrderFee: amountOrNull(found.smallOrderFee),
    clearanceFee: parseAmount(found.clearanceFee),
    failureCost: parseAmount(found.failureCost),
  };
}

function offer({ keptForOthers, ...found }: FoundOffer): OfferFacts {
  return {
    ...found,
    ...(keptForOthers === null || keptForOthers === 0 ? {} : { keptForOthers }),
    unitFee: parseAmount(found.unitFee),
    unitCosts: found.unitCosts.map((step) => ({ ...step, unitCost: parseAmount(step.unitCost) })),
  };
}

/** On the clock, or in days of delivery. */
function transitOf({ transitHours, transitDays: days }: FoundCard) {
  return { days, transitHours: transitHours ?? (days ?? 0) * 24 };
}

function rateCard(card: FoundCard): RateCardFacts {
  const { id: _id, zone: _zone, transitHours: _hours, transitDays: _days, beyondEvery, beyondPrice, ...found } = card;
  return {
    ...found,
    minimum: parseAmount(found.minimum),
    brackets: found.brackets.map((bracket) => ({ ...bracket, price: parseAmount(bracket.price) })),
    beyond:
      beyondEvery !== null && beyondPrice !== null ? { every: beyondEvery, price: parseAmount(beyondPrice) } : null,
    surcharges: found.surcharges.map((surcharge) => ({ ...surcharge, amount: amountOrNull(surcharge.amount) })),
  };
}

/** Rows of a subquery as one JSON array, so that one round trip brings all of them; empty when there are none. */
const asJson = (sql: string) => `COALESCE((SELECT json_agg(x) FROM (${sql}) x), '[]')`;

/**
 * The product ids as a subquery: the planner does not look into it, so that a plan that knows them is no better than one that serves all, and
 * the statement is really planned once. Planning it for each order took as long as running it.
 */
const PRODUCT_IDS = '(SELECT $1::integer[])::integer[]';

/**
 * $1 product ids, $2 country, $3 region, $4 all prefixes of the postal code, $5 the order's currency, $6 now, $7 to $9 nodes,
 * products and units that are given back, $10 account.
 *
 * Of a card's series the card counts that is valid today and began last, of scheduled prices likewise; where the node's card does
 * not know the destination, its vendor's default does. The zone is that of the most specific area: longest postal prefix (spaces and
 * case do not count), then region, then country.
 * A currency without a rate of its own is converted by the inverse rate, or through USD or EUR; the source says so.
 *
 * Prices and stock are looked up offer by offer (OFFSET 0 keeps it so): joined, they were read whole for ten products at 100
 * nodes, among 100,000 rows, which took many times as long.
 */
const LOAD_NETWORK = `
  WITH today AS MATERIALIZED (SELECT ($6::timestamptz AT TIME ZONE 'UTC')::date AS day),
  offered AS MATERIALIZED (
    SELECT o.node_id, o.product_id, o.lead_time_hours, o.stocked, COALESCE(l.unit_fee, o.unit_fee) AS unit_fee,
      COALESCE(l.minimum_quantity, o.minimum_quantity) AS minimum_quantity,
      COALESCE(l.quantity_multiple, o.quantity_multiple) AS quantity_multiple, l.from_quantities, l.unit_costs, COALESCE(o.low_stock_units, p.low_stock_units,
        (SELECT max(t.low_stock_units) FROM low_stock_tag t WHERE t.tag = ANY(p.tags)), v.low_stock_units) AS low_below
    FROM offer o JOIN node n ON n.id = o.node_id AND n.active JOIN vendor v ON v.id = n.vendor_id AND v.status = 'active'
      JOIN product p ON p.id = o.product_id AND p.active CROSS JOIN today
      LEFT JOIN LATERAL (SELECT * FROM offer_price s WHERE s.product_id = o.product_id AND s.node_id = o.node_id
        AND s.valid_from <= today.day AND (s.valid_to IS NULL OR s.valid_to > today.day)
        ORDER BY s.valid_from DESC LIMIT 1) l ON true
    WHERE o.product_id = ANY(${PRODUCT_IDS}) AND o.active
      AND (l.node_id IS NOT NULL OR EXISTS (SELECT 1 FROM offer_cost c WHERE c.node_id = o.node_id AND c.product_id = o.product_id OFFSET 0))
  ),
  nodes AS MATERIALIZED (
    SELECT n.*, v.code AS vendor_code, v.currency, v.minimum_per_batch, v.feed_skew_seconds, f.full_as_of, ${LIVE_CHECK_POLICY} AS live_check
    FROM node n JOIN vendor v ON v.id = n.vendor_id LEFT JOIN vendor_feed f ON f.vendor_id = v.id
    WHERE n.id IN (SELECT node_id FROM offered)
  ),
  asides AS MATERIALIZED (
    SELECT u.node_id, u.product_id, sum(u.units)::integer AS units FROM (${UNUSED_SET_ASIDES}) u
    WHERE u.product_id = ANY(${PRODUCT_IDS}) AND u.account_id <> $10 GROUP BY u.node_id, u.product_id
  ),
  shipping AS MATERIALIZED (
    SELECT s.node_id, s.service_id, s.rate_card_id, d.rate_card_id AS default_card_id
    FROM node_service s JOIN nodes n ON n.id = s.node_id
      LEFT JOIN vendor_default_rate d ON d.vendor_id = n.vendor_id AND d.service_id = s.service_id
    WHERE s.active
  ),
  cards AS MATERIALIZED (
    SELECT named.id AS named_id, r.*, area.zone, area.transit_hours, area.transit_days FROM rate_card named CROSS JOIN today
    CROSS JOIN LATERAL card_in_force(named, today.day) r
    CROSS JOIN LATERAL area_of(r.id, $2, $3, $4::text[]) area
    WHERE named.id IN (SELECT rate_card_id FROM shipping UNION SELECT default_card_id FROM shipping)
  ),
  needed AS MATERIALIZED (
    SELECT currency::text AS base FROM nodes UNION SELECT currency FROM cards
    UNION SELECT currency FROM duty_threshold WHERE destination_country = $2
  )
  SELECT ${asJson(`
    SELECT id, sku, unit_weight_grams AS "unitWeightGrams", unit_volume_cm3 AS "unitVolumeCm3", tags, hs_code AS "hsCode",
      origin_country AS "originCountry"
    FROM product WHERE id = ANY(${PRODUCT_IDS}) ORDER BY id`)} AS products,
  ${asJson(`
    SELECT n.id, n.code, n.vendor_id AS "vendorId", n.vendor_code AS "vendorCode", n.currency, n.country_code AS "countryCode",
      n.region_code AS "regionCode", n.postal_code AS "postalCode", n.latitude, n.longitude, n.time_zone AS "timeZone",
      to_char(n.cut_off, 'HH24:MI') AS "cutOff", n.working_days AS "workingDays", n.lead_time_hours AS "leadTimeHours",
      terms.order_fee::text AS "orderFee",
      CASE WHEN NOT n.minimum_per_batch THEN terms.minimum_order_value::text END AS "minimumOrderValue",
      CASE WHEN NOT n.minimum_per_batch THEN terms.small_order_fee::text END AS "smallOrderFee",
      (SELECT json_agg(DISTINCT c.day ORDER BY c.day) FROM closing_day c WHERE (c.vendor_id = n.vendor_id OR c.node_id = n.id)
        AND c.day BETWEEN today.day - 1 AND today.day + 400) AS "closedDays",
      n.clearance_fee::text AS "clearanceFee", n.failure_cost::text AS "failureCost",
      CASE WHEN n.daily_capacity_units IS NOT NULL THEN greatest(0, n.daily_capacity_units - COALESCE((
        SELECT c.taken FROM node_capacity c
        WHERE c.node_id = n.id AND c.day = ($6::timestamptz AT TIME ZONE n.time_zone)::date), 0)) END AS "remainingUnits",
      n.live_check AS "liveCheck", n.reliability, n.judged_orders AS "judgedOrders"
    FROM nodes n CROSS JOIN today JOIN node own ON own.id = n.id
      CROSS JOIN LATERAL node_terms(own, today.day) terms ORDER BY n.id`)} AS nodes,
  ${asJson(`
    SELECT o.node_id AS "nodeId", o.product_id AS "productId", CASE WHEN o.stocked THEN greatest(0, COALESCE(
        s.on_hand - s.safety_stock - s.buffer - s.held - s.committed + COALESCE(back.units, 0), 0)
        - COALESCE(asides.units, 0)) END AS available, CASE WHEN o.stocked THEN asides.units END AS "keptForOthers",
      o.unit_fee::text AS "unitFee", o.minimum_quantity AS "minimumQuantity", o.quantity_multiple AS "quantityMultiple",
      o.lead_time_hours AS "leadTimeHours", o.low_below AS "lowStockUnits",
      CASE WHEN n.live_check IS NOT NULL THEN ${knownAsOf('s.as_of', 'n.full_as_of', '$6', 'n.feed_skew_seconds')} END AS "asOf",
      CASE WHEN o.unit_costs IS NULL THEN (
        SELECT json_agg(json_build_object('fromQuantity', c.from_quantity, 'unitCost', c.unit_cost::text) ORDER BY c.from_quantity)
        FROM offer_cost c WHERE c.node_id = o.node_id AND c.product_id = o.product_id)
      ELSE (SELECT json_agg(json_build_object('fromQuantity', c.quantity, 'unitCost', c.cost::text) ORDER BY c.quantity)
        FROM unnest(o.from_quantities, o.unit_costs) AS c(quantity, cost)) END AS "unitCosts"
    FROM offered o JOIN nodes n ON n.id = o.node_id
      LEFT JOIN LATERAL (SELECT * FROM stock WHERE node_id = o.node_id AND product_id = o.product_id OFFSET 0) s ON true
      LEFT JOIN (SELECT node_id, product_id, sum(units)::integer AS units
        FROM unnest($7::integer[], $8::integer[], $9::integer[]) AS given(node_id, product_id, units)
        GROUP BY node_id, product_id) back ON back.node_id = o.node_id AND back.product_id = o.product_id
      LEFT JOIN asides ON asides.node_id = o.node_id AND asides.product_id = o.product_id
    ORDER BY o.node_id, o.product_id`)} AS offers,
  ${asJson(`
    SELECT s.node_id AS "nodeId", s.service_id AS "serviceId", COALESCE(own.id, other.id) AS "cardId",
      CASE WHEN own.id IS NULL THEN 'default' ELSE 'card' END AS source
    FROM shipping s LEFT JOIN cards own ON own.named_id = s.rate_card_id
      LEFT JOIN cards other ON other.named_id = s.default_card_id AND own.id IS NULL
    WHERE own.id IS NOT NULL OR other.id IS NOT NULL ORDER BY s.node_id, s.service_id`)} AS services,
  ${asJson(`
    SELECT c.id AS "serviceId", c.code AS "serviceCode", c.carrier, c.excluded_tags AS "excludedTags", c.working_days AS "workingDays",
      CASE WHEN EXISTS (SELECT 1 FROM cards WHERE cards.transit_days IS NOT NULL) THEN closed_days(NULL, NULL, c.carrier, $6) END AS "closedDays"
    FROM carrier_service c WHERE c.active AND c.id IN (SELECT service_id FROM shipping)`)} AS carriers,
  ${asJson(`
    SELECT DISTINCT ON (r.id) r.id, r.zone, r.transit_hours AS "transitHours", r.transit_days AS "transitDays", r.code, r.currency, r.basis, r.dimensional_divisor AS "dimensionalDivisor",
      trim_scale(z.beyond_every)::text AS "beyondEvery", z.beyond_price::text AS "beyondPrice",
      trim_scale(z.maximum)::text AS maximum, r.minimum::text AS minimum, r.length_cm * r.width_cm * r.height_cm AS "unitMaximumCm3",
      ${asJson(`
        SELECT trim_scale(b.up_to)::text AS "upTo", b.price::text AS price FROM rate_bracket b
        WHERE b.rate_card_id = r.id AND b.zone = r.zone ORDER BY b.up_to`)} AS brackets,
      ${asJson(`
        SELECT u.code, u.amount::text AS amount, trim_scale(u.percent)::text AS percent, u.residential_only AS "residentialOnly",
          u.over_grams AS "overGrams", u.over_cm3 AS "overCm3"
        FROM rate_surcharge u, today WHERE u.rate_card_id = r.id AND u.valid_from <= today.day
          AND (u.valid_to IS NULL OR u.valid_to > today.day)
          AND COALESCE((SELECT bool_or(a.country_code IN ($2, 'ZZ') AND a.region_code IN ('', $3) AND a.postal_prefix = ANY($4::text[]))
            FROM rate_surcharge_area a WHERE a.rate_card_id = u.rate_card_id AND a.code = u.code), true)
        ORDER BY u.code, u.valid_from`)} AS surcharges
    FROM cards r JOIN rate_zone z ON z.rate_card_id = r.id AND z.zone = r.zone ORDER BY r.id`)} AS cards,
  ${asJson(`
    SELECT needed.base, best.rate, best.valid_from AS "validFrom", best.source FROM needed
    CROSS JOIN today CROSS JOIN LATERAL (
      SELECT trim_scale(x.rate)::text AS rate, x.valid_from, x.source FROM (
        SELECT 1 AS preference, r.rate, r.valid_from, r.source FROM latest_rate(needed.base, $5, today.day) r
        UNION ALL
        SELECT 2, round(1 / r.rate, 12), r.valid_from, r.source || ', inverse' FROM latest_rate($5, needed.base, today.day) r
        UNION ALL
        SELECT 3, round(a.rate * b.rate, 12), least(a.valid_from, b.valid_from),
          a.source || ' and ' || b.source || ', through ' || pivot.currency
        FROM (VALUES ('USD'), ('EUR')) AS pivot(currency)
        CROSS JOIN LATERAL either_rate(needed.base, pivot.currency, today.day) a
        CROSS JOIN LATERAL either_rate(pivot.currency, $5, today.day) b) x
      ORDER BY x.preference, x.valid_from DESC, x.source LIMIT 1) best
    WHERE needed.base <> $5 ORDER BY needed.base`)} AS "exchangeRates",
  ${asJson(`
    SELECT DISTINCT ON (d.origin_country, d.hs_prefix) d.origin_country AS "originCountry", d.hs_prefix AS "hsPrefix",
      trim_scale(d.percent)::text AS percent, trim_scale(d.tax_percent)::text AS "taxPercent"
    FROM duty_rate d, today WHERE d.destination_country = $2 AND d.valid_from <= today.day
    ORDER BY d.origin_country, d.hs_prefix, d.valid_from DESC`)} AS "dutyRates",
  (SELECT json_build_object('dutyFreeUpTo', t.duty_free_up_to::text, 'currency', t.currency, 'taxAlways', t.tax_always)
    FROM duty_threshold t WHERE t.destination_country = $2) AS "dutyThreshold",
  (SELECT days_max FROM exchange_policy) AS "exchangeDaysMax",
  ${asJson(`
    SELECT needed.base, max(newest.valid_from) AS "validFrom" FROM needed CROSS JOIN today CROSS JOIN LATERAL (
      (SELECT r.valid_from FROM exchange_rate r WHERE r.base = needed.base AND r.quote = $5 AND r.valid_from <= today.day
        ORDER BY r.valid_from DESC LIMIT 1)
      UNION ALL (SELECT r.valid_from FROM exchange_rate r WHERE r.base = $5 AND r.quote = needed.base AND r.valid_from <= today.day
        ORDER BY r.valid_from DESC LIMIT 1)) newest
    WHERE needed.base <> $5 GROUP BY needed.base`)} AS "newestRates",
  (SELECT COALESCE(t.terms, a.duty_terms) FROM account a
    LEFT JOIN duty_terms t ON t.account_id = a.id AND t.destination_country = $2 WHERE a.id = $10) AS "dutyTerms"`;
