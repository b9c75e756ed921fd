import { type CompiledRule, compileRuleSet } from '../matrix/rules/compile.js';
import { HeadgateError } from '../model/errors.js';
import type { Queryable } from '../store/database.js';
import { loadRuleSet } from '../store/rule-sets.js';

/**
 * The rules of a version, as they were published; none for version 0. Errors: HeadgateError RULES_UNREADABLE where they were published by another version of
 * Headgate and cannot be read by this one.
 */
export type RulesOf = (db: Queryable, version: number) => Promise<readonly CompiledRule[]>;

/** Versions that are kept compiled: the one in force, the one on trial, and one that is just being replaced. */
const KEPT_MAX = 3;

/** Compiles each version once: versions never change. */
export function createRulesOf(): RulesOf {
  const kept = new Map<number, readonly CompiledRule[]>();
  return async (db, version) => {
    if (version === 0) return [];
    const known = kept.get(version);
    if (known) return known;
    const found = await loadRuleSet(db, version);
    const compiled = compileRuleSet(found?.document);
    if ('faults' in compiled) {
      const [fault] = compiled.faults;
      throw new HeadgateError(
        'RULES_UNREADABLE',
        'permanent',
        `version ${version} of the rules cannot be read (${fault?.path}: ${fault?.message}): publish one that can (headgate rules check)`,
      );
    }
    kept.set(version, compiled.rules);
    for (const old of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(old);
    return compiled.rules;
  };
}
