import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../engine/decision.js';
import { decideSoftened } from './soften.js';

const SOFT = ['a', 'b', 'c', 'd', 'e'];

/** Answers that leave what each filter that still holds takes away. */
function asker(takes: Readonly<Record<string, number>>, always = 0) {
  const asked: string[][] = [];
  const ask = async (dropped: ReadonlySet<string>) => {
    asked.push([...dropped]);
    const soft = SOFT.filter((id) => !dropped.has(id));
    const left = soft.reduce((sum, id) => sum + (takes[id] ?? 0), always);
    const unfilled = left > 0 ? [{ lineId: '1', sku: 'A', quantity: left, reason: 'EXCLUDED_BY_RULE' }] : [];
    return { decision: { status: left > 0 ? 'partial' : 'routed', unfilled } as unknown as Decision, soft };
  };
  return { ask, asked };
}

describe('soft filters', () => {
  it('hold where all that is wanted goes, after one question', async () => {
    const { ask, asked } = asker({});
    expect((await decideSoftened(ask)).dropped).toEqual([]);
    expect(asked).toEqual([[]]);
  });

  it('hold where nothing more would go without them', async () => {
    const { ask } = asker({}, 7);
    expect((await decideSoftened(ask)).dropped).toEqual([]);
  });

  it('give way in their order, as few as will do', async () => {
    const { ask } = asker({ c: 4 }, 2);
    const { answer, dropped } = await decideSoftened(ask);
    expect(dropped).toEqual(['a', 'b', 'c']);
    expect(answer.decision.unfilled).toMatchObject([{ quantity: 2 }]);
    expect(answer.soft).toEqual(['d', 'e']);
  });

  it('give way as if they were dropped one after the other, whichever are in the way, in at most five questions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }), fc.nat(2), async (units, always) => {
        const takes = Object.fromEntries(SOFT.map((id, at) => [id, units[at] ?? 0]));
        const { ask, asked } = asker(takes, always);
        const { dropped } = await decideSoftened(ask);
        const last = SOFT.findLastIndex((id) => takes[id] !== 0);
        expect(dropped).toEqual(SOFT.slice(0, last + 1));
        expect(asked.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('hold where the question without them was not decided within its effort', async () => {
    const { ask } = asker({ a: 3 });
    const slow = async (dropped: ReadonlySet<string>) => {
      const answer = await ask(dropped);
      return dropped.size === 0
        ? answer
        : { ...answer, decision: { ...answer.decision, status: 'undecided' as const } };
    };
    const { answer, dropped } = await decideSoftened(slow as typeof ask);
    expect(dropped).toEqual([]);
    expect(answer.decision.status).toBe('partial');
  });
});
