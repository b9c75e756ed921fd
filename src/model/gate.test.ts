import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';

/** Work that ends when it is told to. */
function work() {
  const begun: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const run = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
    });
  return { begun, run, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}

describe('a gate', () => {
  it('lets so many through at once, and the next in their order as those end, however they end', async () => {
    const gate = new Gate(2);
    const { begun, run, end } = work();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => gate.pass(run(name)));
    expect(begun).toEqual(['a', 'b']);
    end('b', new Error('it failed'));
    await expect(b).rejects.toThrow('it failed');
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    end('c');
    expect(await Promise.all([a, c])).toEqual(['a', 'c']);
    end('d');
    expect(await d).toBe('d');
  });

  it('refuses who would wait behind too many, and lets through again when there is room', async () => {
    const gate = new Gate(1, 1, 'QUOTES_BUSY');
    const { run, end } = work();
    const [a, b] = [gate.pass(run('a')), gate.pass(run('b'))];
    await expect(gate.pass(run('c'))).rejects.toMatchObject({ code: 'QUOTES_BUSY', errorClass: 'transient' });
    end('a');
    await a;
    end('b');
    await b;
    const later = gate.pass(run('d'));
    end('d');
    expect(await later).toBe('d');
  });
});
