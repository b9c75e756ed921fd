import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  listRulePublications,
  loadRuleSet,
  publishRuleSet,
  republishRuleSet,
  ruleVersionInForce,
} from './rule-sets.js';
import { openTestDatabase } from './testing/open-test-database.js';

const AT = new Date('2026-03-02T09:00:00Z');
const by = (note: string | null = null) => ({ actor: 'test', at: AT, note });
const document = (id: string) => ({ rules: [{ id, reason: 'because', then: { maxShipments: 1 } }] });

describe('versions of the rules', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db?.close());

  it('are in force from their publication on, and an earlier one again when it is published again', async () => {
    expect(await ruleVersionInForce(db.pool)).toBe(0);
    const first = await publishRuleSet(db.pool, document('a'), by('to begin with'));
    const second = await publishRuleSet(db.pool, document('b'), by());
    expect([first, second]).toEqual([
      { version: 1, changed: true },
      { version: 2, changed: true },
    ]);
    expect(await ruleVersionInForce(db.pool)).toBe(2);
    expect(await republishRuleSet(db.pool, 1, by('back'))).toBe(true);
    expect(await ruleVersionInForce(db.pool)).toBe(1);
    expect(await loadRuleSet(db.pool, 1)).toEqual({ version: 1, document: document('a') });
    expect(await republishRuleSet(db.pool, 99, by())).toBe(false);
    expect((await listRulePublications(db.pool)).map(({ version, note, rules }) => [version, note, rules])).toEqual([
      [1, 'back', 1],
      [2, null, 1],
      [1, 'to begin with', 1],
    ]);
  });

  it('published again as they stand make no new version', async () => {
    const current = await ruleVersionInForce(db.pool);
    expect(await publishRuleSet(db.pool, document('a'), by())).toEqual({ version: current, changed: false });
    expect(await listRulePublications(db.pool)).toHaveLength(3);
  });

  it('that two publish at once on what both saw: one is told that another was first', async () => {
    const seen = await ruleVersionInForce(db.pool);
    const outcomes = await Promise.all(['x', 'y'].map((id) => publishRuleSet(db.pool, document(id), by(), seen)));
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
  });

  it.each([
    'UPDATE rule_set SET document = \'{"rules": []}\'',
    'DELETE FROM rule_publication',
    'TRUNCATE rule_set CASCADE',
  ])('never change: %s', async (statement) => {
    await expect(db.pool.query(statement)).rejects.toThrow('never changes');
  });
});
