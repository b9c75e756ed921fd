import type { Covering } from '../bounds/covering.js';
import type { Shipper } from '../bounds/shipper.js';
import { chargeable, latenessOf, surchargesOf, unitCostAt } from '../cost.js';
import type { Item } from '../loads/items.js';
import type { Problem, ProblemNode, ProblemService } from '../problem.js';
import type { Sourcing } from './sourcing.js';

/**
 * The request as facility location; null where anything in it is more than that: a second service at a node, freight that rises with
 * the load, quantity discounts on what may be split, thresholds on value, rewards for shipping, a limit on shipments, units that may
 * be left. The general search decides those.
 */
export function sourcingOf(problem: Problem, covering: Covering): Sourcing | null {
  const { leaving, free, mustUse, shippers, items, maxShipments } = covering;
  if (leaving.kind !== 'forbid' || free || mustUse >= 0 || items.length === 0) return null;
  const pieces = items.reduce((sum, { demand }) => sum + demand, 0);
  if (maxShipments < Math.min(shippers.length, pieces)) return null;
  for (const { services } of shippers) if (services.length !== 1) return null;
  if (!haveOwnSkus(problem, items)) return null;
  return new Recogniser(problem, covering).read();
}

/** Whether no two items share a SKU, none stands for several lines that are alike, and none of several pieces has to stay together. */
function haveOwnSkus(problem: Problem, items: readonly Item[]): boolean {
  const seen = new Set<number>();
  for (const { lines, pooled, single, demand } of items) {
    if (pooled.length > 0 || (single && demand > 1)) return false;
    const skus = new Set(lines.map((line) => problem.lines[line]?.sku ?? 0));
    for (const sku of skus) {
      if (seen.has(sku)) return false;
      seen.add(sku);
    }
  }
  return true;
}

/** What the whole order measures: no shipment is more. */
interface Whole {
  readonly units: number;
  readonly grams: number;
  readonly volume: number;
  readonly value: number;
}

interface Arc {
  readonly cost: number;
  readonly most: number;
  readonly pays: boolean;
  readonly arrivesAt: number;
}

type Limit = { readonly by: 'units' | 'grams'; readonly room: number } | null;

class Recogniser {
  private readonly order: readonly number[];
  private readonly whole: Whole;

  constructor(
    private readonly problem: Problem,
    private readonly covering: Covering,
  ) {
    const { items } = covering;
    this.order = [...items.keys()].sort((a, b) => firstLine(items[a]) - firstLine(items[b]));
    const whole = { units: 0, grams: 0, volume: 0, value: 0 };
    for (const { quantity, grams, volume, unitPrice } of problem.lines) {
      whole.units += quantity;
      whole.grams += quantity * grams;
      whole.volume += quantity * volume;
      whole.value += quantity * unitPrice;
    }
    this.whole = whole;
  }

  read(): Sourcing | null {
    const { covering, order } = this;
    const { shippers, scale, perShipment, items } = covering;
    const sites = shippers.length;
    const clients = order.length;
    const opening = new Float64Array(sites);
    const arrivesAt = new Float64Array(sites);
    const cost = new Float64Array(sites * clients).fill(Number.POSITIVE_INFINITY);
    const most = new Int32Array(sites * clients);
    const limits: Limit[] = [];
    for (const [at, shipper] of shippers.entries()) {
      const site = this.site(shipper, (client, arc) => {
        cost[at * clients + client] = arc.cost * scale;
        most[at * clients + client] = arc.most;
      });
      if (site === null) return null;
      opening[at] = site.opening * scale + perShipment;
      arrivesAt[at] = site.arrivesAt;
      limits.push(site.limit);
    }
    const demand = Int32Array.from(order, (item) => items[item]?.demand ?? 0);
    const rooms = this.rooms(limits, demand);
    if (rooms === null || opening.some((sum) => sum < 0)) return null;
    return {
      sites,
      clients,
      node: Int32Array.from(shippers, ({ node }) => node.index),
      opening,
      arrivesAt,
      item: Int32Array.from(order),
      demand,
      cost,
      most,
      ...rooms,
      constant: -perShipment,
      grain: grainOf(opening, cost),
    };
  }

  private site(
    { node, services }: Shipper,
    offer: (client: number, arc: Arc) => void,
  ): { opening: number; arrivesAt: number; limit: Limit } | null {
    const service = services[0] as ProblemService;
    if (node.minimumOrderValue !== null && node.minimumOrderValue > 0) return null;
    const freight = this.freight(service);
    const limit = this.limit(node, service);
    if (freight === null || limit === 'several') return null;
    let paying = 0;
    let offered = 0;
    let arrival = Number.NaN;
    for (const [client, at] of this.order.entries()) {
      const arc = this.arc(node, service, this.covering.items[at] as Item);
      if (arc === 'uneven') return null;
      if (arc === null) continue;
      if (offered > 0 && arc.arrivesAt !== arrival) return null;
      arrival = arc.arrivesAt;
      offered += 1;
      if (arc.pays) paying += 1;
      offer(client, arc);
    }
    if (paying > 0 && node.clearanceFee > 0 && paying < offered) return null;
    const late = offered > 0 ? (latenessOf(this.problem, arrival) ?? 0) : 0;
    const opening =
      node.orderFee + node.failureCost + node.adjustment + freight + surchargesOf(service, freight) + late;
    return { opening: opening + (paying > 0 ? node.clearanceFee : 0), arrivesAt: offered > 0 ? arrival : 0, limit };
  }

