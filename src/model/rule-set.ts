import { z } from 'zod';
import { parseAmount } from './money.js';

export const RULES_MAX = 1_000;
/** Characters of one expression. */
export const EXPRESSION_MAX = 2_000;
/** Of units that a rule names. */
const UNITS_MAX = 100_000_000;
/** Of what one rule adds to a shipment or unit, in the rule's currency. */
const CHARGE_MAX = 100_000;
const HOURS_MAX = 8_760;

const code = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a code: small letters, digits, ".", "_" and "-"');
const expression = z.string().min(1).max(EXPRESSION_MAX);
const charge = z
  .string()
  .refine((text) => isCharge(text), `expected an amount from 0 to ${CHARGE_MAX} with at most 4 fraction digits`);
const currency = z.string().regex(/^[A-Z]{3}$/, 'expected a code of ISO 4217');
const charged = z
  .strictObject({ perUnit: charge, perShipment: charge, currency })
  .partial({ perUnit: true, perShipment: true })
  .refine(
    ({ perUnit, perShipment }) => perUnit !== undefined || perShipment !== undefined,
    'expected perUnit, perShipment or both',
  );
const percentage = z
  .string()
  .regex(
    /^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/,
    'expected a percentage from 0 to 100 with at most 4 fraction digits',
  );
const codes = z.array(z.string().min(1).max(100)).min(1).max(200);

/** What a rule does where its condition holds; exactly one. What each becomes in the routing request: docs/rules.md. */
const effects = z
  .strictObject({
    exclude: z.literal(true),
    /** CEL over nodes, offers and services: whatever does not fulfil it is excluded. */
    require: expression,
    /** Charged to all that the condition does not name. */
    prefer: charged,
    avoid: charged,
    /** Vendor codes, the best first; each later one costs a step more a shipment, the unnamed one step more than the last. */
    vendorOrder: z.strictObject({ vendors: codes, step: charge, currency }),
    /** Each band further than the nearest node costs a step more a shipment. */
    nearestFirst: z.strictObject({ bandKm: z.int().min(1).max(20_000), step: charge, currency }),
    maxShipments: z.int().min(1).max(100),
    /** The lines that the condition names go in one shipment. */
    keepTogether: z.literal(true),
    carriers: z
      .strictObject({ only: codes, not: codes })
      .partial()
      .refine(({ only, not }) => (only === undefined) !== (not === undefined), 'expected either only or not'),
    /** From now to the door. */
    maxLeadTimeHours: z.int().min(1).max(HOURS_MAX),
    /** Each node that the condition names ships no more than this on a day of its own calendar, of all orders that the rule names it for. */
    nodeLimit: z
      .strictObject({ unitsPerDay: z.int().min(1).max(UNITS_MAX), ordersPerDay: z.int().min(1).max(UNITS_MAX) })
      .partial()
      .refine(
        ({ unitsPerDay, ordersPerDay }) => (unitsPerDay === undefined) !== (ordersPerDay === undefined),
        'expected either unitsPerDay or ordersPerDay',
      ),
    /** The vendor ships no more than this share of a day's units (UTC), of all orders that the condition holds for. */
    vendorShare: z.strictObject({
      vendor: z.string().min(1).max(100),
      percent: percentage,
      minimumUnits: z.int().min(0).max(UNITS_MAX).optional(),
    }),
    /** Others leave so many units, or this share of what is on hand, of what the condition names to each of these accounts. */
    setAside: z
      .strictObject({ units: z.int().min(1).max(UNITS_MAX), percent: percentage, accounts: codes, channels: codes })
      .partial()
      .refine(
        ({ units, percent }) => (units === undefined) !== (percent === undefined),
        'expected either units or percent',
      )
      .refine(
        ({ accounts, channels }) => (accounts === undefined) !== (channels === undefined),
        'expected either accounts or channels',
      ),
    /** What is decided waits for a person before any vendor is told. */
    hold: z.literal(true),
    /** The same where what the customer pays for a decision's units, less its landed cost, is below this. */
    minimumMargin: z
      .strictObject({ amount: charge, currency, percent: percentage })
      .partial()
      .refine(
        ({ amount, currency, percent }) =>
          percent === undefined ? amount !== undefined && currency !== undefined : amount === undefined && !currency,
        'expected either percent, or amount with currency',
      ),
  })
  .partial();

export type RuleEffect = keyof z.infer<typeof effects>;

/** Effects that take ways to ship away, and so may leave none: these may be soft. */
export const FILTERS: ReadonlySet<RuleEffect> = new Set<RuleEffect>([
  'exclude',
  'require',
  'carriers',
  'maxLeadTimeHours',
  'maxShipments',
  'keepTogether',
  'nodeLimit',
  'vendorShare',
]);

/** Effects that are counted by the day, also where they give way. */
export const DAY_LIMITS: ReadonlySet<RuleEffect> = new Set<RuleEffect>(['nodeLimit', 'vendorShare']);

export const ruleSchema = z
  .strictObject({
    id: code,
    /** In words, for whoever reads a decision. */
    reason: z.string().min(1).max(300),
    /** CEL over order, destination, line, offer, node and service; left out: always. */
    when: expression.optional(),
    then: effects,
    /** A filter that gives way where it leaves units that could ship without it. */
    soft: z.boolean().optional(),
    /** In force from here, and before there; moments of RFC 3339. */
    from: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
  })
  .superRefine(({ then, soft }, context) => {
    const [effect, ...more] = effectsOf(then);
    if (effect === undefined || more.length > 0)
      context.addIssue({ code: 'custom', path: ['then'], message: 'expected exactly one effect' });
    else if (soft && !FILTERS.has(effect))
      context.addIssue({ code: 'custom', path: ['soft'], message: `${effect} takes nothing away: it cannot be soft` });
  });

/**
 * What a merchant configures: ordered rules, as they stand in a file. Hard filters always hold; soft ones are dropped in this order where
 * they would leave units that could ship. Source: DESIGN.md section 8.
 */
export const ruleSetSchema = z
  .strictObject({ rules: z.array(ruleSchema).max(RULES_MAX) })
  .superRefine(({ rules }, context) => {
    const seen = new Map<string, number>();
    for (const [at, { id }] of rules.entries()) {
      const first = seen.get(id);
      if (first === undefined) seen.set(id, at);
      else
        context.addIssue({
          code: 'custom',
          path: ['rules', at, 'id'],
          message: `${id} is also the id of rule ${first}`,
        });
    }
  });

export type RuleSet = z.infer<typeof ruleSetSchema>;
export type Rule = RuleSet['rules'][number];

/** Whether a rule is in force at a moment, as its dates say. */
export function isInForce({ from, until }: Pick<Rule, 'from' | 'until'>, at: Date): boolean {
  return (from === undefined || at >= new Date(from)) && (until === undefined || at < new Date(until));
}

/** The one effect of a valid rule. */
export function effectOf(of: Rule): RuleEffect {
  const [effect] = effectsOf(of.then);
  if (effect === undefined) throw new Error(`expected an effect of rule ${of.id}`);
  return effect;
}

function effectsOf(then: Rule['then']): RuleEffect[] {
  return (Object.keys(then) as RuleEffect[]).filter((effect) => then[effect] !== undefined);
}

function isCharge(text: string): boolean {
  try {
    const amount = parseAmount(text);
    return amount >= 0 && amount <= CHARGE_MAX * 10_000;
  } catch {
    return false;
  }
}
