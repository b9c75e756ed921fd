import type { ProblemOffer } from '../problem.js';
import type { Box, Duals } from './box.js';
import type { Group, GroupSums } from './group.js';
import { addHeld, type Part, partOf, Runs, runsAtMost } from './part.js';
import { boundsOf, carriedSets, fillInTurn, sumsAtMost, unitCosts } from './wide-bounds.js';

/** What of a wide group pricing looks at, for some prices and some box. */
export interface Listed {
  /** Options to find loads among. */
  readonly search: Part;
  /** Parts that together cost no more than any option; null where the search finds the cheapest. */
  readonly bound: readonly Part[] | null;
  /** Whether all options are listed. */
  readonly isWhole: boolean;
}

/**
 * A group with too many options to list: lines that share a SKU and differ otherwise, in great quantities, or many kits with the same goods.
 * For given prices a few are listed, of each total those whose pieces are worth most; where a box leaves few, all are.
 */
export class Wide {
  readonly items: readonly number[];
  /** No option adds more to the sums. */
  readonly most: Float64Array;
  // What its SKUs are by themselves, as if each were a run: services in time, and the cost of being late.
  readonly runs: number;
  readonly carriers: Int32Array;
  readonly late: Float64Array;
  /** So many members are kits or undivided lines, which come first; the others, by SKU. */
  private readonly lumps: number;
  private readonly loose: readonly (readonly number[])[];
  /** Members differ in what their pieces are worth alone: of each total, only what is worth most matters. */
  private readonly areAlike: boolean;

  /**
   * `pieces`: the most of each member; `lone`: each member by itself, as far as it may go alone; `runsMost`: so many runs are listed at
   * most, unless they are all that a box leaves.
   */
  constructor(
    private readonly group: Group,
    readonly pieces: readonly number[],
    readonly lone: readonly Part[],
    private readonly runsMost: number,
  ) {
    const { members, skus, node, services } = group;
    this.items = members;
    const at = [...members.keys()];
    this.lumps = at.filter((m) => group.item(m).whole).length;
    this.loose = skus.map((_, s) => at.filter((m) => m >= this.lumps && group.skuOf(m) === s));
    const first = group.piece(0);
    this.areAlike =
      this.lumps === 0 &&
      at.every((m) => {
        const { grams, volume, value } = group.piece(m);
        return (
          grams === first.grams && volume === first.volume && (node.dutyFreeUpTo === null || value === first.value)
        );
      });
    this.runs = skus.length;
    this.carriers = new Int32Array(skus.length);
    this.late = new Float64Array(skus.length * services.length);
    for (let s = 0; s < skus.length; s += 1) {
      let carriers = 0;
      for (const m of at) if ((group.piece(m).units[s] as number) > 0) carriers |= group.carried[m] as number;
      for (const [v, cost] of group.lateness(s).entries()) {
        if (cost === null) carriers &= ~(1 << v);
        else this.late[s * services.length + v] = cost;
      }
      this.carriers[s] = carriers;
    }
    this.most = sumsAtMost(group, pieces);
  }

  /** `scale`: of the costs that prices are counted in; 0 where loads cost nothing. */
  listed(duals: Duals, box: Box, scale: number): Listed {
    const { group, items } = this;
    const { lows, highs, worth } = this.within(duals, box);
    if (lows.some((low, m) => low > (highs[m] as number)))
      return { search: new Runs().part(items), bound: null, isWhole: true };
    if (runsAtMost(group, lows, highs) <= this.runsMost)
      return { search: partOf(group, lows, highs), bound: null, isWhole: true };
    const runs = new Runs();
    for (const order of this.orders(worth)) this.list(runs, lows, highs, order, worth, scale);
    const bound = this.areAlike ? null : boundsOf(group, this.lumps, this.loose, lows, highs, worth);
    return { search: runs.part(items), bound, isWhole: false };
  }

  /** The same with the bound alone. */
  bounded(duals: Duals, box: Box): Listed {
    const { lows, highs, worth } = this.within(duals, box);
    const bound = boundsOf(this.group, this.lumps, this.loose, lows, highs, worth);
    return { search: new Runs().part(this.items), bound, isWhole: false };
  }

  private within(duals: Duals, box: Box) {
    const { pieces, items, group } = this;
    const first = group.node.index * box.leaveLeast.length;
    return {
      lows: items.map((item) => box.least[first + item] as number),
      highs: items.map((item, m) => Math.min(pieces[m] as number, box.most[first + item] as number)),
      worth: items.map((item) => duals.piece[item] as number),
    };
  }

  /** What the pieces of a load add to its sums; null where that is no option. */
  sumsOf(takes: Int32Array): GroupSums | null {
    this.hold(this.items.map((item) => takes[item] as number));
    return this.group.sums();
  }

  private hold(takes: readonly number[]): void {
    for (let m = 0; m < takes.length; m += 1) this.group.put(m, takes[m] as number);
  }

