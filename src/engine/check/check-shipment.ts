import type { DecidedShipment } from '../decision.js';
import type { RequestLine, RequestNode, RequestOffer, RequestService, RoutingRequest } from '../request.js';

/** A shipment as a plan names it. */
export interface Planned {
  readonly nodeId: string;
  readonly serviceId: string;
  readonly items: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** One shipment's figures. Amounts in 1/10000, moments in milliseconds. */
export interface Judged {
  readonly violations: readonly string[];
  readonly goods: bigint;
  readonly fees: bigint;
  readonly duty: bigint;
  readonly freight: bigint;
  readonly surcharges: bigint;
  readonly landed: bigint;
  readonly steering: bigint;
  readonly weightGrams: bigint;
  readonly measure: bigint;
  readonly measureIsAmount: boolean;
  readonly shipsAt: bigint;
  readonly arrivesAt: bigint;
}

export const LARGEST = 10n ** 18n;
const HOUR = 3_600_000n;
const NOTHING: Omit<Judged, 'violations'> = {
  goods: 0n,
  fees: 0n,
  duty: 0n,
  freight: 0n,
  surcharges: 0n,
  landed: 0n,
  steering: 0n,
  weightGrams: 0n,
  measure: 0n,
  measureIsAmount: false,
  shipsAt: 0n,
  arrivesAt: 0n,
};

/** A decimal string as 1/10000. */
export function tenThousandths(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(4, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** Recomputes one shipment from the request. Source: ROUTING.md, "Plan" (rules 2, 3, 5) and "Cost". */
export function judgeShipment(request: RoutingRequest, planned: Planned): Judged {
  const node = (request.nodes ?? []).find(({ id }) => id === planned.nodeId);
  const service = node?.services?.find(({ id }) => id === planned.serviceId);
  if (!node || !service) return { violations: ['names no node and service of the request'], ...NOTHING };
  const violations: string[] = [];
  const held: { line: RequestLine; units: bigint }[] = [];
  for (const line of request.order.lines ?? []) {
    const items = planned.items.filter(({ lineId }) => lineId === line.id);
    if (items.length > 1) violations.push(`names line ${line.id} twice`);
    if (items[0]) held.push({ line, units: BigInt(items[0].quantity) });
  }
  if (held.length < planned.items.length) violations.push('names a line that the order does not have');
  if (held.some(({ units }) => units <= 0n)) violations.push('holds a line with no unit');
  if (held.length === 0) violations.push('holds nothing');

  const skus = skusOf(node, held, violations);
  const sum = <T>(list: readonly T[], of: (each: T) => bigint) => list.reduce((total, each) => total + of(each), 0n);
  const units = sum(held, (each) => each.units);
  if (node.remainingUnits !== undefined && units > BigInt(node.remainingUnits))
    violations.push(`${units} units, the node can handle ${node.remainingUnits}`);
  const goods = sum(skus, ({ offer, quantity }) => unitCost(offer, quantity) * quantity);
  let fees = amount(node.orderFee) + sum(skus, ({ offer, quantity }) => amount(offer.unitFee) * quantity);
  if (node.minimumOrderValue !== undefined && goods < amount(node.minimumOrderValue)) {
    if (node.smallOrderFee === undefined) violations.push('goods are below the minimum order value');
    else fees += amount(node.smallOrderFee);
  }
  const value = sum(held, (each) => amount(each.line.unitPrice) * each.units);
  const free = node.dutyFreeUpTo !== undefined && value <= amount(node.dutyFreeUpTo);
  let duty = free ? 0n : sum(skus, ({ offer, quantity }) => amount(offer.unitDuty) * quantity);
  if (duty !== 0n) duty += amount(node.clearanceFee);

  const grams = sum(held, (each) => BigInt(each.line.unitWeightGrams) * each.units);
  const volume = sum(held, (each) => BigInt(each.line.unitVolumeCm3 ?? 0) * each.units);
  const measure = measureOf(service, { grams, volume, units, goods });
  const freight = freightOf(service, measure);
  if (freight === null) violations.push(`service ${service.id} does not carry a measure of ${measure}`);
  for (const { line } of held) {
    const tag = line.tags?.find((each) => service.excludedTags?.includes(each));
    if (tag !== undefined) violations.push(`service ${service.id} does not carry ${tag}`);
    for (const rule of request.exclusions ?? []) {
      const matches =
        (rule.nodeId === undefined || rule.nodeId === node.id) &&
        (rule.sku === undefined || rule.sku === line.sku) &&
        (rule.serviceId === undefined || rule.serviceId === service.id);
      if (matches) violations.push(`excluded: ${rule.reason}`);
    }
  }
  const surcharges = sum(service.surcharges ?? [], (each) =>
    'amount' in each && each.amount !== undefined
      ? amount(each.amount)
      : ((freight ?? 0n) * amount((each as { percent: string }).percent) * 2n + 1_000_000n) / 2_000_000n,
  );

  const ready = [node.readyAt, ...skus.flatMap(({ offer }) => offer.readyAt ?? [])].map((each) =>
    BigInt(Date.parse(each)),
  );
  const shipsAt = ready.reduce((latest, each) => (each > latest ? each : latest));
  const arrivesAt = shipsAt + BigInt(service.transitHours) * HOUR;
  let late = 0n;
  if (request.order.deliverBy !== undefined) {
    const days = ceilDivide(arrivesAt - BigInt(Date.parse(request.order.deliverBy)), 24n * HOUR);
    const { lateness } = request.policy;
    if (days > 0n && typeof lateness === 'object') late = amount(lateness.costPerDay) * days;
    else if (days > 0n) violations.push('arrives late');
  }
  const landed = goods + fees + duty + (freight ?? 0n) + surcharges;
  const perUnit = sum(
    skus,
    ({ offer, quantity }) => (amount(offer.unitReserve) + amount(offer.unitAdjustment)) * quantity,
  );
  const steering = amount(node.failureCost) + amount(node.adjustment) + perUnit + late;
  return {
    violations,
    goods,
    fees,
    duty,
    freight: freight ?? 0n,
    surcharges,
    landed,
    steering,
    weightGrams: grams,
    measure,
    measureIsAmount: service.basis === 'goods',
    shipsAt,
    arrivesAt,
  };
}

function skusOf(node: RequestNode, held: readonly { line: RequestLine; units: bigint }[], violations: string[]) {
  const skus: { offer: RequestOffer; quantity: bigint }[] = [];
  for (const sku of new Set(held.map(({ line }) => line.sku))) {
    const quantity = held.reduce((total, { line, units }) => total + (line.sku === sku ? units : 0n), 0n);
    const offer = node.offers?.find((each) => each.sku === sku);
    if (!offer) {
      violations.push(`the node does not offer ${sku}`);
      continue;
    }
    if (offer.available !== undefined && quantity > BigInt(offer.available))
      violations.push(`${sku}: more than available`);
    if (quantity < BigInt(offer.minimumQuantity ?? 1)) violations.push(`${sku}: below the minimum quantity`);
    if (quantity % BigInt(offer.quantityMultiple ?? 1) !== 0n) violations.push(`${sku}: not a multiple`);
    skus.push({ offer, quantity });
  }
  return skus;
}

function amount(text: string | undefined): bigint {
  return text === undefined ? 0n : tenThousandths(text);
}

function unitCost(offer: RequestOffer, quantity: bigint): bigint {
  const reached = offer.unitCosts.filter(({ fromQuantity }) => BigInt(fromQuantity) <= quantity);
  return amount(reached.at(-1)?.unitCost);
}

function measureOf(
  service: RequestService,
  totals: { grams: bigint; volume: bigint; units: bigint; goods: bigint },
): bigint {
  if (service.basis === 'units') return totals.units;
  if (service.basis === 'goods') return totals.goods;
  if (service.dimensionalDivisor === undefined) return totals.grams;
  const dimensional = ceilDivide(totals.volume * 1000n, BigInt(service.dimensionalDivisor));
  return dimensional > totals.grams ? dimensional : totals.grams;
}

function freightOf(service: RequestService, measure: bigint): bigint | null {
  const read = (bound: number | string) => (typeof bound === 'string' ? tenThousandths(bound) : BigInt(bound));
  if (service.maximum !== undefined && measure > read(service.maximum)) return null;
  const bracket = service.rates?.find(({ upTo }) => read(upTo) >= measure);
  if (bracket) return amount(bracket.price);
  const last = service.rates?.at(-1);
  if (!last || !service.beyond) return null;
  return (
    amount(last.price) +
    ceilDivide(measure - read(last.upTo), read(service.beyond.every)) * amount(service.beyond.price)
  );
}

/** Rounded up; zero or below stays so. */
function ceilDivide(a: bigint, b: bigint): bigint {
  return a > 0n ? (a + b - 1n) / b : a / b;
}

/** Each field of a decided shipment with what it says and what it should say. */
export function compareShipment(shipment: DecidedShipment, judged: Judged): [string, unknown, unknown][] {
  const text = (value: bigint) => {
    const digits = String(value < 0n ? -value : value).padStart(5, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
  };
  const moment = (at: bigint) => new Date(Number(at)).toISOString().replace('.000Z', 'Z');
  const { costs } = shipment;
  return [
    ['costs.goods', costs.goods, text(judged.goods)],
    ['costs.fees', costs.fees, text(judged.fees)],
    ['costs.duty', costs.duty, text(judged.duty)],
    ['costs.freight', costs.freight, text(judged.freight)],
    ['costs.surcharges', costs.surcharges, text(judged.surcharges)],
    ['costs.landed', costs.landed, text(judged.landed)],
    ['costs.steering', costs.steering, text(judged.steering)],
    ['weightGrams', shipment.weightGrams, Number(judged.weightGrams)],
    ['measure', shipment.measure, judged.measureIsAmount ? text(judged.measure) : Number(judged.measure)],
    ['shipsAt', shipment.shipsAt, moment(judged.shipsAt)],
    ['arrivesAt', shipment.arrivesAt, moment(judged.arrivesAt)],
  ];
}