  /** What every load that is carried pays; null where that depends on the load. */
  private freight(service: ProblemService): number | null {
    const prices = service.rates.map((rate) => rate.price);
    const [price] = prices;
    if (price === undefined || prices.some((each) => each !== price)) return null;
    return service.beyond && service.beyond.price > 0 ? null : price;
  }

  /** The one limit that may bind; 'several' where that is not one sum of the pieces. */
  private limit(node: ProblemNode, service: ProblemService): Limit | 'several' {
    const { whole } = this;
    const units: Limit = node.remainingUnits < whole.units ? { by: 'units', room: node.remainingUnits } : null;
    const last = service.rates.at(-1)?.upTo ?? 0;
    const carried = Math.min(service.maximum, service.beyond ? Number.POSITIVE_INFINITY : last);
    if (service.basis === 'goods') return carried === Number.POSITIVE_INFINITY ? units : 'several';
    if (service.basis === 'units') {
      if (carried >= whole.units) return units;
      return { by: 'units', room: Math.min(carried, node.remainingUnits) };
    }
    if (carried >= chargeable(whole.grams, whole.volume, service.divisor)) return units;
    const byVolume = service.divisor !== null && whole.volume > 0;
    return byVolume || units !== null ? 'several' : { by: 'grams', room: carried };
  }

  /** What a piece of the item costs at the node; null where it cannot be shipped, 'uneven' where pieces differ. */
  private arc(node: ProblemNode, service: ProblemService, item: Item): Arc | null | 'uneven' {
    const { problem, whole } = this;
    const perSku = new Map<number, number>();
    for (const index of item.lines) {
      const line = problem.lines[index];
      if (!line) return null;
      if (service.excludedSkus[line.sku] || service.excludedTags.some((tag) => line.tags.includes(tag))) return null;
      perSku.set(line.sku, (perSku.get(line.sku) ?? 0) + (item.whole ? line.quantity : 1));
    }
    const isOne = item.demand === 1;
    const taxed = node.dutyFreeUpTo === null;
    let cost = 0;
    let duty = 0;
    let most = item.demand;
    let readyAt = node.readyAt;
    for (const [sku, quantity] of perSku) {
      const offer = node.offers[sku];
      if (!offer || offer.available < quantity) return null;
      if (isOne) {
        if (quantity < offer.minimum || quantity % offer.multiple !== 0) return null;
      } else {
        most = Math.min(most, offer.available);
        const isEven = offer.multiple === 1 && offer.minimum <= 1;
        if (!isEven || offer.costs.some(({ from }) => from > 1 && from <= most)) return 'uneven';
      }
      cost += (unitCostAt(offer.costs, quantity) + offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
      duty += offer.unitDuty * quantity;
      readyAt = Math.max(readyAt, offer.readyAt);
    }
    if (duty > 0 && !taxed) {
      if (whole.value > (node.dutyFreeUpTo ?? 0)) return 'uneven';
      duty = 0;
    }
    const arrivesAt = readyAt + service.transitMs;
    if (latenessOf(problem, arrivesAt) === null) return null;
    return { cost: cost + duty, most, pays: duty > 0, arrivesAt };
  }

  /** One measure for all limits; null where there are two, or where pieces of one client weigh differently from another's and may be split. */
  private rooms(
    limits: readonly Limit[],
    demand: Int32Array,
  ): { room: Float64Array; weight: Float64Array; isPacked: boolean } | null {
    const { problem, covering, order } = this;
    const by = limits.find((limit) => limit !== null)?.by ?? 'units';
    if (limits.some((limit) => limit !== null && limit.by !== by)) return null;
    const weight = Float64Array.from(order, (at) => {
      const { lines, whole } = covering.items[at] as Item;
      return lines.reduce((sum, index) => {
        const line = problem.lines[index];
        return sum + (line ? (by === 'grams' ? line.grams : 1) * (whole ? line.quantity : 1) : 0);
      }, 0);
    });
    const room = Float64Array.from(limits, (limit) => limit?.room ?? Number.POSITIVE_INFINITY);
    const isLimited = limits.some((limit) => limit !== null);
    const each = weight[0] ?? 0;
    if (!isLimited || (each > 0 && weight.every((sum) => sum === each))) {
      const pieces = isLimited ? room.map((sum) => Math.floor(sum / each)) : room;
      return { room: pieces, weight: weight.map(() => 1), isPacked: false };
    }
    return demand.every((pieces) => pieces === 1) ? { room, weight, isPacked: true } : null;
  }
}

function firstLine(item: Item | undefined): number {
  return Math.min(...(item?.lines ?? []));
}

function grainOf(opening: Float64Array, cost: Float64Array): number {
  let grain = 0;
  const meet = (sum: number) => {
    let [a, b] = [Math.abs(sum), grain];
    while (a > 0) [a, b] = [b % a, a];
    grain = b;
  };
  for (const sum of opening) meet(sum);
  for (const sum of cost) if (Number.isFinite(sum)) meet(sum);
  return Math.max(1, grain);
}
