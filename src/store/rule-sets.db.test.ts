import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  endTrial,
  listRulePublications,
  loadRuleSet,
  promoteTrial,
  publishRuleSet,
  republishRuleSet,
  rulesInForce,
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
    expect((await rulesInForce(db.pool)).version).toBe(0);
    const first = await publishRuleSet(db.pool, document('a'), by('to begin with'));
    const second = await publishRuleSet(db.pool, document('b'), by());
    expect([first, second]).toEqual([
      { version: 1, changed: true },
      { version: 2, changed: true },
    ]);
    expect((await rulesInForce(db.pool)).version).toBe(2);
    expect(await republishRuleSet(db.pool, 1, by('back'))).toBe(true);
    expect((await rulesInForce(db.pool)).version).toBe(1);
    expect(await loadRuleSet(db.pool, 1)).toEqual({ version: 1, document: document('a') });
    expect(await republishRuleSet(db.pool, 99, by())).toBe(false);
    expect((await listRulePublications(db.pool)).map(({ version, note, rules }) => [version, note, rules])).toEqual([
      [1, 'back', 1],
      [2, null, 1],
      [1, 'to begin with', 1],
    ]);
  });

  it('published again as they stand make no new version', async () => {
    const current = (await rulesInForce(db.pool)).version;
    expect(await publishRuleSet(db.pool, document('a'), by())).toEqual({ version: current, changed: false });
    expect(await listRulePublications(db.pool)).toHaveLength(3);
  });

  it('that two publish at once on what both saw: one is told that another was first', async () => {
    const seen = (await rulesInForce(db.pool)).version;
    const outcomes = await Promise.all(
      ['x', 'y'].map((id) => publishRuleSet(db.pool, document(id), by(), { ifInForce: seen })),
    );
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
  });

  it('are tried out beside those in force, then put in force, or not', async () => {
    const { version } = await rulesInForce(db.pool);
    const stage = { stage: 'share', percent: 10 } as const;
    expect(await endTrial(db.pool, by())).toBeNull();
    expect(await promoteTrial(db.pool, { stage: 'live' }, by())).toBeNull();
    const tried = await publishRuleSet(db.pool, document('t'), by(), { stage: { stage: 'shadow' } });
    const trial = tried?.version ?? 0;
    expect(await rulesInForce(db.pool)).toMatchObject({ version, trial: { version: trial, stage: 'shadow' } });
    expect(await publishRuleSet(db.pool, document('t'), by(), { stage })).toEqual({ version: trial, changed: true });
    expect(await publishRuleSet(db.pool, document('t'), by(), { stage })).toEqual({ version: trial, changed: false });
    expect(await endTrial(db.pool, by('no'))).toBe(version);
    expect(await rulesInForce(db.pool)).toEqual({ version, trial: null });
    await publishRuleSet(db.pool, document('u'), by(), { stage });
    expect(await promoteTrial(db.pool, { stage: 'live' }, by())).toEqual({ version: trial + 1, changed: true });
    expect(await rulesInForce(db.pool)).toEqual({ version: trial + 1, trial: null });
    const told = (await listRulePublications(db.pool)).slice(0, 3);
    expect(told.map(({ stage, percent, stands }) => [stage, percent, stands])).toEqual([
      ['live', null, true],
      ['share', 10, false],
      ['live', null, false],
    ]);
  });

  it.each([
    'UPDATE rule_set SET document = \'{"rules": []}\'',
    'DELETE FROM rule_publication',
    'TRUNCATE rule_set CASCADE',
  ])('never change: %s', async (statement) => {
    await expect(db.pool.query(statement)).rejects.toThrow('never changes');
  });
});
