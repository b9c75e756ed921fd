import type { RequestExclusion } from '../../engine/request.js';
import { HeadgateError } from '../../model/errors.js';
import { parseAmount, type TenThousandths } from '../../model/money.js';
import type { NodeFacts } from '../../model/network.js';
import { DAY_LIMITS, FILTERS, isInForce } from '../../model/rule-set.js';
import { type Converter, NoExchangeRate } from '../../pricing/currency.js';
import { readyAtOf } from '../ready-at.js';
import type { CompiledRule } from './compile.js';
import { type AppliedDayLimits, DayLimits, type Today } from './day-limits.js';
import type { Case, Cases } from './facts.js';
import { Groups } from './groups.js';
import type { Subject } from './subjects.js';

/** What rules make of the request for one order. */
export interface AppliedRules {
  /** Filters, the first rule that excludes something naming it. */
  readonly exclusions: readonly RequestExclusion[];
  /** Node code -> charge a shipment, in the order's currency. */
  readonly perShipment: ReadonlyMap<string, TenThousandths>;
  /** Node code -> SKU -> charge a unit. */
  readonly perUnit: ReadonlyMap<string, ReadonlyMap<string, TenThousandths>>;
  readonly maxShipments: number | null;
  /** Line number -> group, of lines that rules keep together. */
  readonly groups: ReadonlyMap<number, string>;
  /** Ids of the rules that charged something or limited something, in their order. */
  readonly effective: readonly string[];
  /** Of these, soft filters: in the order in which they give way. */
  readonly soft: readonly string[];
  /** Rules that have the decision wait for a person, in their order. */
  readonly holds: readonly RuleHold[];
  /** Limits a day, with what shipments count in. */
  readonly day: AppliedDayLimits;
  /** Rules that could not be counted in the order's currency, with why. */
  readonly skipped: readonly { readonly ruleId: string; readonly reason: string }[];
}

/** A rule that has a decision wait for a person; `below`: only where its margin is less, in the order's currency or as a share of its value. */
export interface RuleHold {
  readonly ruleId: string;
  readonly reason: string;
  readonly below: null | { readonly amount: TenThousandths } | { readonly percent: string };
}

/** Nodes of syntax trees that the rules of one order may visit at most, all together: under a second of work. */
const WORK_MAX = 20_000_000;
const HOUR_MS = 3_600_000;

/** What the rules are applied to. */
export interface RuledOrder {
  readonly cases: Cases;
  readonly nodes: readonly NodeFacts[];
  /** By line number: its SKU, and the group that it is in anyway. */
  readonly lines: readonly { readonly lineNo: number; readonly sku: string; readonly group: string | null }[];
  readonly now: Date;
  readonly money: Converter;
  /** Of the day, for limits a day; left out: they do not count. */
  readonly today?: Omit<Today, 'now'>;
}

/**
 * Applies the rules in force, but for the filters in `dropped`. Pure.
 *
 * Errors: HeadgateError RULES_TOO_COSTLY where the conditions would look at too much.
 */
export function applyRules(
  rules: readonly CompiledRule[],
  order: RuledOrder,
  dropped: ReadonlySet<string> = new Set(),
): AppliedRules {
  const applying = new Applying(order);
  for (const compiled of rules) {
    if (!isInForce(compiled.rule, order.now)) continue;
    if (!dropped.has(compiled.rule.id)) applying.apply(compiled);
    else if (DAY_LIMITS.has(compiled.effect)) applying.countOnly(compiled);
  }
  return applying.result();
}

class Applying {
  private readonly exclusions = new Map<string, RequestExclusion>();
  private readonly perShipment = new Map<string, TenThousandths>();
  private readonly perUnit = new Map<string, Map<string, TenThousandths>>();
  private readonly groups: Groups;
  private readonly days: DayLimits;
  private readonly effective: string[] = [];
  private readonly soft: string[] = [];
  private readonly holds: RuleHold[] = [];
  private readonly skipped: { ruleId: string; reason: string }[] = [];
  private readonly skuOf: ReadonlyMap<number, string>;
  private readonly readyFrom: ReturnType<typeof readyAtOf>;
  private maxShipments: number | null = null;
  private work = 0;

