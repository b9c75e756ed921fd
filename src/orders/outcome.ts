import type { Decision } from '../engine/decision.js';
import type { RoutingRequest } from '../engine/request.js';
import type { CompiledRule } from '../matrix/rules/compile.js';
import { answerUnder, type Question } from './question.js';

/** What became of one order under one rule set. */
export interface Outcome {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  readonly dropped: readonly string[];
  /** Ids of the rules that hold it for a person. */
  readonly held: readonly string[];
}

/** What becomes of a question under these rules, as far as rule sets are compared by it. */
export async function outcomeUnder(
  decide: Parameters<typeof answerUnder>[0],
  question: Question,
  rules: readonly CompiledRule[],
): Promise<Outcome> {
  return outcomeOf(await answerUnder(decide, question, rules));
}

/** The same of an answer that is there already. Pure. */
export function outcomeOf({ answer, dropped, held }: Awaited<ReturnType<typeof answerUnder>>): Outcome {
  const { request, decision } = answer;
  return { request, decision, dropped, held: held.map(({ ruleId }) => ruleId) };
}
