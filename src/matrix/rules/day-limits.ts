import type { DayCount } from '../../model/day-count.js';
import { localDay } from '../../model/local-day.js';
import { parseAmount } from '../../model/money.js';
import type { NodeFacts } from '../../model/network.js';
import type { Rule } from '../../model/rule-set.js';

/** What shipments of a decision count in: those of one node, or those of each vendor. */
export interface DayCounter {
  readonly ruleId: string;
  /** Null: each shipment counts for its vendor. */
  readonly nodeId: number | null;
  readonly day: string;
  readonly per: 'unit' | 'order';
  /** The most that may be counted, for the node or for `vendorCode`; null: it is only counted. */
  readonly most: number | null;
  readonly vendorCode: string | null;
}

/** Units that all nodes of a vendor may ship together. */
export interface VendorRoom {
  readonly vendorCode: string;
  readonly units: number;
}

/** What limits a day make of a question. */
export interface AppliedDayLimits {
  readonly counters: readonly DayCounter[];
  /** Node code -> units that it may ship yet; nodes that have room for the whole order are left out. */
  readonly unitsLeft: ReadonlyMap<string, number>;
  /** Vendors whose nodes have room for less than the order together. */
  readonly vendorRoom: readonly VendorRoom[];
}

/** What limits a day are reckoned from. */
export interface Today {
  readonly now: Date;
  /** Units of the order that are to be routed. */
  readonly units: number;
  readonly counts: readonly DayCount[];
}

type LimitedNode = Pick<NodeFacts, 'id' | 'code' | 'vendorId' | 'timeZone'>;
type NodeLimit = NonNullable<Rule['then']['nodeLimit']>;
type VendorShare = NonNullable<Rule['then']['vendorShare']>;

/** A percentage counts in 1/10000 of a hundredth. */
const WHOLE = 1_000_000n;

/** Collects the limits a day of the rules that apply to one order. */
export class DayLimits {
  private readonly counters: DayCounter[] = [];
  private readonly unitsLeft = new Map<string, number>();
  private readonly vendorRoom = new Map<string, number>();
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly today: Today,
    private readonly nodes: readonly NodeFacts[],
  ) {
    for (const { taken, ...key } of today.counts) this.taken.set(keyOf(key), taken);
  }

  /**
   * Counts what each of these nodes ships, and lets it ship no more than the limit of its day. `limited` false: it only counts, as the
   * rule gave way. Whether a node has room for less than the order.
   */
  limitNodes(ruleId: string, limit: NodeLimit, nodes: readonly LimitedNode[], limited: boolean): boolean {
    let limits = false;
    const per = limit.unitsPerDay === undefined ? 'order' : 'unit';
    const most = limited ? (limit.unitsPerDay ?? limit.ordersPerDay ?? null) : null;
    for (const { id: nodeId, vendorId, timeZone, code } of nodes) {
      const day = localDay(this.today.now, timeZone);
      this.counters.push({ ruleId, nodeId, day, per, most, vendorCode: null });
      if (most === null) continue;
      const left = Math.max(0, most - (this.taken.get(keyOf({ ruleId, vendorId, nodeId, day })) ?? 0));
      const hasRoom = per === 'unit' ? left >= this.today.units : left > 0;
      if (hasRoom) continue;
      this.leave(code, left);
      limits = true;
    }
    return limits;
  }

  /**
   * Counts what each vendor ships, and lets one of them ship no more than its share of the day's units, those of this order among them.
   * `limited` as above. Whether the vendor could serve the order and has room for less.
   */
  share(ruleId: string, { vendor, percent, minimumUnits = 0 }: VendorShare, limited: boolean): boolean {
    const day = localDay(this.today.now, 'UTC');
    const ofDay = this.today.counts.filter(
      (count) => count.ruleId === ruleId && count.day === day && count.nodeId === null,
    );
    const total = ofDay.reduce((sum, { taken }) => sum + taken, this.today.units);
    const share = Number((BigInt(total) * BigInt(parseAmount(percent))) / WHOLE);
    const most = limited ? Math.max(minimumUnits, share) : null;
    this.counters.push({ ruleId, nodeId: null, day, per: 'unit', most, vendorCode: vendor });
    const own = this.nodes.filter(({ vendorCode }) => vendorCode === vendor);
    const [first] = own;
    if (most === null || !first) return false;
    const left = Math.max(
      0,
      most - (this.taken.get(keyOf({ ruleId, vendorId: first.vendorId, nodeId: null, day })) ?? 0),
    );
    if (left >= this.today.units) return false;
    for (const { code } of own) this.leave(code, left);
    this.vendorRoom.set(vendor, Math.min(this.vendorRoom.get(vendor) ?? left, left));
    return true;
  }

  result(): AppliedDayLimits {
    return {
      counters: this.counters,
      unitsLeft: this.unitsLeft,
      vendorRoom: [...this.vendorRoom].map(([vendorCode, units]) => ({ vendorCode, units })),
    };
  }

  private leave(nodeCode: string, units: number): void {
    this.unitsLeft.set(nodeCode, Math.min(this.unitsLeft.get(nodeCode) ?? units, units));
  }
}

function keyOf({ ruleId, vendorId, nodeId, day }: Omit<DayCount, 'taken'>): string {
  return `${ruleId} ${vendorId} ${nodeId} ${day}`;
}
