import { createHash } from 'node:crypto';

/** Whom a publication is for: all orders, a share of them, or none, where it is only noted what it would change. */
export type RuleStage =
  | { readonly stage: 'live' }
  | { readonly stage: 'shadow' }
  /** Of 100 orders so many, from 1 to 99. */
  | { readonly stage: 'share'; readonly percent: number };

/** A version of the rules that is tried out beside the one in force. */
export type RuleTrial = { readonly version: number } & Exclude<RuleStage, { readonly stage: 'live' }>;

/** Which rules orders are decided under. */
export interface RulesInForce {
  /** 0: none were ever published for all orders. */
  readonly version: number;
  readonly trial: RuleTrial | null;
}

/**
 * The version that an order is decided under, however often it is: which orders a trial gets follows from its version and the order's id, so
 * that more of them come to it as its percentage rises, and none leaves it. Pure.
 */
export function ruleVersionOf(orderId: string, { version, trial }: RulesInForce): number {
  return trial?.stage === 'share' && lotOf(orderId, trial.version) < trial.percent ? trial.version : version;
}

/** From 0 to 99, as likely each; another one for each version, so that it is not the same orders that try everything out. */
function lotOf(orderId: string, version: number): number {
  return createHash('sha256').update(`${version} ${orderId}`).digest().readUInt32BE(0) % 100;
}