  constructor(private readonly order: RuledOrder) {
    this.readyFrom = readyAtOf(order.now);
    this.groups = new Groups(order.lines);
    this.days = new DayLimits({ units: 0, counts: [], ...order.today, now: order.now }, order.nodes);
    this.skuOf = new Map(order.lines.map(({ lineNo, sku }) => [lineNo, sku]));
  }

  apply(compiled: CompiledRule): void {
    const { id } = compiled.rule;
    try {
      if (!this.affect(compiled)) return;
    } catch (error) {
      if (!(error instanceof NoExchangeRate)) throw error;
      this.skipped.push({ ruleId: id, reason: error.message });
      return;
    }
    this.effective.push(id);
    if (compiled.rule.soft && FILTERS.has(compiled.effect)) this.soft.push(id);
  }

  /** Counts on what a limit a day that gave way would limit. */
  countOnly(compiled: CompiledRule): void {
    this.limitDay(compiled, false);
  }

  result(): AppliedRules {
    const { perShipment, perUnit, maxShipments, effective, soft, holds, skipped } = this;
    return {
      exclusions: [...this.exclusions.values()],
      groups: this.groups.result(),
      day: this.days.result(),
      ...{ perShipment, perUnit, maxShipments, effective, soft, holds, skipped },
    };
  }

  /** Whether the rule does anything to this order. */
  private affect(compiled: CompiledRule): boolean {
    const { rule, effect } = compiled;
    const { then } = rule;
    switch (effect) {
      case 'exclude':
        return this.excludeAll(rule, this.matching(compiled));
      case 'require':
        return this.requireOf(compiled);
      case 'carriers': {
        const { only, not } = then.carriers ?? {};
        const barred = (carrier: string) => (only ? !only.includes(carrier) : (not?.includes(carrier) ?? false));
        const cases = this.matching(compiled, ['service']);
        return this.excludeAll(
          rule,
          cases.filter(({ service }) => service !== null && barred(service.carrier)),
        );
      }
      case 'maxLeadTimeHours':
        return this.excludeLate(compiled, then.maxLeadTimeHours ?? 0);
      case 'avoid':
        return this.chargeMatching(compiled, then.avoid);
      case 'prefer':
        return this.chargeOthers(compiled, then.prefer);
      case 'vendorOrder': {
        const { vendors, step, currency } = then.vendorOrder ?? { vendors: [], step: '0', currency: '' };
        return this.chargeNodes(compiled, step, currency, ({ vendorCode }) => {
          const at = vendors.indexOf(vendorCode);
          return at === -1 ? vendors.length : at;
        });
      }
      case 'nearestFirst':
        return this.chargeDistance(compiled, then.nearestFirst);
      case 'maxShipments': {
        const most = then.maxShipments ?? 1;
        if (!this.holdsAtAll(compiled)) return false;
        this.maxShipments = Math.min(this.maxShipments ?? most, most);
        return true;
      }
      case 'keepTogether': {
        const lines = this.matching(compiled, ['line']).flatMap(({ line }) => (line ? [line.lineNo] : []));
        return this.groups.join(lines, rule.id);
      }
      case 'nodeLimit':
      case 'vendorShare':
        return this.limitDay(compiled, true);
      case 'setAside':
        // What others have set aside is not among what the offers have available.
        return false;
      case 'hold':
        return this.hold(compiled, null);
      case 'minimumMargin': {
        const { percent, amount = '0', currency = '' } = then.minimumMargin ?? {};
        return this.hold(compiled, percent === undefined ? { amount: this.amount(amount, currency) } : { percent });
      }
    }
  }

