import type { Reach } from '../../model/reach.js';
import { FILTERS, isInForce } from '../../model/rule-set.js';
import type { CompiledRule } from './compile.js';
import { type Facts, onlyKnown } from './expression.js';
import type { RuleWarning } from './inspect.js';

/** What can be told of the reach that rules leave. */
export interface ReachReport {
  readonly warnings: readonly RuleWarning[];
  /** False: there is too much to look at, and nothing was. */
  readonly complete: boolean;
}

const ANYWHERE = 'ZZ';
/** Services of nodes, by country and rule. */
const LOOKS_MAX = 5_000_000;
const COUNTRIES_TOLD_MAX = 10;

/**
 * Countries that someone reaches and that the hard rules in force leave nobody for, and vendors that they leave no country: whatever is ordered
 * and whoever orders it. An exclusion counts where it follows from node, service and country alone; so what is not warned of may still be
 * so. Of a lead-time ceiling only the node's own lead time is looked at, without transit and closed days. Pure.
 */
export function inspectReach(rules: readonly CompiledRule[], now: Date, reach: readonly Reach[]): ReachReport {
  const filters = rules.filter((rule) => isHardNow(rule, now)).map((rule) => new Filter(rule));
  const countries = [...countriesOf(rules, reach)].sort();
  if (countries.length * reach.length * filters.length > LOOKS_MAX) return { warnings: [], complete: false };
  const byCountry = new Map<string, Left>();
  const byVendor = new Map<string, Left>();
  for (const country of countries)
    for (const way of reach) {
      if (!way.countries.includes(country) && !way.countries.includes(ANYWHERE)) continue;
      const at = filters.findIndex((filter) => filter.excludes(way, country));
      leftOf(byCountry, country).add(at);
      leftOf(byVendor, way.vendor).add(at);
    }
  const warnings = filters.flatMap(({ ruleId }, at): RuleWarning[] => {
    const lost = [...byCountry].filter(([, left]) => left.isNoneAt(at)).map(([country]) => country);
    const vendors = [...byVendor].filter(([, left]) => left.isNoneAt(at)).map(([vendor]) => vendor);
    return [
      ...(lost.length > 0 ? [{ ruleId, message: `leaves nobody who ships to ${listed(lost)}` }] : []),
      ...vendors.map((vendor) => ({ ruleId, message: `leaves vendor ${vendor} nowhere to ship to` })),
    ];
  });
  return { warnings, complete: true };
}

/** Cards that reach anywhere count for every country that a card or a rule names, or a node is in. */
function countriesOf(rules: readonly CompiledRule[], reach: readonly Reach[]): Set<string> {
  const named = rules.flatMap(({ when, require }) => [...when.names, ...(require?.names ?? [])]);
  return new Set([
    ...reach.flatMap(({ countries, country }) => [...countries.filter((each) => each !== ANYWHERE), country]),
    ...named.flatMap(({ field, name }) => (field === 'destination.country' ? [name] : [])),
  ]);
}

function isHardNow({ rule, effect }: CompiledRule, now: Date): boolean {
  return FILTERS.has(effect) && !rule.soft && isInForce(rule, now);
}

/** One hard rule, and what it is known to exclude. */
class Filter {
  readonly ruleId: string;
  private readonly known = new Map<string, boolean>();
  private readonly subjects: ReadonlySet<string>;

  constructor(private readonly compiled: CompiledRule) {
    this.ruleId = compiled.rule.id;
    this.subjects = new Set([...compiled.when.subjects, ...(compiled.require?.subjects ?? [])]);
  }

  excludes(way: Reach, country: string): boolean {
    // Asked once for all that it does not tell apart.
    const { subjects } = this;
    const byService = subjects.has('service') || this.compiled.effect === 'carriers';
    const byNode = subjects.has('node') || this.compiled.effect === 'maxLeadTimeHours';
    const key = [subjects.has('destination') && country, byNode && way.code, byService && way.service];
    const text = JSON.stringify(key);
    const known = this.known.get(text) ?? this.excludesFor(way, country);
    this.known.set(text, known);
    return known;
  }

  private excludesFor(way: Reach, country: string): boolean {
    const { rule, effect, when, require } = this.compiled;
    const facts: Facts = onlyKnown({
      destination: { country },
      node: {
        ...{ code: way.code, vendor: way.vendor, country: way.country, region: way.region },
        leadTimeHours: BigInt(way.leadTimeHours),
      },
      service: { code: way.service, carrier: way.carrier },
    });
    if (when.surely(facts) !== true) return false;
    const { only, not } = rule.then.carriers ?? {};
    if (effect === 'carriers') return only ? !only.includes(way.carrier) : (not?.includes(way.carrier) ?? false);
    if (effect === 'maxLeadTimeHours') return way.leadTimeHours > (rule.then.maxLeadTimeHours ?? way.leadTimeHours);
    return effect === 'exclude' || (effect === 'require' && require?.surely(facts) === false);
  }
}

/** What is left of the ways to one country, or of one vendor. */
class Left {
  private anything = false;
  private last = -1;

  /** `at`: of the first rule that takes the way; -1: none does. */
  add(at: number): void {
    if (at === -1) this.anything = true;
    this.last = Math.max(this.last, at);
  }

  /** Whether nothing is left from this rule on. */
  isNoneAt(at: number): boolean {
    return !this.anything && this.last === at;
  }
}

function leftOf(all: Map<string, Left>, of: string): Left {
  const left = all.get(of) ?? new Left();
  all.set(of, left);
  return left;
}

function listed(countries: readonly string[]): string {
  const told = countries.slice(0, COUNTRIES_TOLD_MAX).join(', ');
  const more = countries.length - COUNTRIES_TOLD_MAX;
  return more > 0 ? `${told} and ${more} more countries` : told;
}
