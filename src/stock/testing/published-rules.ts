import { compileRuleSet } from '../../matrix/rules/compile.js';
import type { Queryable } from '../../store/database.js';
import { loadRuleSet } from '../../store/rule-sets.js';

/** Rules as they were published, read each time. */
export const publishedRules = (db: Queryable) => async (version: number) => {
  const compiled = compileRuleSet((await loadRuleSet(db, version))?.document ?? { rules: [] });
  if ('faults' in compiled) throw new Error(`expected rules without faults, got ${JSON.stringify(compiled.faults)}`);
  return compiled.rules;
};