  private matching({ when }: CompiledRule, also: readonly Subject[] = []): Case[] {
    const subjects = new Set([...when.subjects, ...also]);
    this.spend(when.cost * this.order.cases.countOver(subjects));
    return [...this.order.cases.over(subjects, when.steps)];
  }

  /** Whether it holds what is decided is told by the decision: it does nothing to the request. */
  private hold(compiled: CompiledRule, below: RuleHold['below']): false {
    const { id: ruleId, reason } = compiled.rule;
    if (this.holdsAtAll(compiled)) this.holds.push({ ruleId, reason, below });
    return false;
  }

  private limitDay(compiled: CompiledRule, limited: boolean): boolean {
    const { id, then } = compiled.rule;
    if (then.nodeLimit) {
      const named = new Set(this.matching(compiled, ['node']).map(({ node }) => node?.code));
      const nodes = this.order.nodes.filter(({ code }) => named.has(code));
      return this.days.limitNodes(id, then.nodeLimit, nodes, limited);
    }
    if (!then.vendorShare || !this.holdsAtAll(compiled)) return false;
    return this.days.share(id, then.vendorShare, limited);
  }

  private holdsAtAll(compiled: CompiledRule): boolean {
    return this.matching(compiled).length > 0;
  }

  private spend(work: number): void {
    this.work += work;
    if (this.work > WORK_MAX)
      throw new HeadgateError(
        'RULES_TOO_COSTLY',
        'permanent',
        `the rules would look at more than ${WORK_MAX} things for this order: let fewer of them speak of line and service together`,
      );
  }

  private requireOf(compiled: CompiledRule): boolean {
    const { when, require, rule } = compiled;
    if (!require) return false;
    const subjects = new Set([...when.subjects, ...require.subjects]);
    this.spend((when.cost + require.cost) * this.order.cases.countOver(subjects));
    const cases = [...this.order.cases.over(subjects, when.steps)];
    return this.excludeAll(
      rule,
      cases.filter(({ facts }) => !require.holds(facts)),
    );
  }

  private excludeAll({ id, reason }: CompiledRule['rule'], cases: readonly Case[]): boolean {
    for (const { line, node, service } of cases) {
      const sku = line ? this.skuOf.get(line.lineNo) : undefined;
      const key = `${node?.code ?? ''}\n${sku ?? ''}\n${service?.serviceCode ?? ''}`;
      if (this.exclusions.has(key)) continue;
      this.exclusions.set(key, {
        ...(node ? { nodeId: node.code } : {}),
        ...(sku === undefined ? {} : { sku }),
        ...(service ? { serviceId: service.serviceCode } : {}),
        ...{ reason, ruleId: id },
      });
    }
    return cases.length > 0;
  }

  /** A service from a node that is there too late; for a SKU with a longer lead time of its own, that SKU by it. */
  private excludeLate(compiled: CompiledRule, hours: number): boolean {
    const latest = this.order.now.getTime() + hours * HOUR_MS;
    const late = this.matching(compiled, ['offer', 'service']).flatMap((one) => {
      const { node, service, facts } = one;
      if (!node || !service) return [];
      const leadTime = Number(facts.offer?.leadTimeHours ?? node.leadTimeHours);
      return this.readyFrom(leadTime, node).getTime() + service.transitHours * HOUR_MS > latest ? [one] : [];
    });
    return this.excludeAll(compiled.rule, late);
  }

  private chargeMatching(compiled: CompiledRule, charges: Charges | undefined): boolean {
    const cases = this.matching(compiled);
    if (charges?.perShipment !== undefined) {
      const named = new Set(cases.flatMap(({ node }) => (node ? [node.code] : [])));
      this.chargeShipments(named, this.amount(charges.perShipment, charges.currency));
    }
    if (charges?.perUnit !== undefined)
      this.chargeUnits(
        this.offersOf(cases, () => true),
        this.amount(charges.perUnit, charges.currency),
      );
    return cases.length > 0;
  }

