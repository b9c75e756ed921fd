import { describe, expect, it } from 'vitest';
import { createLoopShare } from './loop-share.js';

/** A loop whose turns and clock are the test's. */
function loop(limits = { milliseconds: 4, waiting: 10 }) {
  const turns: (() => void)[] = [];
  let now = 0;
  const done: string[] = [];
  const share = createLoopShare(
    limits,
    () => now,
    (run) => turns.push(run),
  );
  const work = (name: string, milliseconds: number) => () => {
    now += milliseconds;
    done.push(name);
    return name;
  };
  const turn = () => {
    for (const run of turns.splice(0)) run();
  };
  return { share, work, turn, done, turns };
}

describe('a share of the event loop', () => {
  it('does short work at once, as much of it as a turn has time for', () => {
    const { share, work } = loop();
    expect([share.run(work('a', 1)), share.run(work('b', 1)), share.run(work('c', 1))]).toEqual(['a', 'b', 'c']);
  });

  it('lets what comes when the time of a turn is spent wait for the next turns, in its order', async () => {
    const { share, work, turn, done } = loop();
    expect(share.run(work('a', 5))).toBe('a');
    const later = ['b', 'c', 'd'].map((name) => share.run(work(name, 3)));
    expect(done).toEqual(['a']);
    turn();
    expect(done).toEqual(['a', 'b', 'c']);
    turn();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
    expect(await Promise.all(later)).toEqual(['b', 'c', 'd']);
  });

  it('does nothing new before what waits', () => {
    const { share, work, turn, done } = loop();
    share.run(work('a', 5));
    share.run(work('b', 5));
    share.run(work('c', 5));
    turn();
    expect(share.run(work('d', 1))).toBeInstanceOf(Promise);
    turn();
    turn();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
  });

  it('starts afresh with every turn, and asks for none where nothing is done', () => {
    const { share, work, turn, turns } = loop();
    share.run(work('a', 5));
    turn();
    expect(turns).toEqual([]);
    expect(share.run(work('b', 1))).toBe('b');
  });

  it('hands on what the work throws, at once or later, and goes on', async () => {
    const { share, work, turn } = loop();
    const fail = () => {
      throw new Error('no such node');
    };
    expect(() => share.run(fail)).toThrow('no such node');
    share.run(work('a', 5));
    const failed = share.run(fail);
    const after = share.run(work('b', 1));
    turn();
    await expect(failed).rejects.toThrow('no such node');
    expect(await after).toBe('b');
  });

  it('refuses more than may wait', () => {
    const { share, work } = loop({ milliseconds: 4, waiting: 1 });
    share.run(work('a', 5));
    share.run(work('b', 5));
    expect(() => share.run(work('c', 5))).toThrow('1 wait for a turn already');
  });
});