  /** In which order members are filled: those first that are worth most by the piece, and where weights differ, by weight. */
  private orders(worth: readonly number[]): number[][] {
    const { group } = this;
    const by = (of: (m: number) => number) => [...worth.keys()].sort((a, b) => of(b) - of(a) || a - b);
    const orders = [by((m) => worth[m] as number)];
    if (!this.areAlike) orders.push(by((m) => (worth[m] as number) / (1 + group.piece(m).grams)));
    return orders;
  }

  /** Adds options with some sets of kits and, SKU by SKU, every total of the lines, filled in the given order. */
  private list(
    runs: Runs,
    lows: readonly number[],
    highs: readonly number[],
    order: readonly number[],
    worth: readonly number[],
    scale: number,
  ): void {
    const { group, loose } = this;
    for (const kits of this.kitsToTry(lows, highs, worth, scale))
      for (const fullest of this.lumps > 0 ? [false, true] : [false]) {
        const takes = lows.map((low, m) => kits[m] ?? low);
        if (!this.topUp(takes, highs, order, -1, fullest)) continue;
        if (this.lumps > 0) addHeld(group, runs, 1, 0, 0);
        for (const [s, members] of loose.entries()) {
          if (members.length === 0) continue;
          if (runs.count > this.runsMost) return;
          const others = lows.map((low, m) => kits[m] ?? low);
          if (this.topUp(others, highs, order, s, fullest)) this.listTotals(runs, s, others, highs, order);
        }
      }
  }

  /** Adds a run for each price of a SKU's total, each service's lines, and each of them that is filled. */
  private listTotals(
    runs: Runs,
    s: number,
    lows: readonly number[],
    highs: readonly number[],
    order: readonly number[],
  ): void {
    const { group } = this;
    const { costs, minimum, available, multiple } = group.offers[s] as ProblemOffer;
    const held = group.perSku[s] as number;
    for (const set of carriedSets(group, this.loose[s] as readonly number[], lows))
      for (const [at, { from }] of costs.entries()) {
        const below = costs[at + 1]?.from ?? Number.POSITIVE_INFINITY;
        const totals = { from: Math.max(from, minimum, held), to: Math.min(below - 1, available), step: multiple };
        const inTurn = order.filter((m) => set.includes(m));
        fillInTurn(inTurn, lows, highs, held, totals, (takes, m, count) => {
          this.hold(takes);
          addHeld(group, runs, count, m, multiple);
        });
      }
    this.hold(lows);
  }

  /**
   * Adds pieces of lines, as few or as many as there may be, so that every SKU's total but that of `except` keeps to packs and minimum; false where that
   * cannot be. Leaves them held.
   */
  private topUp(
    takes: number[],
    highs: readonly number[],
    order: readonly number[],
    except: number,
    fullest: boolean,
  ): boolean {
    const { group } = this;
    this.hold(takes);
    for (const [s, members] of this.loose.entries()) {
      const held = group.perSku[s] as number;
      if (s === except || (held === 0 && !fullest)) continue;
      const { minimum, available, multiple } = group.offers[s] as ProblemOffer;
      const most = members.reduce((sum, m) => sum + (highs[m] as number) - (takes[m] as number), held);
      const least = Math.ceil(Math.max(held, minimum) / multiple) * multiple;
      const greatest = Math.floor(Math.min(available, most) / multiple) * multiple;
      if (least > greatest) {
        if (held === 0) continue;
        return false;
      }
      let more = (fullest ? greatest : least) - held;
      for (const m of order) {
        if (!members.includes(m)) continue;
        const taken = Math.min(more, (highs[m] as number) - (takes[m] as number));
        takes[m] = (takes[m] as number) + taken;
        more -= taken;
      }
    }
    this.hold(takes);
    return true;
  }

  /** Sets of kits: those that must go; with each other one alone; with more and more of them, the most profitable first, as far as stock goes. */
  private kitsToTry(
    lows: readonly number[],
    highs: readonly number[],
    worth: readonly number[],
    scale: number,
  ): number[][] {
    const { group, lumps } = this;
    const must = lows.slice(0, lumps);
    const costOf = (m: number) =>
      group.offers.reduce((sum, offer, s) => sum + unitCosts(offer).least * (group.piece(m).units[s] as number), 0);
    const gains = must.map((_, m) => (worth[m] as number) - costOf(m) * scale);
    const others = [...must.keys()].filter((m) => (highs[m] as number) > (must[m] as number));
    others.sort((a, b) => (gains[b] as number) - (gains[a] as number) || a - b);
    const sets = [must];
    let grown = must;
    for (const m of others) {
      sets.push(must.with(m, 1));
      const more = grown.with(m, 1);
      if (!this.hasStock(more)) continue;
      grown = more;
      sets.push(grown);
    }
    return sets;
  }

  private hasStock(kits: readonly number[]): boolean {
    const { group } = this;
    return group.offers.every(
      ({ available }, s) =>
        kits.reduce((sum, count, m) => sum + count * (group.piece(m).units[s] as number), 0) <= available,
    );
  }
}