  /** Charges whatever the condition does not name, where it names anything: of lines, for each line that it names somewhere. */
  private chargeOthers(compiled: CompiledRule, charges: Charges | undefined): boolean {
    const cases = this.matching(compiled);
    if (cases.length === 0) return false;
    if (charges?.perShipment !== undefined) {
      const named = new Set(cases.flatMap(({ node }) => (node ? [node.code] : [])));
      const others = this.order.nodes.map(({ code }) => code).filter((code) => !named.has(code));
      this.chargeShipments(new Set(others), this.amount(charges.perShipment, charges.currency));
    }
    if (charges?.perUnit !== undefined) {
      const named = this.offersOf(cases, () => true);
      const lines = new Set(cases.flatMap(({ line }) => (line ? [line.lineNo] : [])));
      const all = this.offersOf(
        [...this.order.cases.over(new Set(['offer']))],
        (line) => lines.size === 0 || lines.has(line),
      );
      for (const key of named.keys()) all.delete(key);
      this.chargeUnits(all, this.amount(charges.perUnit, charges.currency));
    }
    return true;
  }

  /** The offers that cases speak of: where they speak of no line, of every line. */
  private offersOf(
    cases: readonly Case[],
    counts: (lineNo: number) => boolean,
  ): Map<string, { readonly node: string; readonly sku: string }> {
    const offers = new Map<string, { node: string; sku: string }>();
    for (const { line, node } of cases) {
      const lines = line ? [line.lineNo] : [...this.skuOf.keys()];
      for (const lineNo of lines) {
        const sku = this.skuOf.get(lineNo);
        if (node && sku !== undefined && counts(lineNo))
          offers.set(JSON.stringify([node.code, sku]), { node: node.code, sku });
      }
    }
    return offers;
  }

  private chargeDistance(
    compiled: CompiledRule,
    rule: { readonly bandKm: number; readonly step: string; readonly currency: string } | undefined,
  ): boolean {
    if (!rule) return false;
    const distances = new Map<string, number>();
    for (const { node, facts } of this.order.cases.over(new Set(['node'])))
      if (node && facts.node) distances.set(node.code, Number(facts.node.distanceKm));
    if ([...distances.values()].some((distance) => distance < 0)) return false;
    const nearest = Math.min(...distances.values());
    return this.chargeNodes(compiled, rule.step, rule.currency, ({ code }) =>
      Math.floor(((distances.get(code) ?? nearest) - nearest) / rule.bandKm),
    );
  }

  private chargeNodes(
    compiled: CompiledRule,
    step: string,
    currency: string,
    stepsOf: (node: NodeFacts) => number,
  ): boolean {
    if (!this.holdsAtAll(compiled)) return false;
    const amount = this.amount(step, currency);
    for (const node of this.order.nodes) this.chargeShipments(new Set([node.code]), amount * stepsOf(node));
    return true;
  }

  private chargeShipments(nodes: ReadonlySet<string>, amount: TenThousandths): void {
    for (const code of nodes) this.perShipment.set(code, (this.perShipment.get(code) ?? 0) + amount);
  }

  private chargeUnits(
    offers: ReadonlyMap<string, { readonly node: string; readonly sku: string }>,
    amount: TenThousandths,
  ): void {
    for (const { node, sku } of offers.values()) {
      const skus = this.perUnit.get(node) ?? new Map<string, TenThousandths>();
      this.perUnit.set(node, skus);
      skus.set(sku, (skus.get(sku) ?? 0) + amount);
    }
  }

  private amount(text: string, currency: string): TenThousandths {
    return this.order.money.convert(parseAmount(text), currency);
  }
}

interface Charges {
  readonly perUnit?: string | undefined;
  readonly perShipment?: string | undefined;
  readonly currency: string;
}
