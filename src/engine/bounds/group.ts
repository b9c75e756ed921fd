import { latenessOf, unitCostAt } from '../cost.js';
import type { Item } from '../loads/items.js';
import type { Problem, ProblemNode, ProblemOffer, ProblemService } from '../problem.js';

/** What some pieces of a group add to a load. */
export interface GroupSums {
  /** In the order of a part's sums. */
  readonly sums: readonly number[];
  /** One bit for each service that carries them in time. */
  readonly carriers: number;
  /** Cost of being late, per service. */
  readonly late: readonly number[];
}

/** What one piece of an item is. */
export interface Piece {
  readonly units: number[];
  value: number;
  grams: number;
  volume: number;
}

/**
 * Items of a node that share SKUs, and so price breaks, minimum and pack size; usually one item alone. Holds pieces of them, which can be put in
 * and taken out member by member.
 */
export class Group {
  /** Indexes of the items: kits first, so that along the last one, which is a line of its own, pieces run evenly. */
  readonly members: readonly number[];
  readonly skus: readonly number[];
  readonly offers: readonly ProblemOffer[];
  /** Pieces held, by member; units held, by SKU. */
  readonly take: number[];
  readonly perSku: number[];
  /** By member: one bit for each service that carries it, whenever. */
  readonly carried: readonly number[];
  private readonly pieces: Piece[] = [];

  constructor(
    private readonly problem: Problem,
    readonly node: ProblemNode,
    private readonly items: readonly Item[],
    readonly services: readonly ProblemService[],
    members: readonly number[],
  ) {
    this.members = [...members].sort((a, b) => Number(items[b]?.whole) - Number(items[a]?.whole) || a - b);
    const skus: number[] = [];
    const offers: ProblemOffer[] = [];
    for (const at of this.members)
      for (const index of items[at]?.lines ?? []) {
        const sku = problem.lines[index]?.sku ?? 0;
        const offer = node.offers[sku];
        if (skus.includes(sku) || !offer) continue;
        skus.push(sku);
        offers.push(offer);
      }
    this.skus = skus;
    this.offers = offers;
    this.take = this.members.map(() => 0);
    this.perSku = skus.map(() => 0);
    this.carried = this.members.map((at) => carriersOf(problem, services, items[at]));
  }

  item(m: number): Item {
    return this.items[this.members[m] as number] as Item;
  }

  /** Position of the SKU of a member that is one line. */
  skuOf(m: number): number {
    return this.skus.indexOf(this.problem.lines[this.item(m).lines[0] as number]?.sku ?? 0);
  }

  /** What one piece of a member is: units by SKU, value, grams and volume. */
  piece(m: number): Piece {
    const known = this.pieces[m];
    if (known) return known;
    const piece = { units: this.skus.map(() => 0), value: 0, grams: 0, volume: 0 };
    const { lines, whole } = this.item(m);
    for (const index of lines) {
      const line = this.problem.lines[index];
      const s = line ? this.skus.indexOf(line.sku) : -1;
      if (!line || s < 0) continue;
      const quantity = whole ? line.quantity : 1;
      piece.units[s] = (piece.units[s] as number) + quantity;
      piece.value += line.unitPrice * quantity;
      piece.grams += line.grams * quantity;
      piece.volume += line.volume * quantity;
    }
    this.pieces[m] = piece;
    return piece;
  }

  /** Cost of a SKU's lateness, per service; null where it comes too late. */
  lateness(s: number): (number | null)[] {
    const readyAt = Math.max(this.node.readyAt, this.offers[s]?.readyAt ?? 0);
    return this.services.map((service) => latenessOf(this.problem, readyAt + service.transitMs));
  }

  /** Holds so many pieces of a member. */
  put(m: number, count: number): void {
    const more = count - (this.take[m] as number);
    if (more === 0) return;
    this.take[m] = count;
    const item = this.item(m);
    for (const index of item.lines) {
      const line = this.problem.lines[index];
      const s = line ? this.skus.indexOf(line.sku) : -1;
      if (line && s >= 0) this.perSku[s] = (this.perSku[s] as number) + more * (item.whole ? line.quantity : 1);
    }
  }

  /** Null where what is held is nothing, or nothing that may be shipped. */
  sums(): GroupSums | null {
    const { problem, node } = this;
    let [money, goods, duty, value, units, grams, volume] = [0, 0, 0, 0, 0, 0, 0];
    let readyAt = node.readyAt;
    for (let s = 0; s < this.skus.length; s += 1) {
      const quantity = this.perSku[s] as number;
      if (quantity === 0) continue;
      const offer = this.offers[s] as ProblemOffer;
      if (quantity > offer.available || quantity < offer.minimum || quantity % offer.multiple !== 0) return null;
      const cost = unitCostAt(offer.costs, quantity) * quantity;
      goods += cost;
      money += cost + (offer.unitFee + offer.unitReserve + offer.unitAdjustment) * quantity;
      duty += offer.unitDuty * quantity;
      if (offer.readyAt > readyAt) readyAt = offer.readyAt;
    }
    let carriers = -1;
    for (let m = 0; m < this.members.length; m += 1) {
      const count = this.take[m] as number;
      if (count === 0) continue;
      carriers &= this.carried[m] as number;
      const item = this.item(m);
      for (const index of item.lines) {
        const line = problem.lines[index];
        if (!line) continue;
        const quantity = item.whole ? line.quantity : count;
        units += quantity;
        grams += line.grams * quantity;
        volume += line.volume * quantity;
        value += line.unitPrice * quantity;
      }
    }
    if (units === 0 || units > node.remainingUnits) return null;
    const late: number[] = [];
    for (let s = 0; s < this.services.length; s += 1) {
      const cost = latenessOf(problem, readyAt + (this.services[s] as ProblemService).transitMs);
      if (cost === null) carriers &= ~(1 << s);
      late.push(cost ?? 0);
    }
    return carriers === 0 ? null : { sums: [money, goods, duty, value, units, grams, volume], carriers, late };
  }
}

function carriersOf(problem: Problem, services: readonly ProblemService[], item: Item | undefined): number {
  let mask = 0;
  for (let s = 0; s < services.length; s += 1) {
    const service = services[s] as ProblemService;
    const carries = item?.lines.every((index) => {
      const line = problem.lines[index];
      return line && !service.excludedSkus[line.sku] && !service.excludedTags.some((tag) => line.tags.includes(tag));
    });
    if (carries) mask |= 1 << s;
  }
  return mask;
}
